/**
 * Which roots of an earlier snapshot still stand, by the catalog's own times. What cannot be proven unchanged is read
 * again; when nothing can, everything is. Views, sequences and the schemas themselves are always read: no time tells of them.
 */
import { createHash } from "node:crypto";
import { keyId } from "../../model/key.ts";
import type { ObjectKind } from "../../model/kind.ts";
import { modelVersion } from "../../model/model-version.ts";
import type { Flavor, ServerInfo } from "../../model/server.ts";
import type { RootEntry, Snapshot } from "../../model/snapshot.ts";
import type { ReadOptions } from "../../monitor/ports.ts";
import type { Connection } from "./connect.ts";
import { keyIn, placeOf } from "./normalise/naming.ts";
import { shownName } from "./normalise/sql-text.ts";
import type { TableRow } from "./normalise/tables.ts";
import { refusalOf } from "./probe.ts";
import type { Unreadable } from "./queries/definitions.ts";
import { readInnodbIds } from "./queries/innodb-ids.ts";
import { type EventRow, type RoutineRow, type TriggerRow, tableId } from "./queries/lists.ts";
import type { Lists } from "./queries/objects.ts";
import { type DdlCounters, readStanding } from "./queries/probe.ts";
import type { RunningDdl } from "./queries/running-ddl.ts";
import type { Rights } from "./visibility.ts";
import { text } from "./wire/cells.ts";

/** What stands around the lists at the moment before they were read. */
export interface Circumstances {
  /** Server, start, settings, rights and scope as a digest: everything that could make one object read differently. */
  readonly frame: string;
  readonly flavor: Flavor;
  readonly now: string;
  /** What was made later than this may have been made again within the resolution of the catalog's times. */
  readonly horizon: string;
  readonly renames: string;
  /** InnoDB's ids by "schema\0table"; undefined where the user may not read them (PROCESS) and on MariaDB. */
  readonly innodbIds: ReadonlyMap<string, string> | undefined;
}

const reader: unique symbol = Symbol("MySQL reader");

/** What a reading leaves for the next one, within one process; nobody else looks inside. */
interface State extends Circumstances {
  /** By the key id of the root. */
  readonly roots: ReadonlyMap<string, ListedRoot>;
  /**
   * The counters of statements on triggers, when all that had begun before they were read had ended before the lists were;
   * undefined where one may have been under way.
   */
  readonly triggers: string | undefined;
  /** Tells it from what somebody else left. */
  readonly leftBy: typeof reader;
}

export type Heads = Omit<Lists, "columns">;

/** Key ids of the roots that tables are, views and sequences included, by their rows. */
export type TableIds = ReadonlyMap<TableRow, string>;

export function identifyTables(tables: readonly TableRow[], isOneDatabase: boolean): TableIds {
  return new Map(tables.map((row) => [row, rootId(isOneDatabase, "table", row.schema, row.name)]));
}

/** One round trip or two. Undefined where the catalog's times prove nothing, and where the server does not tell its start. */
export async function readCircumstances(
  connection: Connection,
  server: ServerInfo,
  options: ReadOptions,
  rights: Rights,
  schemas: readonly string[],
  counted: DdlCounters,
  running: RunningDdl,
): Promise<Circumstances | undefined> {
  const standing = await readStanding(connection, [], ["SELECT NOW() AS n, NOW() - INTERVAL 2 SECOND AS h"]);
  const { started } = standing;
  if (refusalOf(standing) !== null || started === undefined) return undefined;
  const clock = standing.more[0]?.[0];
  const { renames, replication } = counted;
  const around = [server, started, replication, connection.user, plain(rights), options.scope ?? null];
  return {
    frame: createHash("sha256").update(JSON.stringify(around)).digest("hex"),
    flavor: connection.version.flavor,
    now: text(clock?.[0]),
    horizon: text(clock?.[1]),
    renames,
    // The list waits for the locks of a running change, and without PROCESS it is refused.
    innodbIds:
      connection.version.flavor === "mysql" && running === "none"
        ? await readInnodbIds(connection, schemas)
        : undefined,
  };
}

function plain(rights: Rights): unknown {
  return JSON.parse(
    JSON.stringify(rights, (_, value: unknown) =>
      value instanceof Set || value instanceof Map ? [...(value as Iterable<unknown>)] : value,
    ),
  );
}

/**
 * What the next reading needs, or undefined when the next must be full: on MySQL a statement that runs now stamps what
 * it makes with the moment at which it began, so only a reading during which none ran can be built upon. MariaDB takes
 * the time from the file, which is made when the change is.
 */
export function stateOf(
  circumstances: Circumstances | undefined,
  counted: DdlCounters,
  running: RunningDdl,
  { heads, listed }: ListedHeads,
  unreadable: readonly Unreadable[],
  isOneDatabase: boolean,
): unknown {
  if (circumstances === undefined) return undefined;
  if (running !== "none" && circumstances.flavor !== "mariadb") return undefined;
  const roots = new Map(listed);
  // What was not read is in no snapshot to take it from.
  for (const { kind, schema, name } of unreadable)
    for (const root of rootKindsOf[kind] ?? []) roots.delete(rootId(isOneDatabase, root, schema, name));
  const hiddenTriggers = new Set(
    unreadable.filter((each) => each.kind === "trigger").map((each) => `${each.schema}\0${each.name}`),
  );
  for (const trigger of heads.triggers) {
    if (hiddenTriggers.has(`${trigger.schema}\0${trigger.name}`))
      roots.delete(rootId(isOneDatabase, "table", trigger.schema, trigger.table));
  }
  const triggers = running === "none" ? counted.triggers : undefined;
  const state: State = { ...circumstances, roots, triggers, leftBy: reader };
  return state;
}

type HeadRow = TableRow | TriggerRow | RoutineRow | EventRow;

/** Everything that the lists say of a root. */
interface ListedRoot {
  /** A table before its triggers, which are in the order of their names; or the one row of a program. */
  readonly rows: readonly HeadRow[];
  /** The latest of the times in them. */
  readonly latest: string;
  /** Without a time nothing is proven. */
  readonly isTimed: boolean;
}

function isSameRoot(a: ListedRoot | undefined, b: ListedRoot): boolean {
  return a?.rows.length === b.rows.length && a.rows.every((row, index) => isSameRow(row, b.rows[index]));
}

/** Rows of one list have the same columns, and plain values in them. */
function isSameRow(a: HeadRow, b: HeadRow | undefined): boolean {
  if (a === b) return true;
  if (b === undefined) return false;
  for (const column in a) if (a[column as keyof HeadRow] !== b[column as keyof HeadRow]) return false;
  return true;
}

/** The kinds of root that one list holds. */
const rootKindsOf: Readonly<Partial<Record<ObjectKind, readonly RootKind[]>>> = {
  table: ["table"],
  function: ["function", "procedure", "package", "package-body"],
  event: ["event"],
};

type RootKind = "table" | "function" | "procedure" | "package" | "package-body" | "event";

function rootId(isOneDatabase: boolean, kind: RootKind, schema: string, name: string): string {
  return keyId(keyIn(placeOf(schema, isOneDatabase), kind, name));
}

function routineKind(type: string): "function" | "procedure" | "package" | "package-body" {
  if (type === "PACKAGE") return "package";
  if (type === "PACKAGE BODY") return "package-body";
  return type === "FUNCTION" ? "function" : "procedure";
}

/** The lists with what they say of each root that has times: tables with their triggers, routines and events. */
export interface ListedHeads {
  readonly heads: Heads;
  readonly ids: TableIds;
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
  for (const row of heads.routines)
    add(rootId(isOneDatabase, routineKind(row.type), row.schema, row.name), row);
  for (const row of heads.events) add(rootId(isOneDatabase, "event", row.schema, row.name), row);
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
function isTimedTable(table: TableRow): boolean {
  return table.engine === "InnoDB" && !/VIEW|SEQUENCE/.test(table.type) && table.createTime !== null;
}

export interface Increment {
  /** What is still to be read. */
  readonly heads: Heads;
  /** Key ids of the earlier snapshot's roots that do not stand. */
  readonly gone: ReadonlySet<string>;
}

/** The earlier snapshot with what its reading left, where it can be built upon. */
export interface Basis {
  readonly previous: Snapshot;
  readonly state: State;
}

/** Undefined when everything must be read. */
export function basisOf(
  previous: Snapshot | undefined,
  circumstances: Circumstances | undefined,
): Basis | undefined {
  const state = previous?.reading?.state;
  if (previous === undefined || !isState(state) || circumstances === undefined) return undefined;
  if (previous.modelVersion !== modelVersion || state.frame !== circumstances.frame) return undefined;
  // A clock that was put back could show an old time again.
  return circumstances.now < state.now ? undefined : { previous, state };
}

function isState(state: unknown): state is State {
  return typeof state === "object" && state !== null && "leftBy" in state && state.leftBy === reader;
}

/** What is known of triggers without asking, and the tables whose triggers must be asked for. */
export interface KnownTriggers {
  readonly known: readonly TriggerRow[];
  readonly unknown: readonly TableRow[];
}

/**
 * MariaDB opens a file of every table to list triggers. A trigger is made, replaced and dropped by statements that are
 * counted when they begin, or goes with its table: where none began since a reading during which none ran, a table that is
 * still the one it was has the triggers that it had. Undefined where that is not proven.
 */
export function knownTriggers(
  basis: Basis | undefined,
  counted: DdlCounters,
  tables: TableIds,
): KnownTriggers | undefined {
  if (basis === undefined || basis.state.flavor !== "mariadb" || basis.state.triggers !== counted.triggers)
    return undefined;
  const known: TriggerRow[] = [];
  const unknown: TableRow[] = [];
  for (const [table, id] of tables) {
    const before = basis.state.roots.get(id);
    const [own, ...triggers] = before?.rows ?? [];
    const stands =
      before?.isTimed === true &&
      before.latest < basis.state.horizon &&
      isTimedTable(table) &&
      isSameRow(table, own);
    if (stands) known.push(...(triggers as readonly TriggerRow[]));
    else if (!/VIEW|SEQUENCE/.test(table.type)) unknown.push(table);
  }
  return { known, unknown };
}

/** Undefined when everything must be read. */
export function planIncrement(
  basis: Basis | undefined,
  circumstances: Circumstances | undefined,
  { heads, ids, listed }: ListedHeads,
  isOneDatabase: boolean,
): Increment | undefined {
  if (basis === undefined || circumstances === undefined) return undefined;
  const { previous, state } = basis;
  const known = new Map(previous.roots.map((root) => [keyId(root.key), root]));
  const standing = new Set<string>();
  for (const [id, root] of listed) {
    const isOld = root.isTimed && root.latest < state.horizon;
    if (isOld && known.has(id) && isSameRoot(state.roots.get(id), root)) standing.add(id);
  }
  const tables = Array.from(ids, ([row, id]) => ({ row, id }));
  dropRenamed(standing, tables, state, circumstances);
  dropChildrenOfMoved(standing, known, previous, tables);
  const isOpen = (id: string): boolean => !standing.has(id);
  const openTables = tables.filter(({ id }) => isOpen(id)).map(({ row }) => row);
  const open = new Set(openTables.map((row) => tableId(row.schema, row.name)));
  return {
    heads: {
      tables: openTables,
      triggers: heads.triggers.filter((row) => open.has(tableId(row.schema, row.table))),
      routines: heads.routines.filter((row) =>
        isOpen(rootId(isOneDatabase, routineKind(row.type), row.schema, row.name)),
      ),
      events: heads.events.filter((row) => isOpen(rootId(isOneDatabase, "event", row.schema, row.name))),
    },
    gone: new Set([...known.keys()].filter(isOpen)),
  };
}

interface IdentifiedTable {
  readonly row: TableRow;
  /** Key id of the root. */
  readonly id: string;
}

/**
 * A rename leaves CREATE_TIME alone on MySQL, so two tables of one second can change places unseen. Where a statement
 * ran that could rename, only InnoDB's own ids prove that a table is the one it was. MariaDB's times do move.
 */
function dropRenamed(
  standing: Set<string>,
  tables: readonly IdentifiedTable[],
  state: State,
  circumstances: Circumstances,
): void {
  if (circumstances.flavor === "mariadb" || state.renames === circumstances.renames) return;
  for (const { row, id } of tables) {
    const name = tableId(row.schema, row.name);
    const before = state.innodbIds?.get(name);
    if (before === undefined || before !== circumstances.innodbIds?.get(name)) standing.delete(id);
  }
}

/** P28: a renamed parent table or column changes the text of its children, and not their times. */
function dropChildrenOfMoved(
  standing: Set<string>,
  known: ReadonlyMap<string, RootEntry>,
  previous: Snapshot,
  tables: readonly IdentifiedTable[],
): void {
  const parents = new Map<string, Set<string>>();
  for (const { row, id } of tables) {
    if (!standing.has(id)) continue;
    const own = parents.get(row.schema) ?? new Set();
    own.add(shownName(row.name));
    parents.set(row.schema, own);
  }
  const schemas = [...parents].map(([schema, names]) => ({ prefix: `${shownName(schema)}.`, names }));
  const stands = (schema: string, referenced: string): boolean =>
    parents.get(schema)?.has(referenced) === true ||
    schemas.some(
      ({ prefix, names }) => referenced.startsWith(prefix) && names.has(referenced.slice(prefix.length)),
    );
  // A child that goes now is not a moved parent itself: what its own children hold of it did not change.
  for (const { row, id } of tables) {
    const root = known.get(id);
    if (root === undefined || !standing.has(id)) continue;
    for (let at = root.start; at < root.start + root.count; at += 1) {
      const object = previous.objects[at];
      if (object?.kind !== "foreign-key" || stands(row.schema, object.attributes.referencedTable)) continue;
      standing.delete(id);
      break;
    }
  }
}
