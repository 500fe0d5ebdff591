/**
 * The information_schema queries: a fixed number per snapshot, whatever the number of tables. No statistics column,
 * no join, no `SELECT *`; every column has an alias (P4) and every filter stands on the column that MariaDB prunes by.
 */
import type { Connection } from "../connect.ts";
import { errorNumber } from "../errors.ts";
import type { ColumnRow } from "../normalise/columns.ts";
import { isLeftover } from "../normalise/scope.ts";
import type { TableRow } from "../normalise/tables.ts";
import { has } from "../version.ts";
import { type Cell, type Row, text, textOrNull } from "../wire/cells.ts";
import { readRemoteTables } from "./remote-tables.ts";

export interface SchemaRow {
  readonly name: string;
  readonly charset: string;
  readonly collation: string;
  readonly encrypted: boolean;
  readonly readOnly: boolean;
  readonly comment: string;
}

/** P41: schemas of the server and of clouds, and what is none (`lost+found`). */
const systemSchemas: ReadonlySet<string> = new Set([
  "mysql",
  "information_schema",
  "performance_schema",
  "sys",
  "ndbinfo",
  "mysql_innodb_cluster_metadata",
  "innodb",
  "tmp",
  "lost+found",
  "#mysql50#lost+found",
  "__recycle_bin__",
  "mysql_audit",
  "test_innodb",
]);

/** `IN ('a', 'b')`; one schema is compared with `=`, since MariaDB looks only that up directly. */
export function schemaFilter(column: string, schemas: readonly string[]): string {
  const literals = schemas.map(literal);
  return literals.length === 1
    ? `${column} = ${literals[0]}`
    : `${column} IN (${literals.join(", ") || "''"})`;
}

export function literal(value: string): string {
  return `'${value.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}

export async function readSchemas(connection: Connection): Promise<readonly SchemaRow[]> {
  const isMariaDb = connection.version.flavor === "mariadb";
  const encryption = has(connection.version, "schemaEncryption")
    ? "DEFAULT_ENCRYPTION AS extra"
    : "'NO' AS extra";
  const extra = isMariaDb ? "SCHEMA_COMMENT AS extra" : encryption;
  const rows = await connection.rows(
    `SELECT SCHEMA_NAME AS name, DEFAULT_CHARACTER_SET_NAME AS cs, DEFAULT_COLLATION_NAME AS co, ${extra} FROM information_schema.SCHEMATA`,
  );
  const options = has(connection.version, "schemataExtensions")
    ? await connection.rowsIfAllowed(
        "SELECT SCHEMA_NAME AS name, OPTIONS AS options FROM information_schema.SCHEMATA_EXTENSIONS",
      )
    : undefined;
  const readOnly = new Set(
    (options ?? []).filter((row) => /READ ONLY=1/i.test(text(row[1]))).map((row) => text(row[0])),
  );
  return rows
    .map((row) => ({
      name: text(row[0]),
      charset: text(row[1]),
      collation: text(row[2]),
      encrypted: !isMariaDb && text(row[3]) === "YES",
      readOnly: readOnly.has(text(row[0])),
      comment: isMariaDb ? text(row[3]) : "",
    }))
    .filter((schema) => !systemSchemas.has(schema.name.toLowerCase()));
}

export async function readTables(
  connection: Connection,
  schemas: readonly string[],
): Promise<readonly TableRow[]> {
  const select = (rowFormat: string, time: string): string =>
    `SELECT TABLE_SCHEMA AS s, TABLE_NAME AS n, TABLE_TYPE AS ty, ENGINE AS e, ${rowFormat} AS r, TABLE_COLLATION AS c, ` +
    `TABLE_COMMENT AS m, ${time} AS t FROM information_schema.TABLES WHERE ${schemaFilter("TABLE_SCHEMA", schemas)}`;
  const remote = await readRemoteTables(connection, select("NULL", "NULL"));
  const local = await connection.rows(`${select("ROW_FORMAT", "CREATE_TIME")}${exceptTables(remote)}`);
  const rows = [...local, ...remote];
  const once = new Map<string, string>();
  // These lists are kept for the next reading, so what many rows say is held once.
  const shared = (cell: Cell | undefined): string => {
    const value = text(cell);
    const known = once.get(value);
    if (known === undefined) once.set(value, value);
    return known ?? value;
  };
  const sharedOrNull = (cell: Cell | undefined): string | null =>
    cell === null || cell === undefined ? null : shared(cell);
  return rows
    .map((row) => ({
      schema: shared(row[0]),
      name: text(row[1]),
      type: shared(row[2]),
      engine: sharedOrNull(row[3]),
      rowFormat: sharedOrNull(row[4]),
      collation: sharedOrNull(row[5]),
      comment: text(row[6]),
      createTime: textOrNull(row[7]),
    }))
    .filter((table) => !isLeftover(table.name) && !/TEMPORARY/.test(table.type));
}

/** MariaDB does not open what a condition on names alone leaves out. Names that differ in case are two tables. */
function exceptTables(rows: readonly Row[]): string {
  const bySchema = new Map<string, string[]>();
  for (const row of rows) {
    const schema = text(row[0]);
    bySchema.set(schema, [...(bySchema.get(schema) ?? []), literal(text(row[1]))]);
  }
  return [...bySchema]
    .map(
      ([schema, names]) =>
        ` AND NOT (TABLE_SCHEMA = ${literal(schema)} AND BINARY TABLE_NAME IN (${names.join(", ")}))`,
    )
    .join("");
}

export interface TableName {
  readonly schema: string;
  readonly name: string;
}

/** So few tables are asked for one by one, in one round trip: MariaDB opens the files of just those, not so with IN. */
export const fewTables = 20;
/** Names of this many tables make a longer statement than reading the rows of all tables is work. */
const manyTables = 300;

/** Rows of all tables of the schemas, or of those given and perhaps more. */
async function rowsOfTables(
  connection: Connection,
  select: string,
  by: { readonly schema: string; readonly table: string },
  schemas: readonly string[],
  tables: readonly TableName[] | undefined,
): Promise<readonly Row[]> {
  if (tables?.length === 0) return [];
  const all = `${select} WHERE ${schemaFilter(by.schema, schemas)}`;
  if (tables === undefined || tables.length > manyTables) return await connection.rows(all);
  if (tables.length <= fewTables) {
    const single = tables.map(
      ({ schema, name }) =>
        `${select} WHERE ${by.schema} = ${literal(schema)} AND ${by.table} = ${literal(name)}`,
    );
    const rows = await connection.rowsOfEach(single);
    if (rows !== undefined) return rows.flat();
  }
  const names = new Set(tables.map((table) => table.name));
  return await connection.rows(`${all} AND ${schemaFilter(by.table, [...names])}`);
}

/** Columns by "schema\0table", in order; of all tables and views, or of those given and perhaps more. */
export async function readColumns(
  connection: Connection,
  schemas: readonly string[],
  tables?: readonly TableName[],
): Promise<Map<string, ColumnRow[]>> {
  const select =
    `SELECT TABLE_SCHEMA AS s, TABLE_NAME AS t, COLUMN_NAME AS n, ORDINAL_POSITION AS p, CHARACTER_SET_NAME AS cs, ` +
    "COLLATION_NAME AS co FROM information_schema.COLUMNS";
  const by = { schema: "TABLE_SCHEMA", table: "TABLE_NAME" };
  const rows = await rowsOfTables(connection, select, by, schemas, tables);
  return columnsByTable(rows);
}

function columnsByTable(rows: readonly Row[]): Map<string, ColumnRow[]> {
  const byTable = new Map<string, ColumnRow[]>();
  let schema: Cell | undefined;
  let table: Cell | undefined;
  let columns: ColumnRow[] = [];
  for (const row of rows) {
    // The rows of a table mostly stand together.
    if (row[0] !== schema || row[1] !== table) {
      [schema, table] = row;
      const id = tableId(text(schema), text(table));
      columns = byTable.get(id) ?? [];
      byTable.set(id, columns);
    }
    columns.push({
      name: text(row[2]),
      position: Number(row[3]),
      charset: textOrNull(row[4]),
      collation: textOrNull(row[5]),
    });
  }
  for (const each of byTable.values()) if (!isInOrder(each)) each.sort((a, b) => a.position - b.position);
  return byTable;
}

function isInOrder(columns: readonly ColumnRow[]): boolean {
  return columns.every(
    (column, index) => index === 0 || (columns[index - 1]?.position ?? 0) <= column.position,
  );
}

export function tableId(schema: string, name: string): string {
  return `${schema}\0${name}`;
}

export interface RoutineRow {
  readonly schema: string;
  readonly name: string;
  /** "PROCEDURE", "FUNCTION", "PACKAGE", "PACKAGE BODY". */
  readonly type: string;
  readonly deterministic: boolean;
  readonly dataAccess: string;
  readonly sqlSecurity: string;
  readonly comment: string;
  readonly definer: string;
  readonly language: string;
  readonly changedAt: string;
}

export async function readRoutines(
  connection: Connection,
  schemas: readonly string[],
): Promise<readonly RoutineRow[]> {
  const rows = await connection.rows(
    `SELECT ROUTINE_SCHEMA AS s, ROUTINE_NAME AS n, ROUTINE_TYPE AS t, IS_DETERMINISTIC AS d, SQL_DATA_ACCESS AS a, ` +
      `SECURITY_TYPE AS x, ROUTINE_COMMENT AS c, DEFINER AS f, EXTERNAL_LANGUAGE AS l, LAST_ALTERED AS u ` +
      `FROM information_schema.ROUTINES WHERE ${schemaFilter("ROUTINE_SCHEMA", schemas)}`,
  );
  return rows.map((row) => ({
    schema: text(row[0]),
    name: text(row[1]),
    type: text(row[2]),
    deterministic: text(row[3]) === "YES",
    dataAccess: text(row[4]),
    sqlSecurity: text(row[5]),
    comment: text(row[6]),
    definer: text(row[7]),
    language: text(row[8]) || "SQL",
    changedAt: text(row[9]),
  }));
}

export interface TriggerRow {
  readonly schema: string;
  readonly name: string;
  readonly table: string;
  readonly timing: string;
  readonly event: string;
  readonly order: number;
  readonly definer: string;
  readonly changedAt: string;
}

/** Of all tables, or of those given and perhaps more. */
export async function readTriggers(
  connection: Connection,
  schemas: readonly string[],
  tables?: readonly TableName[],
): Promise<readonly TriggerRow[]> {
  const select =
    `SELECT EVENT_OBJECT_SCHEMA AS s, TRIGGER_NAME AS n, EVENT_OBJECT_TABLE AS t, ACTION_TIMING AS g, EVENT_MANIPULATION AS m, ` +
    `ACTION_ORDER AS o, DEFINER AS d, CREATED AS c FROM information_schema.TRIGGERS`;
  const by = { schema: "EVENT_OBJECT_SCHEMA", table: "EVENT_OBJECT_TABLE" };
  const rows = await rowsOfTables(connection, select, by, schemas, tables);
  return rows.map((row) => ({
    schema: text(row[0]),
    name: text(row[1]),
    table: text(row[2]),
    timing: text(row[3]),
    event: text(row[4]),
    order: Number(row[5]),
    definer: text(row[6]),
    changedAt: text(row[7]),
  }));
}

export interface EventRow {
  readonly schema: string;
  readonly name: string;
  readonly executeAt: string | null;
  readonly interval: string | null;
  readonly unit: string | null;
  readonly ends: string | null;
  readonly status: string;
  readonly onCompletion: string;
  readonly comment: string;
  readonly definer: string;
  readonly changedAt: string;
}

/** ER_EVENTS_DB_ERROR: MariaDB shows no event while its scheduler is DISABLED, which it also is once its table is damaged. */
const noEventsShown = 1577;

/** None where the server shows none; that is told by what is hidden. */
export async function readEvents(
  connection: Connection,
  schemas: readonly string[],
): Promise<readonly EventRow[]> {
  const asked = connection.rows(
    `SELECT EVENT_SCHEMA AS s, EVENT_NAME AS n, EXECUTE_AT AS x, INTERVAL_VALUE AS v, INTERVAL_FIELD AS f, ENDS AS e, STATUS AS st, ` +
      `ON_COMPLETION AS o, EVENT_COMMENT AS c, DEFINER AS d, LAST_ALTERED AS u FROM information_schema.EVENTS WHERE ${schemaFilter("EVENT_SCHEMA", schemas)}`,
  );
  const rows = await asked.catch((error: unknown): readonly Row[] => {
    if (errorNumber((error as Error).cause) === noEventsShown) return [];
    throw error;
  });
  return rows.map((row: Row) => ({
    schema: text(row[0]),
    name: text(row[1]),
    executeAt: textOrNull(row[2]),
    interval: textOrNull(row[3]),
    unit: textOrNull(row[4]),
    ends: textOrNull(row[5]),
    status: text(row[6]),
    onCompletion: text(row[7]),
    comment: text(row[8]),
    definer: text(row[9]),
    changedAt: text(row[10]),
  }));
}
