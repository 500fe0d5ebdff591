/**
 * Which roots of an earlier snapshot still stand, by the catalog's own times. What cannot be proven unchanged is read
 * again; when nothing can, everything is. Views, sequences and the schemas themselves are always read: no time tells of them.
 */
import { createHash } from "node:crypto";
import { keyId } from "../../model/key.ts";
import { modelVersion } from "../../model/model-version.ts";
import type { Flavor, ServerInfo } from "../../model/server.ts";
import { objectsOfRoot, type RootEntry, type Snapshot } from "../../model/snapshot.ts";
import type { ReadOptions } from "../../monitor/ports.ts";
import { type Catalog, text } from "./connect.ts";
import { keyIn, placeOf } from "./normalise/naming.ts";
import { shownName } from "./normalise/sql-text.ts";
import type { TableRow } from "./normalise/tables.ts";
import { type DdlCounters, seesEveryDdl, startedAt } from "./probe.ts";
import type { Unreadable } from "./queries/definitions.ts";
import { readInnodbIds } from "./queries/innodb-ids.ts";
import { tableId } from "./queries/lists.ts";
import type { Lists } from "./queries/objects.ts";
import type { RunningDdl } from "./queries/running-ddl.ts";
import type { Grants } from "./visibility.ts";

/** What stands around the lists at the moment before they were read. */
export interface Circumstances {
  /** Server, start, settings, grants and scope as a digest: everything that could make one object read differently. */
  readonly frame: string;
  readonly flavor: Flavor;
  readonly now: string;
  /** What was made later than this may have been made again within the resolution of the catalog's times. */
  readonly horizon: string;
  readonly renames: string;
  /** InnoDB's ids by "schema\0table"; undefined where the user may not read them (PROCESS) and on MariaDB. */
  readonly innodbIds: ReadonlyMap<string, string> | undefined;
}

interface State extends Omit<Circumstances, "innodbIds"> {
  readonly innodbIds: Readonly<Record<string, string>> | undefined;
  /** Key id of a root -> everything the lists say of it. */
  readonly roots: Readonly<Record<string, string>>;
}

export type Heads = Omit<Lists, "columns">;

/** A few small queries. Undefined where the catalog's times prove nothing, and where the server does not tell its start. */
export async function readCircumstances(
  catalog: Catalog,
  server: ServerInfo,
  options: ReadOptions,
  grants: Grants,
  schemas: readonly string[],
  counted: DdlCounters,
  running: RunningDdl,
): Promise<Circumstances | undefined> {
  if (!(await seesEveryDdl(catalog))) return undefined;
  const started = await startedAt(catalog);
  if (started === undefined) return undefined;
  const [clock] = await catalog.rows("SELECT NOW() AS n, NOW() - INTERVAL 2 SECOND AS h");
  const { renames, replication } = counted;
  const around = [server, started, replication, catalog.user, plain(grants), options.scope ?? null];
  return {
    frame: createHash("sha256").update(JSON.stringify(around)).digest("hex"),
    flavor: catalog.version.flavor,
    now: text(clock?.[0]),
    horizon: text(clock?.[1]),
    renames,
    // The list waits for the locks of a running change, and without PROCESS it is refused.
    innodbIds:
      catalog.version.flavor === "mysql" && running === "none"
        ? await readInnodbIds(catalog, schemas)
        : undefined,
  };
}

function plain(grants: Grants): unknown {
  return JSON.parse(
    JSON.stringify(grants, (_, value: unknown) =>
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
  catalog: Catalog,
  circumstances: Circumstances | undefined,
  running: RunningDdl,
  { heads, signed }: SignedHeads,
  unreadable: readonly Unreadable[],
  isOneDatabase: boolean,
): string | undefined {
  if (circumstances === undefined) return undefined;
  if (running !== "none" && catalog.version.flavor !== "mariadb") return undefined;
  const roots = new Map(signed);
  const hiddenTriggers = new Set(
    unreadable.filter((each) => each.kind === "trigger").map((each) => `${each.schema}\0${each.name}`),
  );
  for (const trigger of heads.triggers) {
    if (hiddenTriggers.has(`${trigger.schema}\0${trigger.name}`))
      roots.delete(rootId(isOneDatabase, "table", trigger.schema, trigger.table));
  }
  const { innodbIds, ...rest } = circumstances;
  const state: State = {
    ...rest,
    innodbIds: innodbIds === undefined ? undefined : Object.fromEntries(innodbIds),
    roots: Object.fromEntries([...roots].map(([id, root]) => [id, root.signature])),
  };
  return JSON.stringify(state);
}

interface Signed {
  readonly signature: string;
  /** The latest of the times in it. */
  readonly latest: string;
  /** Without a time nothing is proven. */
  readonly isTimed: boolean;
}

function rootId(
  isOneDatabase: boolean,
  kind: "table" | "function" | "procedure" | "package" | "package-body" | "event",
  schema: string,
  name: string,
): string {
  return keyId(keyIn(placeOf(schema, isOneDatabase), kind, name));
}

function routineKind(type: string): "function" | "procedure" | "package" | "package-body" {
  if (type === "PACKAGE") return "package";
  if (type === "PACKAGE BODY") return "package-body";
  return type === "FUNCTION" ? "function" : "procedure";
}

/** The lists with what they say of each root that has times: tables with their triggers, routines and events. */
export interface SignedHeads {
  readonly heads: Heads;
  readonly signed: ReadonlyMap<string, Signed>;
}

export function signHeads(heads: Heads, isOneDatabase: boolean): SignedHeads {
  const signed = new Map<string, Signed>();
  const triggers = new Map<string, (typeof heads.triggers)[number][]>();
  for (const trigger of heads.triggers) {
    const id = tableId(trigger.schema, trigger.table);
    const list = triggers.get(id);
    if (list === undefined) triggers.set(id, [trigger]);
    else list.push(trigger);
  }
  for (const table of heads.tables) {
    if (!isTimedTable(table)) continue;
    const own = (triggers.get(tableId(table.schema, table.name)) ?? []).sort((a, b) =>
      a.name < b.name ? -1 : 1,
    );
    const times = [table.createTime ?? "", ...own.map((trigger) => trigger.changedAt)];
    signed.set(rootId(isOneDatabase, "table", table.schema, table.name), {
      signature: JSON.stringify([table, own]),
      latest: times.sort().at(-1) ?? "",
      isTimed: !times.includes(""),
    });
  }
  const add = (id: string, row: { readonly changedAt: string }): void => {
    signed.set(id, { signature: JSON.stringify(row), latest: row.changedAt, isTimed: row.changedAt !== "" });
  };
  for (const row of heads.routines)
    add(rootId(isOneDatabase, routineKind(row.type), row.schema, row.name), row);
  for (const row of heads.events) add(rootId(isOneDatabase, "event", row.schema, row.name), row);
  return { heads, signed };
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

/** Undefined when everything must be read. */
export function planIncrement(
  previous: Snapshot | undefined,
  circumstances: Circumstances | undefined,
  { heads, signed }: SignedHeads,
  isOneDatabase: boolean,
): Increment | undefined {
  const state = readState(previous?.reading?.state);
  if (previous === undefined || state === undefined || circumstances === undefined) return undefined;
  if (previous.modelVersion !== modelVersion || state.frame !== circumstances.frame) return undefined;
  // A clock that was put back could show an old time again.
  if (circumstances.now < state.now) return undefined;
  const known = new Map(previous.roots.map((root) => [keyId(root.key), root]));
  const standing = new Set<string>();
  for (const [id, root] of signed) {
    const isSame = state.roots[id] === root.signature && root.isTimed && root.latest < state.horizon;
    if (isSame && known.has(id)) standing.add(id);
  }
  dropRenamed(standing, heads, state, circumstances, isOneDatabase);
  dropChildrenOfMoved(standing, known, previous, heads, isOneDatabase);
  const isOpen = (id: string): boolean => !standing.has(id);
  const dirtyTables = heads.tables.filter((row) =>
    isOpen(rootId(isOneDatabase, "table", row.schema, row.name)),
  );
  const tables = new Set(dirtyTables.map((row) => tableId(row.schema, row.name)));
  return {
    heads: {
      tables: dirtyTables,
      triggers: heads.triggers.filter((row) => tables.has(tableId(row.schema, row.table))),
      routines: heads.routines.filter((row) =>
        isOpen(rootId(isOneDatabase, routineKind(row.type), row.schema, row.name)),
      ),
      events: heads.events.filter((row) => isOpen(rootId(isOneDatabase, "event", row.schema, row.name))),
    },
    gone: new Set([...known.keys()].filter(isOpen)),
  };
}

function readState(state: unknown): State | undefined {
  return typeof state !== "string" ? undefined : (JSON.parse(state) as State);
}

/**
 * A rename leaves CREATE_TIME alone on MySQL, so two tables of one second can change places unseen. Where a statement
 * ran that could rename, only InnoDB's own ids prove that a table is the one it was. MariaDB's times do move.
 */
function dropRenamed(
  standing: Set<string>,
  heads: Heads,
  state: State,
  circumstances: Circumstances,
  isOneDatabase: boolean,
): void {
  if (circumstances.flavor === "mariadb" || state.renames === circumstances.renames) return;
  for (const { schema, name } of heads.tables) {
    const id = tableId(schema, name);
    const before = state.innodbIds?.[id];
    if (before === undefined || before !== circumstances.innodbIds?.get(id))
      standing.delete(rootId(isOneDatabase, "table", schema, name));
  }
}

/** P28: a renamed parent table or column changes the text of its children, and not their times. */
function dropChildrenOfMoved(
  standing: Set<string>,
  known: ReadonlyMap<string, RootEntry>,
  previous: Snapshot,
  heads: Heads,
  isOneDatabase: boolean,
): void {
  const parents = new Set<string>();
  const tables = heads.tables.map((row) => ({
    row,
    id: rootId(isOneDatabase, "table", row.schema, row.name),
  }));
  for (const { row, id } of tables) {
    if (!standing.has(id)) continue;
    parents.add(`${row.schema}\0${shownName(row.name)}`);
    parents.add(`\0${shownName(row.schema)}.${shownName(row.name)}`);
  }
  for (const { row, id } of tables) {
    const root = known.get(id);
    if (root === undefined || !standing.has(id)) continue;
    for (const object of objectsOfRoot(previous, root)) {
      if (object.kind !== "foreign-key") continue;
      const { referencedTable } = object.attributes;
      if (parents.has(`${row.schema}\0${referencedTable}`) || parents.has(`\0${referencedTable}`)) continue;
      standing.delete(id);
      break;
    }
  }
}
