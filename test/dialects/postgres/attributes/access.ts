/** One-attribute cases of the database, foreign data, replication, extensions, roles and privileges. */
import { annotationCases } from "./annotations.ts";
import { type AttributeCase, table } from "./case.ts";

const database: readonly AttributeCase[] = [
  {
    name: "setting of the database",
    change:
      "do $$ begin execute format('alter database %I set work_mem = ''1MB''', current_database()); end $$",
    expected: ["added setting:work_mem"],
    cleanup: "do $$ begin execute format('alter database %I reset all', current_database()); end $$",
  },
  {
    name: "setting of a role in the database",
    change:
      "do $$ begin execute format('alter role dwpg_app in database %I set work_mem = ''1MB''', current_database()); end $$",
    expected: ["added setting:work_mem@dwpg_app"],
    cleanup:
      "do $$ begin execute format('alter role dwpg_app in database %I reset all', current_database()); end $$",
  },
  {
    name: "privileges on the database",
    change:
      "do $$ begin execute format('grant create on database %I to dwpg_app', current_database()); end $$",
    expected: ["added privilege:database:@dwpg_app"],
    cleanup:
      "do $$ begin execute format('revoke create on database %I from dwpg_app', current_database()); end $$",
  },
  {
    name: "comment on the database",
    change: "do $$ begin execute format('comment on database %I is ''x''', current_database()); end $$",
    expected: ["added comment:database:"],
    cleanup: "do $$ begin execute format('comment on database %I is null', current_database()); end $$",
  },
  {
    name: "owner of the database",
    change: "do $$ begin execute format('alter database %I owner to dwpg_app', current_database()); end $$",
    expected: ["altered database:.owner"],
    cleanup: "do $$ begin execute format('alter database %I owner to postgres', current_database()); end $$",
  },
  {
    name: "connection limit of the database",
    change: "do $$ begin execute format('alter database %I connection limit 77', current_database()); end $$",
    expected: ["altered database:.connectionLimit"],
    cleanup:
      "do $$ begin execute format('alter database %I connection limit -1', current_database()); end $$",
  },
  {
    name: "recorded collation version",
    change: "update pg_database set datcollversion = '0.1' where datname = current_database()",
    expected: ["altered database:.collationVersion", "altered database:.collationVersionMatches"],
    cleanup: "update pg_database set datcollversion = null where datname = current_database()",
    since: 150000,
  },
];

const mapping = "create user mapping for dwpg_app server srv options (user 'u', password 'p')";
const unmap = "drop user mapping if exists for dwpg_app server srv";
const foreign: readonly AttributeCase[] = [
  {
    name: "wrapper options",
    change: "alter foreign data wrapper fdw options (add x 'y')",
    expected: ["altered foreign-data-wrapper:fdw.options"],
    cleanup: "alter foreign data wrapper fdw options (drop x)",
  },
  {
    name: "wrapper privileges",
    change: "grant usage on foreign data wrapper fdw to dwpg_app",
    expected: ["added privilege:foreign-data-wrapper:fdw@dwpg_app"],
    cleanup: "revoke usage on foreign data wrapper fdw from dwpg_app",
  },
  {
    name: "server options",
    change: "alter server srv options (add host 'h')",
    expected: ["altered foreign-server:srv.options"],
    cleanup: "alter server srv options (drop host)",
  },
  {
    name: "server version",
    change: "alter server srv version '9'",
    expected: ["altered foreign-server:srv.version"],
    cleanup: "drop server srv cascade; create server srv foreign data wrapper fdw",
  },
  {
    name: "server owner",
    change: "alter server srv owner to dwpg_app",
    expected: ["altered foreign-server:srv.owner"],
    cleanup: "alter server srv owner to postgres",
  },
  {
    name: "server comment",
    change: "comment on server srv is 'x'",
    expected: ["added comment:foreign-server:srv"],
    cleanup: "comment on server srv is null",
  },
  {
    name: "secret of a user mapping",
    setup: mapping,
    change: "alter user mapping for dwpg_app server srv options (set password 'q')",
    expected: ["altered user-mapping:srv.dwpg_app.options"],
    cleanup: unmap,
  },
  {
    name: "foreign table server",
    setup: "create server srv2 foreign data wrapper fdw; create foreign table ft (a int) server srv",
    change: ["drop foreign table ft", "create foreign table ft (a int) server srv2"],
    expected: ["altered table:s.ft.foreignServer"],
    cleanup: "drop server srv2 cascade",
  },
  {
    name: "foreign table options",
    setup: "create foreign table ft (a int) server srv",
    change: "alter foreign table ft options (add table_name 'x')",
    expected: ["altered table:s.ft.foreignOptions"],
  },
];

const publication = `${table} create publication pub for table t;`;
const unpublish = "drop publication if exists pub";
const subscription =
  "create subscription sub connection 'host=nowhere password=secret' publication p with (connect = false, slot_name = none)";
const unsubscribe = "drop subscription if exists sub";
const replication: readonly AttributeCase[] = [
  {
    name: "published tables",
    setup: `${publication} create table u (a int)`,
    change: "alter publication pub add table u",
    expected: ["altered publication:pub.tables"],
    cleanup: unpublish,
  },
  {
    name: "published columns",
    setup: publication,
    change: "alter publication pub set table t (a)",
    expected: ["altered publication:pub.tables"],
    cleanup: unpublish,
    since: 150000,
  },
  {
    name: "published rows",
    setup: publication,
    change: "alter publication pub set table t where (a > 0)",
    expected: ["altered publication:pub.tables"],
    cleanup: unpublish,
    since: 150000,
  },
  {
    name: "published schemas",
    setup: publication,
    change: "alter publication pub add tables in schema s",
    expected: ["altered publication:pub.schemas"],
    cleanup: unpublish,
    since: 150000,
  },
  {
    name: "published operations",
    setup: publication,
    change: "alter publication pub set (publish = 'insert')",
    expected: ["altered publication:pub.operations"],
    cleanup: unpublish,
  },
  {
    name: "published via root",
    setup: publication,
    change: "alter publication pub set (publish_via_partition_root = true)",
    expected: ["altered publication:pub.viaRoot"],
    cleanup: unpublish,
  },
  {
    name: "published generated columns",
    setup: publication,
    change: "alter publication pub set (publish_generated_columns = stored)",
    expected: ["altered publication:pub.generatedColumns"],
    cleanup: unpublish,
    since: 180000,
  },
  {
    name: "connection of a subscription",
    setup: subscription,
    change: "alter subscription sub connection 'host=nowhere password=other'",
    expected: ["altered subscription:sub.connection"],
    cleanup: unsubscribe,
  },
  {
    name: "publications of a subscription",
    setup: subscription,
    change: "alter subscription sub set publication p2 with (refresh = false)",
    expected: ["altered subscription:sub.publications"],
    cleanup: unsubscribe,
  },
  {
    name: "failover of a subscription",
    setup: subscription,
    change: [
      "drop subscription sub",
      "create subscription sub connection 'host=nowhere password=secret' publication p with (connect = false, slot_name = none, failover = true)",
    ],
    expected: ["altered subscription:sub.options"],
    cleanup: unsubscribe,
    since: 170000,
  },
  {
    name: "password_required of a subscription",
    setup: subscription,
    change: "alter subscription sub set (password_required = false)",
    expected: ["altered subscription:sub.options"],
    cleanup: unsubscribe,
    since: 160000,
  },
  {
    name: "comment on a subscription",
    setup: subscription,
    change: "comment on subscription sub is 'x'",
    expected: ["added comment:subscription:sub"],
    cleanup: unsubscribe,
  },
];

const extension = "create extension citext schema s version '1.5'";
const unload = "drop extension if exists citext cascade";
const extensions: readonly AttributeCase[] = [
  {
    name: "extension version",
    setup: extension,
    change: "alter extension citext update to '1.6'",
    expected: ["altered extension:citext.version"],
    cleanup: unload,
  },
  {
    name: "extension schema",
    setup: "create extension citext schema s",
    change: ["create schema s2", "alter extension citext set schema s2"],
    expected: ["added schema:s2", "altered extension:citext.schema"],
    cleanup: `${unload}; drop schema s2`,
  },
  {
    name: "privileges on a member of an extension",
    setup: "create extension citext schema s",
    change: "revoke execute on function citext_eq(citext, citext) from public",
    expected: ["added privilege:function:s.citext_eq(s.citext, s.citext)@PUBLIC"],
    cleanup: unload,
  },
  {
    name: "privileges on a view of the information schema",
    change: "grant select on information_schema.tables, information_schema.sql_parts to dwpg_app",
    expected: [
      "added privilege:table:information_schema.sql_parts@dwpg_app",
      "added privilege:view:information_schema.tables@dwpg_app",
    ],
    cleanup: "revoke select on information_schema.tables, information_schema.sql_parts from dwpg_app",
  },
  {
    name: "what everyone may do with the information schema",
    change:
      "revoke usage on schema information_schema from public; revoke select on information_schema.views from public",
    expected: [
      "added privilege:schema:information_schema@PUBLIC",
      "added privilege:view:information_schema.views@PUBLIC",
    ],
    cleanup:
      "grant usage on schema information_schema to public; grant select on information_schema.views to public",
  },
  {
    name: "privileges on a system function",
    change: "grant execute on function pg_catalog.pg_ls_dir(text) to dwpg_app",
    expected: ["added privilege:function:pg_catalog.pg_ls_dir(text)@dwpg_app"],
    cleanup: "revoke execute on function pg_catalog.pg_ls_dir(text) from dwpg_app",
  },
];

const access: readonly AttributeCase[] = [
  {
    name: "default privileges of a schema",
    change: "alter default privileges in schema s grant select on tables to dwpg_app",
    expected: ["added default-privileges:table:s(FOR ROLE postgres)@dwpg_app"],
  },
  {
    name: "default privileges everywhere",
    change: "alter default privileges revoke execute on functions from public",
    expected: ["added default-privileges:function:(FOR ROLE postgres)@PUBLIC"],
    cleanup: "alter default privileges grant execute on functions to public",
  },
  {
    name: "privileges on a large object",
    setup: "select lo_create(424242)",
    change: "grant select on large object 424242 to dwpg_app",
    expected: ["added privilege:large-object:424242@dwpg_app"],
    cleanup: "select lo_unlink(424242)",
  },
  {
    name: "privileges on a parameter",
    change: "grant set on parameter log_statement to dwpg_app",
    expected: ["added privilege:setting:log_statement@dwpg_app"],
    cleanup: "revoke set on parameter log_statement from dwpg_app",
    since: 150000,
  },
];

const role = "create role dwpg_r1;";
const drop = "drop role if exists dwpg_r1";
const roles: readonly AttributeCase[] = [
  {
    name: "role login",
    setup: role,
    change: "alter role dwpg_r1 login",
    expected: ["altered role:dwpg_r1.login"],
    cleanup: drop,
  },
  {
    name: "role superuser",
    setup: role,
    change: "alter role dwpg_r1 superuser",
    expected: ["altered role:dwpg_r1.superuser"],
    cleanup: drop,
  },
  {
    name: "role bypassrls",
    setup: role,
    change: "alter role dwpg_r1 bypassrls",
    expected: ["altered role:dwpg_r1.bypassRowSecurity"],
    cleanup: drop,
  },
  {
    name: "role connection limit",
    setup: role,
    change: "alter role dwpg_r1 connection limit 3",
    expected: ["altered role:dwpg_r1.connectionLimit"],
    cleanup: drop,
  },
  {
    name: "role valid until",
    setup: role,
    change: "alter role dwpg_r1 valid until '2030-01-01'",
    expected: ["altered role:dwpg_r1.validUntil"],
    cleanup: drop,
  },
  {
    name: "role setting",
    setup: role,
    change: "alter role dwpg_r1 set work_mem = '1MB'",
    expected: ["added setting:dwpg_r1.work_mem"],
    cleanup: drop,
  },
  {
    name: "role comment",
    setup: role,
    change: "comment on role dwpg_r1 is 'x'",
    expected: ["added comment:role:dwpg_r1"],
    cleanup: drop,
  },
  {
    name: "membership",
    setup: role,
    change: "grant dwpg_r1 to dwpg_app",
    expected: ["added role-membership:dwpg_app.dwpg_r1"],
    cleanup: drop,
  },
  {
    name: "membership admin option",
    setup: `${role} grant dwpg_r1 to dwpg_app`,
    change: "grant dwpg_r1 to dwpg_app with admin option",
    expected: ["altered role-membership:dwpg_app.dwpg_r1.admin"],
    cleanup: drop,
  },
  {
    name: "membership inherit option",
    setup: `${role} grant dwpg_r1 to dwpg_app`,
    change: "grant dwpg_r1 to dwpg_app with inherit false",
    expected: ["altered role-membership:dwpg_app.dwpg_r1.inherit"],
    cleanup: drop,
    since: 160000,
  },
  {
    name: "membership set option",
    setup: `${role} grant dwpg_r1 to dwpg_app`,
    change: "grant dwpg_r1 to dwpg_app with set false",
    expected: ["altered role-membership:dwpg_app.dwpg_r1.set"],
    cleanup: drop,
    since: 160000,
  },
];

export const accessCases: readonly AttributeCase[] = [
  ...database,
  ...foreign,
  ...replication,
  ...extensions,
  ...access,
  ...annotationCases,
];
export const roleCases: readonly AttributeCase[] = roles;
