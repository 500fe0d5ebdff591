/** Server-wide objects (loadable functions), and counts of what is seen and not modelled. */
import { objectOf, type SchemaObject } from "../../../model/object.ts";
import type { HiddenArea, Visibility } from "../../../model/server.ts";
import type { Connection } from "../connect.ts";
import { has } from "../version.ts";
import { text } from "../wire/cells.ts";
import { schemaFilter } from "./lists.ts";

export interface OtherObjects {
  readonly objects: readonly SchemaObject[];
  readonly hidden: readonly HiddenArea[];
}

/** CREATE FUNCTION ... SONAME: they belong to no schema, so only a snapshot of all schemas holds them. */
export async function readLoadableFunctions(connection: Connection): Promise<OtherObjects> {
  const isMariaDb = connection.version.flavor === "mariadb";
  const rows = await connection.rowsIfAllowed(
    isMariaDb
      ? "SELECT name AS n, dl AS l, ret AS r, type AS t FROM mysql.func"
      : "SELECT UDF_NAME AS n, UDF_LIBRARY AS l, UDF_RETURN_TYPE AS r, UDF_TYPE AS t FROM performance_schema.user_defined_functions WHERE UDF_LIBRARY IS NOT NULL",
  );
  if (rows === undefined) {
    const area: HiddenArea = {
      area: "loadable functions",
      reason: "the list of loadable functions cannot be read",
      remedy: `GRANT SELECT ON ${isMariaDb ? "mysql.func" : "performance_schema.user_defined_functions"} TO the monitoring user;`,
      kinds: ["loadable-function"],
    };
    return { objects: [], hidden: [area] };
  }
  const returnTypes: Readonly<Record<string, string>> = {
    "0": "char",
    "1": "double",
    "2": "integer",
    "4": "decimal",
  };
  const objects = rows.map((row) =>
    objectOf(
      { kind: "loadable-function", path: [text(row[0])] },
      {
        library: text(row[1]),
        returns: returnTypes[text(row[2])] ?? text(row[2]),
        form: text(row[3]).toLowerCase(),
      },
    ),
  );
  return { objects, hidden: [] };
}

/** Kinds of newer servers that this model does not hold: counted, never dropped in silence. */
export async function readUnmodelled(
  connection: Connection,
  schemas: readonly string[],
): Promise<Visibility["unmodelled"]> {
  const counted: { what: string; count: number }[] = [];
  const count = async (what: string, table: string, column: string): Promise<void> => {
    const rows = await connection.rowsIfAllowed(
      `SELECT COUNT(*) AS n FROM information_schema.${table} WHERE ${schemaFilter(column, schemas)}`,
    );
    const number = Number(rows?.[0]?.[0] ?? 0);
    if (number > 0) counted.push({ what, count: number });
  };
  if (has(connection.version, "libraries"))
    await count("JavaScript libraries", "LIBRARIES", "LIBRARY_SCHEMA");
  if (has(connection.version, "jsonDualityViews"))
    await count("JSON duality views (read as views)", "JSON_DUALITY_VIEWS", "TABLE_SCHEMA");
  return counted;
}
