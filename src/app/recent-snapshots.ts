/**
 * The latest snapshot per environment, kept in memory for incremental reading; the least recently used go first. Roots
 * that look the same in several environments (copies of one schema are the rule) are kept once.
 */
import type { SchemaObject } from "../model/object.ts";
import { objectsOfRoot, type Snapshot } from "../model/snapshot.ts";
import type { RecentSnapshots } from "../monitor/ports.ts";

interface SharedRoot {
  readonly objects: readonly SchemaObject[];
  uses: number;
}

/** Keeps at most `maxObjects` different objects over all environments; a snapshot larger than that is not kept. */
export function createRecentSnapshots(maxObjects: number): RecentSnapshots {
  const kept = new Map<string, Snapshot>();
  /** By fingerprint, which tells the keys of the objects too. */
  const shared = new Map<string, SharedRoot>();
  let objects = 0;

  function share(snapshot: Snapshot): Snapshot {
    const all: SchemaObject[] = [];
    for (const root of snapshot.roots) {
      let known = shared.get(root.fingerprint);
      if (known === undefined) {
        known = { objects: objectsOfRoot(snapshot, root), uses: 0 };
        shared.set(root.fingerprint, known);
        objects += known.objects.length;
      }
      known.uses += 1;
      for (const object of known.objects) all.push(object);
    }
    return { ...snapshot, objects: all };
  }

  function drop(environment: string): void {
    for (const { fingerprint } of kept.get(environment)?.roots ?? []) {
      const known = shared.get(fingerprint);
      if (known === undefined) continue;
      known.uses -= 1;
      if (known.uses > 0) continue;
      shared.delete(fingerprint);
      objects -= known.objects.length;
    }
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
      // Without a state the dialect could not continue from it.
      const isUsable = snapshot.reading?.state !== undefined && snapshot.objects.length <= maxObjects;
      // Shared before the older one is dropped: the two have most roots in common.
      const fresh = isUsable ? share(snapshot) : undefined;
      drop(environment);
      if (fresh === undefined) return;
      kept.set(environment, fresh);
      for (const oldest of kept.keys()) {
        if (objects <= maxObjects) break;
        drop(oldest);
      }
    },
  };
}
