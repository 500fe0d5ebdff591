/** Forgets old checks, what is over since, and snapshots that nothing refers to. Baselines and what is open stay. */
import type { Clock, Logger, MonitorStore } from "./ports.ts";

export interface PruneDeps {
  readonly store: MonitorStore;
  readonly clock: Clock;
  readonly logger: Logger;
}

export async function prune(deps: PruneDeps, keepChecksMs: number): Promise<void> {
  const checksBefore = new Date(deps.clock.now() - keepChecksMs).toISOString();
  const removed = await deps.store.prune({ checksBefore });
  if (removed.checks > 0 || removed.snapshots > 0)
    deps.logger.info({ ...removed }, "old checks and snapshots removed");
}
