/** The side of BullMQ that asks and counts. Every command ends soon: with its result, or as queue.unreachable. */
import { Queue } from "bullmq";
import type { Redis } from "ioredis";
import { DriftwatchError } from "../../model/errors.ts";
import type { Logger } from "../../monitor/ports.ts";
import { within } from "../bounded.ts";
import type { JobKind, JobPolicy } from "../jobs.ts";
import { connectProducer, isConnectionTrouble, reasonOf } from "./redis-clients.ts";

export interface ProducerDeps {
  readonly redisUrl: string;
  readonly prefix: string;
  readonly logger: Logger;
  readonly policies: Readonly<Record<JobKind, JobPolicy>>;
}

export interface Producer {
  readonly redis: Redis;
  /** Runs a command on a living connection. Throws DriftwatchError queue.unreachable (retryable). */
  command<T>(work: () => Promise<T>): Promise<T>;
  /** To be called inside a command. */
  queueOf(kind: JobKind): Promise<Queue>;
  /** Commands are refused from now on and the connection is cut. */
  close(): void;
}

/** A first connection may take this long; a lost one that is being restored, too. */
const readyMs = 2_000;
const commandMs = 5_000;

export function createProducer(deps: ProducerDeps): Producer {
  const clients = connectProducer(deps.redisUrl, deps.logger);
  const redis = clients.main;
  const ready = createReadiness(redis);
  const queues = new Map<JobKind, Promise<Queue>>();
  let closed = false;

  return {
    redis,
    async command<T>(work: () => Promise<T>): Promise<T> {
      if (closed) throw unreachable("the queue is closed");
      try {
        await ready();
        return await within(work(), commandMs, () => new Error(`no answer within ${commandMs} ms`));
      } catch (error) {
        throw error instanceof DriftwatchError ? error : unreachable(reasonOf(error), error);
      }
    },
    queueOf(kind): Promise<Queue> {
      const known = queues.get(kind);
      if (known !== undefined) return known;
      const made = openQueue(deps, redis, kind);
      queues.set(kind, made);
      made.catch(() => queues.delete(kind));
      return made;
    },
    close(): void {
      closed = true;
      // Queue.close of BullMQ 6 can reject unheard while Redis is away; the connection is ours, so cutting it is enough.
      clients.disconnect();
    },
  };
}

/** Resolves on a living connection. All who wait share one listener: many environments may be due at one moment. */
function createReadiness(redis: Redis): () => Promise<void> {
  let arriving: Promise<void> | undefined;
  return async () => {
    if (redis.status === "ready") return;
    arriving ??= new Promise((resolve) => {
      redis.once("ready", () => {
        arriving = undefined;
        resolve();
      });
    });
    await within(arriving, readyMs, () => new Error("there is no connection"));
  };
}

/** Only on a living connection: a BullMQ 6 queue whose first command fails stays broken for ever. */
async function openQueue(deps: ProducerDeps, redis: Redis, kind: JobKind): Promise<Queue> {
  const policy = deps.policies[kind];
  const kept = { age: policy.rememberSeconds, count: policy.rememberCount };
  const queue = new Queue(policy.queueName, {
    connection: redis,
    prefix: deps.prefix,
    defaultJobOptions: {
      attempts: policy.attempts,
      backoff: { type: "custom" },
      removeOnComplete: kept,
      removeOnFail: kept,
      stackTraceLimit: 0,
    },
  });
  queue.on("error", (error) => {
    if (!isConnectionTrouble(error)) deps.logger.warn({ error: reasonOf(error) }, "queue had trouble");
  });
  await queue.waitUntilReady();
  return queue;
}

export function unreachable(why: string, cause?: unknown): DriftwatchError {
  return new DriftwatchError("queue.unreachable", `the queue in Redis cannot be reached: ${why}`, {
    retryable: true,
    remedy: "Check that Redis runs and that queue.redisUrl names it with the right user and password.",
    ...(cause === undefined ? {} : { cause }),
  });
}
