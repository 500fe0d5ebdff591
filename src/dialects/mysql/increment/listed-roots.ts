/** What the lists say of each root that has times: tables with their triggers, routines and events. */
import { keyId } from "../../../model/key.ts";
import type { ObjectKind } from "../../../model/kind.ts";
import { keyIn, placeOf } from "../normalise/naming.ts";
import type { TableRow } from "../normalise/tables.ts";
import type { Unreadable } from "../queries/definitions.ts";
import type { Heads } from "../queries/heads.ts";
import { type EventRow, type RoutineRow, type TriggerRow, tableId } from "../queries/lists.ts";

type HeadRow = TableRow | TriggerRow | RoutineRow | EventRow;

/** Everything that the lists say of a root. */
export interface ListedRoot {
  /** A table before its triggers, which are in the order of their names; or the one row of a program. */
  readonly rows: readonly HeadRow[];
  /** The latest of the times in them. */
  readonly latest: string;
  /** Without a time nothing is proven. */
  readonly isTimed: boolean;
}

export function isSameRoot(a: ListedRoot | undefined, b: ListedRoot): boolean {
  return a?.rows.length === b.rows.length && a.rows.every((row, index) => isSameRow(row, b.rows[index]));
}

/** Rows of one list have the same columns, and plain values in them. */
export function isSameRow(a: HeadRow, b: HeadRow | undefined): boolean {
  if (a === b) return true;
  if (b === undefined) return false;
  for (const column in a) if (a[column as keyof HeadRow] !== b[column as keyof HeadRow]) return false;
  return true;
}

type RootKind = "table" | "function" | "procedure" | "package" | "package-body" | "event";

function rootId(isOneDatabase: boolean, kind: RootKind, schema: string, name: string): string {
  return keyId(keyIn(placeOf(schema, isOneDatabase), kind, name));
}

function routineKind(type: string): "function" | "procedure" | "package" | "package-body" {
  if (type === "PACKAGE") return "package";
  if (type === "PACKAGE BODY") return "package-body";
  return type === "FUNCTION" ? "function" : "procedure";
}

/** Key id of the root that a routine is. */
export function routineId({ type, schema, name }: RoutineRow, isOneDatabase: boolean): string {
  return rootId(isOneDatabase, routineKind(type), schema, name);
}

/** Key id of the root that an event is. */
export function eventId({ schema, name }: EventRow, isOneDatabase: boolean): string {
  return rootId(isOneDatabase, "event", schema, name);
}

/** Key ids of the roots that tables are, views and sequences included, by their rows. */
export type TableIds = ReadonlyMap<TableRow, string>;

export function identifyTables(tables: readonly TableRow[], isOneDatabase: boolean): TableIds {
  return new Map(tables.map((row) => [row, rootId(isOneDatabase, "table", row.schema, row.name)]));
}

/** The lists with what they say of each root that has times. */
export interface ListedHeads {
  readonly heads: Heads;
  readonly ids: TableIds;
  /** By the key id of the root. */
  readonly listed: ReadonlyMap<string, ListedRoot>;
}

export function listRoots(heads: Heads, ids: TableIds, isOneDatabase: boolean): ListedHeads {
  const listed = new Map<string, ListedRoot>();
  const triggers = new Map<string, TriggerRow[]>();
  for (const trigger of heads.triggers) {
    const id = tableId(trigger.schema, trigger.table);
    const list = triggers.get(id);
    if (list === undefined) triggers.set(id, [trigger]);
    else list.push(trigger);
  }
  for (const table of heads.tables) {
    if (!isTimedTable(table)) continue;
    const own = triggers.get(tableId(table.schema, table.name)) ?? [];
    listed.set(ids.get(table) ?? "", tableRoot(table, own));
  }
  const add = (id: string, row: RoutineRow | EventRow): void => {
    listed.set(id, { rows: [row], latest: row.changedAt, isTimed: row.changedAt !== "" });
  };
  for (const row of heads.routines) add(routineId(row, isOneDatabase), row);
  for (const row of heads.events) add(eventId(row, isOneDatabase), row);
  return { heads, ids, listed };
}

function tableRoot(table: TableRow, triggers: readonly TriggerRow[]): ListedRoot {
  const created = table.createTime ?? "";
  if (triggers.length === 0) return { rows: [table], latest: created, isTimed: created !== "" };
  const own = triggers.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const times = [created, ...own.map((trigger) => trigger.changedAt)];
  return { rows: [table, ...own], latest: times.toSorted().at(-1) ?? "", isTimed: !times.includes("") };
}

/** MariaDB takes the times of other engines from their own files, which a change of a default or comment leaves alone. */
export function isTimedTable(table: TableRow): boolean {
  return table.engine === "InnoDB" && !/VIEW|SEQUENCE/.test(table.type) && table.createTime !== null;
}

/** The kinds of root that one list holds. */
const rootKindsOf: Readonly<Partial<Record<ObjectKind, readonly RootKind[]>>> = {
  table: ["table"],
  function: ["function", "procedure", "package", "package-body"],
  event: ["event"],
};

/** What was not read is in no snapshot to take it from. */
export function readableRoots(
  { heads, listed }: ListedHeads,
  unreadable: readonly Unreadable[],
  isOneDatabase: boolean,
): ReadonlyMap<string, ListedRoot> {
  const roots = new Map(listed);
  for (const { kind, schema, name } of unreadable)
    for (const root of rootKindsOf[kind] ?? []) roots.delete(rootId(isOneDatabase, root, schema, name));
  const hiddenTriggers = new Set(
    unreadable.filter((each) => each.kind === "trigger").map((each) => `${each.schema}\0${each.name}`),
  );
  for (const trigger of heads.triggers) {
    if (hiddenTriggers.has(`${trigger.schema}\0${trigger.name}`))
      roots.delete(rootId(isOneDatabase, "table", trigger.schema, trigger.table));
  }
  return roots;
}
