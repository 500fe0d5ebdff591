/** One table's SHOW CREATE text and information_schema rows become its objects. Pure. */
import type { Options } from "../../../model/attribute.ts";
import type { ObjectKey } from "../../../model/key.ts";
import { objectOf, type SchemaObject } from "../../../model/object.ts";
import type { Flavor } from "../../../model/server.ts";
import { canonicalCharset, canonicalCollation, canonicalTableText } from "./canonical-text.ts";
import { withQuotedColumns } from "./check-text.ts";
import {
  type ColumnRow,
  columnAttributes,
  foldedJsonColumns,
  resolverOf,
  type SharedColumns,
} from "./columns.ts";
import type { ForeignKeyText, KeyText } from "./key-text.ts";
import { addComment, commentOn, keyIn, type SchemaPlace } from "./naming.ts";
import { withoutOwnSchema } from "./own-schema.ts";
import type { PartitionText } from "./partition-text.ts";
import { unmodelledDefinition } from "./render-table.ts";
import { maskComment, maskOption } from "./secrets.ts";
import { shownName } from "./sql-text.ts";
import { readTable, type TableText } from "./table-text.ts";
import { defaultAction } from "./unprinted-defaults.ts";

/** What information_schema.TABLES says. */
export interface TableRow {
  readonly schema: string;
  readonly name: string;
  readonly type: string;
  readonly engine: string | null;
  readonly rowFormat: string | null;
  readonly collation: string | null;
  readonly comment: string;
  readonly createTime: string | null;
}

export interface TableInput {
  readonly flavor: Flavor;
  readonly place: SchemaPlace;
  readonly row: TableRow;
  readonly columns: readonly ColumnRow[];
  readonly definition: TableDefinition;
  readonly shared: SharedColumns;
}

/** SHOW CREATE TABLE, read. */
export interface TableDefinition {
  readonly canonical: string;
  readonly text: TableText;
}

/** Reads SHOW CREATE TABLE as the server printed it. */
export function readTableDefinition(
  printed: string,
  {
    flavor,
    schema,
    shared,
  }: { readonly flavor: Flavor; readonly schema: string; readonly shared: SharedColumns },
): TableDefinition {
  const canonical = withoutOwnSchema(canonicalTableText(printed, flavor), schema);
  return { canonical, text: readTable(canonical, flavor, shared.known) };
}

/** The table, its columns, partitions, constraints, indexes and their comments. */
export function tableObjects(input: TableInput): readonly SchemaObject[] {
  const { shared } = input;
  const { canonical, text } = input.definition;
  const key = keyIn(input.place, "table", input.row.name);
  const engine = text.options.ENGINE ?? input.row.engine;
  const attributes = tableAttributes(input, text, engine);
  const objects = [objectOf(key, attributes)];
  addComment(objects, key, maskComment(engine, text.options.COMMENT ?? null));
  // What plain lines hold needs no net: it gets only the others.
  const netted = [...objects];
  const resolvedOf = resolverOf(input.columns);
  const jsonColumns = foldedJsonColumns(input.flavor, text, resolvedOf);
  for (const [index, column] of text.columns.entries()) {
    const from = objects.length;
    const columnKey = keyIn(input.place, "column", input.row.name, column.name);
    const resolved = resolvedOf(column.name, index);
    const isJson = jsonColumns.has(column.name);
    const attributes = columnAttributes(
      input.flavor,
      { text: column.text, position: index + 1, resolved, isJson },
      shared,
    );
    objects.push(objectOf(columnKey, attributes, key));
    addComment(objects, columnKey, column.text.comment);
    addNetted(netted, objects, from, column.text);
  }
  for (const index of text.keys) {
    const from = objects.length;
    addKey(objects, input, key, index);
    addNetted(netted, objects, from, index);
  }
  for (const foreignKey of text.foreignKeys) {
    objects.push(foreignKeyObject(input, key, foreignKey));
    addNetted(netted, objects, objects.length - 1, foreignKey);
  }
  for (const { object, isPlain } of checkObjects(input, key, text, jsonColumns)) {
    objects.push(object);
    if (!isPlain) netted.push(object);
  }
  const from = objects.length;
  for (const partition of partitionObjects(input, key, text.partitioning?.partitions ?? [], []))
    objects.push(partition);
  addNetted(netted, objects, from, { isPlain: false });
  attributes.unmodelledDefinition = unmodelledDefinition({
    flavor: input.flavor,
    objects: netted,
    text,
    canonical,
    charsetsOf: resolvedOf,
  });
  return objects;
}

function addNetted(
  netted: SchemaObject[],
  objects: readonly SchemaObject[],
  from: number,
  { isPlain }: { readonly isPlain: boolean },
): void {
  if (isPlain) return;
  for (let at = from; at < objects.length; at += 1) {
    const object = objects[at];
    if (object !== undefined) netted.push(object);
  }
}

/** Options that have an attribute of their own. */
const ownAttribute: ReadonlySet<string> = new Set([
  "ENGINE",
  "CHARSET",
  "COLLATE",
  "COMMENT",
  "ROW_FORMAT",
  "TABLESPACE",
  "DATA DIRECTORY",
]);

function tableAttributes({ flavor, row }: TableInput, text: TableText, engine: string | null) {
  const { options } = text;
  const collation = options.COLLATE ?? row.collation;
  const createOptions: Record<string, string> = {};
  let encrypted = false;
  for (const name in options) {
    if (ownAttribute.has(name)) continue;
    const value = options[name] ?? "";
    if (isEncryption(name, value)) encrypted = true;
    else createOptions[name] = maskOption(name, value);
  }
  const isVersioned = text.periods.includes("WITH SYSTEM VERSIONING");
  return {
    form: isVersioned ? "system-versioned" : text.partitioning === null ? "ordinary" : "partitioned",
    engine,
    charset: canonicalCharset(options.CHARSET ?? collation?.split("_")[0] ?? ""),
    collation: collation === null || collation === undefined ? null : canonicalCollation(collation),
    rowFormat: rowFormatOf(engine, options.ROW_FORMAT, actualRowFormat(flavor, row, text)),
    createOptions: createOptions as Options,
    encrypted,
    tablespace: options.TABLESPACE ?? null,
    dataDirectory: options["DATA DIRECTORY"] ?? null,
    periods: text.periods,
    partitionKey: text.partitioning?.key ?? null,
    unmodelledDefinition: null as string | null,
  };
}

/** MySQL: ENCRYPTION='Y'. MariaDB: `ENCRYPTED`=YES. */
function isEncryption(name: string, value: string): boolean {
  return (
    (name === "ENCRYPTION" && value.toUpperCase() === "Y") ||
    (name === "ENCRYPTED" && value.toUpperCase() === "YES")
  );
}

/**
 * One text for both facts: what was asked for and what InnoDB made of it. "dynamic"; "default (dynamic)" when nothing
 * was asked for; "compressed (dynamic)" when the server could not do it. Other engines derive theirs from the columns.
 */
function rowFormatOf(engine: string | null, asked: string | undefined, actual: string | null): string | null {
  const effective = engine?.toLowerCase() === "innodb" && actual !== null ? actual.toLowerCase() : null;
  if (asked === undefined) return effective === null ? null : `default (${effective})`;
  const wanted = asked.toLowerCase();
  return effective === null || effective === wanted ? wanted : `${wanted} (${effective})`;
}

/**
 * MySQL's catalog keeps the row format that a partitioned table was created with, while ALTER gives its partitions another
 * (9.7: INNODB_TABLES tells the truth). What the definition says outweighs it there.
 */
function actualRowFormat(flavor: Flavor, row: TableRow, { options, partitioning }: TableText): string | null {
  if (flavor !== "mysql" || partitioning === null || row.rowFormat === null) return row.rowFormat;
  if (options.ROW_FORMAT !== undefined) return options.ROW_FORMAT;
  if (options.KEY_BLOCK_SIZE !== undefined) return "Compressed";
  return row.rowFormat === "Compressed" ? "Dynamic" : row.rowFormat;
}

function methodOf(form: string, options: Options): string {
  if (form === "fulltext" || form === "vector") return form;
  if (form === "spatial") return "rtree";
  return (options.USING ?? "btree").toLowerCase();
}

function addKey(objects: SchemaObject[], input: TableInput, table: ObjectKey, index: KeyText): void {
  const { name } = input.row;
  if (index.form === "primary" || index.form === "unique") {
    const kind = index.form === "primary" ? "primary-key" : "unique";
    const key = keyIn(input.place, kind, name, index.name);
    const createOptions = index.invisible ? { ...index.options, INVISIBLE: "1" } : index.options;
    objects.push(objectOf(key, { columns: index.columns, createOptions }, table));
    addComment(objects, key, index.comment);
    return;
  }
  const key = keyIn(input.place, "index", name, index.name);
  const { USING: using, ...createOptions } = index.options;
  const object = objectOf(
    key,
    {
      method: methodOf(index.form, index.options),
      unique: false,
      columns: index.columns,
      form: index.form,
      parser: index.parser,
      invisible: index.invisible,
      // What was asked for stays beside the method, since MEMORY and InnoDB have different defaults (P24).
      createOptions: using === undefined ? createOptions : { ...createOptions, USING: using },
    },
    table,
  );
  objects.push(object);
  addComment(objects, key, index.comment);
}

function foreignKeyObject(input: TableInput, table: ObjectKey, foreignKey: ForeignKeyText): SchemaObject {
  const { referencedSchema } = foreignKey;
  const isOwn = referencedSchema === null || referencedSchema === input.row.schema;
  const referenced = shownName(foreignKey.referencedTable);
  return objectOf(
    keyIn(input.place, "foreign-key", input.row.name, foreignKey.name),
    {
      columns: foreignKey.columns,
      referencedTable: isOwn ? referenced : `${shownName(referencedSchema)}.${referenced}`,
      referencedColumns: foreignKey.referencedColumns,
      onUpdate: foreignKey.onUpdate ?? defaultAction(input.flavor),
      onDelete: foreignKey.onDelete ?? defaultAction(input.flavor),
      match: foreignKey.match ?? "SIMPLE",
    },
    table,
  );
}

interface CheckObject {
  readonly object: SchemaObject;
  /** Whether the line says nothing that is not in the object. */
  readonly isPlain: boolean;
}

/** P20: MariaDB has checks of columns (named like the column) beside those of the table, in one list of names. */
function checkObjects(
  input: TableInput,
  table: ObjectKey,
  text: TableText,
  jsonColumns: ReadonlySet<string>,
): readonly CheckObject[] {
  const { name } = input.row;
  if (text.checks.length === 0 && text.columns.every((column) => column.text.check === null)) return [];
  const columns = input.flavor === "mysql" ? text.columns.map((column) => column.name) : [];
  const taken = new Set(text.checks.map((check) => check.name.toLowerCase()));
  const objects: CheckObject[] = [];
  const seen = new Set<string>();
  for (const check of text.checks) {
    // MariaDB lets one name stand twice in a table; the second needs an address of its own.
    const path = seen.has(check.name) ? [name, check.name, String(objects.length)] : [name, check.name];
    seen.add(check.name);
    const expression =
      input.flavor === "mysql" ? withQuotedColumns(check.expression, columns) : check.expression;
    const attributes = { expression, enforced: check.enforced, column: null };
    const object = objectOf(keyIn(input.place, "check", ...path), attributes, table);
    objects.push({ object, isPlain: check.isPlain });
  }
  for (const column of text.columns) {
    if (column.text.check === null || jsonColumns.has(column.name)) continue;
    const path = taken.has(column.name.toLowerCase()) ? [name, column.name, "column"] : [name, column.name];
    const attributes = { expression: column.text.check, enforced: true, column: column.name };
    const object = objectOf(keyIn(input.place, "check", ...path), attributes, table);
    objects.push({ object, isPlain: false });
  }
  return objects;
}

function partitionObjects(
  input: TableInput,
  table: ObjectKey,
  partitions: readonly PartitionText[],
  parents: readonly string[],
): readonly SchemaObject[] {
  return partitions.flatMap((partition, index) => {
    const key = keyIn(input.place, "partition", input.row.name, ...parents, partition.name);
    const attributes = {
      position: index + 1,
      values: partition.values,
      engine: partition.engine,
      options: maskedOptions(partition.options),
    };
    return [
      objectOf(key, attributes, table),
      ...commentOn(key, maskComment(partition.engine, partition.comment)),
      ...partitionObjects(input, table, partition.subpartitions, [...parents, partition.name]),
    ];
  });
}

function maskedOptions(options: Options): Options {
  return Object.fromEntries(Object.entries(options).map(([name, value]) => [name, maskOption(name, value)]));
}
