/** Names, literals and addresses in PostgreSQL's SQL. */
import type { ObjectKey } from "../../../model/key.ts";
import type { ObjectKind } from "../../../model/kind.ts";

/** Every word that quote_ident() quotes in some version: reserved words and names of types and functions (Appendix C). */
const keywords: ReadonlySet<string> = new Set(
  `all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both case cast
  char character check coalesce collate collation column concurrently constraint create cross current_catalog
  current_date current_role current_schema current_time current_timestamp current_user dec decimal default deferrable
  desc distinct do else end except exists extract false fetch float for foreign freeze from full grant greatest group
  grouping having ilike in initially inner inout int integer intersect interval into is isnull join json json_array
  json_arrayagg json_exists json_object json_objectagg json_query json_scalar json_serialize json_table json_value
  lateral leading least left like limit localtime localtimestamp merge_action national natural nchar none normalize
  not notnull null nullif numeric offset on only or order out outer overlaps overlay placing position precision primary
  real references returning right row select session_user setof similar smallint some substring symmetric system_user
  table tablesample then time timestamp to trailing treat trim true union unique user using values varchar variadic
  verbose when where window with xmlattributes xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi
  xmlroot xmlserialize xmltable`.split(/\s+/),
);

/** An identifier, quoted where the server would read it otherwise. */
export function name(text: string): string {
  return /^[a-z_][a-z0-9_$]*$/.test(text) && !keywords.has(text) ? text : `"${text.replaceAll('"', '""')}"`;
}

export function nameList(texts: readonly string[]): string {
  return texts.map(name).join(", ");
}

/** A name path: schema.table */
export function qualified(path: readonly string[]): string {
  return path.map(name).join(".");
}

/** A text constant; safe whatever standard_conforming_strings says. */
export function literal(text: string): string {
  const escaped = text.replaceAll("'", "''");
  return text.includes("\\") ? `E'${escaped.replaceAll("\\", "\\\\")}'` : `'${escaped}'`;
}

/** PUBLIC or the name of a role. */
export function grantee(role: string): string {
  return role === "PUBLIC" ? "PUBLIC" : name(role);
}

/** The last part of an object's path, as an identifier. */
export function ownName(key: ObjectKey): string {
  return name(key.path.at(-1) ?? "");
}

/** The table (or domain) that a constraint, trigger or policy belongs to. */
export function tableOf(key: ObjectKey): string {
  return qualified(key.path.slice(0, -1));
}

type Address = (key: ObjectKey) => string;
const byPath: (noun: string) => Address = (noun) => (key) => `${noun} ${qualified(key.path)}`;
const onTable: (noun: string) => Address = (noun) => (key) => `${noun} ${ownName(key)} ON ${tableOf(key)}`;
const withSignature: (noun: string) => Address = (noun) => (key) =>
  `${noun} ${qualified(key.path)}(${key.signature ?? ""})`;
const inSchema: (noun: string) => Address = (noun) => (key) =>
  `${noun} ${qualified([key.path[0] ?? "", key.path.at(-1) ?? ""])}`;

/** How COMMENT ON, ALTER ... OWNER TO and DROP call an object. */
const addresses: { readonly [K in ObjectKind]?: Address } = {
  schema: byPath("SCHEMA"),
  table: byPath("TABLE"),
  column: byPath("COLUMN"),
  view: byPath("VIEW"),
  "materialized-view": byPath("MATERIALIZED VIEW"),
  sequence: byPath("SEQUENCE"),
  index: inSchema("INDEX"),
  statistics: inSchema("STATISTICS"),
  "primary-key": onTable("CONSTRAINT"),
  unique: onTable("CONSTRAINT"),
  "foreign-key": onTable("CONSTRAINT"),
  check: onTable("CONSTRAINT"),
  exclusion: onTable("CONSTRAINT"),
  trigger: onTable("TRIGGER"),
  policy: onTable("POLICY"),
  rule: onTable("RULE"),
  function: withSignature("FUNCTION"),
  procedure: withSignature("PROCEDURE"),
  aggregate: withSignature("AGGREGATE"),
  enum: byPath("TYPE"),
  "composite-type": byPath("TYPE"),
  "range-type": byPath("TYPE"),
  "base-type": byPath("TYPE"),
  domain: byPath("DOMAIN"),
  extension: byPath("EXTENSION"),
  collation: byPath("COLLATION"),
  "event-trigger": byPath("EVENT TRIGGER"),
  publication: byPath("PUBLICATION"),
  "foreign-server": byPath("SERVER"),
  "foreign-data-wrapper": byPath("FOREIGN DATA WRAPPER"),
  "text-search-configuration": byPath("TEXT SEARCH CONFIGURATION"),
  "text-search-dictionary": byPath("TEXT SEARCH DICTIONARY"),
};

/** "TABLE shop.orders"; undefined for kinds that plans do not address yet. */
export function addressOf(key: ObjectKey): string | undefined {
  return addresses[key.kind]?.(key);
}
