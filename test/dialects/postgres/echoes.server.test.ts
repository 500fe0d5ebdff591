/** One statement is one change: what the server changes along with it is not told again. */
import { expect, it } from "vitest";
import { compareSnapshots } from "../../../src/compare/compare.ts";
import { changeId } from "../../../src/model/change.ts";
import { describeServer } from "../../support/servers/urls.ts";
import { watchDatabase } from "./watched-database.ts";

interface EchoCase {
  readonly name: string;
  readonly setup: string;
  readonly change: string;
  readonly expected: readonly string[];
}

const partitioned = `create table r (id int primary key);
create function f() returns trigger language plpgsql as 'begin return new; end';
create table p (a int primary key, b int references r, constraint c check (b > 0)) partition by range (a);
create index i on p (b); create trigger g before insert on p for each row execute function f();
create table p1 partition of p for values from (1) to (2);`;

const cases: readonly EchoCase[] = [
  {
    name: "a type with another storage",
    setup: "create table t (a text)",
    change: "alter table t alter a type int using a::int",
    expected: ["altered column:s.t.a.type"],
  },
  {
    name: "a type to which the default is cast",
    setup: "create table t (a text default 'x')",
    change: "alter table t alter a type varchar(20)",
    expected: ["altered column:s.t.a.type"],
  },
  {
    name: "a type and another default",
    setup: "create table t (a text default 'x')",
    change: "alter table t alter a type varchar(20), alter a set default 'y'",
    expected: ["altered column:s.t.a.default", "altered column:s.t.a.type"],
  },
  {
    name: "the type of an identity column",
    setup: "create table t (a int generated always as identity)",
    change: "alter table t alter a type bigint",
    expected: ["altered column:s.t.a.type"],
  },
  {
    name: "a column made an identity",
    setup: "create table t (a int not null)",
    change: "alter table t alter a add generated always as identity",
    expected: ["altered column:s.t.a.identity"],
  },
  {
    name: "an identity dropped",
    setup: "create table t (a int generated always as identity)",
    change: "alter table t alter a drop identity",
    expected: ["altered column:s.t.a.identity"],
  },
  {
    name: "the type of a sequence",
    setup: "create sequence q as int",
    change: "alter sequence q as bigint",
    expected: ["altered sequence:s.q.type"],
  },
  {
    name: "the owner of a table with privileges and a serial",
    setup: "create table t (a serial, b int); grant select on t to public; grant update (b) on t to public",
    change: "alter table t owner to dwpg_echo",
    expected: ["altered table:s.t.owner"],
  },
  {
    name: "a table with a serial made unlogged",
    setup: "create table t (a serial)",
    change: "alter table t set unlogged",
    expected: ["altered table:s.t.persistence"],
  },
  {
    name: "a primary key and the NOT NULL it brings",
    setup: "create table t (a int)",
    change: "alter table t add primary key (a)",
    expected: ["added primary-key:s.t.t_pkey", "altered column:s.t.a.notNull"],
  },
  {
    name: "a primary key on a column that is NOT NULL",
    setup: "create table t (a int not null)",
    change: "alter table t add primary key (a)",
    expected: ["added primary-key:s.t.t_pkey"],
  },
  {
    name: "a view that shows another column under its own name",
    setup: "create table t (a int, b int); create view v as select a from t",
    change: "drop view v; create view v as select b from t",
    expected: ["altered view:s.v.definition"],
  },
  {
    name: "a view that shows its columns in another order",
    setup: "create table t (a int, b int); create view v as select a, b from t",
    change: "drop view v; create view v as select b, a from t",
    expected: ["altered view:s.v.definition"],
  },
  {
    name: "names of a view's columns",
    setup: "create table t (a int, b int); create view v as select a, b as x, a + b as y, 1 from t",
    change: 'alter view v rename a to z; alter view v rename x to b; alter view v rename y to "Y y"',
    expected: ["altered view:s.v.columns"],
  },
  {
    name: "a view with one more column",
    setup: "create table t (a int, b int); create view v as select a from t",
    change: "create or replace view v as select a, b from t",
    expected: ["altered view:s.v.definition"],
  },
  {
    name: "a partition detached",
    setup: partitioned,
    change: "alter table p detach partition p1",
    expected: ["altered table:s.p1.partitionOf", "removed trigger:s.p1.g"],
  },
  {
    name: "a partition attached",
    setup: `${partitioned} create table p2 (like p including all); alter table p2 add foreign key (b) references r;`,
    change: "alter table p attach partition p2 for values from (2) to (3)",
    expected: ["added trigger:s.p2.g", "altered table:s.p2.partitionOf"],
  },
  {
    name: "a column dropped from the middle",
    setup: "create table t (a int, b int, c int, d int)",
    change: "alter table t drop b",
    expected: ["removed column:s.t.b"],
  },
  {
    name: "an enum label in the middle",
    setup: "create type e as enum ('a', 'c'); create table t (x e default 'a')",
    change: "alter type e add value 'b' before 'c'",
    expected: ["altered enum:s.e.values"],
  },
  {
    name: "a schema's owner",
    setup: "grant usage on schema s to public; create table t (a int)",
    change: "alter schema s owner to dwpg_echo",
    expected: ["altered schema:s.owner"],
  },
  {
    name: "a domain's type",
    setup: "create domain d as text",
    change: "drop domain d; create domain d as varchar(3)",
    expected: ["altered domain:s.d.baseType"],
  },
  {
    name: "a table that is now partitioned",
    setup: "create table t (a int)",
    change: "drop table t; create table t (a int) partition by range (a)",
    expected: ["altered table:s.t.partitionKey"],
  },
  {
    name: "an index that orders otherwise",
    setup: "create table t (a int); create index i on t (a); cluster t using i",
    change: "drop index i; create index i on t (a desc); alter table t cluster on i",
    expected: ["altered index:s.t.i.columns"],
  },
  {
    name: "a table with NOT NULL that now inherits",
    setup: "create table p (a int not null, b int); create table t (a int not null, b int)",
    change: "alter table t inherit p",
    expected: ["altered table:s.t.inherits"],
  },
  {
    name: "a table with NOT NULL that no longer inherits",
    setup:
      "create table p (a int not null, b int, constraint c check (b > 0)); create table t (a int not null) inherits (p)",
    change: "alter table t no inherit p",
    expected: ["altered table:s.t.inherits"],
  },
  {
    name: "a table that no longer inherits from one of two parents",
    setup: "create table p (a int, b int); create table m (a int); create table t () inherits (p, m)",
    change: "alter table t no inherit p",
    expected: ["altered table:s.t.inherits"],
  },
  {
    name: "another parent and a column that the table now has by itself",
    setup: "create table p (a int); create table m (a int); create table t () inherits (m)",
    change: "drop table t; create table t (a int) inherits (p)",
    expected: ["altered column:s.t.a.local", "altered table:s.t.inherits"],
  },
  {
    name: "a table that inherits again",
    setup: "create table p (a int); create table t () inherits (p)",
    change: "alter table t no inherit p; alter table t inherit p",
    expected: ["altered column:s.t.a.local"],
  },
  {
    name: "a foreign key no longer enforced",
    setup:
      "create table p (a int primary key); create table t (a int, constraint f foreign key (a) references p)",
    change: "alter table t alter constraint f not enforced",
    expected: ["altered foreign-key:s.t.f.enforced"],
  },
  {
    name: "a check that is enforced from now on",
    setup: "create table t (a int, constraint c check (a > 0) not enforced)",
    change: "alter table t drop constraint c; alter table t add constraint c check (a > 0)",
    expected: ["altered check:s.t.c.enforced"],
  },
  {
    name: "the name of a NOT NULL that a child inherits",
    setup: "create table t (a int constraint chosen not null); create table kid () inherits (t)",
    change: "alter table t rename constraint chosen to other",
    expected: ["altered column:s.t.a.notNullConstraint"],
  },
  {
    name: "a function that now returns a set",
    setup: "create function f() returns int language sql as 'select 1'",
    change: "drop function f(); create function f() returns setof int language sql as 'select 1'",
    expected: ["altered function:s.f().returns"],
  },
  {
    name: "a function that now returns a set of few rows",
    setup: "create function f() returns int language sql as 'select 1'",
    change: "drop function f(); create function f() returns setof int language sql rows 5 as 'select 1'",
    expected: ["altered function:s.f().returns", "altered function:s.f().rows"],
  },
  {
    name: "the subtype of a range",
    setup: "create type r as range (subtype = float8)",
    change: "drop type r; create type r as range (subtype = float4)",
    expected: ["altered range-type:s.r.subtype"],
  },
  {
    name: "the provider of a collation",
    setup: "create collation co (provider = libc, locale = 'C')",
    change: "drop collation co; create collation co (provider = builtin, locale = 'C')",
    expected: ["altered collation:s.co.provider"],
  },
  {
    name: "a table whose identity has the sequence of a table that was renamed",
    setup: "create table t (a int generated always as identity)",
    change: "drop table t; create table u (a int generated always as identity); alter table u rename to t",
    expected: [],
  },
  {
    name: "a table whose identity has the sequence of a column that was renamed",
    setup: "create table t (a int generated always as identity)",
    change: "drop table t; create table t (c int generated always as identity); alter table t rename c to a",
    expected: [],
  },
  {
    name: "an identity that was copied with its table, whose sequence has the type bigint and the bounds of the column's",
    setup:
      "create table t (a int generated always as identity, b smallint generated always as identity (increment -1)); create table u (like t including identity)",
    change:
      "drop table u; create table u (a int generated always as identity, b smallint generated always as identity (increment -1))",
    expected: [],
  },
  {
    name: "an identity whose sequence got another type",
    setup: "create table t (a int generated always as identity)",
    change: "alter sequence t_a_seq as bigint",
    expected: ["altered column:s.t.a.identityOptions"],
  },
  {
    name: "an extension and the comment of its control file",
    setup: "",
    change: "create extension citext schema s",
    expected: ["added extension:citext"],
  },
  {
    name: "an extension that goes with its comment",
    setup: "create extension citext schema s; comment on extension citext is 'ours'",
    change: "drop extension citext",
    expected: ["removed extension:citext"],
  },
  {
    name: "the comment of an extension",
    setup: "create extension citext schema s",
    change: "comment on extension citext is 'ours'",
    expected: ["altered comment:extension:citext.text"],
  },
  {
    name: "a function's argument type",
    setup: "create function f(a int) returns int language sql as 'select 1'",
    change: "drop function f(int); create function f(a bigint) returns int language sql as 'select 1'",
    expected: ["added function:s.f(bigint)", "removed function:s.f(integer)"],
  },
];

describeServer("postgres-18", "one statement in PostgreSQL is one change", (server) => {
  const database = watchDatabase(server, "dwpg_echo");

  it.for(cases)("$name", async ({ setup, change, expected }) => {
    await database.remake(setup);
    const [before, after] = await database.around(change);
    expect(compareSnapshots(before, after).map(changeId).sort()).toEqual([...expected].sort());
  });
});
