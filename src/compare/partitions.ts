/**
 * Partitions made at run time, told by provenance: a root that says `partitionOf` belongs to a partitioned parent.
 * "shape" lets such roots come and go and compares the rest; "ignore" hides whatever happens to them.
 */
import type { AttributeValue } from "../model/attribute.ts";
import type { Change } from "../model/change.ts";
import type { PartitionMode } from "../model/environment.ts";
import type { ObjectKey } from "../model/key.ts";
import type { SchemaObject } from "../model/object.ts";
import type { Snapshot } from "../model/snapshot.ts";
import type { CompareOptions, Comparison } from "./options.ts";

export function applyPartitionModes(
  changes: readonly Change[],
  baseline: Snapshot,
  live: Snapshot,
  modes: CompareOptions["partitions"],
): Comparison {
  if (modes === undefined || changes.length === 0) return { changes, hidden: [] };
  const parents = new Map([...partitionParents(baseline), ...partitionParents(live)]);
  if (parents.size === 0) return { changes, hidden: [] };
  const kept: Change[] = [];
  const counts = new Map<PartitionMode, number>();
  for (const change of changes) {
    const mode = modeOf(change, parents, modes);
    const comesOrGoes = change.verb === "added" || change.verb === "removed";
    const whole = comesOrGoes && parents.has(addressOf(change.object.key));
    const withWhole = comesOrGoes && wholeRootMoved(change, changes, parents);
    if (mode === "ignore" || (mode === "shape" && (whole || withWhole))) {
      counts.set(mode, (counts.get(mode) ?? 0) + 1);
    } else kept.push(change);
  }
  const hidden = [...counts].map(([mode, count]) => ({ rule: `partitions: ${mode}`, count }));
  return { changes: kept, hidden };
}

function addressOf(key: ObjectKey): string {
  return JSON.stringify(key.path.slice(0, 2));
}

/** Address of each partition -> the parent's name as the server qualifies it. */
function partitionParents(snapshot: Snapshot): Map<string, string> {
  const parents = new Map<string, string>();
  for (const root of snapshot.roots) {
    const own = snapshot.objects.slice(root.start, root.start + root.count).find((o) => o.key === root.key);
    const parent = own === undefined ? undefined : partitionOf(own);
    if (parent !== undefined) parents.set(addressOf(root.key), parent);
  }
  return parents;
}

function partitionOf(object: SchemaObject): string | undefined {
  if (object.parent !== undefined) return undefined;
  const value = (object.attributes as { readonly partitionOf?: AttributeValue }).partitionOf;
  return typeof value === "string" ? value : undefined;
}

function modeOf(
  change: Change,
  parents: ReadonlyMap<string, string>,
  modes: NonNullable<CompareOptions["partitions"]>,
): PartitionMode {
  let parent = parents.get(addressOf(change.key));
  const from = change.verb === "renamed" ? parents.get(addressOf(change.from)) : undefined;
  parent ??= from;
  if (parent === undefined) return "compare";
  return modes.tables[parent] ?? modes.default;
}

function wholeRootMoved(
  change: Change,
  changes: readonly Change[],
  parents: ReadonlyMap<string, string>,
): boolean {
  const address = addressOf(change.key);
  if (!parents.has(address) || change.object.parent === undefined) return false;
  return rootMoves(changes).has(`${change.verb} ${address}`);
}

const moves = new WeakMap<readonly Change[], Set<string>>();

/** Roots that came or went as a whole, computed once per list of changes. */
function rootMoves(changes: readonly Change[]): Set<string> {
  let known = moves.get(changes);
  if (known === undefined) {
    known = new Set();
    for (const change of changes) {
      if (change.object.parent === undefined && change.verb !== "altered") {
        known.add(`${change.verb} ${addressOf(change.key)}`);
      }
    }
    moves.set(changes, known);
  }
  return known;
}
