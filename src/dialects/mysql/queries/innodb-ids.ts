/** InnoDB's own ids of tables. They outlive a rename; a rebuild (ALTER ... ALGORITHM = COPY, TRUNCATE) gives another one. */
import { DriftwatchError } from "../../../model/errors.ts";
import type { Connection } from "../connect.ts";
import { text } from "../wire/cells.ts";
import { fewTables, literal, schemaFilter, type TableName, tableId } from "./lists.ts";

/**
 * By "schema\0table"; a partitioned table has one per partition, with blanks between. Only plain names are told, since
 * others stand there in the encoding of file names. Undefined without the PROCESS privilege. About 10 ms per 1,000 tables.
 * Of `tables` and perhaps more, when they are given; then those of partitions may be missing.
 */
export async function readInnodbIds(
  connection: Connection,
  schemas: readonly string[],
  tables?: readonly TableName[],
): Promise<ReadonlyMap<string, string> | undefined> {
  const plainNames = schemas.filter((schema) => /^\w+$/.test(schema));
  if (plainNames.length === 0) return new Map();
  if (tables?.length === 0) return new Map();
  const own = plainNames.map((schema) => `NAME LIKE ${literal(`${schema.replaceAll("_", "\\_")}/%`)}`);
  const view = connection.version.flavor === "mariadb" ? "INNODB_SYS_TABLES" : "INNODB_TABLES";
  const chosen =
    tables !== undefined && tables.length <= fewTables
      ? schemaFilter(
          "NAME",
          tables.map(({ schema, name }) => `${schema}/${name}`),
        )
      : own.join(" OR ");
  const sql = `SELECT NAME AS n, TABLE_ID AS i FROM information_schema.${view} WHERE ${chosen}`;
  const rows = await connection.rowsIfAllowed(sql).catch(withoutIds);
  if (rows === undefined) return undefined;
  const ids = new Map<string, string>();
  for (const row of rows) {
    const match = /^(\w+)\/(\w+)(#p#.*)?$/is.exec(text(row[0]));
    if (match === null) continue;
    const id = tableId(match[1] ?? "", match[2] ?? "");
    ids.set(id, `${ids.get(id) ?? ""} ${text(row[1])}`);
  }
  return ids;
}

/** MySQL's list opens every table of the server, and fails on one that is just being dropped or is locked. */
function withoutIds(error: unknown): undefined {
  if (
    error instanceof DriftwatchError &&
    (error.code === "read.failed" || error.code === "read.lock-timeout")
  )
    return undefined;
  throw error;
}
