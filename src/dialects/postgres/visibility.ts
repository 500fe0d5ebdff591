/** What the monitoring user cannot see, with the exact GRANT for each. Reading a catalog needs no right on the objects. */
import type { HiddenArea } from "../../model/server.ts";

/** Catalogs that a read cannot do without. All are readable by everyone unless an administrator took that away. */
export const neededCatalogs = [
  "pg_aggregate",
  "pg_am",
  "pg_amop",
  "pg_amproc",
  "pg_attrdef",
  "pg_attribute",
  "pg_auth_members",
  "pg_cast",
  "pg_class",
  "pg_collation",
  "pg_constraint",
  "pg_conversion",
  "pg_database",
  "pg_db_role_setting",
  "pg_default_acl",
  "pg_depend",
  "pg_description",
  "pg_enum",
  "pg_event_trigger",
  "pg_extension",
  "pg_foreign_data_wrapper",
  "pg_foreign_server",
  "pg_foreign_table",
  "pg_index",
  "pg_inherits",
  "pg_init_privs",
  "pg_language",
  "pg_largeobject_metadata",
  "pg_namespace",
  "pg_opclass",
  "pg_operator",
  "pg_opfamily",
  "pg_policy",
  "pg_proc",
  "pg_publication",
  "pg_publication_rel",
  "pg_range",
  "pg_replication_origin",
  "pg_rewrite",
  "pg_roles",
  "pg_seclabel",
  "pg_sequence",
  "pg_shdescription",
  "pg_shseclabel",
  "pg_statistic_ext",
  "pg_tablespace",
  "pg_transform",
  "pg_trigger",
  "pg_ts_config",
  "pg_ts_config_map",
  "pg_ts_dict",
  "pg_ts_parser",
  "pg_ts_template",
  "pg_type",
  "pg_user_mappings",
] as const;

export type VisibilityRow = readonly [
  forbidden: string,
  readsConnections: string,
  readsMappings: string,
  subscriptions: string,
];

export const mayReadConnectionsSql =
  "select has_column_privilege('pg_catalog.pg_subscription', 'subconninfo', 'SELECT')";

/** One row: catalogs that may not be read (JSON array), whether secrets' digests can be had, and what there is to hide. */
export const visibilitySql = `select (select coalesce(json_agg(relname order by relname), '[]') from pg_catalog.pg_class
    where relnamespace = 11 and relname = any ('{${neededCatalogs.join(",")}}') and not has_table_privilege(oid, 'SELECT')),
  has_column_privilege('pg_catalog.pg_subscription', 'subconninfo', 'SELECT'),
  has_table_privilege('pg_catalog.pg_user_mapping', 'SELECT'),
  (select count(subname) from pg_catalog.pg_subscription where subdbid = (select oid from pg_catalog.pg_database where datname = current_database()))`;

export interface Rights {
  readonly forbidden: readonly string[];
  readonly readsConnections: boolean;
  readonly readsMappings: boolean;
  readonly subscriptions: number;
}

export function readRights([forbidden, connections, mappings, subscriptions]: VisibilityRow): Rights {
  return {
    forbidden: JSON.parse(forbidden) as string[],
    readsConnections: connections === "t",
    readsMappings: mappings === "t",
    subscriptions: Number(subscriptions),
  };
}

/** `hiddenMappings` is how many user mappings keep their options from us. */
export function hiddenAreas(rights: Rights, hiddenMappings: number, user: string): HiddenArea[] {
  const areas: HiddenArea[] = [];
  const role = quoteName(user);
  if (rights.subscriptions > 0 && !rights.readsConnections) {
    areas.push({
      area: "connections of subscriptions",
      reason:
        "pg_subscription.subconninfo is readable by superusers only, so a changed connection goes unseen.",
      remedy: `GRANT SELECT (subconninfo) ON pg_catalog.pg_subscription TO ${role};`,
      kinds: ["subscription"],
      attributes: ["connection"],
    });
  }
  if (hiddenMappings > 0) {
    areas.push({
      area: "options of user mappings",
      reason: `${hiddenMappings} user ${hiddenMappings === 1 ? "mapping keeps its" : "mappings keep their"} options to the mapped user, the server's owner and superusers.`,
      remedy: `GRANT SELECT ON pg_catalog.pg_user_mapping TO ${role};`,
      kinds: ["user-mapping"],
      attributes: ["options"],
    });
  }
  return areas;
}

export function grantsFor(forbidden: readonly string[], user: string): string {
  return `GRANT SELECT ON ${forbidden.map((name) => `pg_catalog.${name}`).join(", ")} TO ${quoteName(user)};`;
}

export function quoteName(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}
