/** Catalog queries for who may do what: privileges, default privileges, roles, settings, user mappings. */
import { has } from "../version.ts";
import { type CatalogFacts, catalogs, firstUserOid, inScope, ofRelations, ofRoutines } from "./facts.ts";

export type PrivilegeRow = readonly [
  catalog: string,
  oid: string,
  column: string,
  grantee: string,
  privilege: string,
  grantable: string,
  isDefault: string,
  /** Set on members of extensions and on system objects, which have no object of their own in the snapshot. */
  foreignKind: string | null,
  foreignPath: string | null,
  foreignSignature: string | null,
  extension: string | null,
];

/**
 * Actual and default privileges of every object whose ACL was ever touched. A NULL ACL is the default and has no row.
 * For members of extensions and system objects the default is what they were installed with (pg_init_privs).
 */
export function privilegesSql(facts: CatalogFacts): string {
  return `with column_acls as materialized (
  select attrelid, attnum, attname, attacl, attisdropped from pg_attribute where attacl is not null${ofRelations("attrelid", facts)}
), touched as (
${[...ofRoots(facts), ...(facts.only === undefined ? [...ofOthers(facts), ...foreignObjects] : [])].join("\nunion all\n")}
)
select t.catalog, t.oid, t.sub, x.grantee, x.privilege_type, x.is_grantable, x.is_default, t.kind, t.path, t.signature, t.extension
from touched t, lateral (select *, false as is_default from aclexplode(t.acl) union all select *, true from aclexplode(t.defaults)) x`;
}

function own(
  catalog: number,
  source: string,
  oid: string,
  sub: string,
  acl: string,
  defaults: string,
  where: string,
): string {
  return `select ${catalog} as catalog, ${oid} as oid, ${sub} as sub, ${acl} as acl, ${defaults} as defaults,
  null::text as kind, null::text as path, null::text as signature, null::text as extension
from ${source} where ${acl} is not null and ${where} and not exists (
  select from pg_depend e where e.refclassid = 3079 and e.deptype = 'e' and e.classid = ${catalog} and e.objid = ${oid})`;
}

/** Objects without parts, each a row of `source` ("pg_type t"); `defaults` are the arguments of acldefault. */
function whole(catalog: number, source: string, acl: string, defaults: string, where: string): string {
  const alias = source.split(" ")[1];
  return own(catalog, source, `${alias}.oid`, "0", acl, `acldefault(${defaults})`, where);
}

/** Relations with their columns, and routines: the roots that can be read one by one. */
function ofRoots(facts: CatalogFacts): string[] {
  const relations = `c.relkind in ('r', 'p', 'f', 'v', 'm', 'S') and ${inScope("c.relnamespace", facts)}${ofRelations("c.oid", facts)}`;
  return [
    own(
      catalogs.class,
      "pg_class c",
      "c.oid",
      "0",
      "c.relacl",
      `acldefault(case when c.relkind = 'S' then 's' else 'r' end::"char", c.relowner)`,
      relations,
    ),
    own(
      catalogs.class,
      "pg_class c join column_acls a on a.attrelid = c.oid",
      "c.oid",
      "a.attnum",
      "a.attacl",
      "acldefault('c', c.relowner)",
      `not a.attisdropped and ${relations}`,
    ),
    own(
      catalogs.procedure,
      "pg_proc p",
      "p.oid",
      "0",
      "p.proacl",
      "acldefault('f', p.proowner)",
      `${inScope("p.pronamespace", facts)}${ofRoutines("p.oid", facts)}`,
    ),
  ];
}

function ofOthers(facts: CatalogFacts): string[] {
  const list = [
    whole(catalogs.type, "pg_type t", "t.typacl", "'T', t.typowner", inScope("t.typnamespace", facts)),
    whole(catalogs.namespace, "pg_namespace n", "n.nspacl", "'n', n.nspowner", inScope("n.oid", facts)),
    whole(catalogs.database, "pg_database d", "d.datacl", "'d', d.datdba", "d.datname = current_database()"),
    whole(catalogs.language, "pg_language l", "l.lanacl", "'l', l.lanowner", `l.oid >= ${firstUserOid}`),
    whole(catalogs.foreignDataWrapper, "pg_foreign_data_wrapper f", "f.fdwacl", "'F', f.fdwowner", "true"),
    whole(catalogs.foreignServer, "pg_foreign_server s", "s.srvacl", "'S', s.srvowner", "true"),
    whole(catalogs.largeObject, "pg_largeobject_metadata o", "o.lomacl", "'L', o.lomowner", "true"),
  ];
  if (has(facts.version, "aclOfParameters")) {
    list.push(
      `select ${catalogs.parameterAcl}, a.oid, 0, a.paracl, acldefault('p', 10), 'setting', json_build_array(a.parname)::text, null, null from pg_parameter_acl a`,
    );
  }
  return list;
}

function foreign(
  catalog: number,
  source: string,
  oid: string,
  sub: string,
  acl: string,
  defaults: string,
  kind: string,
  path: string,
  signature: string,
  system: string,
): string {
  const installed = `coalesce(i.initprivs, ${defaults})`;
  return `select ${catalog}, ${oid}, ${sub}, ${acl}, ${installed}, ${kind}, json_build_array(${path})::text, ${signature}::text, e.extname::text
from ${source} left join pg_init_privs i on i.classoid = ${catalog} and i.objoid = ${oid} and i.objsubid = ${sub}
  left join pg_depend d on d.classid = ${catalog} and d.objid = ${oid} and d.deptype = 'e' and d.refclassid = 3079
  left join pg_extension e on e.oid = d.refobjid
where ${acl} is not null and ${acl} is distinct from ${installed} and (e.oid is not null or (${oid} < ${firstUserOid} and ${system}))`;
}

/**
 * initdb grants PUBLIC the information schema after it has filled pg_init_privs (setup_schema runs after setup_privileges; src/bin/initdb
 * and src/backend/catalog/information_schema.sql, the same from 14 to 18): USAGE, and SELECT on all but these.
 */
const ungranted = "c.relname ~ '^_pg_' or c.relname in ('transforms', 'sql_parts')";
const ofRelation = `acldefault(case when c.relkind = 'S' then 's' else 'r' end::"char", c.relowner)`;
const installedRelation = `case when n.nspname = 'information_schema' and c.oid < ${firstUserOid} and not (${ungranted})
  then ${ofRelation} || makeaclitem(0, c.relowner, 'SELECT', false) else ${ofRelation} end`;
const installedSchema = `case when n.nspname = 'information_schema'
  then acldefault('n', n.nspowner) || makeaclitem(0, n.nspowner, 'USAGE', false) else acldefault('n', n.nspowner) end`;

const relationKind = `case c.relkind when 'v' then 'view' when 'm' then 'materialized-view' when 'S' then 'sequence' else 'table' end`;
const systemSchema = "n.nspname in ('pg_catalog', 'information_schema')";
const foreignObjects = [
  foreign(
    catalogs.class,
    "pg_class c join pg_namespace n on n.oid = c.relnamespace",
    "c.oid",
    "0",
    "c.relacl",
    installedRelation,
    relationKind,
    "n.nspname, c.relname",
    "null",
    systemSchema,
  ),
  foreign(
    catalogs.class,
    "column_acls a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace",
    "c.oid",
    "a.attnum",
    "a.attacl",
    "acldefault('c', c.relowner)",
    "'column'",
    "n.nspname, c.relname, a.attname",
    "null",
    systemSchema,
  ),
  foreign(
    catalogs.procedure,
    "pg_proc p join pg_namespace n on n.oid = p.pronamespace",
    "p.oid",
    "0",
    "p.proacl",
    "acldefault('f', p.proowner)",
    "case p.prokind when 'a' then 'aggregate' when 'p' then 'procedure' else 'function' end",
    "n.nspname, p.proname",
    "oidvectortypes(p.proargtypes)",
    systemSchema,
  ),
  foreign(
    catalogs.type,
    "pg_type t join pg_namespace n on n.oid = t.typnamespace",
    "t.oid",
    "0",
    "t.typacl",
    "acldefault('T', t.typowner)",
    "case t.typtype when 'e' then 'enum' when 'd' then 'domain' when 'c' then 'composite-type' when 'r' then 'range-type' else 'base-type' end",
    "n.nspname, t.typname",
    "null",
    systemSchema,
  ),
  foreign(
    catalogs.language,
    "pg_language l",
    "l.oid",
    "0",
    "l.lanacl",
    "acldefault('l', l.lanowner)",
    "'language'",
    "l.lanname",
    "null",
    "true",
  ),
  foreign(
    catalogs.foreignDataWrapper,
    "pg_foreign_data_wrapper f",
    "f.oid",
    "0",
    "f.fdwacl",
    "acldefault('F', f.fdwowner)",
    "'foreign-data-wrapper'",
    "f.fdwname",
    "null",
    "false",
  ),
  foreign(
    catalogs.namespace,
    "pg_namespace n",
    "n.oid",
    "0",
    "n.nspacl",
    installedSchema,
    "'schema'",
    "n.nspname",
    "null",
    systemSchema,
  ),
];

export type DefaultPrivilegeRow = readonly [
  role: string,
  namespace: string,
  objectType: string,
  grantee: string,
  privilege: string,
  grantable: string,
  isDefault: string,
];

/** An entry of one schema adds to the global ones, so its default is nothing. */
export function defaultPrivilegesSql(facts: CatalogFacts): string {
  return `select d.defaclrole, d.defaclnamespace, d.defaclobjtype, x.grantee, x.privilege_type, x.is_grantable, x.is_default
from pg_default_acl d, lateral (select *, false as is_default from aclexplode(d.defaclacl)
  union all select *, true from aclexplode(case when d.defaclnamespace = 0 then acldefault(case d.defaclobjtype when 'S' then 's' else d.defaclobjtype end::"char", d.defaclrole) end)) x
where d.defaclnamespace = 0 or ${inScope("d.defaclnamespace", facts)}`;
}

export type SettingRow = readonly [database: string, role: string, setting: string];

/** Settings of this database, of roles in it and, when roles are in scope, of roles everywhere. */
export function settingsSql(facts: CatalogFacts): string {
  return `select s.setdatabase, s.setrole, x from pg_db_role_setting s, unnest(s.setconfig) x
where s.setdatabase = (select oid from pg_database where datname = current_database())${facts.roles ? " or s.setdatabase = 0" : ""}`;
}

export type UserMappingRow = readonly [
  oid: string,
  server: string,
  role: string,
  options: string | null,
  readable: string,
];

/** The view shows options only to those who may see them; `readable` tells a hidden list from an empty one. */
export function userMappingsSql(facts: CatalogFacts): string {
  if (facts.readsMappings) {
    return `select m.oid, m.umserver, m.umuser, to_json(m.umoptions), true from pg_user_mapping m`;
  }
  return `select m.umid, m.srvid, m.umuser, to_json(m.umoptions),
  (m.umuser <> 0 and m.usename = current_user and (pg_has_role(s.srvowner, 'USAGE') or has_server_privilege(s.oid, 'USAGE')))
    or (m.umuser = 0 and pg_has_role(s.srvowner, 'USAGE')) or (select rolsuper from pg_roles where rolname = current_user)
from pg_user_mappings m join pg_foreign_server s on s.oid = m.srvid`;
}

export type RoleRow = readonly [
  oid: string,
  name: string,
  login: string,
  superuser: string,
  inherit: string,
  createRole: string,
  createDatabase: string,
  replication: string,
  bypassRowSecurity: string,
  connectionLimit: string,
  validUntil: string | null,
];

export const rolesSql = `select oid, rolname, rolcanlogin, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolreplication,
  rolbypassrls, rolconnlimit, rolvaliduntil from pg_roles where rolname !~ '^pg_'`;

export type MembershipRow = readonly [
  role: string,
  member: string,
  admin: string,
  inherit: string | null,
  set: string | null,
  grantors: string | null,
];

/** One row per pair: several grantors (16+) add up. */
export function membershipsSql(facts: CatalogFacts): string {
  const options = has(facts.version, "membershipOptions")
    ? "bool_or(inherit_option), bool_or(set_option), string_agg(grantor::text, ' ')"
    : "null, null, null";
  return `select roleid, member, bool_or(admin_option), ${options} from pg_auth_members group by roleid, member`;
}
