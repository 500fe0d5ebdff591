/**
 * The questions of incremental reading: which catalog rows are younger than the snapshot before, how many rows there are,
 * and whose root objects they belong to. A row is named by a tag and an object id: r relation, p routine, c constraint,
 * t type, d what a comment is on, a the columns of a relation. A young row's name ends in "@" and its transaction (xmin).
 */
import { has } from "../version.ts";
import { catalogs, firstUserOid } from "./facts.ts";

/** Catalogs whose rows belong to one root object. Rows that nothing else can lose are counted by owner. */
interface OwnedRows {
  readonly table: string;
  readonly tag: "r" | "p" | "t" | "d" | "a";
  readonly owner: string;
  /** The rest of the tag of comments. */
  readonly of?: string;
  readonly where?: string;
  /** What a young row also touches, as a text expression. */
  readonly touches?: string;
}

const ownedRows: readonly OwnedRows[] = [
  { table: "pg_class", tag: "r", owner: "oid" },
  { table: "pg_attrdef", tag: "r", owner: "adrelid" },
  {
    table: "pg_constraint",
    tag: "r",
    owner: "conrelid",
    where: "conrelid <> 0",
  },
  { table: "pg_constraint", tag: "t", owner: "contypid", where: "contypid <> 0" },
  { table: "pg_index", tag: "r", owner: "indrelid" },
  { table: "pg_inherits", tag: "r", owner: "inhrelid" },
  { table: "pg_partitioned_table", tag: "r", owner: "partrelid" },
  { table: "pg_rewrite", tag: "r", owner: "ev_class" },
  // The triggers of a foreign key stand on both tables and tell about the constraint.
  {
    table: "pg_trigger",
    tag: "r",
    owner: "tgrelid",
    touches: "case when tgconstraint <> 0 then ' c' || tgconstraint || '@' || xmin else '' end",
  },
  { table: "pg_policy", tag: "r", owner: "polrelid" },
  { table: "pg_sequence", tag: "r", owner: "seqrelid" },
  { table: "pg_statistic_ext", tag: "r", owner: "stxrelid" },
  { table: "pg_foreign_table", tag: "r", owner: "ftrelid" },
  // Row types of relations; those of composite types are found to be no relation later.
  { table: "pg_type", tag: "r", owner: "typrelid", where: "typtype = 'c'" },
  { table: "pg_proc", tag: "p", owner: "oid" },
  { table: "pg_aggregate", tag: "p", owner: "aggfnoid::oid" },
  {
    table: "pg_description",
    tag: "d",
    owner: "objoid",
    of: "classoid || '.' ||",
    where: `(objoid >= ${firstUserOid} or classoid in (${catalogs.namespace}, ${catalogs.extension}, ${catalogs.largeObject}))`,
  },
];

/**
 * pg_attribute is looked through for young rows and never counted: its rows go only with their relation, and a dropped
 * column stays as a row.
 */
const uncounted: readonly OwnedRows[] = [{ table: "pg_attribute", tag: "a", owner: "attrelid" }];

/** Catalogs where any change may alter objects that we cannot name: then everything is read. */
const decisive: Readonly<Record<string, string>> = {
  pg_am: "true",
  pg_amop: "true",
  pg_amproc: "true",
  pg_auth_members: "true",
  pg_cast: "true",
  pg_collation: "true",
  pg_conversion: "true",
  pg_database: "datname = current_database()",
  pg_db_role_setting:
    "setdatabase = 0 or setdatabase = (select oid from pg_database where datname = current_database())",
  pg_default_acl: "true",
  // Members of extensions, and what ALTER ... DEPENDS ON EXTENSION marks: no other row tells of either.
  pg_depend: "refclassid = 3079 and deptype in ('e', 'x')",
  pg_enum: "true",
  pg_event_trigger: "true",
  pg_extension: "true",
  pg_foreign_data_wrapper: "true",
  pg_foreign_server: "true",
  pg_init_privs: "true",
  pg_language: "true",
  pg_namespace: "nspname !~ '^pg_(toast_)?temp_'",
  pg_opclass: "true",
  pg_operator: "true",
  pg_opfamily: "true",
  pg_publication: "true",
  pg_publication_rel: "true",
  pg_range: "true",
  pg_replication_origin: "true",
  pg_seclabel: "true",
  pg_shdescription: "true",
  pg_shseclabel: "true",
  pg_tablespace: "true",
  pg_transform: "true",
  pg_ts_config: "true",
  pg_ts_config_map: "true",
  pg_ts_dict: "true",
  pg_ts_parser: "true",
  pg_ts_template: "true",
  // Neither row types nor the arrays that come with each type.
  pg_type: "typtype <> 'c' and typsubscript <> 'pg_catalog.array_subscript_handler'::regproc",
};

const decisiveSince15 = { pg_parameter_acl: "true", pg_publication_namespace: "true" } as const;

/**
 * Whether a row was written by a transaction that had not ended at `horizon` (xid8) or began later. Most rows are older:
 * the first comparison decides for them.
 */
function isYoung(horizon: string): string {
  return `(age(xmin) <= (select age('${horizon}'::xid8::xid)) and age(xmin) >= 0)`;
}

export type DecisiveRow = readonly [catalog: string, rows: string, young: string | null];

/** One row per catalog where any change decides for a full read, with its young rows. Without a horizon nothing is young. */
export function decisiveSql(version: number, horizon: string | undefined): string {
  const tables = has(version, "aclOfParameters") ? { ...decisive, ...decisiveSince15 } : decisive;
  const young = (table: string): string =>
    horizon === undefined
      ? "null"
      : `string_agg('${table}@' || xmin, ' ') filter (where ${isYoung(horizon)})`;
  return Object.entries(tables)
    .map(
      ([table, where]) =>
        `select '${table}', count(*), ${young(table)} from pg_catalog.${table} where ${where}`,
    )
    .join("\nunion all ");
}

/** Kinds of relations (pg_class.relkind) that can be read alone, and those that belong to another relation. */
const readableKinds = "'r', 'p', 'f', 'v', 'm', 'S'";
const belongingKinds = "'i', 'I', 't'";

export type OtherKindRow = readonly [oid: string];

/** Composite types and kinds that newer servers may have: they are only ever read along with everything. */
export const otherKindsSql = `select oid from pg_catalog.pg_class where relkind not in (${readableKinds}, ${belongingKinds})`;

export type YoungRow = readonly [catalog: string, rows: string, young: string | null];

/**
 * One row per catalog whose rows have owners: how many there are (0 where uncounted), and the names of young ones, once
 * for each row: to count them by name the server would sort all rows of the catalog, not the young ones.
 */
export function youngSql(horizon: string): string {
  const young = isYoung(horizon);
  const counted = [...new Set(ownedRows.map((rows) => rows.table))].map((table) =>
    youngOfSql(
      table,
      ownedRows.filter((rows) => rows.table === table),
      young,
    ),
  );
  const others = uncounted.map(
    (rows) =>
      `select '${rows.table}', 0, string_agg(${nameOf(rows)}, ' ') from pg_catalog.${rows.table}${whereOf(rows.where, young)}`,
  );
  return [...counted, ...others].join("\nunion all ");
}

function youngOfSql(table: string, kinds: readonly OwnedRows[], young: string): string {
  const [only, ...more] = kinds;
  if (only !== undefined && more.length === 0 && only.touches === undefined)
    return `select '${table}', count(*), string_agg(${nameOf(only)}, ' ') filter (where ${young}) from pg_catalog.${table}${whereOf(only.where)}`;
  // Every row belongs to somebody here. To name an owner takes columns from far into a row: only young rows are taken apart.
  return `select '${table}', n, (select string_agg(${namesOf(kinds)}, ' ') from pg_catalog.${table} where ctid = any (young))
  from (select count(*) as n, array_agg(ctid) filter (where ${young}) as young from pg_catalog.${table}) x`;
}

function nameOf({ tag, of, owner, touches }: OwnedRows): string {
  return `'${tag}' || ${of ?? ""} ${owner} || '@' || xmin${touches === undefined ? "" : ` || ${touches}`}`;
}

function namesOf(kinds: readonly OwnedRows[]): string {
  if (kinds.length === 1) return kinds.map(nameOf).join();
  return `case ${kinds.map((rows) => `when ${rows.where ?? "true"} then ${nameOf(rows)}`).join(" ")} end`;
}

function whereOf(...conditions: readonly (string | undefined)[]): string {
  const given = conditions.filter((condition) => condition !== undefined);
  return given.length === 0 ? "" : ` where ${given.join(" and ")}`;
}

export type CountRow = readonly [tag: string, of: string, owner: string, rows: string];

/** How many rows each owner has, of every owner or only of these object ids. */
export function countsSql(owners: readonly string[] | undefined): string {
  const parts = ownedRows.map((rows) => {
    const only = owners === undefined ? undefined : `${rows.owner} = any ('{${owners.join(",")}}'::oid[])`;
    const of = rows.tag === "d" ? "classoid" : "0::oid";
    return `select '${rows.tag}' as tag, ${of} as of, ${rows.owner} as owner, count(*) as n from pg_catalog.${rows.table}${whereOf(rows.where, only)} group by 1, 2, 3`;
  });
  return `select tag, of, owner, sum(n) from (${parts.join("\nunion all ")}) x group by 1, 2, 3`;
}

/** Owners by what they are; object ids as text. */
export interface Owners {
  readonly relations: readonly string[];
  readonly routines: readonly string[];
  readonly constraints: readonly string[];
  readonly triggers: readonly string[];
  readonly policies: readonly string[];
  readonly rules: readonly string[];
  readonly statistics: readonly string[];
}

export type RootRow = readonly [
  /** `changed`: a root with rows of its own that changed. `along`: one whose text may have changed along. `type`: a type. */
  why: "changed" | "along" | "type",
  what: "relation" | "routine",
  oid: string,
  /** relkind or prokind; "other" is no kind of relation that can be read alone. */
  kind: string,
  namespace: string,
  isMember: string,
  /** Something has the relation's row type in its own definition. */
  isRowTypeUsed: string,
];

function list(oids: readonly string[]): string {
  return `any ('{${oids.join(",")}}'::oid[])`;
}

/**
 * The root objects of owners, and the roots whose text the server may now print otherwise: what the expressions of others
 * refer to, ancestors of partitions, sequences and the tables that own them. Referring by name alone (foreign keys,
 * triggers, children) is left out: renames are found by identity.
 */
export function rootsSql(owners: Owners): string {
  return `with recursive seed(oid) as (
  select unnest('{${owners.relations.join(",")}}'::oid[])
  union select conrelid from pg_constraint where oid = ${list(owners.constraints)}
  union select tgrelid from pg_trigger where oid = ${list(owners.triggers)}
  union select polrelid from pg_policy where oid = ${list(owners.policies)}
  union select ev_class from pg_rewrite where oid = ${list(owners.rules)}
  union select stxrelid from pg_statistic_ext where oid = ${list(owners.statistics)}),
changed(oid) as materialized (select distinct case when c.relkind in ('i', 'I') then (select indrelid from pg_index where indexrelid = c.oid)
    when c.relkind = 't' then (select refobjid from pg_depend where classid = 1259 and objid = c.oid and refclassid = 1259 and deptype = 'i')
    else c.oid end from seed join pg_class c using (oid) where c.relpersistence <> 't'),
dependent(classid, objid, of_relation) as materialized (
  select d.classid, d.objid, true from changed join pg_class c on c.oid = changed.oid and c.relkind <> 'S' join pg_depend d on d.refclassid = 1259 and d.refobjid = changed.oid
  union select classid, objid, false from pg_depend where refclassid = 1255 and refobjid = ${list(owners.routines)}),
along(oid) as (
  select oid from changed
  union select r.ev_class from dependent join pg_rewrite r on r.oid = objid where classid = 2618
  union select a.adrelid from dependent join pg_attrdef a on a.oid = objid where classid = 2604
  union select p.polrelid from dependent join pg_policy p on p.oid = objid where classid = 3256
  union select s.stxrelid from dependent join pg_statistic_ext s on s.oid = objid where classid = 3381
  union select x.conrelid from dependent join pg_constraint x on x.oid = objid where classid = 2606 and x.contype <> 'f' and x.conrelid <> 0
  union select t.tgrelid from dependent join pg_trigger t on t.oid = objid where classid = 2620 and t.tgqual is not null
  union select coalesce(i.indrelid, c.oid) from dependent join pg_class c on c.oid = objid left join pg_index i on i.indexrelid = c.oid
    where classid = 1259 and not of_relation),
member(oid) as (select oid from along
  union select other.oid from member cross join lateral (
    select inhparent as oid from pg_inherits where inhrelid = member.oid
    union all select d.objid from pg_depend d where d.classid = 1259 and d.refclassid = 1259 and d.refobjid = member.oid
      and d.refobjsubid > 0 and d.deptype in ('a', 'i') and (select relkind from pg_class s where s.oid = d.objid) = 'S'
    union all select d.refobjid from pg_depend d
      where d.classid = 1259 and d.objid = member.oid and d.refclassid = 1259 and d.refobjsubid > 0 and d.deptype in ('a', 'i')) other),
routine(why, oid) as (select 'changed', oid from pg_proc where oid = ${list(owners.routines)}
  union all select distinct 'along', objid from dependent where classid = 1255 and not objid = ${list(owners.routines)})
select case when c.oid in (select oid from changed) then 'changed' else 'along' end, 'relation', c.oid, case when c.relkind in (${readableKinds}) then c.relkind::text else 'other' end, c.relnamespace, ${isMember("c.oid", catalogs.class)},
  exists (select from pg_type t join pg_depend d on d.refclassid = 1247 and d.refobjid = any (array[t.oid, t.typarray]) and not (d.classid = 1247 and d.deptype = 'i') where t.oid = c.reltype)
from pg_class c where c.oid = any (array(select oid from member)) and c.relkind not in (${belongingKinds})
union all
select why, 'routine', p.oid, p.prokind::text, p.pronamespace, ${isMember("p.oid", catalogs.procedure)}, false
from routine join pg_proc p on p.oid = routine.oid
union all
select 'type', 'relation', objid, 't', 0, false, false from dependent left join pg_constraint x on classid = 2606 and x.oid = objid
where not of_relation and (classid in (1247, 6106) or (classid = 2606 and x.contypid <> 0))`;
}

function isMember(oid: string, catalog: number): string {
  return `exists (select from pg_depend e where e.classid = ${catalog} and e.objid = ${oid} and e.refclassid = 3079 and e.deptype = 'e')`;
}
