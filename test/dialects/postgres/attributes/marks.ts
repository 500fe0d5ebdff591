/** One-attribute cases of what ALTER ... DEPENDS ON EXTENSION marks, kind by kind. */
import type { AttributeCase } from "./case.ts";

const fn = "create function f(a int) returns int language sql as 'select 1'";

const marked = (name: string, setup: string, what: string, object: string): AttributeCase => ({
  name: `the extension that ${name} depends on`,
  setup: `${setup}`,
  change: `alter ${what} depends on extension plpgsql`,
  expected: [`altered ${object}.extensionDependencies`],
});
export const markCases: readonly AttributeCase[] = [
  marked("a function", fn, "function f(int)", "function:s.f(integer)"),
  marked(
    "a procedure",
    "create procedure p() language sql as 'select 1'",
    "procedure p()",
    "procedure:s.p()",
  ),
  marked(
    "an aggregate",
    "create aggregate g(int) (sfunc = int4pl, stype = int)",
    "routine g(int)",
    "aggregate:s.g(integer)",
  ),
  marked(
    "a trigger",
    "create table t (a int); create function tg() returns trigger language plpgsql as 'begin return new; end'; create trigger x before insert on t for each row execute function tg()",
    "trigger x on t",
    "trigger:s.t.x",
  ),
  marked(
    "a materialized view",
    "create materialized view m as select 1 as a",
    "materialized view m",
    "materialized-view:s.m",
  ),
  marked("an index", "create table t (a int); create index i on t (a)", "index i", "index:s.t.i"),
  marked(
    "the index of a primary key",
    "create table t (a int constraint k primary key)",
    "index k",
    "primary-key:s.t.k",
  ),
  marked("the index of a unique", "create table t (a int constraint k unique)", "index k", "unique:s.t.k"),
  marked(
    "the index of an exclusion",
    "create table t (a int, constraint k exclude (a with =))",
    "index k",
    "exclusion:s.t.k",
  ),
  {
    name: "an extension that a function no longer depends on",
    setup: `${fn}; alter function f(int) depends on extension plpgsql`,
    change: "alter function f(int) no depends on extension plpgsql",
    expected: ["altered function:s.f(integer).extensionDependencies"],
  },
];
