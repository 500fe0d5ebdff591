/** The use cases as the HTTP server is handed them. */
import type { HttpDeps, ReadinessPart } from "../http/deps.ts";
import { asDriftwatchError } from "../model/errors.ts";
import { acceptBaseline, previewBaseline } from "../monitor/accept-baseline.ts";
import type { Scheduler } from "../queue/scheduler.ts";
import { demoNotice } from "./demo/notice.ts";
import { undeliveredOf } from "./diagnose.ts";
import type { Parts } from "./parts.ts";
import { version } from "./version.ts";

export function httpDepsOf(parts: Parts, scheduler: () => Scheduler | undefined): HttpDeps {
  const { check, jobs, metrics, environment } = parts;
  return {
    store: check.store,
    clock: check.clock,
    logger: check.logger,
    version,
    async triggerCheck(name) {
      await jobs.requestCheck(environment(name).name, "manual");
    },
    async previewBaseline(name) {
      const found = environment(name);
      return previewBaseline(check, found, AbortSignal.timeout(found.deadlineMs));
    },
    async acceptBaseline({ environment: name, ...request }) {
      const found = environment(name);
      const signal = AbortSignal.timeout(found.deadlineMs);
      const { baseline } = await acceptBaseline(check, found, { ...request, signal });
      return baseline;
    },
    ...(parts.config.demo ? { notice: demoNotice } : {}),
    metrics: () => metrics.render(),
    readiness: () => readinessOf(parts),
    undelivered: () => undeliveredOf(check.store, parts.config),
    schedule(name) {
      const found = parts.config.environments.find((candidate) => candidate.name === name);
      if (found === undefined) return undefined;
      const next = scheduler()?.nextDueMs(name);
      return {
        everySeconds: found.everyMs / 1000,
        nextCheckAt: next === undefined ? null : new Date(next).toISOString(),
      };
    },
  };
}

/** Without the store nothing works; without the queue pages and API still do. */
async function readinessOf({ check, queue }: Parts): Promise<readonly ReadinessPart[]> {
  return Promise.all([
    part("store", "down", () => check.store.ping()),
    part("queue", "degraded", () => queue.ping()),
  ]);
}

async function part(
  name: string,
  worst: "down" | "degraded",
  ping: () => Promise<void>,
): Promise<ReadinessPart> {
  try {
    await ping();
    return { name, status: "ok" };
  } catch (error) {
    return { name, status: worst, code: asDriftwatchError(error).code };
  }
}
