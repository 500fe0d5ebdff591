/**
 * One job of a subject at a time across all workers, even when Redis has lost its data or a worker was frozen so long that
 * its job was given to another. BullMQ's deduplication alone does not hold in these two cases.
 */
import { randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import { cancelledError } from "../run-job.ts";

export interface Guard {
  /** Fires when another worker has taken the subject over. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

// Both compare before they act: a guard that ran out belongs to somebody else. A guard that is gone (Redis restarted
// without its data) is taken back by the worker that still runs.
const extendScript = `
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`;
const releaseScript = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`;

/** Takes the guard of a key for `ttlMs` and renews it until released; undefined when somebody else holds it. */
export async function acquireGuard(redis: Redis, key: string, ttlMs: number): Promise<Guard | undefined> {
  const token = randomUUID();
  const taken = await redis.set(key, token, "PX", ttlMs, "NX");
  if (taken !== "OK") return undefined;
  const lost = new AbortController();
  let renewing = false;

  async function renew(): Promise<void> {
    if (renewing) return;
    renewing = true;
    try {
      const mine = await redis.eval(extendScript, 1, key, token, ttlMs);
      if (mine !== 1) lost.abort(cancelledError("another worker has taken this job over"));
    } catch {
      // Redis is away; the connection tells of it and the next renewal tries again.
    } finally {
      renewing = false;
    }
  }

  const timer = setInterval(() => void renew(), Math.max(50, ttlMs / 3));
  timer.unref();
  return {
    lost: lost.signal,
    async release(): Promise<void> {
      clearInterval(timer);
      try {
        await redis.eval(releaseScript, 1, key, token);
      } catch {
        // It runs out by itself.
      }
    },
  };
}
