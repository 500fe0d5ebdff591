/**
 * Partitions made at run time, told by provenance: a root that says `partitionOf` belongs to a partitioned parent.
 * "compare" treats them like any table. "shape" lets them come and go, but one that looks different from the others is
 * drift. "ignore" hides whatever happens to them.
 */
import type { AttributeValue } from "../model/attribute.ts";
import type { Change } from "../model/change.ts";
import type { PartitionMode } from "../model/environment.ts";
import { matchesGlob } from "../model/glob.ts";
import { keyId, type ObjectKey } from "../model/key.ts";
import type { SchemaObject } from "../model/object.ts";
import { objectsOfRoot, type Snapshot } from "../model/snapshot.ts";
import type { CompareOptions, Comparison } from "./options.ts";
import { isMirrored } from "./partition-mirrors.ts";
import { shapeDifferences, type Whole } from "./partition-shape.ts";
import { bare, tokensOf } from "./tokens.ts";

type Modes = NonNullable<CompareOptions["partitions"]>;

export function applyPartitionModes(
  changes: readonly Change[],
  baseline: Snapshot,
  live: Snapshot,
  modes: Modes | undefined,
): Comparison {
  if (modes === undefined || changes.length === 0) return { changes, hidden: [] };
  const before = partitionsOf(baseline);
  const after = partitionsOf(live);
  if (before.size === 0 && after.size === 0) return { changes, hidden: [] };
  const counts = new Map<PartitionMode, number>();
  const kept: Change[] = [];
  const cameOrWent = wholesThatCameOrWent(changes);
  const byTable = changesByTable(changes);
  for (const change of changes) {
    const address = addressOf(change.key);
    const parent = after.get(address) ?? before.get(address);
    const mode = parent === undefined ? "compare" : modeOf(parent, modes, after, before);
    const ran = cameOrWent.has(`${change.verb} ${address}`) || cameOrWent.has(address);
    const above = parent === undefined ? [] : (byTable.get(addressOfName(parent)) ?? []);
    if (mode === "compare" || (mode === "shape" && !ran && !isMirrored(change, above))) {
      kept.push(change);
      continue;
    }
    counts.set(mode, (counts.get(mode) ?? 0) + 1);
    const joined =
      change.verb === "added" ? isRoot(change.object) : isMembership(change) && after.has(address);
    if (mode === "shape" && joined) {
      kept.push(...deviations(change.object, parent ?? "", { baseline, live, before }));
    }
  }
  return {
    changes: kept,
    hidden: [...counts].map(([mode, count]) => ({ rule: `partitions: ${mode}`, count })),
  };
}

/** The mode of a partition's table; a partition of a partition follows the nearest table that has a mode of its own. */
function modeOf(
  parent: string,
  modes: Modes,
  ...sides: readonly ReadonlyMap<string, string>[]
): PartitionMode {
  let name: string | undefined = parent;
  while (name !== undefined) {
    const mode = modeOfTable(name, modes);
    if (mode !== undefined) return mode;
    const address: string = addressOfName(name);
    name = sides.map((side) => side.get(address)).find((found) => found !== undefined);
  }
  return modes.default;
}

/** The mode of its own; of several patterns the last that matches wins, as in every list of the configuration. */
export function modeOfTable(name: string, { tables }: Modes): PartitionMode | undefined {
  return tables[name] ?? Object.entries(tables).findLast(([pattern]) => matchesGlob(pattern, name))?.[1];
}

function changesByTable(changes: readonly Change[]): ReadonlyMap<string, readonly Change[]> {
  const groups = new Map<string, Change[]>();
  for (const change of changes) {
    const address = addressOf(change.key);
    const group = groups.get(address);
    if (group === undefined) groups.set(address, [change]);
    else group.push(change);
  }
  return groups;
}

/** Attached, detached or moved: it came or went as a partition, although the table was and is there. */
function isMembership(change: Change): boolean {
  return change.verb === "altered" && change.attribute === "partitionOf" && isRoot(change.object);
}

/** How a partition that is new differs from those the baseline knows, or from its parent. */
function deviations(
  partition: SchemaObject,
  parent: string,
  sides: { baseline: Snapshot; live: Snapshot; before: ReadonlyMap<string, string> },
): Change[] {
  const own = wholes(sides.live, (object) => object === partition);
  const siblings = wholes(sides.baseline, (object) => sides.before.get(addressOf(object.key)) === parent);
  const parents = wholes(
    sides.live,
    (object) => object.kind === partition.kind && addressOf(object.key) === addressOfName(parent),
  );
  const [whole] = own;
  return whole === undefined ? [] : shapeDifferences(whole, siblings, parents[0]);
}

function wholes(snapshot: Snapshot, wanted: (root: SchemaObject) => boolean): Whole[] {
  const found: Whole[] = [];
  for (const root of snapshot.roots) {
    const members = objectsOfRoot(snapshot, root);
    const own = members.find((member) => isRoot(member));
    if (own !== undefined && wanted(own)) found.push({ root: own, members });
  }
  return found;
}

/** Address of each partition -> its parent's name as the server qualifies it. */
function partitionsOf(snapshot: Snapshot): Map<string, string> {
  const parents = new Map<string, string>();
  for (const object of snapshot.objects) {
    if (!isRoot(object)) continue;
    const parent = (object.attributes as { readonly partitionOf?: AttributeValue }).partitionOf;
    if (typeof parent === "string") parents.set(addressOf(object.key), parent);
  }
  return parents;
}

/**
 * Roots that were added or removed as a whole, as "verb address"; what lies in them shares the address. Those that only became
 * partitions, or are none any more, by address alone: whatever the server did to them along with it is meant.
 */
function wholesThatCameOrWent(changes: readonly Change[]): ReadonlySet<string> {
  const moved = new Set<string>();
  for (const change of changes) {
    if (isRoot(change.object) && change.verb !== "altered")
      moved.add(`${change.verb} ${addressOf(change.key)}`);
    if (isMembership(change)) moved.add(addressOf(change.key));
  }
  return moved;
}

function isRoot(object: SchemaObject): boolean {
  return object.parent === undefined;
}

/** Schema and table of whatever lies in a table. */
function addressOf(key: ObjectKey): string {
  return keyId({ kind: "table", path: key.path.slice(0, 2) });
}

/** The address of a table from its name as the server qualifies and quotes it. */
function addressOfName(name: string): string {
  return keyId({
    kind: "table",
    path: tokensOf(name)
      .filter((token) => token !== ".")
      .map(bare),
  });
}
