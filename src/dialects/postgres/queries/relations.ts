/** Catalog queries for tables, views, their columns, inheritance, sequences and indexes. */
import { has } from "../version.ts";
import {
  type CatalogFacts,
  catalogs,
  inScope,
  notMember,
  ofRelations,
  ofRelationsOrIndexes,
  whileAlive,
} from "./facts.ts";

export type RelationRow = readonly [
  oid: string,
  namespace: string,
  name: string,
  kind: string,
  owner: string,
  persistence: string,
  accessMethod: string,
  tablespace: string,
  options: string | null,
  toastOptions: string | null,
  rowSecurity: string,
  rowSecurityForced: string,
  replicaIdentity: string,
  ofType: string | null,
  isPartition: string,
  populated: string,
  partitionKey: string | null,
  partitionBound: string | null,
  definition: string | null,
  foreignServer: string | null,
  foreignOptions: string | null,
];

export function relationsSql(facts: CatalogFacts): string {
  return `select c.oid, c.relnamespace, c.relname, c.relkind, c.relowner, c.relpersistence, c.relam, c.reltablespace,
  to_json(c.reloptions), to_json(t.reloptions), c.relrowsecurity, c.relforcerowsecurity, c.relreplident,
  case when c.reloftype <> 0 then format_type(c.reloftype, null) end, c.relispartition, c.relispopulated,
  case when c.relkind = 'p' then ${whileAlive("c.oid", "pg_get_partkeydef(c.oid)")} end,
  case when c.relispartition then ${whileAlive("c.oid", "pg_get_expr(c.relpartbound, c.oid)")} end,
  case when c.relkind in ('v', 'm') then ${whileAlive("c.oid", "pg_get_viewdef(c.oid)")} end,
  s.srvname, to_json(f.ftoptions)
from pg_class c
  left join pg_class t on t.oid = c.reltoastrelid and t.reloptions is not null
  left join pg_foreign_table f on f.ftrelid = c.oid
  left join pg_foreign_server s on s.oid = f.ftserver
where c.relkind in ('r', 'p', 'f', 'v', 'm') and ${inScope("c.relnamespace", facts)}${ofRelations("c.oid", facts)}
  and ${notMember("c.oid", catalogs.class)}`;
}

export type ColumnRow = readonly [
  relation: string,
  number: string,
  name: string,
  type: string,
  modifier: string,
  notNull: string,
  default_: string | null,
  identity: string,
  generated: string,
  collation: string,
  storage: string,
  compression: string,
  statisticsTarget: string | null,
  options: string | null,
  foreignOptions: string | null,
  local: string,
];

/** Columns of tables, views and composite types, and those columns of indexes that carry settings of their own. */
export function columnsSql(facts: CatalogFacts): string {
  return `select a.attrelid, a.attnum, a.attname, a.atttypid, a.atttypmod, a.attnotnull,
  case when d.adbin is not null then ${whileAlive("d.adrelid", "pg_get_expr(d.adbin, d.adrelid)")} end,
  a.attidentity, a.attgenerated, a.attcollation, a.attstorage, a.attcompression,
  nullif(a.attstattarget, -1), to_json(a.attoptions), to_json(a.attfdwoptions), a.attislocal
from pg_class c join pg_attribute a on a.attrelid = c.oid
  left join pg_attrdef d on a.atthasdef and d.adrelid = a.attrelid and d.adnum = a.attnum
where a.attnum > 0 and not a.attisdropped and ${inScope("c.relnamespace", facts)}${ofRelationsOrIndexes("a.attrelid", facts)}
  and (c.relkind in ('r', 'p', 'f', 'v', 'm', 'c')
    or (c.relkind in ('i', 'I') and (a.attoptions is not null or a.attstattarget >= 0)))`;
}

export type InheritanceRow = readonly [child: string, parent: string, position: string, pending: string];

export function inheritanceSql(facts: CatalogFacts): string {
  return `select inhrelid, inhparent, inhseqno, inhdetachpending from pg_inherits where true${ofRelationsOrIndexes("inhrelid", facts)}`;
}

export type SequenceRow = readonly [
  oid: string,
  namespace: string,
  name: string,
  owner: string,
  persistence: string,
  type: string,
  start: string,
  minimum: string,
  maximum: string,
  increment: string,
  cache: string,
  cycle: string,
  ownerRelation: string | null,
  ownerColumn: string | null,
  dependency: string | null,
];

export function sequencesSql(facts: CatalogFacts): string {
  return `select c.oid, c.relnamespace, c.relname, c.relowner, c.relpersistence, format_type(s.seqtypid, null),
  s.seqstart, s.seqmin, s.seqmax, s.seqincrement, s.seqcache, s.seqcycle, d.refobjid, d.refobjsubid, d.deptype
from pg_class c join pg_sequence s on s.seqrelid = c.oid
  left join pg_depend d on d.classid = 1259 and d.objid = c.oid and d.objsubid = 0 and d.refclassid = 1259
    and d.refobjsubid > 0 and d.deptype in ('a', 'i')
where c.relkind = 'S' and ${inScope("c.relnamespace", facts)}${ofRelations("c.oid", facts)} and ${notMember("c.oid", catalogs.class)}`;
}

export type IndexRow = readonly [
  oid: string,
  relation: string,
  name: string,
  accessMethod: string,
  tablespace: string,
  options: string | null,
  unique: string,
  keyCount: string,
  columns: string,
  operatorClasses: string,
  collations: string,
  flags: string,
  nullsNotDistinct: string,
  valid: string,
  ready: string,
  clustered: string,
  replicaIdentity: string,
  predicate: string | null,
  expressions: string | null,
];

/** Only predicates and expressions are deparsed: pg_get_indexdef of every index would double the time of the read. */
export function indexesSql(facts: CatalogFacts): string {
  return `select c.oid, i.indrelid, c.relname, c.relam, c.reltablespace, to_json(c.reloptions), i.indisunique, i.indnkeyatts,
  i.indkey, i.indclass, i.indcollation, i.indoption,
  ${has(facts.version, "nullsNotDistinct") ? "i.indnullsnotdistinct" : "false"},
  i.indisvalid, i.indisready, i.indisclustered, i.indisreplident,
  case when i.indpred is not null then ${whileAlive("i.indrelid", "pg_get_expr(i.indpred, i.indrelid)")} end,
  case when i.indexprs is not null then (select json_object_agg(k, ${whileAlive("i.indexrelid", "pg_get_indexdef(i.indexrelid, k, false)")})
    from generate_series(1, i.indnkeyatts) k where i.indkey[k - 1] = 0) end
from pg_class c join pg_index i on i.indexrelid = c.oid
where c.relkind in ('i', 'I') and ${inScope("c.relnamespace", facts)}${ofRelations("i.indrelid", facts)}`;
}

export type UnknownRelationRow = readonly [what: string, count: string];

/**
 * What lies in scope and has no place in the model, so that it is counted and not dropped in silence. Replication origins
 * under reserved names are those of subscriptions, which are in the model.
 */
export function unmodelledSql(facts: CatalogFacts): string {
  return `select 'relation of kind ' || relkind::text, count(*) from pg_class
where relkind not in ('r', 'p', 'f', 'v', 'm', 'S', 'i', 'I', 'c', 't') and ${inScope("relnamespace", facts)} group by 1
union all select 'tablespace', count(*) from pg_tablespace where oid >= 16384 having count(*) > 0
union all select 'replication origin', count(*) from pg_replication_origin where not starts_with(roname, 'pg_') having count(*) > 0`;
}
