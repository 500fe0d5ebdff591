/** The words of each clause of SHOW CREATE TABLE, made from the model's objects (see render-table.ts). */
import type { Options } from "../../../model/attribute.ts";
import type { ObjectKey } from "../../../model/key.ts";
import type { ObjectOf, SchemaObject } from "../../../model/object.ts";
import type { Flavor } from "../../../model/server.ts";
import { wordsOfPartition } from "./partition-text.ts";
import { tokenise } from "./sql-text.ts";
import { defaultAction, printsDefaultNull } from "./unprinted-defaults.ts";

/** What clauses need of other objects of the table: comments by their subject, checks of columns by column name. */
export interface RenderContext {
  readonly flavor: Flavor;
  readonly comments: ReadonlyMap<ObjectKey, string>;
  readonly columnChecks: ReadonlyMap<string, string>;
}

export function contextOf(objects: readonly SchemaObject[], flavor: Flavor): RenderContext {
  const comments = new Map<ObjectKey, string>();
  const columnChecks = new Map<string, string>();
  for (const object of objects) {
    if (object.kind === "comment" && object.parent !== undefined)
      comments.set(object.parent, object.attributes.text);
    if (object.kind === "check" && object.attributes.column) {
      columnChecks.set(object.attributes.column, object.attributes.expression);
    }
  }
  return { flavor, comments, columnChecks };
}

/** The elements between the parentheses that one object stands for; none for what is printed elsewhere. */
export function elementOf(object: SchemaObject, context: RenderContext): readonly (readonly string[])[] {
  switch (object.kind) {
    case "table":
      return (object.attributes.periods ?? []).filter((period) => period.startsWith("PERIOD")).map(words);
    case "column":
      return [columnWords(object, context)];
    case "primary-key":
    case "unique":
      return [keyWords(object, context)];
    case "index":
      return [indexWords(object, context)];
    case "foreign-key":
      return [foreignKeyWords(object, context.flavor)];
    case "check":
      return object.attributes.column ? [] : [checkWords(object)];
    default:
      return [];
  }
}

function words(text: string): string[] {
  return tokenise(text).map((token) =>
    token.kind === "word"
      ? token.text.toUpperCase()
      : token.kind === "string"
        ? `'${token.value}'`
        : token.value,
  );
}

function nameOf(key: ObjectKey): string {
  return key.path.at(-1) ?? "";
}

function commentWords(key: ObjectKey, context: RenderContext): string[] {
  const text = context.comments.get(key);
  return text === undefined ? [] : ["COMMENT", `'${text}'`];
}

/** Options whose value is only that they stand there. */
const flags: ReadonlySet<string> = new Set([
  "COMPRESSED",
  "WITHOUT SYSTEM VERSIONING",
  "WITH SYSTEM VERSIONING",
  "NOT SECONDARY",
]);
const stringOptions: ReadonlySet<string> = new Set(["ENGINE_ATTRIBUTE", "SECONDARY_ENGINE_ATTRIBUTE"]);
const bareOptions: ReadonlySet<string> = new Set(["COLUMN_FORMAT", "STORAGE"]);

function columnOptionWords(options: Options): string[] {
  return Object.entries(options).flatMap(([name, value]) => {
    if (flags.has(name)) return name.split(" ");
    if (stringOptions.has(name)) return [name, `'${value}'`];
    if (bareOptions.has(name)) return [name, value.toUpperCase()];
    return [name.toLowerCase(), "=", `'${value}'`];
  });
}

function columnWords(column: ObjectOf<"column">, context: RenderContext): string[] {
  const { flavor } = context;
  const { attributes: a, key } = column;
  const name = nameOf(key);
  const isFolded = flavor === "mariadb" && a.type === "json";
  const check = context.columnChecks.get(name);
  const result = [name, ...words(isFolded ? "longtext" : printedType(a.type, flavor))];
  if (a.zerofill === true) result.push("ZEROFILL");
  if (a.generated !== null && a.generated !== undefined)
    result.push(...generatedWords(a.generated, a.generatedKind));
  if (a.notNull) result.push("NOT", "NULL");
  else if (a.type.startsWith("timestamp") && (a.generated === null || flavor === "mysql"))
    result.push("NULL");
  result.push(...defaultWords(column, flavor));
  if (a.onUpdate) result.push("ON", "UPDATE", ...words(a.onUpdate));
  if (a.autoIncrement === true) result.push("AUTO_INCREMENT");
  if (a.invisible === true) result.push("INVISIBLE");
  if (a.srid !== null && a.srid !== undefined) result.push("SRID", String(a.srid));
  if (isFolded) result.push("CHECK", "(", "JSON_VALID", "(", name, ")", ")");
  if (check !== undefined) result.push("CHECK", "(", ...words(check), ")");
  return [...result, ...columnOptionWords(a.createOptions ?? {}), ...commentWords(key, context)];
}

function printedType(type: string, flavor: Flavor): string {
  return type === "year" && flavor === "mariadb" ? "year(4)" : type;
}

function generatedWords(expression: string, kind: string | null | undefined): string[] {
  if (expression.startsWith("ROW ")) return ["GENERATED", "ALWAYS", "AS", ...expression.split(" ")];
  return ["GENERATED", "ALWAYS", "AS", "(", ...words(expression), ")", (kind ?? "virtual").toUpperCase()];
}

function defaultWords({ attributes: a }: ObjectOf<"column">, flavor: Flavor): string[] {
  if (a.default !== null) return ["DEFAULT", ...words(a.default)];
  const hasNull =
    !a.notNull && a.generated === null && a.autoIncrement !== true && a.implicitDefault !== false;
  return hasNull && printsDefaultNull(flavor, a.type) ? ["DEFAULT", "NULL"] : [];
}

function hiddenWord(flavor: Flavor): string {
  return flavor === "mariadb" ? "IGNORED" : "INVISIBLE";
}

function keyOptionWords(options: Options, flavor: Flavor): string[] {
  return Object.entries(options).flatMap(([name, value]) => {
    if (name === "INVISIBLE") return [hiddenWord(flavor)];
    if (name === "USING") return ["USING", value];
    return [name, `'${value}'`];
  });
}

function keyWords(key: ObjectOf<"primary-key"> | ObjectOf<"unique">, context: RenderContext): string[] {
  const head = key.kind === "primary-key" ? ["PRIMARY", "KEY"] : ["UNIQUE", "KEY", nameOf(key.key)];
  return [
    ...head,
    ...words(`(${key.attributes.columns.join(",")})`),
    ...keyOptionWords(key.attributes.createOptions ?? {}, context.flavor),
    ...commentWords(key.key, context),
  ];
}

function indexWords(index: ObjectOf<"index">, context: RenderContext): string[] {
  const { attributes: a, key } = index;
  const form = a.form === "ordinary" || a.form === undefined ? [] : [a.form.toUpperCase()];
  return [
    ...form,
    "KEY",
    nameOf(key),
    ...words(`(${a.columns.join(",")})`),
    ...(a.parser ? ["WITH", "PARSER", a.parser] : []),
    ...(a.invisible === true ? [hiddenWord(context.flavor)] : []),
    ...keyOptionWords(a.createOptions ?? {}, context.flavor),
    ...commentWords(key, context),
  ];
}

function foreignKeyWords(foreignKey: ObjectOf<"foreign-key">, flavor: Flavor): string[] {
  const { attributes: a, key } = foreignKey;
  const hidden = defaultAction(flavor);
  const list = (names: readonly string[]): string[] => [
    "(",
    ...names.flatMap((name, at) => (at === 0 ? [name] : [",", name])),
    ")",
  ];
  return [
    "CONSTRAINT",
    nameOf(key),
    "FOREIGN",
    "KEY",
    ...list(a.columns),
    "REFERENCES",
    ...tokenise(a.referencedTable).map((token) => token.value),
    ...list(a.referencedColumns),
    ...(a.match === "SIMPLE" || a.match === undefined ? [] : ["MATCH", a.match]),
    ...(a.onDelete === hidden ? [] : ["ON", "DELETE", ...a.onDelete.split(" ")]),
    ...(a.onUpdate === hidden ? [] : ["ON", "UPDATE", ...a.onUpdate.split(" ")]),
  ];
}

function checkWords(check: ObjectOf<"check">): string[] {
  const name = check.key.path.at(-1) ?? "";
  const enforced = check.attributes.enforced === false ? ["NOT", "ENFORCED"] : [];
  return ["CONSTRAINT", name, "CHECK", "(", ...words(check.attributes.expression), ")", ...enforced];
}

const encryptionWords = { mysql: ["ENCRYPTION", "Y"], mariadb: ["ENCRYPTED", "YES"] } as const;

/** The words of the table's options, in one case. */
export function tailWords(objects: readonly SchemaObject[], context: RenderContext): string[] {
  const table = objects.find((object) => object.kind === "table");
  if (table?.kind !== "table") return [];
  const { attributes: a, key } = table;
  const comment = commentWords(key, context);
  const asked = a.rowFormat?.startsWith("default (") === true ? null : (a.rowFormat?.split(" ")[0] ?? null);
  const result = [
    ...(a.engine ? ["ENGINE", a.engine] : []),
    ...(asked === null ? [] : ["ROW_FORMAT", asked]),
    ...(a.tablespace ? ["TABLESPACE", a.tablespace] : []),
    ...(a.dataDirectory ? ["DATA", "DIRECTORY", a.dataDirectory] : []),
    ...(a.encrypted === true ? encryptionWords[context.flavor === "mariadb" ? "mariadb" : "mysql"] : []),
    ...(comment.length === 0 ? [] : ["COMMENT", (comment[1] ?? "").slice(1, -1)]),
  ];
  for (const [name, value] of Object.entries(a.createOptions ?? {}))
    result.push(...name.split(" "), ...(value.startsWith("(") ? words(value) : [value]));
  return result.map((word) => word.toUpperCase());
}

/** The words of PARTITION BY, in one case. */
export function partitionWords(objects: readonly SchemaObject[], context: RenderContext): string[] {
  const table = objects.find((object) => object.kind === "table");
  const partitions = objects.filter((object) => object.kind === "partition");
  if (table?.kind !== "table" || !table.attributes.partitionKey) return [];
  const head = tokenise(table.attributes.partitionKey).map((token) => token.value);
  const lists = partitions.flatMap((partition) => {
    if (partition.kind !== "partition") return [];
    const { attributes: a, key } = partition;
    const comment = commentWords(key, context)[1]?.slice(1, -1) ?? null;
    const isSub = key.path.length > table.key.path.length + 1;
    return wordsOfPartition(
      { name: nameOf(key), values: a.values, engine: a.engine, comment, options: a.options },
      isSub,
    );
  });
  return ["PARTITION", "BY", ...head.filter((word) => !/^[(),=]$/.test(word)), ...lists].map((word) =>
    word.toUpperCase(),
  );
}
