/** The two cheap questions of the probe. Both look at every catalog that a snapshot reads. */
import { has } from "../version.ts";

/** Catalogs by name, with the columns that identify a row; null: no row of a temporary object can be in it. */
const catalogKeys: Readonly<Record<string, string>> = {
  pg_aggregate: "aggfnoid::oid::int8",
  pg_am: "oid::int8",
  pg_amop: "oid::int8",
  pg_amproc: "oid::int8",
  pg_attrdef: "oid::int8",
  pg_attribute: "attrelid::int8 * 65536 + (attnum & 65535)",
  pg_cast: "oid::int8",
  pg_class: "oid::int8",
  pg_collation: "oid::int8",
  pg_constraint: "oid::int8",
  pg_conversion: "oid::int8",
  pg_default_acl: "oid::int8",
  // Nothing else tells of ALTER EXTENSION ... ADD, nor of ALTER ... DEPENDS ON EXTENSION.
  pg_depend: "classid::int8 * 4294967296 + objid::int8",
  pg_description: "objoid::int8 * 65536 + (objsubid & 65535)",
  pg_enum: "oid::int8",
  pg_event_trigger: "oid::int8",
  pg_extension: "oid::int8",
  pg_foreign_data_wrapper: "oid::int8",
  pg_foreign_server: "oid::int8",
  pg_foreign_table: "ftrelid::int8",
  pg_index: "indexrelid::int8",
  pg_inherits: "inhrelid::int8 * 65536 + inhseqno",
  pg_init_privs: "objoid::int8 * 65536 + (objsubid & 65535)",
  pg_language: "oid::int8",
  pg_namespace: "oid::int8",
  pg_opclass: "oid::int8",
  pg_operator: "oid::int8",
  pg_opfamily: "oid::int8",
  pg_partitioned_table: "partrelid::int8",
  pg_policy: "oid::int8",
  pg_proc: "oid::int8",
  pg_publication: "oid::int8",
  pg_publication_rel: "oid::int8",
  pg_range: "rngtypid::int8",
  pg_rewrite: "oid::int8",
  pg_seclabel: "objoid::int8 * 65536 + (objsubid & 65535)",
  pg_sequence: "seqrelid::int8",
  pg_statistic_ext: "oid::int8",
  pg_transform: "oid::int8",
  pg_trigger: "oid::int8",
  pg_ts_config: "oid::int8",
  pg_ts_config_map: "mapcfg::int8 * 65536 + maptokentype * 256 + mapseqno",
  pg_ts_dict: "oid::int8",
  pg_ts_parser: "oid::int8",
  pg_ts_template: "oid::int8",
  pg_type: "oid::int8",
  pg_auth_members: "roleid::int8 * 65536 + member::int8",
  pg_database: "oid::int8",
  pg_db_role_setting: "setdatabase::int8 * 65536 + setrole::int8",
  pg_shdescription: "objoid::int8",
  pg_shseclabel: "objoid::int8",
  pg_tablespace: "oid::int8",
};

/** Not readable row by row for everyone, so they count in the first tier and are digested through views in the second. */
const restricted = ["pg_authid", "pg_subscription", "pg_user_mapping", "pg_largeobject_metadata"];

const since15 = { pg_parameter_acl: "oid::int8", pg_publication_namespace: "oid::int8" } as const;

function keysOf(version: number): Readonly<Record<string, string>> {
  return has(version, "aclOfParameters") ? { ...catalogKeys, ...since15 } : catalogKeys;
}

/** One row, one text. Large objects are data, but for their grants: their catalog's writes are left out. */
export function countersSql(version: number): string {
  const tables = [
    ...Object.keys(keysOf(version)),
    ...restricted.filter((name) => name !== "pg_largeobject_metadata"),
  ];
  return `select sum(pg_stat_get_tuples_inserted(c) + pg_stat_get_tuples_updated(c) + pg_stat_get_tuples_deleted(c))::text
  || ' ' || coalesce((select sum(hashint8extended(oid::int8, hashtext(lomacl::text))) from pg_largeobject_metadata where lomacl is not null)::text, '')
from unnest('{${tables.map((name) => `pg_catalog.${name}`).join(",")}}'::regclass[]) c`;
}

const temporaryRelations = "(select oid from pg_class where relpersistence = 't')";
const temporarySchemas = "(select oid from pg_namespace where nspname ~ '^pg_(toast_)?temp_')";

/** What keeps rows of temporary objects out, so that they do not move the token. */
export const withoutTemporary: Readonly<Record<string, string>> = {
  pg_attrdef: `adrelid not in ${temporaryRelations}`,
  pg_attribute: `attrelid not in ${temporaryRelations}`,
  pg_class: "relpersistence <> 't'",
  pg_constraint: `connamespace not in ${temporarySchemas}`,
  pg_depend: "refclassid = 3079 and deptype in ('e', 'x')",
  pg_index: `indrelid not in ${temporaryRelations}`,
  pg_inherits: `inhrelid not in ${temporaryRelations}`,
  pg_namespace: "nspname !~ '^pg_(toast_)?temp_'",
  pg_proc: `pronamespace not in ${temporarySchemas}`,
  pg_rewrite: `ev_class not in ${temporaryRelations}`,
  pg_sequence: `seqrelid not in ${temporaryRelations}`,
  pg_trigger: `tgrelid not in ${temporaryRelations}`,
  pg_type: `typnamespace not in ${temporarySchemas}`,
};

/** One row per catalog: its name, how many rows, and a sum over their identities and versions. */
export function rowVersionsSql(version: number, readsConnections: boolean): string {
  const digests = Object.entries(keysOf(version)).map(([table, key]) => {
    const where = withoutTemporary[table] === undefined ? "" : ` where ${withoutTemporary[table]}`;
    return `select '${table}', count(*)::text, sum(hashint8extended(${key}, xmin::text::int8))::text from pg_catalog.${table}${where}`;
  });
  return [...digests, ...byContentSql(version, readsConnections)].join("\nunion all ");
}

/** One row for each of the catalogs whose rows not everyone may read: name, how many, and a digest of what we may. */
export function byContentSql(version: number, readsConnections: boolean): string[] {
  return [
    "select 'pg_roles', count(*)::text, md5(string_agg(r::text, ',' order by r.oid)) from pg_catalog.pg_roles r",
    "select 'pg_user_mappings', count(*)::text, md5(string_agg(m::text, ',' order by m.umid)) from pg_catalog.pg_user_mappings m",
    `select 'pg_subscription', count(subname)::text, md5(string_agg(concat_ws(',', ${subscriptionColumns(version, readsConnections)}), ',' order by oid)) from pg_catalog.pg_subscription`,
    "select 'pg_largeobject_metadata', count(*)::text, md5(string_agg(concat_ws(',', oid, lomowner, lomacl), ',' order by oid)) from pg_catalog.pg_largeobject_metadata where lomacl is not null",
  ];
}

/** Row versions need a right on the whole table; these columns are everyone's, but for the connection. */
function subscriptionColumns(version: number, readsConnections: boolean): string {
  const columns = [
    "oid",
    "subname",
    "subowner",
    "subenabled",
    "subbinary",
    "substream",
    "subslotname",
    "subsynccommit",
    "subpublications",
  ];
  if (readsConnections) columns.push("subconninfo");
  if (has(version, "subscriptionTwoPhase")) columns.push("subtwophasestate", "subdisableonerr");
  if (has(version, "subscriptionPasswordRequired"))
    columns.push("subpasswordrequired", "subrunasowner", "suborigin");
  if (has(version, "subscriptionFailover")) columns.push("subfailover");
  return columns.join(", ");
}
