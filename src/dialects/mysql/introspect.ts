/**
 * Reads every kind of object into one snapshot. MySQL promises no single moment across queries (P39): the DDL counters
 * and the catalog's own times are read before and after, and when they moved the whole is read again.
 */
import { DriftwatchError } from "../../model/errors.ts";
import type { ObjectKind } from "../../model/kind.ts";
import { objectOf, type SchemaObject } from "../../model/object.ts";
import type { HiddenArea, ServerInfo, Visibility } from "../../model/server.ts";
import {
  buildSnapshot,
  patchSnapshot,
  type Reading,
  type Snapshot,
  type SnapshotParts,
} from "../../model/snapshot.ts";
import type { ReadOptions } from "../../monitor/ports.ts";
import type { Connection } from "./connect.ts";
import {
  basisOf,
  type Heads,
  type Increment,
  identifyTables,
  type KnownTriggers,
  knownTriggers,
  listRoots,
  planIncrement,
  readCircumstances,
  stateOf,
} from "./incremental.ts";
import { canonicalCharset, canonicalCollation } from "./normalise/canonical-text.ts";
import { commentOn, keyIn, placeOf } from "./normalise/naming.ts";
import { schemasInScope } from "./normalise/scope.ts";
import { quotedName } from "./normalise/sql-text.ts";
import type { TableRow } from "./normalise/tables.ts";
import { readAccess } from "./queries/access.ts";
import type { Unreadable } from "./queries/definitions.ts";
import { readInnodbIds } from "./queries/innodb-ids.ts";
import {
  readColumns,
  readEvents,
  readRoutines,
  readSchemas,
  readTables,
  readTriggers,
  type SchemaRow,
  tableId,
} from "./queries/lists.ts";
import { type Lists, readSchemaObjects, type SchemaRead } from "./queries/objects.ts";
import { readLoadableFunctions, readUnmodelled } from "./queries/others.ts";
import { countDdl } from "./queries/probe.ts";
import { readRunningDdl } from "./queries/running-ddl.ts";
import { accountText, hiddenAreas, type Rights, readRights, routineRemedy } from "./visibility.ts";

const attempts = 4;
const pauseMs = 400;

/** Builds on `previous` where the catalog proves it. Throws read.inconsistent when the schema kept changing. */
export async function introspect(
  connection: Connection,
  server: ServerInfo,
  options: ReadOptions,
  previous?: Snapshot,
): Promise<Snapshot> {
  let last: DriftwatchError | undefined;
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    if (attempt > 1) await pause(pauseMs * attempt, options.signal);
    try {
      const snapshot = await readOnce(connection, server, options, previous);
      if (snapshot !== undefined) return snapshot;
    } catch (error) {
      if (!(error instanceof DriftwatchError) || error.code !== "read.inconsistent") throw error;
      last = error;
    }
  }
  throw new DriftwatchError(
    "read.inconsistent",
    `${connection.place}: the schema kept changing while it was read`,
    {
      retryable: true,
      remedy: "Check again when the running deployment is done.",
      cause: last,
    },
  );
}

/** Undefined when the schema moved meanwhile. */
async function readOnce(
  connection: Connection,
  server: ServerInfo,
  options: ReadOptions,
  previous: Snapshot | undefined,
): Promise<Snapshot | undefined> {
  const isOneDatabase = isOneDatabaseMode(connection, options);
  const before = await countDdl(connection);
  const rights = await readRights(connection);
  const running = await readRunningDdl(connection, rights);
  const schemas = schemasInScope(await readSchemas(connection), connection, options.scope);
  const names = schemas.map((schema) => schema.name);
  // Privileges on a table belong to its root and leave no trace in its times.
  const circumstances =
    options.scope?.roles === true
      ? undefined
      : await readCircumstances(connection, server, options, rights, names, before, running);
  const basis = basisOf(previous, circumstances);
  const tables = await readTables(connection, names);
  const tableIds = identifyTables(tables, isOneDatabase);
  const heads = await readHeads(connection, names, tables, knownTriggers(basis, before, tableIds));
  const roots = listRoots(heads, tableIds, isOneDatabase);
  const increment = planIncrement(basis, circumstances, roots, isOneDatabase);
  const open = increment?.heads ?? heads;
  // MySQL's list of ids waits for the locks of a running change.
  const ids =
    running === "none"
      ? (circumstances?.innodbIds ?? (await readInnodbIds(connection, names, open.tables)))
      : undefined;
  const columns = await readColumns(connection, names, increment?.heads.tables);
  const lists = { ...open, schemas, columns };
  const read = await readAll(connection, options, rights, lists);
  const after = await countDdl(connection);
  const isStill = before.all === after.all && running !== "some";
  if (!isStill && !(await isUnmoved(connection, schemas, heads))) return undefined;
  const state = stateOf(circumstances, before, running, roots, read.unreadable, isOneDatabase);
  const reading = { full: increment === undefined, ...(state === undefined ? {} : { state }) };
  return toSnapshot(
    server,
    { ...read, identities: identitiesOf(read.objects, ids, names, isOneDatabase) },
    reading,
    previous,
    increment,
  );
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    }
    signal?.addEventListener("abort", done, { once: true });
  });
}

interface AllLists extends Lists {
  readonly schemas: readonly SchemaRow[];
}

/** Three queries over information_schema; of triggers only those that are not known (incremental.ts). */
async function readHeads(
  connection: Connection,
  schemas: readonly string[],
  tables: readonly TableRow[],
  spared?: KnownTriggers,
): Promise<Heads> {
  return {
    tables,
    routines: await readRoutines(connection, schemas),
    triggers: [...(spared?.known ?? []), ...(await readTriggers(connection, schemas, spared?.unknown))],
    events: await readEvents(connection, schemas),
  };
}

/**
 * DDL elsewhere on the server (or a temporary table) moves the counters; then the times of what we read decide. They
 * have a resolution of one second, so a change within the last two seconds before the reading is not told apart.
 */
async function isUnmoved(
  connection: Connection,
  schemas: readonly SchemaRow[],
  first: Heads,
): Promise<boolean> {
  const names = schemas.map((schema) => schema.name);
  const second = await readHeads(connection, names, await readTables(connection, names));
  if (timesOf(first) !== timesOf(second)) return false;
  const [row] = await connection.rows("SELECT NOW() - INTERVAL 2 SECOND AS t");
  const recent = String(row?.[0] ?? "");
  return second.tables.every((table) => (table.createTime ?? "") < recent);
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function timesOf(lists: Heads): string {
  return JSON.stringify([
    lists.tables
      .map((table) => [table.schema, table.name, table.createTime, table.comment].join("\0"))
      .sort(byText),
    lists.routines.map((row) => [row.schema, row.type, row.name, row.changedAt].join("\0")).sort(byText),
    lists.triggers.map((row) => [row.schema, row.name, row.changedAt, row.order].join("\0")).sort(byText),
    lists.events.map((row) => [row.schema, row.name, row.changedAt].join("\0")).sort(byText),
  ]);
}

interface Read {
  readonly objects: readonly SchemaObject[];
  readonly identities?: ReadonlyMap<SchemaObject, string> | undefined;
  readonly unreadable: readonly Unreadable[];
  readonly visibility: Visibility;
}

async function readAll(
  connection: Connection,
  options: ReadOptions,
  rights: Rights,
  lists: AllLists,
): Promise<Read> {
  const isOneDatabase = isOneDatabaseMode(connection, options);
  const objects: SchemaObject[] = [];
  const unreadable: Unreadable[] = [];
  for (const schema of lists.schemas) {
    const place = placeOf(schema.name, isOneDatabase);
    objects.push(...schemaObjects(place, schema));
    const part: SchemaRead = await readSchemaObjects(connection, place, lists);
    for (const object of part.objects) objects.push(object);
    unreadable.push(...part.unreadable);
  }
  const hidden = [
    ...hiddenAreas(
      connection,
      rights,
      lists.schemas.map((schema) => schema.name),
    ),
    ...unreadableAreas(connection, rights, unreadable, isOneDatabase),
  ];
  if (!isOneDatabase) {
    const functions = await readLoadableFunctions(connection);
    objects.push(...functions.objects);
    hidden.push(...functions.hidden);
  }
  if (options.scope?.roles === true) {
    const places = lists.schemas.map((schema) => placeOf(schema.name, isOneDatabase));
    const accounts = await readAccess(connection, places, lists);
    objects.push(...accounts.objects);
    hidden.push(...accounts.hidden);
  }
  const visibility: Visibility = {
    user: connection.user,
    schemas: lists.schemas.map((schema) => schema.name).sort(),
    hidden: distinct(hidden),
    unmodelled: await readUnmodelled(
      connection,
      lists.schemas.map((schema) => schema.name),
    ),
  };
  return { objects, unreadable, visibility };
}

/** One database named by the URL and no list of schemas: paths leave its name out, so that copies compare equal. */
export function isOneDatabaseMode(connection: Pick<Connection, "database">, options: ReadOptions): boolean {
  return connection.database !== null && options.scope?.schemas === undefined;
}

function schemaObjects(place: ReturnType<typeof placeOf>, schema: SchemaRow): readonly SchemaObject[] {
  const key = keyIn(place, "schema");
  const object = objectOf(key, {
    charset: canonicalCharset(schema.charset),
    collation: canonicalCollation(schema.collation),
    encrypted: schema.encrypted,
    readOnly: schema.readOnly,
  });
  return [object, ...commentOn(key, schema.comment)];
}

/**
 * Stable names of areas that a missing right hides: single objects come and go, and an area that shrinks or grows with
 * them would tell nothing. What is broken is named one by one: the next one to break is news.
 */
const areaOf: Readonly<Partial<Record<ObjectKind, string>>> = {
  table: "table definitions",
  view: "views",
  sequence: "sequences",
  function: "routine bodies",
  trigger: "triggers",
  event: "events",
};

function unreadableAreas(
  connection: Connection,
  rights: Rights,
  unreadable: readonly Unreadable[],
  isOneDatabase: boolean,
): readonly HiddenArea[] {
  return unreadable.map(({ schema, kind, name, error }) => {
    if (error !== undefined) {
      const place = isOneDatabase ? name : `${schema}.${name}`;
      return {
        area: `the definition of the ${kind} ${place}`,
        reason: `the server answers ${error}`,
        kinds: [kind],
      };
    }
    const isRoutine = kind === "function";
    return {
      area: `${areaOf[kind] ?? kind} of ${schema}`,
      reason: isRoutine
        ? "bodies of functions and procedures of others cannot be read"
        : "a definition cannot be read",
      remedy: isRoutine
        ? routineRemedy(connection, rights.account, schema)
        : `GRANT SELECT, SHOW VIEW, TRIGGER, EVENT ON ${quotedName(schema)}.* TO ${accountText(rights.account)};`,
      kinds: isRoutine ? ["function", "procedure", "package", "package-body"] : [kind],
    };
  });
}

function distinct(areas: readonly HiddenArea[]): readonly HiddenArea[] {
  // What the grants say comes first in the list and is the more exact remedy.
  const byName = new Map([...areas].reverse().map((area) => [area.area, area]));
  return [...byName.values()].sort((a, b) => (a.area < b.area ? -1 : 1));
}

/** A partitioned table has no id of its own. */
function identitiesOf(
  objects: readonly SchemaObject[],
  ids: ReadonlyMap<string, string> | undefined,
  schemas: readonly string[],
  isOneDatabase: boolean,
): ReadonlyMap<SchemaObject, string> | undefined {
  if (ids === undefined) return undefined;
  const identities = new Map<SchemaObject, string>();
  for (const object of objects) {
    if (object.kind !== "table" || object.attributes.partitionKey !== null) continue;
    const [schema, name] = isOneDatabase ? [schemas[0], object.key.path[0]] : object.key.path;
    const id = ids.get(tableId(schema ?? "", name ?? ""));
    if (id !== undefined) identities.set(object, `storage:${id.trim()}`);
  }
  return identities;
}

function unmodelledTables(objects: readonly SchemaObject[]): Visibility["unmodelled"] {
  const count = objects.filter(
    (object) => object.kind === "table" && object.attributes.unmodelledDefinition !== null,
  ).length;
  return count === 0 ? [] : [{ what: "tables with clauses that the model does not hold", count }];
}

function toSnapshot(
  server: ServerInfo,
  read: Read,
  reading: Reading,
  previous: Snapshot | undefined,
  increment: Increment | undefined,
): Snapshot {
  const parts: SnapshotParts = {
    dialect: "mysql",
    server,
    takenAt: new Date().toISOString(),
    visibility: read.visibility,
    objects: read.objects,
    ...(read.identities === undefined ? {} : { identities: read.identities }),
    reading,
  };
  const snapshot =
    previous === undefined || increment === undefined
      ? buildSnapshot(parts)
      : patchSnapshot(previous, parts, increment.gone);
  const unmodelled = [...unmodelledTables(snapshot.objects), ...read.visibility.unmodelled];
  return { ...snapshot, visibility: { ...read.visibility, unmodelled } };
}
