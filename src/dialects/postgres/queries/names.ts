/** Names that rows refer to by object id: schemas, roles, types, collations, operator classes. Read once, joined here. */
import { ownSchema, ownTable } from "../../../model/own-schema.ts";
import { type CatalogFacts, firstUserOid, ofRelations } from "./facts.ts";

export type NamespaceRow = readonly [oid: string, name: string, owner: string];

/** All but the server's own, and the one of our store where it lies in this database. */
export const namespacesSql = `select n.oid, nspname, nspowner from pg_namespace n
where nspname <> 'information_schema' and nspname !~ '^pg_' and not (nspname = '${ownSchema}' and exists (
  select from pg_class c where c.relnamespace = n.oid and c.relname = '${ownTable}' and c.relkind = 'r'))`;

export type NameRow = readonly [
  what: "am" | "opclass" | "collation" | "tablespace" | "keyword" | "role",
  oid: string,
  schema: string | null,
  name: string,
  detail: string | null,
];

/** detail: of an operator class "method,input type,default". */
export const namesSql = `select 'am', oid, null, amname::text, null from pg_am
union all select 'opclass', o.oid, n.nspname::text, o.opcname::text, format('%s,%s,%s', o.opcmethod, o.opcintype, o.opcdefault)
  from pg_opclass o join pg_namespace n on n.oid = o.opcnamespace
union all select 'collation', c.oid, n.nspname::text, c.collname::text, null
  from pg_collation c join pg_namespace n on n.oid = c.collnamespace
union all select 'tablespace', oid, null, spcname::text, null from pg_tablespace
union all select 'role', oid, null, rolname::text, null from pg_roles
union all select 'keyword', 0, null, word, null from pg_get_keywords() where catcode <> 'U'`;

export type TypeRow = readonly [
  oid: string,
  modifier: string,
  text: string,
  collation: string,
  storage: string,
];

/** Each type is printed once, not once per column: format_type of every column would be the dearest part of the read. */
export function typesSql(facts: CatalogFacts): string {
  return `select x.atttypid, x.atttypmod, format_type(x.atttypid, x.atttypmod), t.typcollation, t.typstorage
from (select distinct atttypid, atttypmod from pg_attribute
  where attrelid >= ${firstUserOid} and attnum > 0 and not attisdropped${ofRelations("attrelid", facts)}) x join pg_type t on t.oid = x.atttypid`;
}

export type OtherRelationRow = readonly [oid: string, schema: string, name: string, columns: string | null];

/** Relations outside the scope that something inside refers to. */
export function otherRelationsSql(oids: readonly number[]): string {
  return `select c.oid, n.nspname, c.relname,
  (select json_object_agg(a.attnum, a.attname) from pg_attribute a where a.attrelid = c.oid and a.attnum > 0)
from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = any ('{${oids.join(",")}}'::oid[])`;
}
