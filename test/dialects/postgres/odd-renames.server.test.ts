/** Renames to and from names that are no plain words, and moves to another schema: each is one change, as any rename is. */
import { expect, it } from "vitest";
import { compareSnapshots } from "../../../src/compare/compare.ts";
import { type Change, changeId } from "../../../src/model/change.ts";
import { describeServer } from "../../support/servers/urls.ts";
import { watchDatabase } from "./watched-database.ts";

const names = [
  "two words",
  "new",
  'quo"ted',
  "dotted.name",
  "it's",
  "back\\slash",
  "comma, (int)",
  "😀",
  "a-b",
];

interface Subject {
  readonly what: string;
  readonly setup: string;
  /** `?` stands for the new name. */
  readonly change: string;
  readonly expected: string;
}

const subjects: readonly Subject[] = [
  {
    what: "a column of keys, indexes and what refers to them",
    setup: `create table t (a int primary key, b int, unique (b, a)); create index i on t (b) include (a) where a > 0;
      create table u (x int constraint f references t); create view v as select a from t where b = 1`,
    change: "alter table t rename a to ?",
    expected: "column",
  },
  {
    what: "a table with children",
    setup: `create table t (a int); create table c (b int) inherits (t); create table d () inherits (c, t);
      create view v as select * from t; create function f(t) returns setof t language sql begin atomic select * from s.t; end`,
    change: "alter table t rename to ?",
    expected: "table",
  },
  {
    what: "a partitioned table",
    setup: `create table t (a int, b int) partition by range (a); create table p partition of t for values from (1) to (2);
      create index i on t (b); create index on t (a, b)`,
    change: "alter table t rename to ?",
    expected: "table",
  },
  {
    what: "an index of a partitioned table",
    setup:
      "create table t (a int) partition by range (a); create table p partition of t default; create index i on t (a)",
    change: "alter index i rename to ?",
    expected: "index",
  },
  {
    what: "a language",
    setup:
      "create language odd_l handler plpgsql_call_handler; create function f() returns int language odd_l as 'x'",
    change: "alter language odd_l rename to ?",
    expected: "language",
  },
  {
    what: "a foreign data wrapper",
    setup: "create foreign data wrapper odd_w; create server odd_s foreign data wrapper odd_w",
    change: "alter foreign data wrapper odd_w rename to ?",
    expected: "foreign-data-wrapper",
  },
  {
    what: "a foreign server",
    setup:
      "create foreign data wrapper odd_w; create server odd_s foreign data wrapper odd_w; create foreign table t (a int) server odd_s",
    change: "alter server odd_s rename to ?",
    expected: "foreign-server",
  },
  {
    what: "a published table",
    setup:
      "create table t (a int); create table u (a int); create publication odd_p for table t, u where (a > 0)",
    change: "alter table t rename to ?",
    expected: "table",
  },
  {
    what: "a domain",
    setup:
      "create domain d as int; create domain e as d; create table t (a d, b e[], c int check (c::d > 0))",
    change: "alter domain d rename to ?",
    expected: "domain",
  },
];

const cleanup = `drop publication if exists odd_p; drop foreign data wrapper if exists odd_w cascade; drop schema if exists moved cascade;
do $$ declare name text; begin
  for name in select lanname from pg_language where oid > 16384 loop execute format('drop language %I cascade', name); end loop;
  for name in select fdwname from pg_foreign_data_wrapper loop execute format('drop foreign data wrapper %I cascade', name); end loop;
end $$;`;

const renames = subjects.flatMap((subject) => names.map((name) => ({ ...subject, name })));

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

const moves = [
  {
    what: "statistics",
    setup: "create table t (a int, b int); create statistics st on a, (b + 1) from t",
    change: "alter statistics st set schema moved",
    expected: ["renamed statistics:moved.t.st"],
  },
  {
    what: "a partitioned table with indexes",
    setup: `create table t (a int primary key, b int) partition by range (a); create table p partition of t for values from (1) to (2);
      create index i on t (b); create unique index j on t (b, a)`,
    change: "alter table t set schema moved",
    expected: ["renamed table:moved.t"],
  },
  {
    what: "a partition with indexes that is itself partitioned",
    setup: `create table t (a int, b int) partition by range (a); create table p partition of t default partition by list (b);
      create table q partition of p default; create index i on t (b)`,
    change: "alter table p set schema moved",
    expected: ["renamed table:moved.p"],
  },
  {
    what: "an operator that another one, a class and a view speak of",
    setup: `create function f(int, int) returns bool language sql immutable as 'select true'; create table t (a int);
      create operator === (leftarg = int, rightarg = int, function = f, commutator = ===, negator = !==);
      create operator !== (leftarg = int, rightarg = int, function = f, negator = ===);
      create view v as select a from t where a operator(s.===) 1`,
    change: "alter operator === (int, int) set schema moved",
    expected: ['renamed operator:moved."==="(integer, integer)'],
  },
];

const labels = [
  ["done", "done-late"],
  ["done", "done late"],
  ["done late", "done"],
  ["done-late", "done-early"],
  ["done", "'done'"],
] as const;

describeServer("postgres-18", "renames to any name in PostgreSQL", (server) => {
  const database = watchDatabase(server);

  async function changesOf(setup: string, change: string): Promise<readonly Change[]> {
    await database.run(cleanup);
    await database.remake(setup);
    const [before, after] = await database.around(change);
    await database.run(cleanup);
    return compareSnapshots(before, after);
  }

  it.for(renames)("sees that $what became $name", async ({ setup, change, expected, name }) => {
    const changes = await changesOf(setup, change.replace("?", quoted(name)));
    expect(changes.map(changeId)).toHaveLength(1);
    expect(changes).toMatchObject([{ verb: "renamed", kind: expected }]);
    expect(changes[0]?.key.path.at(-1)).toBe(name);
  });

  it.for(moves)("sees that $what moved to another schema", async ({ setup, change, expected }) => {
    const changes = await changesOf(`create schema moved; ${setup}`, change);
    expect(changes.map(changeId)).toEqual(expected);
  });

  it.for(labels)("sees that the label %s of an enum became %s", async ([from, to]) => {
    const literal = (label: string): string => `'${label.replaceAll("'", "''")}'`;
    const setup = `create type e as enum ('new', ${literal(from)}); create table t (x e default ${literal(from)}, check (x <> ${literal(from)}));
      create index i on t (x) where x in (${literal(from)}, 'new')`;
    const changes = await changesOf(setup, `alter type e rename value ${literal(from)} to ${literal(to)}`);
    expect(changes.map(changeId)).toEqual(["altered enum:s.e.values"]);
  });
});
