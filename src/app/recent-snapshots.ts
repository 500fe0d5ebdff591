/** The latest snapshot per environment, kept in memory for incremental reading; the least recently used go first. */
import type { Snapshot } from "../model/snapshot.ts";
import type { RecentSnapshots } from "../monitor/ports.ts";

/** Keeps at most `maxObjects` objects over all environments; a snapshot larger than that is not kept. */
export function createRecentSnapshots(maxObjects: number): RecentSnapshots {
  const kept = new Map<string, Snapshot>();
  let objects = 0;

  function drop(environment: string): void {
    objects -= kept.get(environment)?.objects.length ?? 0;
    kept.delete(environment);
  }

  return {
    get(environment) {
      const snapshot = kept.get(environment);
      if (snapshot !== undefined) {
        kept.delete(environment);
        kept.set(environment, snapshot);
      }
      return snapshot;
    },
    put(environment, snapshot) {
      drop(environment);
      // Without a state the dialect could not use it.
      if (snapshot.reading?.state === undefined || snapshot.objects.length > maxObjects) return;
      kept.set(environment, snapshot);
      objects += snapshot.objects.length;
      for (const oldest of kept.keys()) {
        if (objects <= maxObjects) break;
        drop(oldest);
      }
    },
  };
}
