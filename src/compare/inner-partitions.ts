/**
 * Partitions that are no tables of their own (MySQL, MariaDB), in the same modes: in "shape", those with values (ranges,
 * lists, periods of history) may come and go; how many there are of a hash or a key is a change.
 */
import type { AttributeValue } from "../model/attribute.ts";
import type { Change } from "../model/change.ts";
import type { PartitionMode } from "../model/environment.ts";
import { keyId, type ObjectKey, pathText } from "../model/key.ts";
import type { SchemaObject } from "../model/object.ts";
import type { Snapshot } from "../model/snapshot.ts";
import type { CompareOptions, Comparison } from "./options.ts";
import { modeOfTable } from "./partitions.ts";

type Modes = NonNullable<CompareOptions["partitions"]>;

const kind = "partition";

export function applyInnerPartitionModes(
  changes: readonly Change[],
  baseline: Snapshot,
  modes: Modes | undefined,
): Comparison {
  if (modes === undefined || !changes.some((change) => change.kind === kind)) return { changes, hidden: [] };
  const counts = new Map<PartitionMode, number>();
  const whole = tablesThatChangedAsWhole(changes);
  const names = cameOrWent(changes, partitionsByTable(baseline));
  const kept = changes.filter((change) => {
    if (change.kind !== kind) return true;
    const table = tableOf(change.object);
    if (table === undefined || whole.has(keyId(table))) return true;
    const name = pathText(table.path);
    const mode = modeOfTable(name, modes) ?? modes.default;
    const isMeant = mode === "ignore" || (mode === "shape" && isAmong(names, change, table));
    if (isMeant) counts.set(mode, (counts.get(mode) ?? 0) + 1);
    return !isMeant;
  });
  return {
    changes: kept,
    hidden: [...counts].map(([mode, count]) => ({ rule: `partitions: ${mode}`, count })),
  };
}

/** With the tables that came or went, so did their partitions; where the key of the partitions is another, all are. */
function tablesThatChangedAsWhole(changes: readonly Change[]): ReadonlySet<string> {
  const tables = new Set<string>();
  for (const change of changes) {
    if (change.kind !== "table") continue;
    if (change.verb === "altered" ? change.attribute === "partitionKey" : change.verb !== "renamed")
      tables.add(keyId(change.key));
  }
  return tables;
}

type Siblings = ReadonlyMap<string, readonly SchemaObject[]>;

function partitionsByTable(snapshot: Snapshot): Siblings {
  const tables = new Map<string, SchemaObject[]>();
  for (const object of snapshot.objects) {
    const table = object.kind === kind ? tableOf(object) : undefined;
    if (table === undefined) continue;
    const known = tables.get(keyId(table));
    if (known === undefined) tables.set(keyId(table), [object]);
    else known.push(object);
  }
  return tables;
}

function tableOf({ parent }: SchemaObject): ObjectKey | undefined {
  return parent?.kind === "table" ? parent : undefined;
}

type Attributes = Readonly<Record<string, AttributeValue | undefined>>;

/** Subpartitions come and go with their partition: the server has as many in each. */
function cameOrWent(changes: readonly Change[], siblings: Siblings): ReadonlySet<string> {
  const names = new Set<string>();
  for (const change of changes) {
    const table = change.kind === kind ? tableOf(change.object) : undefined;
    if (table === undefined || (change.verb !== "added" && change.verb !== "removed")) continue;
    const { values } = change.object.attributes as Attributes;
    if (values === null || values === undefined) continue;
    const isAlike = (sibling: SchemaObject): boolean => looksLike(change.object, sibling);
    if (change.verb === "removed" || siblings.get(keyId(table))?.some(isAlike) === true)
      names.add(`${change.verb} ${pathText(change.key.path)}`);
  }
  return names;
}

function isAmong(names: ReadonlySet<string>, { verb, key }: Change, table: ObjectKey): boolean {
  return names.has(`${verb} ${pathText(key.path.slice(0, table.path.length + 1))}`);
}

/** Engine and options but for the comment, which is of each. */
function looksLike(a: SchemaObject, b: SchemaObject): boolean {
  const shape = ({ attributes }: SchemaObject): string => {
    const { engine, options } = attributes as Attributes;
    const told = Object.entries(options ?? {}).filter(([name]) => !/^comment$/i.test(name));
    return JSON.stringify([engine, told.sort(([x], [y]) => (x < y ? -1 : 1))]);
  };
  return shape(a) === shape(b);
}
