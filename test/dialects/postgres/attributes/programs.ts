/** One-attribute cases of routines, types, text search, operators and other definitions. */
import type { AttributeCase } from "./case.ts";

const fn = (options: string): string =>
  `create or replace function f(a int) returns int language sql ${options} as 'select 1'`;
const altered = (attribute: string): readonly string[] => [`altered function:s.f(integer).${attribute}`];
const routines: readonly AttributeCase[] = [
  {
    name: "function body",
    setup: fn(""),
    change: "create or replace function f(a int) returns int language sql as 'select 2'",
    expected: altered("definition"),
  },
  {
    name: "atomic body",
    setup: "create function f(a int) returns int begin atomic select 1; end",
    change: "create or replace function f(a int) returns int begin atomic select 2; end",
    expected: altered("definition"),
  },
  {
    name: "language",
    setup: fn(""),
    change: "create or replace function f(a int) returns int language plpgsql as 'begin return 1; end'",
    expected: [...altered("language"), ...altered("definition")],
  },
  { name: "volatility", setup: fn(""), change: fn("immutable"), expected: altered("volatility") },
  { name: "parallel safety", setup: fn(""), change: fn("parallel safe"), expected: altered("parallel") },
  { name: "strict", setup: fn(""), change: fn("strict"), expected: altered("strict") },
  { name: "leakproof", setup: fn(""), change: fn("leakproof"), expected: altered("leakproof") },
  { name: "cost", setup: fn(""), change: fn("cost 7"), expected: altered("cost") },
  {
    name: "rows",
    setup: "create function f(a int) returns setof int language sql as 'select 1'",
    change: "alter function f(int) rows 7",
    expected: altered("rows"),
  },
  {
    name: "security definer",
    setup: fn(""),
    change: fn("security definer"),
    expected: altered("securityDefiner"),
  },
  {
    name: "function settings",
    setup: fn(""),
    change: "alter function f(int) set work_mem = '1MB'",
    expected: altered("settings"),
  },
  {
    name: "support function",
    setup: fn(""),
    change: "alter function f(int) support pg_catalog.generate_series_int4_support",
    expected: altered("support"),
  },
  {
    name: "argument default",
    setup: fn(""),
    change: "create or replace function f(a int default 3) returns int language sql as 'select 1'",
    expected: altered("arguments"),
  },
  {
    name: "result",
    setup: fn(""),
    change: ["drop function f(int)", "create function f(a int) returns bigint language sql as 'select 1'"],
    expected: altered("returns"),
  },
  {
    name: "window",
    setup: "create function f(a int) returns int language internal as 'window_rank'",
    change: [
      "drop function f(int)",
      "create function f(a int) returns int language internal window as 'window_rank'",
    ],
    expected: altered("window"),
  },
  {
    name: "function owner",
    setup: fn(""),
    change: "alter function f(int) owner to dwpg_app",
    expected: altered("owner"),
  },
  {
    name: "revoked from everyone",
    setup: fn(""),
    change: "revoke execute on function f(int) from public",
    expected: ["added privilege:function:s.f(integer)@PUBLIC"],
  },
  {
    name: "function privileges",
    setup: fn(""),
    change: "grant execute on function f(int) to dwpg_app",
    expected: ["added privilege:function:s.f(integer)@dwpg_app"],
  },
  {
    name: "function comment",
    setup: fn(""),
    change: "comment on function f(int) is 'x'",
    expected: ["added comment:function:s.f(integer)"],
  },
  {
    name: "function renamed",
    setup: fn(""),
    change: "alter function f(int) rename to g",
    expected: ["renamed function:s.g(integer)"],
  },
  {
    name: "procedure",
    setup: "create procedure p() language sql as 'select 1'",
    change: "create or replace procedure p() language sql as 'select 2'",
    expected: ["altered procedure:s.p().definition"],
  },
  {
    name: "aggregate",
    setup: "create aggregate g(int) (sfunc = int4pl, stype = int)",
    change: "create or replace aggregate g(int) (sfunc = int4pl, stype = int, initcond = '0')",
    expected: ["altered aggregate:s.g(integer).options"],
  },
  {
    name: "aggregate parallel",
    setup: "create aggregate g(int) (sfunc = int4pl, stype = int)",
    change: "create or replace aggregate g(int) (sfunc = int4pl, stype = int, parallel = safe)",
    expected: ["altered aggregate:s.g(integer).parallel"],
  },
  {
    name: "aggregate owner",
    setup: "create aggregate g(int) (sfunc = int4pl, stype = int)",
    change: "alter aggregate g(int) owner to dwpg_app",
    expected: ["altered aggregate:s.g(integer).owner"],
  },
  {
    name: "aggregate comment",
    setup: "create aggregate g(int) (sfunc = int4pl, stype = int)",
    change: "comment on aggregate g(int) is 'x'",
    expected: ["added comment:aggregate:s.g(integer)"],
  },
];

const eventFunction =
  "create function ef() returns event_trigger language plpgsql as 'begin end'; create event trigger et on ddl_command_start when tag in ('CREATE CAST') execute function ef();";
const eventTriggers: readonly AttributeCase[] = [
  {
    name: "event trigger disabled",
    setup: eventFunction,
    change: "alter event trigger et disable",
    expected: ["altered event-trigger:et.enabled"],
    cleanup: "drop event trigger et",
  },
  {
    name: "event trigger comment",
    setup: eventFunction,
    change: "comment on event trigger et is 'x'",
    expected: ["added comment:event-trigger:et"],
    cleanup: "drop event trigger et",
  },
  {
    name: "event trigger tags",
    setup: eventFunction,
    change: [
      "drop event trigger et",
      "create event trigger et on ddl_command_start when tag in ('CREATE CONVERSION') execute function ef()",
    ],
    expected: ["altered event-trigger:et.tags"],
    cleanup: "drop event trigger et",
  },
];

const domain = "create domain d as int;";
const types: readonly AttributeCase[] = [
  {
    name: "enum values",
    setup: "create type e as enum ('a', 'c')",
    change: "alter type e add value 'b' before 'c'",
    expected: ["altered enum:s.e.values"],
  },
  {
    name: "enum owner",
    setup: "create type e as enum ('a')",
    change: "alter type e owner to dwpg_app",
    expected: ["altered enum:s.e.owner"],
  },
  {
    name: "enum privileges",
    setup: "create type e as enum ('a')",
    change: "revoke usage on type e from public",
    expected: ["added privilege:enum:s.e@PUBLIC"],
  },
  {
    name: "enum comment",
    setup: "create type e as enum ('a')",
    change: "comment on type e is 'x'",
    expected: ["added comment:enum:s.e"],
  },
  {
    name: "domain base type",
    setup: domain,
    change: ["drop domain d", "create domain d as bigint"],
    expected: ["altered domain:s.d.baseType"],
  },
  {
    name: "domain default",
    setup: domain,
    change: "alter domain d set default 3",
    expected: ["altered domain:s.d.default"],
  },
  {
    name: "domain not null",
    setup: domain,
    change: "alter domain d set not null",
    expected: ["altered domain:s.d.notNull"],
  },
  {
    name: "domain collation",
    setup: "create domain d as text",
    change: ["drop domain d", `create domain d as text collate "C"`],
    expected: ["altered domain:s.d.collation"],
  },
  {
    name: "domain check",
    setup: domain,
    change: "alter domain d add constraint c check (value > 0)",
    expected: ["added check:s.d.c"],
  },
  {
    name: "domain check not valid",
    setup: `${domain} alter domain d add constraint c check (value > 0) not valid`,
    change: "alter domain d validate constraint c",
    expected: ["altered check:s.d.c.validated"],
  },
  {
    name: "comment on a domain check",
    setup: `${domain} alter domain d add constraint c check (value > 0)`,
    change: "comment on constraint c on domain d is 'x'",
    expected: ["added comment:check:s.d.c"],
  },
  {
    name: "composite attributes",
    setup: "create type c as (a int)",
    change: "alter type c add attribute b text",
    expected: ["altered composite-type:s.c.attributes"],
  },
  {
    name: "comment on a composite attribute",
    setup: "create type c as (a int)",
    change: "comment on column c.a is 'x'",
    expected: ["added comment:column:s.c.a"],
  },
  {
    name: "range",
    setup: "create type r as range (subtype = float8)",
    change: ["drop type r", "create type r as range (subtype = float8, subtype_diff = float8mi)"],
    expected: ["altered range-type:s.r.subtypeDiff"],
  },
  {
    name: "multirange name",
    setup: "create type r as range (subtype = float8)",
    change: ["drop type r", "create type r as range (subtype = float8, multirange_type_name = mr)"],
    expected: ["altered range-type:s.r.multirange"],
  },
  {
    name: "base type",
    setup:
      "create type bt; create function bi(cstring) returns bt language internal immutable strict as 'int4in'; create function bo(bt) returns cstring language internal immutable strict as 'int4out'; create function br(internal) returns bt language internal immutable strict as 'int4recv'; create type bt (input = bi, output = bo, internallength = 4, passedbyvalue, alignment = int4)",
    change: "alter type bt set (receive = br)",
    expected: ["altered base-type:s.bt.options"],
  },
];

const dictionary = "create text search dictionary td (template = simple, accept = true);";
const definitions: readonly AttributeCase[] = [
  {
    name: "text search mapping",
    setup: "create text search configuration tc (copy = simple)",
    change: "alter text search configuration tc drop mapping for word",
    expected: ["altered text-search-configuration:s.tc.mapping"],
  },
  {
    name: "text search configuration comment",
    setup: "create text search configuration tc (copy = simple)",
    change: "comment on text search configuration tc is 'x'",
    expected: ["added comment:text-search-configuration:s.tc"],
  },
  {
    name: "text search dictionary",
    setup: dictionary,
    change: "alter text search dictionary td (accept = false)",
    expected: ["altered text-search-dictionary:s.td.options"],
  },
  {
    name: "text search parser",
    change:
      "create text search parser tp (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end, lextypes = prsd_lextype)",
    expected: ["added text-search-parser:s.tp"],
  },
  {
    name: "text search template",
    change: "create text search template tt (lexize = dsimple_lexize)",
    expected: ["added text-search-template:s.tt"],
  },
  {
    name: "cast context",
    setup:
      "create type ca as (a int); create function cf(ca) returns int language sql as 'select 1'; create cast (ca as int) with function cf(ca)",
    change: ["drop cast (ca as int)", "create cast (ca as int) with function cf(ca) as assignment"],
    expected: ["altered cast:(s.ca AS integer).options"],
  },
  {
    name: "operator",
    setup:
      "create function of(int, int) returns bool language sql as 'select true'; create operator === (function = of, leftarg = int, rightarg = int)",
    change: "alter operator === (int, int) set (restrict = eqsel)",
    expected: [`altered operator:s."==="(integer, integer).options`],
  },
  {
    name: "operator class",
    setup: "create operator class oc for type int using hash as function 1 hashint4(int)",
    change: [
      "drop operator class oc using hash",
      "create operator class oc for type int using hash family oc as operator 1 =, function 1 hashint4(int)",
    ],
    expected: ["altered operator-class:s.oc(hash).options"],
  },
  {
    name: "operator family",
    setup: "create operator family fam using btree",
    change: "alter operator family fam using btree add operator 1 < (int, int)",
    expected: ["altered operator-family:s.fam(btree).options"],
  },
  {
    name: "conversion",
    setup: "create conversion cv for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8",
    change: [
      "drop conversion cv",
      "create default conversion cv for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8",
    ],
    expected: ["altered conversion:s.cv.options"],
  },
  {
    name: "language",
    change: "create trusted language lang handler plpgsql_call_handler",
    expected: ["added language:lang"],
    cleanup: "drop language lang",
  },
  {
    name: "access method",
    change: "create access method am3 type table handler heap_tableam_handler",
    expected: ["added access-method:am3"],
    cleanup: "drop access method am3",
  },
  {
    name: "transform",
    setup: "create function tf(internal) returns internal language internal strict immutable as 'prsd_start'",
    change: "create transform for int language plpgsql (from sql with function tf(internal))",
    expected: ["added transform:(FOR integer LANGUAGE plpgsql)"],
    cleanup: "drop transform if exists for int language plpgsql",
  },
  {
    name: "collation",
    setup: `create collation co (provider = libc, locale = 'C')`,
    change: ["drop collation co", `create collation co (provider = libc, locale = 'POSIX')`],
    expected: ["altered collation:s.co.locale", "altered collation:s.co.characterType"],
  },
  {
    name: "recorded collation version",
    setup: `create collation co (provider = libc, locale = 'C')`,
    change: "update pg_collation set collversion = '1.0' where collname = 'co'",
    expected: ["altered collation:s.co.version", "altered collation:s.co.versionMatches"],
  },
];

export const programCases: readonly AttributeCase[] = [
  ...routines,
  ...eventTriggers,
  ...types,
  ...definitions,
];
