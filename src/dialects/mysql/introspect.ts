/**
 * Reads every kind of object into one snapshot. MySQL promises no single moment across queries (P39): the DDL counters
 * and the catalog's own times are read before and after, and when they moved the whole is read again.
 */
import { DriftwatchError } from "../../model/errors.ts";
import type { ObjectKind } from "../../model/kind.ts";
import { objectOf, type SchemaObject } from "../../model/object.ts";
import type { HiddenArea, ServerInfo, Visibility } from "../../model/server.ts";
import { buildSnapshot, type Snapshot } from "../../model/snapshot.ts";
import type { ReadOptions } from "../../monitor/ports.ts";
import type { Catalog } from "./connect.ts";
import { canonicalCharset, canonicalCollation } from "./normalise/canonical-text.ts";
import { commentOn, keyIn, placeOf } from "./normalise/naming.ts";
import { schemasInScope } from "./normalise/scope.ts";
import { quotedName } from "./normalise/sql-text.ts";
import { countDdl } from "./probe.ts";
import { readAccounts } from "./queries/accounts.ts";
import type { Unreadable } from "./queries/definitions.ts";
import {
  readColumns,
  readEvents,
  readRoutines,
  readSchemas,
  readTables,
  readTriggers,
  type SchemaRow,
} from "./queries/lists.ts";
import { type Lists, readSchemaObjects, type SchemaRead } from "./queries/objects.ts";
import { readLoadableFunctions, readUnmodelled } from "./queries/others.ts";
import { accountText, type Grants, hiddenAreas, readGrants, routineRemedy } from "./visibility.ts";

const attempts = 4;
const pauseMs = 400;

/** Throws read.inconsistent when the schema kept changing through all attempts. */
export async function introspect(
  catalog: Catalog,
  server: ServerInfo,
  options: ReadOptions,
): Promise<Snapshot> {
  let last: DriftwatchError | undefined;
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    if (attempt > 1) await pause(pauseMs * attempt, options.signal);
    try {
      const before = await countDdl(catalog);
      const first = await readLists(catalog, options);
      const read = await readAll(catalog, options, first);
      const after = await countDdl(catalog);
      if (before === after || (await isUnmoved(catalog, first))) return toSnapshot(server, read);
    } catch (error) {
      if (!(error instanceof DriftwatchError) || error.code !== "read.inconsistent") throw error;
      last = error;
    }
  }
  throw new DriftwatchError(
    "read.inconsistent",
    `${catalog.address}: the schema kept changing while it was read`,
    {
      retryable: true,
      remedy: "Check again when the running deployment is done.",
      cause: last,
    },
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

/** Seven or eight queries over information_schema. */
async function readLists(catalog: Catalog, options: ReadOptions): Promise<AllLists> {
  const schemas = schemasInScope(await readSchemas(catalog), catalog, options.scope);
  const names = schemas.map((schema) => schema.name);
  return {
    schemas,
    tables: await readTables(catalog, names),
    columns: await readColumns(catalog, names),
    routines: await readRoutines(catalog, names),
    triggers: await readTriggers(catalog, names),
    events: await readEvents(catalog, names),
  };
}

/**
 * DDL elsewhere on the server (or a temporary table) moves the counters; then the times of what we read decide. They
 * have a resolution of one second, so a change within the last two seconds before the reading is not told apart.
 */
async function isUnmoved(catalog: Catalog, first: AllLists): Promise<boolean> {
  const names = first.schemas.map((schema) => schema.name);
  const second: Pick<Lists, "tables" | "routines" | "triggers" | "events"> = {
    tables: await readTables(catalog, names),
    routines: await readRoutines(catalog, names),
    triggers: await readTriggers(catalog, names),
    events: await readEvents(catalog, names),
  };
  if (timesOf(first) !== timesOf(second)) return false;
  const [row] = await catalog.rows("SELECT NOW() - INTERVAL 2 SECOND AS t");
  const recent = String(row?.[0] ?? "");
  return second.tables.every((table) => (table.createTime ?? "") < recent);
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function timesOf(lists: Pick<Lists, "tables" | "routines" | "triggers" | "events">): string {
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
  readonly visibility: Visibility;
}

async function readAll(catalog: Catalog, options: ReadOptions, lists: AllLists): Promise<Read> {
  const isOneDatabase = isOneDatabaseMode(catalog, options);
  const grants = await readGrants(catalog);
  const objects: SchemaObject[] = [];
  const unreadable: Unreadable[] = [];
  for (const schema of lists.schemas) {
    const place = placeOf(schema.name, isOneDatabase);
    objects.push(...schemaObjects(place, schema));
    const part: SchemaRead = await readSchemaObjects(catalog, place, lists);
    for (const object of part.objects) objects.push(object);
    unreadable.push(...part.unreadable);
  }
  const hidden = [
    ...hiddenAreas(
      catalog,
      grants,
      lists.schemas.map((schema) => schema.name),
    ),
    ...unreadableAreas(catalog, grants, unreadable),
  ];
  if (!isOneDatabase) {
    const functions = await readLoadableFunctions(catalog);
    objects.push(...functions.objects);
    hidden.push(...functions.hidden);
  }
  if (options.scope?.roles === true) {
    const places = lists.schemas.map((schema) => placeOf(schema.name, isOneDatabase));
    const accounts = await readAccounts(catalog, places, lists);
    objects.push(...accounts.objects);
    hidden.push(...accounts.hidden);
  }
  const visibility: Visibility = {
    user: catalog.user,
    schemas: lists.schemas.map((schema) => schema.name).sort(),
    hidden: distinct(hidden),
    unmodelled: [
      ...unmodelledTables(objects),
      ...(await readUnmodelled(
        catalog,
        lists.schemas.map((schema) => schema.name),
      )),
    ],
  };
  return { objects, visibility };
}

/** One database named by the URL and no list of schemas: paths leave its name out, so that copies compare equal. */
export function isOneDatabaseMode(catalog: Pick<Catalog, "database">, options: ReadOptions): boolean {
  return catalog.database !== null && options.scope?.schemas === undefined;
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

/** Stable names of areas: single objects come and go, and an area that shrinks or grows with them would tell nothing. */
const areaOf: Readonly<Partial<Record<ObjectKind, string>>> = {
  table: "table definitions",
  view: "views",
  sequence: "sequences",
  function: "routine bodies",
  trigger: "triggers",
  event: "events",
};

function unreadableAreas(
  catalog: Catalog,
  grants: Grants,
  unreadable: readonly Unreadable[],
): readonly HiddenArea[] {
  return unreadable.map(({ schema, kind }) => {
    const isRoutine = kind === "function";
    return {
      area: `${areaOf[kind] ?? kind} of ${schema}`,
      reason: isRoutine
        ? "bodies of functions and procedures of others cannot be read"
        : "a definition cannot be read",
      remedy: isRoutine
        ? routineRemedy(catalog, grants.account, schema)
        : `GRANT SELECT, SHOW VIEW, TRIGGER, EVENT ON ${quotedName(schema)}.* TO ${accountText(grants.account)};`,
      kinds: isRoutine ? ["function", "procedure", "package", "package-body"] : [kind],
    };
  });
}

function distinct(areas: readonly HiddenArea[]): readonly HiddenArea[] {
  // What the grants say comes first in the list and is the more exact remedy.
  const byName = new Map([...areas].reverse().map((area) => [area.area, area]));
  return [...byName.values()].sort((a, b) => (a.area < b.area ? -1 : 1));
}

function unmodelledTables(objects: readonly SchemaObject[]): Visibility["unmodelled"] {
  const count = objects.filter(
    (object) => object.kind === "table" && object.attributes.unmodelledDefinition !== null,
  ).length;
  return count === 0 ? [] : [{ what: "tables with clauses that the model does not hold", count }];
}

function toSnapshot(server: ServerInfo, read: Read): Snapshot {
  return buildSnapshot({
    dialect: "mysql",
    server,
    takenAt: new Date().toISOString(),
    visibility: read.visibility,
    objects: read.objects,
  });
}
