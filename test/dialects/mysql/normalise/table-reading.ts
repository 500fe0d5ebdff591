/** One table as the dialect reads it from texts, without a server. */
import { createSharedColumns } from "../../../../src/dialects/mysql/normalise/columns.ts";
import { placeOf } from "../../../../src/dialects/mysql/normalise/naming.ts";
import {
  readTableDefinition,
  type TableRow,
  tableObjects,
} from "../../../../src/dialects/mysql/normalise/tables.ts";
import type { SchemaObject } from "../../../../src/model/object.ts";
import type { Flavor } from "../../../../src/model/server.ts";

export function aTableRow(row: Partial<TableRow> = {}): TableRow {
  return {
    schema: "db",
    name: "t",
    type: "BASE TABLE",
    engine: "InnoDB",
    rowFormat: "Dynamic",
    collation: "utf8mb4_bin",
    comment: "",
    createTime: null,
    ...row,
  };
}

/** The objects of SHOW CREATE TABLE's text, where information_schema tells nothing of columns. */
export function objectsOfText(
  text: string,
  flavor: Flavor,
  row: TableRow = aTableRow(),
): readonly SchemaObject[] {
  const shared = createSharedColumns();
  const definition = readTableDefinition(text, { flavor, schema: row.schema, shared });
  return tableObjects({ flavor, place: placeOf(row.schema, true), row, columns: [], definition, shared });
}
