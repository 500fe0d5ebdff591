/** Owner, comment, privileges and security label of every kind of object, each changed by itself. */
import type { AttributeCase } from "./case.ts";

interface Subject {
  readonly name: string;
  readonly setup: string;
  /** As ALTER, COMMENT ON and GRANT ON name it. */
  readonly words: string;
  /** keyId without verb: "domain:s.d". */
  readonly id: string;
  /** What GRANT gives; nothing for kinds without privileges. */
  readonly privilege?: string;
  /** GRANT has other words than ALTER. */
  readonly grantWords?: string;
  /** Kinds whose owner cannot be changed, or is tried elsewhere, have none. */
  readonly owned?: false;
  readonly cleanup?: string;
}

const baseType =
  "create type bt; create function bi(cstring) returns bt language internal immutable strict as 'int4in'; create function bo(bt) returns cstring language internal immutable strict as 'int4out'; create type bt (input = bi, output = bo, internallength = 4, passedbyvalue, alignment = int4)";
const operator =
  "create function of(int, int) returns bool language sql as 'select true'; create operator === (function = of, leftarg = int, rightarg = int)";
const composite = "create type ca as (a int)";

const subjects: readonly Subject[] = [
  {
    name: "procedure",
    setup: "create procedure p() language sql as 'select 1'",
    words: "procedure p()",
    id: "procedure:s.p()",
    privilege: "execute",
  },
  {
    name: "aggregate",
    setup: "create aggregate g(int) (sfunc = int4pl, stype = int)",
    words: "aggregate g(int)",
    id: "aggregate:s.g(integer)",
    privilege: "execute",
    grantWords: "function g(int)",
  },
  {
    name: "domain",
    setup: "create domain d as int",
    words: "domain d",
    id: "domain:s.d",
    privilege: "usage",
  },
  {
    name: "composite type",
    setup: composite,
    words: "type ca",
    id: "composite-type:s.ca",
    privilege: "usage",
  },
  {
    name: "multirange of a range type",
    setup: "create type r as range (subtype = float8, multirange_type_name = mr)",
    words: "type mr",
    id: "range-type:s.mr",
    owned: false,
  },
  {
    name: "range type",
    setup: "create type r as range (subtype = float8)",
    words: "type r",
    id: "range-type:s.r",
    privilege: "usage",
  },
  { name: "base type", setup: baseType, words: "type bt", id: "base-type:s.bt", privilege: "usage" },
  {
    name: "operator",
    setup: operator,
    words: "operator === (int, int)",
    id: 'operator:s."==="(integer, integer)',
  },
  {
    name: "operator class",
    setup: "create operator class oc for type int using hash as function 1 hashint4(int)",
    words: "operator class oc using hash",
    id: "operator-class:s.oc(hash)",
  },
  {
    name: "operator family",
    setup: "create operator family fam using btree",
    words: "operator family fam using btree",
    id: "operator-family:s.fam(btree)",
  },
  {
    name: "conversion",
    setup: "create conversion cv for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8",
    words: "conversion cv",
    id: "conversion:s.cv",
  },
  {
    name: "collation",
    setup: "create collation co (provider = libc, locale = 'C')",
    words: "collation co",
    id: "collation:s.co",
  },
  {
    name: "text search configuration",
    setup: "create text search configuration tc (copy = simple)",
    words: "text search configuration tc",
    id: "text-search-configuration:s.tc",
  },
  {
    name: "text search dictionary",
    setup: "create text search dictionary td (template = simple)",
    words: "text search dictionary td",
    id: "text-search-dictionary:s.td",
  },
  {
    name: "text search parser",
    setup:
      "create text search parser tp (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end, lextypes = prsd_lextype)",
    words: "text search parser tp",
    id: "text-search-parser:s.tp",
    owned: false,
  },
  {
    name: "text search template",
    setup: "create text search template tt (lexize = dsimple_lexize)",
    words: "text search template tt",
    id: "text-search-template:s.tt",
    owned: false,
  },
  {
    name: "cast",
    setup: `${composite}; create cast (ca as text) with inout`,
    words: "cast (ca as text)",
    id: "cast:(s.ca AS text)",
    owned: false,
  },
  {
    name: "transform",
    setup:
      "create function tf(internal) returns internal language internal strict immutable as 'prsd_start'; create transform for int language plpgsql (from sql with function tf(internal))",
    words: "transform for int language plpgsql",
    id: "transform:(FOR integer LANGUAGE plpgsql)",
    owned: false,
  },
  {
    name: "language",
    setup: "create trusted language lang handler plpgsql_call_handler",
    words: "language lang",
    id: "language:lang",
    privilege: "usage",
    cleanup: "drop language lang",
  },
  {
    name: "access method",
    setup: "create access method am3 type table handler heap_tableam_handler",
    words: "access method am3",
    id: "access-method:am3",
    owned: false,
    cleanup: "drop access method am3",
  },
  {
    name: "publication",
    setup: "create publication pub",
    words: "publication pub",
    id: "publication:pub",
    cleanup: "drop publication pub",
  },
  {
    name: "foreign-data wrapper",
    setup: "create foreign data wrapper w",
    words: "foreign data wrapper w",
    id: "foreign-data-wrapper:w",
    owned: false,
    privilege: "usage",
    cleanup: "drop foreign data wrapper w",
  },
  {
    name: "foreign server",
    setup: "create server s3 foreign data wrapper fdw",
    words: "server s3",
    id: "foreign-server:s3",
    privilege: "usage",
    grantWords: "foreign server s3",
    cleanup: "drop server s3",
  },
  {
    name: "foreign table",
    setup: "create foreign table ft (a int) server srv",
    words: "foreign table ft",
    id: "table:s.ft",
    privilege: "select",
    grantWords: "ft",
  },
  {
    name: "materialized view",
    setup: "create materialized view m as select 1 as a",
    words: "materialized view m",
    id: "materialized-view:s.m",
    privilege: "select",
    grantWords: "m",
  },
  {
    name: "large object",
    setup: "select lo_create(4242)",
    words: "large object 4242",
    id: "large-object:4242",
    owned: false,
    cleanup: "select lo_unlink(4242)",
  },
];

function casesOf({
  name,
  setup,
  words,
  id,
  privilege,
  grantWords = words,
  owned,
  cleanup,
}: Subject): AttributeCase[] {
  const undo = cleanup === undefined ? {} : { cleanup };
  return [
    {
      name: `comment on ${name}`,
      setup,
      change: `comment on ${words} is 'x'`,
      expected: [`added comment:${id}`],
      ...undo,
    },
    ...(owned === false
      ? []
      : [
          {
            name: `owner of ${name}`,
            setup,
            change: `alter ${words} owner to dwpg_app`,
            expected: [`altered ${id}.owner`],
            ...undo,
          },
        ]),
    ...(privilege === undefined
      ? []
      : [
          {
            name: `privileges on ${name}`,
            setup,
            change: `grant ${privilege} on ${grantWords} to dwpg_app`,
            expected: [`added privilege:${id}@dwpg_app`],
            ...undo,
          },
        ]),
  ];
}

/** No provider is part of the server, so the rows are written as one would write them. */
const label = (object: string, catalog: string, column = 0): string =>
  `insert into pg_seclabel values (${object}, '${catalog}'::regclass, ${column}, 'dummy', 'top')`;
const unlabel = "delete from pg_seclabel where provider = 'dummy'";
const labels: readonly AttributeCase[] = [
  {
    name: "security label on a table",
    setup: "create table t (a int)",
    change: label("'s.t'::regclass", "pg_class"),
    expected: ["added security-label:table:s.t@dummy"],
    cleanup: unlabel,
  },
  {
    name: "security label on a column",
    setup: "create table t (a int)",
    change: label("'s.t'::regclass", "pg_class", 1),
    expected: ["added security-label:column:s.t.a@dummy"],
    cleanup: unlabel,
  },
  {
    name: "another security label",
    setup: `create function f() returns int language sql as 'select 1'; ${label("'s.f()'::regprocedure", "pg_proc")}`,
    change: "update pg_seclabel set label = 'low' where provider = 'dummy'",
    expected: ["altered security-label:function:s.f()@dummy.label"],
    cleanup: unlabel,
  },
  {
    name: "security label on the database",
    change:
      "insert into pg_shseclabel select oid, 'pg_database'::regclass, 'dummy', 'top' from pg_database where datname = current_database()",
    expected: ["added security-label:database:@dummy"],
    cleanup: "delete from pg_shseclabel where provider = 'dummy'",
  },
];

const others: readonly AttributeCase[] = [
  {
    name: "owner of an event trigger",
    setup:
      "create function ef() returns event_trigger language plpgsql as 'begin end'; create event trigger et on ddl_command_start execute function ef(); alter role dwpg_app superuser",
    change: "alter event trigger et owner to dwpg_app",
    expected: ["altered event-trigger:et.owner"],
    cleanup: "drop event trigger et; alter role dwpg_app nosuperuser",
  },
  {
    name: "owner of a foreign-data wrapper",
    setup: "create foreign data wrapper w; alter role dwpg_app superuser",
    change: "alter foreign data wrapper w owner to dwpg_app",
    expected: ["altered foreign-data-wrapper:w.owner"],
    cleanup: "drop foreign data wrapper w; alter role dwpg_app nosuperuser",
  },
  {
    name: "owner of an extension",
    setup: "create extension citext schema s",
    change: "update pg_extension set extowner = 'dwpg_app'::regrole where extname = 'citext'",
    expected: ["altered extension:citext.owner"],
    cleanup: "drop extension citext cascade",
  },
  {
    name: "comment on a NOT NULL constraint",
    setup: "create table t (a int constraint chosen not null, b int not null)",
    change: ["comment on constraint chosen on t is 'x'", "comment on constraint t_b_not_null on t is 'y'"],
    expected: ["added comment:check:s.t.chosen", "added comment:check:s.t.t_b_not_null"],
    since: 180000,
  },
  {
    name: "comment on a domain's NOT NULL constraint",
    setup: "create domain d as int constraint chosen not null",
    change: "comment on constraint chosen on domain d is 'x'",
    expected: ["added comment:check:s.d.chosen"],
    since: 180000,
  },
  {
    name: "what a role named PUBLIC had given to everyone",
    setup:
      'create table t (a int); create policy y on t to dwpg_app using (true); create role "PUBLIC"; grant select on t to "PUBLIC"; alter policy y on t to "PUBLIC"',
    change: [
      'revoke select on t from "PUBLIC"',
      "grant select on t to public",
      "alter policy y on t to public",
    ],
    expected: [
      'removed privilege:table:s.t@"""PUBLIC"""',
      "added privilege:table:s.t@PUBLIC",
      "altered policy:s.t.y.roles",
    ],
    cleanup: 'drop schema s cascade; drop role "PUBLIC"',
  },
  {
    name: "privileges on a language",
    change: "revoke usage on language plpgsql from public",
    expected: ["added privilege:language:plpgsql@PUBLIC"],
    cleanup: "grant usage on language plpgsql to public",
  },
  {
    name: "privileges on a system view",
    change: "revoke select on pg_catalog.pg_tables from public",
    expected: ["added privilege:view:pg_catalog.pg_tables@PUBLIC"],
    cleanup: "grant select on pg_catalog.pg_tables to public",
  },
  ...(["schemas", "sequences", "types", "functions"] as const).map((kind, index) => ({
    name: `default privileges on ${kind}`,
    change: `alter default privileges grant ${kind === "functions" ? "execute" : "usage"} on ${kind} to dwpg_app`,
    expected: [
      `added default-privileges:${["schema", "sequence", "base-type", "function"][index]}:(FOR ROLE postgres)@dwpg_app`,
    ],
    cleanup: `alter default privileges revoke ${kind === "functions" ? "execute" : "usage"} on ${kind} from dwpg_app`,
  })),
];

export const annotationCases: readonly AttributeCase[] = [...subjects.flatMap(casesOf), ...labels, ...others];
