/**
 * Reads every kind of object and builds the snapshot. MySQL promises no single moment across queries (P39): the DDL counters
 * and the catalog's own times are read before and after, and the read tells whether they moved.
 */
import { DriftwatchError } from "../../model/errors.ts";
import { objectOf, type SchemaObject } from "../../model/object.ts";
import type { ServerInfo, Visibility } from "../../model/server.ts";
import { buildSnapshot, type Reading, type Snapshot, type SnapshotParts } from "../../model/snapshot.ts";
import type { ReadOptions } from "../../monitor/ports.ts";
import type { Connection } from "./connect.ts";
import { identifyTables, type ListedHeads, listRoots, readableRoots } from "./increment/listed-roots.ts";
import { circumstancesText, type Moment, type ReadingState, readingState } from "./increment/state.ts";
import { canonicalCharset, canonicalCollation } from "./normalise/canonical-text.ts";
import { commentOn, keyIn, placeOf, type SchemaPlace } from "./normalise/naming.ts";
import { schemasInScope } from "./normalise/scope.ts";
import type { TableRow } from "./normalise/tables.ts";
import { refusalOf } from "./probe.ts";
import { readAccess } from "./queries/access.ts";
import { askOnce } from "./queries/asked-lists.ts";
import type { Unreadable } from "./queries/definitions.ts";
import { type Heads, readHeads } from "./queries/heads.ts";
import { readInnodbIds } from "./queries/innodb-ids.ts";
import { readColumns, readSchemas, readTables, type SchemaRow, tableId } from "./queries/lists.ts";
import { type Lists, readSchemaObjects, type SchemaRead } from "./queries/objects.ts";
import { readLoadableFunctions, readUnmodelled } from "./queries/others.ts";
import { countDdl, type DdlCounters, readStanding } from "./queries/probe.ts";
import { type RunningDdl, readRunningDdl } from "./queries/running-ddl.ts";
import { isStable } from "./queries/stability.ts";
import { hiddenAreas, type Rights, readRights, sightOf } from "./visibility.ts";
import { text } from "./wire/cells.ts";

export interface IntrospectInput {
  readonly connection: Connection;
  readonly server: ServerInfo;
  readonly options: ReadOptions;
}

export function isSpoiled(error: unknown): boolean {
  return error instanceof DriftwatchError && error.code === "read.inconsistent";
}

/**
 * One reading of everything; undefined when the schema moved meanwhile. Throws DriftwatchError: read.forbidden, read.timeout,
 * read.lock-timeout, read.inconsistent, read.failed, connection.lost, check.cancelled.
 */
export async function readFull(input: IntrospectInput, start: Start): Promise<Snapshot | undefined> {
  const { connection } = input;
  const { names } = start;
  const tables = await readTables(connection, names);
  const asking = askOnce(() => ({
    columns: readColumns(connection, names),
    heads: readHeads(connection, names, tables),
    ids: readIdentities(input, start, tables),
  }));
  const read = await readObjects(input, start, { tables, asking });
  const heads = await asking.lists().heads;
  const ids = await asking.lists().ids;
  const roots = listRoots(heads, identifyTables(tables, start.isOneDatabase), start.isOneDatabase);
  return await unlessDisturbed(isUndisturbed(input, start, heads), () => {
    const state = stateOf(start, roots, read.unreadable);
    return withUnmodelledTables(buildSnapshot(partsOf(input, start, read, ids, { full: true, state })));
  });
}

/** What `build` gives; undefined when the schema moved, whatever was built of it. Built while the server is asked. */
export async function unlessDisturbed(
  undisturbed: Promise<boolean>,
  build: () => Snapshot,
): Promise<Snapshot | undefined> {
  // It may fail before anybody waits for it.
  undisturbed.catch(() => {});
  try {
    const snapshot = build();
    return (await undisturbed) ? snapshot : undefined;
  } catch (error) {
    // What moved while it was read may not fit together.
    if (await undisturbed) throw error;
    return undefined;
  }
}

export interface Start {
  readonly counted: DdlCounters;
  readonly rights: Rights;
  readonly running: RunningDdl;
  readonly schemas: readonly SchemaRow[];
  /** Those of the schemas. */
  readonly names: readonly string[];
  /** One database named by the URL and no list of schemas: paths leave its name out, so that copies compare equal. */
  readonly isOneDatabase: boolean;
  /** Undefined where nothing can be built upon this read, nor this one upon another. */
  readonly moment: Moment | undefined;
}

/** What is asked before anything else: statements that begin later are counted later. */
export async function readStart(input: IntrospectInput): Promise<Start> {
  const { connection, options, server } = input;
  const counted = await countDdl(connection);
  const rights = await readRights(connection);
  const running = await readRunningDdl(connection, rights);
  const schemas = schemasInScope(await readSchemas(connection), connection, options.scope, server);
  const isOneDatabase = connection.database !== null && options.scope?.schemas === undefined;
  const names = schemas.map((schema) => schema.name);
  const start = { counted, rights, running, schemas, names, isOneDatabase };
  // Privileges on a table belong to its root and leave no trace in its times.
  const moment = options.scope?.roles === true ? undefined : await readMoment(input, start);
  return { ...start, moment };
}

/** One round trip or two. Undefined where the catalog's times prove nothing, and where the server does not tell its start. */
async function readMoment(
  { connection, server, options }: IntrospectInput,
  { counted, rights, running, names }: Omit<Start, "moment">,
): Promise<Moment | undefined> {
  const standing = await readStanding(connection, [], ["SELECT NOW() AS n, NOW() - INTERVAL 2 SECOND AS h"]);
  const { started } = standing;
  if (refusalOf(standing) !== null || started === undefined) return undefined;
  const clock = standing.more[0]?.[0];
  const { renames, replication } = counted;
  const { user, version } = connection;
  return {
    circumstances: circumstancesText({ server, started, replication, user, rights, scope: options.scope }),
    flavor: version.flavor,
    now: text(clock?.[0]),
    horizon: text(clock?.[1]),
    renames,
    // The list waits for the locks of a running change, and without PROCESS it is refused.
    innodbIds:
      version.flavor === "mysql" && running === "none" ? await readInnodbIds(connection, names) : undefined,
  };
}

/** InnoDB's ids of these tables, and perhaps of more; undefined where they cannot be had. */
export async function readIdentities(
  { connection }: IntrospectInput,
  { running, moment, names }: Start,
  tables: readonly TableRow[],
): Promise<ReadonlyMap<string, string> | undefined> {
  // MySQL's list of ids waits for the locks of a running change.
  if (running !== "none") return undefined;
  return moment?.innodbIds ?? (await readInnodbIds(connection, names, tables));
}

/** Whether what was read since the start is of one moment. */
export async function isUndisturbed(
  { connection }: IntrospectInput,
  { counted, running, names, rights }: Start,
  heads: Heads,
): Promise<boolean> {
  return await isStable(connection, { counted, running, rights, schemas: names }, heads);
}

/**
 * What the next reading needs, or undefined when the next must be full: on MySQL a statement that runs now stamps what
 * it makes with the moment at which it began, so only a reading during which none ran can be built upon. MariaDB takes
 * the time from the file, which is made when the change is.
 */
export function stateOf(
  {
    moment,
    running,
    counted,
    isOneDatabase,
  }: Pick<Start, "moment" | "running" | "counted" | "isOneDatabase">,
  roots: ListedHeads,
  unreadable: readonly Unreadable[],
): ReadingState | undefined {
  if (moment === undefined || (running !== "none" && moment.flavor !== "mariadb")) return undefined;
  return readingState({
    ...moment,
    roots: readableRoots(roots, unreadable, isOneDatabase),
    triggers: running === "none" ? counted.triggers : undefined,
  });
}

interface ObjectsRead {
  readonly objects: readonly SchemaObject[];
  readonly unreadable: readonly Unreadable[];
  readonly visibility: Visibility;
}

/** The definitions of what is listed, and whatever belongs to no schema. */
export async function readObjects(
  { connection, options, server }: IntrospectInput,
  { schemas, names, rights, isOneDatabase }: Start,
  lists: Lists,
): Promise<ObjectsRead> {
  const objects: SchemaObject[] = [];
  const unreadable: Unreadable[] = [];
  for (const schema of schemas) {
    const place = placeOf(schema.name, isOneDatabase);
    objects.push(...schemaObjects(place, schema));
    const part: SchemaRead = await readSchemaObjects(connection, place, lists);
    for (const object of part.objects) objects.push(object);
    unreadable.push(...part.unreadable);
  }
  const hidden = [...hiddenAreas(connection, rights, { server, schemas: names, unreadable, isOneDatabase })];
  if (!isOneDatabase) {
    const functions = await readLoadableFunctions(connection);
    objects.push(...functions.objects);
    hidden.push(...functions.hidden);
  }
  if (options.scope?.roles === true) {
    const places = names.map((name) => placeOf(name, isOneDatabase));
    const access = await readAccess(connection, places, lists);
    objects.push(...access.objects);
    hidden.push(...access.hidden);
  }
  const unmodelled = await readUnmodelled(connection, names);
  const visibility = {
    user: connection.user,
    schemas: [...names].sort(),
    hidden: distinct(hidden),
    unmodelled,
    ...sightOf(rights, isOneDatabase ? names[0] : undefined),
  };
  return { objects, unreadable, visibility };
}

function schemaObjects(place: SchemaPlace, schema: SchemaRow): readonly SchemaObject[] {
  const key = keyIn(place, "schema");
  const object = objectOf(key, {
    charset: canonicalCharset(schema.charset),
    collation: canonicalCollation(schema.collation),
    encrypted: schema.encrypted,
    readOnly: schema.readOnly,
  });
  return [object, ...commentOn(key, schema.comment)];
}

function distinct(areas: Visibility["hidden"]): Visibility["hidden"] {
  // What the grants say comes first in the list and is the more exact remedy.
  const byName = new Map([...areas].reverse().map((area) => [area.area, area]));
  return [...byName.values()].sort((a, b) => (a.area < b.area ? -1 : 1));
}

export function partsOf(
  { server }: IntrospectInput,
  start: Start,
  { objects, visibility }: ObjectsRead,
  ids: ReadonlyMap<string, string> | undefined,
  { full, state }: { readonly full: boolean; readonly state: ReadingState | undefined },
): SnapshotParts {
  const reading: Reading = { full, ...(state === undefined ? {} : { state }) };
  const parts = { dialect: "mysql", visibility, objects, server, reading } as const;
  const takenAt = new Date().toISOString();
  return ids === undefined
    ? { ...parts, takenAt }
    : { ...parts, takenAt, identities: identitiesOf(objects, ids, start) };
}

/** A partitioned table has no id of its own. */
function identitiesOf(
  objects: readonly SchemaObject[],
  ids: ReadonlyMap<string, string>,
  { names, isOneDatabase }: Start,
): ReadonlyMap<SchemaObject, string> {
  const identities = new Map<SchemaObject, string>();
  for (const object of objects) {
    if (object.kind !== "table" || object.attributes.partitionKey !== null) continue;
    const [schema, name] = isOneDatabase ? [names[0], object.key.path[0]] : object.key.path;
    const id = ids.get(tableId(schema ?? "", name ?? ""));
    if (id !== undefined) identities.set(object, `storage:${id.trim()}`);
  }
  return identities;
}

/** Tables whose definition says more than the model holds are counted over the whole snapshot. */
export function withUnmodelledTables(snapshot: Snapshot): Snapshot {
  const { visibility, roots, objects } = snapshot;
  let count = 0;
  for (const { key, start, count: own } of roots) {
    if (key.kind !== "table") continue;
    // Of the objects of a table it is itself among the last.
    let at = start + own - 1;
    while (at > start && objects[at]?.kind !== "table") at -= 1;
    const object = objects[at];
    if (object?.kind === "table" && object.attributes.unmodelledDefinition !== null) count += 1;
  }
  if (count === 0) return snapshot;
  const tables = { what: "tables with clauses that the model does not hold", count };
  return { ...snapshot, visibility: { ...visibility, unmodelled: [tables, ...visibility.unmodelled] } };
}
