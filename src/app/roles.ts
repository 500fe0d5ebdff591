/**
 * What a process does by itself: tick, work, serve. Each role pushes its closer, so that stopping goes the other way
 * round: pages say "not ready", ticks end, running jobs drain, then queue and store close.
 */
import { createChannels } from "../alerts/channel-registry.ts";
import type { Config } from "../config/config.ts";
import type { HttpDeps } from "../http/deps.ts";
import { createHttpServer } from "../http/server.ts";
import { asDriftwatchError, DriftwatchError, type ErrorCode } from "../model/errors.ts";
import { checkEnvironment } from "../monitor/check-environment.ts";
import { deliverDue } from "../monitor/notify.ts";
import { prune } from "../monitor/prune.ts";
import { createScheduler, type Scheduler } from "../queue/scheduler.ts";
import type { Closers } from "./closers.ts";

import { httpDepsOf } from "./http-deps.ts";
import type { Parts } from "./parts.ts";

export const roles = ["scheduler", "worker", "http"] as const;
export type Role = (typeof roles)[number];

const pruneEveryMs = 3_600_000;
/** A process that never lives for an hour prunes too. */
const firstPruneAfterMs = 60_000;
const drainMs = 15_000;

export async function startRoles(
  parts: Parts,
  wanted: readonly Role[],
  closers: Closers,
): Promise<{ readonly url?: string }> {
  const { logger } = parts.check;
  await warnOfQueue(parts);
  let scheduler: Scheduler | undefined;
  const httpDeps = httpDepsOf(parts, () => scheduler);
  // It listens before anything is done: who cannot have the port has checked and told nothing. It closes first.
  const serving = wanted.includes("http") ? await startHttp(httpDeps, parts.config.http) : undefined;
  try {
    if (wanted.includes("worker")) startWorker(parts, closers);
    if (wanted.includes("scheduler")) scheduler = startScheduler(parts, closers);
  } catch (error) {
    await serving?.close();
    throw error;
  }
  if (wanted.length === 0) return {};
  if (serving === undefined) {
    await startHealth(parts, httpDeps, closers);
    return {};
  }
  closers.push("http", serving.close);
  const { url } = serving;
  logger.info({ url, environments: parts.config.environments.length }, "driftwatch is watching");
  return { url };
}

async function warnOfQueue({ queue, check }: Parts): Promise<void> {
  try {
    for (const warning of await queue.warnings()) check.logger.warn({ warning }, "the queue needs attention");
  } catch (error) {
    // Redis may come up after us; until then nothing is checked, and the metrics say so.
    check.logger.error({ error: asDriftwatchError(error).message }, "queue cannot be reached");
  }
}

function startWorker(parts: Parts, closers: Closers): void {
  const { check, config, queue } = parts;
  const { logger, clock, store, telemetry } = check;
  const channels = createChannels(config.channels, { clock });
  const worker = queue.work(
    {
      async check(name, signal) {
        const { outcome } = await checkEnvironment(check, parts.environment(name), { signal });
        if (outcome.kind === "unknown" && outcome.retryable) throw tryAgain(outcome);
      },
      async notify(signal) {
        await deliverDue({ store, channels, clock, telemetry, logger }, signal);
      },
    },
    {
      concurrency: config.queue.concurrency,
      deadlineMs: (name) => parts.environment(name).deadlineMs,
    },
  );
  closers.push("worker", () => worker.close(drainMs));
  const pruneNow = (): void => {
    prune({ store, clock, logger }, config.retention.checksMs).catch((error: unknown) => {
      logger.warn({ error: asDriftwatchError(error).message }, "old checks could not be removed");
    });
  };
  const timers = [setTimeout(pruneNow, firstPruneAfterMs), setInterval(pruneNow, pruneEveryMs)];
  closers.push("pruning", async () => timers.forEach(clearTimeout));
}

/** The outcome is recorded; throwing asks the queue for another attempt soon instead of at the next slot. */
function tryAgain(outcome: { readonly code: ErrorCode; readonly message: string }): DriftwatchError {
  return new DriftwatchError(outcome.code, outcome.message, { retryable: true });
}

function startScheduler(parts: Parts, closers: Closers): Scheduler {
  const { queue, check, config } = parts;
  const scheduler = createScheduler({ queue, clock: check.clock, logger: check.logger });
  scheduler.schedule(config.environments);
  closers.push("scheduler", () => scheduler.stop());
  return scheduler;
}

async function startHttp(
  deps: HttpDeps,
  settings: Config["http"],
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = await createHttpServer(deps, settings);
  const { url } = await server.listen();
  return { url, close: () => server.close() };
}

/** Every process answers probes and scrapes; beside another one on the same machine it does without. */
async function startHealth(parts: Parts, deps: HttpDeps, closers: Closers): Promise<void> {
  const server = await createHttpServer(deps, {
    ...parts.config.http,
    serves: "health",
  });
  try {
    const { url } = await server.listen();
    closers.push("http", () => server.close());
    parts.check.logger.info({ url }, "probes and metrics are served");
  } catch (error) {
    await server.close();
    parts.check.logger.warn({ error: asDriftwatchError(error).message }, "probes and metrics are not served");
  }
}
