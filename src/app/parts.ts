/** What every part of the running program may use: the use cases' dependencies, the queue, the metrics. */
import { randomUUID } from "node:crypto";
import type { Config } from "../config/config.ts";
import type { Environment } from "../model/environment.ts";
import { DriftwatchError } from "../model/errors.ts";
import type { CheckDeps } from "../monitor/check-environment.ts";
import type { Clock, JobQueue, Logger, MonitorStore } from "../monitor/ports.ts";
import { createJobQueue, type QueueAdapter } from "../queue/queue.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import { createAppMetrics } from "./app-metrics.ts";
import { createReader } from "./reader.ts";
import { createRecentSnapshots } from "./recent-snapshots.ts";
import { version } from "./version.ts";

export interface Parts {
  readonly config: Config;
  readonly check: CheckDeps;
  readonly queue: QueueAdapter;
  readonly jobs: JobQueue;
  readonly metrics: Metrics;
  /** Throws environment.unknown. */
  readonly environment: (name: string) => Environment;
}

/** About 150 MB of memory at most. */
const recentObjects = 300_000;

export interface Opened {
  readonly config: Config;
  readonly store: MonitorStore;
  readonly queue: QueueAdapter;
  readonly clock: Clock;
  readonly logger: Logger;
}

export function partsOf({ config, store, queue, clock, logger }: Opened): Parts {
  const jobs = createJobQueue(queue, logger);
  const metrics = createAppMetrics({ config, store, queue, clock, logger });
  const notifications = {
    routes: config.routes,
    repeatEveryMs: config.notifications.repeatEveryMs,
    publicUrl: config.http.publicUrl,
    version,
  };
  const check: CheckDeps = {
    reader: createReader(),
    store,
    queue: jobs,
    clock,
    telemetry: metrics,
    logger,
    notifications,
    recent: createRecentSnapshots(recentObjects),
    newId: randomUUID,
  };
  const byName = new Map(config.environments.map((environment) => [environment.name, environment]));
  return {
    config,
    check,
    queue,
    jobs,
    metrics,
    environment(name) {
      const found = byName.get(name);
      if (found !== undefined) return found;
      throw new DriftwatchError("environment.unknown", `there is no environment "${name}"`, {
        remedy: `Configured are: ${[...byName.keys()].join(", ") || "none"}.`,
      });
    },
  };
}
