/** The attributes of columns, from their lines of SHOW CREATE TABLE and from information_schema. */
import type { AttributesOf } from "../../../model/kind.ts";
import type { Flavor } from "../../../model/server.ts";
import { canonicalCharset, canonicalCollation } from "./canonical-text.ts";
import type { ColumnText } from "./column-text.ts";
import type { KnownColumns } from "./plain-lines.ts";
import { quotedName } from "./sql-text.ts";
import type { TableText } from "./table-text.ts";
import { printsDefaultNull } from "./unprinted-defaults.ts";

/** What information_schema.COLUMNS says: the resolved charset and collation (P14, P15). */
export interface ColumnRow {
  readonly name: string;
  readonly position: number;
  readonly charset: string | null;
  readonly collation: string | null;
}

/** What columns have in common with others, made once. One per reading. */
export interface SharedColumns {
  readonly known: KnownColumns;
  /** By what follows the name; then by position. */
  readonly attributes: Map<ColumnText, ColumnAttributes[]>;
}

export function createSharedColumns(): SharedColumns {
  return { known: new Map(), attributes: new Map() };
}

type ColumnAttributes = AttributesOf["column"];

interface Charsets {
  readonly charset: string | null;
  readonly collation: string | null;
}

export type Resolver = (name: string, index?: number) => ColumnRow | undefined;

/** information_schema's row of a column: nearly always the one in the same place. */
export function resolverOf(rows: readonly ColumnRow[]): Resolver {
  let byName: Map<string, ColumnRow> | undefined;
  return (name, index = -1) => {
    const row = rows[index];
    if (row?.name === name) return row;
    byName ??= new Map(rows.map((each) => [each.name, each]));
    return byName.get(name);
  };
}

const noColumns: ReadonlySet<string> = new Set();

/** P17: MariaDB's JSON is longtext utf8mb4_bin with a check json_valid(column). A charset like the table's is not printed. */
export function foldedJsonColumns(
  flavor: Flavor,
  text: TableText,
  resolvedOf: Resolver,
): ReadonlySet<string> {
  if (flavor !== "mariadb" || text.columns.every((column) => column.text.check === null)) return noColumns;
  const folded = new Set<string>();
  for (const [index, column] of text.columns.entries()) {
    const { check, type, collation } = column.text;
    if (check === null || type !== "longtext") continue;
    const isJson = check === `json_valid(${quotedName(column.name)})`;
    const effective = resolvedOf(column.name, index)?.collation ?? collation ?? "utf8mb4_bin";
    if (isJson && effective === "utf8mb4_bin") folded.add(column.name);
  }
  return folded;
}

export interface ColumnInput {
  readonly text: ColumnText;
  readonly position: number;
  readonly resolved: ColumnRow | undefined;
  readonly isJson: boolean;
}

/** One object for all columns that say the same in the same place, where their lines are plain. */
export function columnAttributes(
  flavor: Flavor,
  input: ColumnInput,
  shared: SharedColumns,
): ColumnAttributes {
  const charsets = charsetsOf(input);
  const { text, position } = input;
  // Texts of other lines are seen once.
  if (!text.isPlain || text.check !== null) return madeAttributes(flavor, input, charsets);
  let alike = shared.attributes.get(text);
  if (alike === undefined) {
    alike = [];
    shared.attributes.set(text, alike);
  }
  const known = alike[position];
  if (known?.charset === charsets.charset && known?.collation === charsets.collation) return known;
  const attributes = madeAttributes(flavor, input, charsets);
  alike[position] = attributes;
  return attributes;
}

function charsetsOf({ text, resolved, isJson }: ColumnInput): Charsets {
  if (isJson) return { charset: null, collation: null };
  if (isBinaryList(text.type, resolved)) return { charset: "binary", collation: "binary" };
  const charset = resolved?.charset ?? text.charset;
  const collation = resolved?.collation ?? text.collation;
  return {
    charset: charset === null ? null : canonicalCharset(charset),
    collation: collation === null ? null : canonicalCollation(collation),
  };
}

function madeAttributes(
  flavor: Flavor,
  { text, position, isJson }: ColumnInput,
  charsets: Charsets,
): ColumnAttributes {
  const mayLackDefault =
    !text.notNull && text.default === null && text.generated === null && !text.autoIncrement;
  return {
    type: isJson ? "json" : canonicalType(text.type),
    notNull: text.notNull,
    default: text.default === "NULL" ? null : text.default,
    implicitDefault: !(mayLackDefault && printsDefaultNull(flavor, text.type)),
    generated: text.generated,
    generatedKind: text.generatedKind,
    ...charsets,
    autoIncrement: text.autoIncrement,
    onUpdate: text.onUpdate,
    invisible: text.invisible,
    srid: text.srid,
    zerofill: text.zerofill,
    createOptions: text.options,
    position,
  };
}

/** MySQL's information_schema says NULL for ENUM and SET of the charset binary; MariaDB's says binary. */
function isBinaryList(type: string, resolved: ColumnRow | undefined): boolean {
  return resolved?.charset === null && /^(?:enum|set)\(/.test(type);
}

/** P12: year(4) is year. */
function canonicalType(type: string): string {
  return type === "year(4)" ? "year" : type;
}
