/** The metrics of a running program, fed at each scrape from the store and the queue. */
import type { Config } from "../config/config.ts";
import type { Clock, Logger, MonitorStore } from "../monitor/ports.ts";
import type { QueueAdapter } from "../queue/queue.ts";
import { createMetrics, type Metrics } from "../telemetry/metrics.ts";
import { version } from "./version.ts";

interface MetricSources {
  readonly config: Config;
  readonly store: MonitorStore;
  readonly queue: QueueAdapter;
  readonly clock: Clock;
  readonly logger: Logger;
}

export function createAppMetrics({ config, store, queue, clock, logger }: MetricSources): Metrics {
  const metrics = createMetrics({
    version,
    clock,
    logger,
    async collectState() {
      const [environments, outbox, stats] = await Promise.all([
        orNull(() => store.environments()),
        orNull(() => store.outboxState()),
        orNull(() => queue.stats()),
      ]);
      return { environments, outbox, queue: stats };
    },
  });
  metrics.setTargets(
    config.environments.map((environment) => ({
      name: environment.name,
      dialect: environment.dialect,
      critical: environment.critical,
      intervalSeconds: environment.everyMs / 1000,
    })),
  );
  metrics.setChannels(config.channels.map((channel) => channel.name));
  return metrics;
}

/** A scrape tells what it can; a part that is away is null. */
async function orNull<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch {
    return null;
  }
}
