/**
 * (baseline, live) -> Change[]. Generic: it names no object kind. Equal fingerprints end it at once; only roots whose
 * fingerprints differ are looked into.
 */
import type { Change } from "../model/change.ts";
import { keyId } from "../model/key.ts";
import { nameCaseOf } from "../model/server.ts";
import type { RootEntry, Snapshot } from "../model/snapshot.ts";
import { objectsOfRoot, rootsById } from "../model/snapshot.ts";
import { changesOfContent } from "./content-only.ts";
import { hideChanges } from "./ignore.ts";
import { applyInnerPartitionModes } from "./inner-partitions.ts";
import { compareObjects } from "./objects.ts";
import type { CompareOptions, Comparison } from "./options.ts";
import { applyPartitionModes } from "./partitions.ts";
import { compareServers } from "./server.ts";
import type { Side } from "./side.ts";

/**
 * Every change from baseline to live that no ignore rule or mode hides, in a stable order: "added" is what only live has.
 * Renames are recognised by the server's object ids when both come from one server, else where only one object fits.
 * Nothing is refused: two snapshots of different dialects differ in nearly everything.
 */
export function compareSnapshots(
  baseline: Snapshot,
  live: Snapshot,
  options: CompareOptions = {},
): readonly Change[] {
  return compareWithHidden(baseline, live, options).changes;
}

/** The same, with the count of what each ignore rule and mode hid. */
export function compareWithHidden(
  baseline: Snapshot,
  live: Snapshot,
  options: CompareOptions = {},
): Comparison {
  const changes: Change[] = options.server === false ? [] : compareServers(baseline, live);
  if (baseline.fingerprint !== live.fingerprint) {
    const { before, after } = differingSides(baseline, live);
    changes.push(...compareObjects(before, after));
  }
  const told = changesOfContent(changes, baseline, live);
  const partitioned = applyPartitionModes(told, baseline, live, options.partitions);
  const inner = applyInnerPartitionModes(partitioned.changes, baseline, options.partitions);
  const visible = hideChanges(inner.changes, options, nameCaseOf(baseline.server, live.server));
  return { changes: visible.changes, hidden: [...partitioned.hidden, ...inner.hidden, ...visible.hidden] };
}

/** The objects of the roots that are not equal on both sides. */
function differingSides(baseline: Snapshot, live: Snapshot): { before: Side; after: Side } {
  const liveRoots = rootsById(live);
  const before: RootEntry[] = [];
  const equal = new Set<string>();
  for (const [id, root] of rootsById(baseline)) {
    if (liveRoots.get(id)?.fingerprint === root.fingerprint) equal.add(id);
    else before.push(root);
  }
  const after: RootEntry[] = [];
  for (const [id, root] of liveRoots) if (!equal.has(id)) after.push(root);
  const version = Math.min(baseline.modelVersion, live.modelVersion);
  const identified = baseline.server.instance !== null && baseline.server.instance === live.server.instance;
  return {
    before: sideOf(baseline, before, version, identified),
    after: sideOf(live, after, version, identified),
  };
}

function sideOf(snapshot: Snapshot, roots: readonly RootEntry[], version: number, identified: boolean): Side {
  const identities = new Map<string, string>();
  const objects = roots.flatMap((root) => {
    const members = objectsOfRoot(snapshot, root);
    if (identified && root.identities !== undefined) {
      for (const [index, member] of members.entries()) {
        const identity = root.identities[index];
        if (identity) identities.set(keyId(member.key), identity);
      }
    }
    return members;
  });
  const major = `${snapshot.server.flavor} ${snapshot.server.major}`;
  let ids: ReadonlySet<string> | undefined;
  const has = (id: string): boolean => {
    ids ??= new Set(snapshot.objects.map(({ key }) => keyId(key)));
    return ids.has(id);
  };
  return { objects, identities, version, major, sameInstance: identified, has };
}
