/** One schema written in two ways is one schema: what the server ends with counts, not how it got there. */
import { describe, expect, it } from "vitest";
import { compareSnapshots } from "../../../src/compare/compare.ts";
import { changeId } from "../../../src/model/change.ts";
import { describeServer } from "../../support/servers/urls.ts";
import { watchDatabase } from "./watched-database.ts";

interface Spelling {
  readonly name: string;
  readonly one: string;
  readonly other: string;
  /** The first major version that knows the syntax. */
  readonly since?: number;
}

const spellings: readonly Spelling[] = [
  {
    name: "constraints of columns and of tables",
    one: `create table "T" ("Id" int primary key, "User" int unique check ("User" > 0))`,
    other: `create table "T" ("Id" int not null, "User" int);
      alter table "T" add constraint "T_User_check" check ("User" > 0), add constraint "T_User_key" unique ("User"), add primary key ("Id")`,
  },
  {
    name: "aliases of types",
    one: "create table t (a int4, b int8, c decimal(5, 2), d bool, e float, f float4, g char, h timestamptz, i varbit(4))",
    other: `create table t (a integer, b bigint, c numeric(5, 2), d boolean, e double precision, f real, g character(1),
      h timestamp with time zone, i bit varying(4))`,
  },
  {
    name: "a serial column and its sequence by hand",
    one: "create table t (id serial primary key)",
    other: `create sequence t_id_seq as int; create table t (id int not null default nextval('t_id_seq') primary key);
      alter sequence t_id_seq owned by t.id`,
  },
  {
    name: "an identity and its options",
    one: "create table t (id int generated always as identity)",
    other: `create table t (id int generated always as identity
      (sequence name t_id_seq start 1 increment 1 minvalue 1 maxvalue 2147483647 cache 1 no cycle))`,
  },
  {
    name: "what an index takes for granted",
    one: "create table t (a int, b text); create index on t (a, lower(b)); create unique index u on t (b)",
    other: `create table t (a int, b text); create unique index u on t using btree (b collate "default" text_ops asc nulls last);
      create index t_a_lower_idx on only t (a int4_ops asc, lower(b))`,
  },
  {
    name: "lists, ranges and patterns in checks",
    one: "create table t (a text check (a in ('x', 'y')), b int check (b between 1 and 5), c text check (c like 'a%'))",
    other: `create table t (a text check (a = any (array['x', 'y'])), b int check (b >= 1 and b <= 5), c text check (c ~~ 'a%'))`,
  },
  {
    name: "defaults with and without casts",
    one: "create table t (a bool default true, b int default '5', c text default null, d jsonb default '{}')",
    other: `create table t (a bool default 't', b int default 5, c text, d jsonb default '{}'::jsonb)`,
  },
  {
    name: "foreign keys and their defaults",
    one: "create table p (id int primary key); create table c (a int references p on delete cascade)",
    other: `create table p (id int primary key); create table c (a int); alter table c add constraint c_a_fkey foreign key (a)
      references p (id) match simple on update no action on delete cascade not deferrable initially immediate`,
  },
  {
    name: "grants at once and one by one",
    one: "create table t (a int, b int); grant select, insert on t to dwpg_spell; grant update (a, b) on t to dwpg_spell with grant option",
    other: `create table t (a int, b int); grant insert on t to dwpg_spell; grant select on t to dwpg_spell; grant update (b) on t to dwpg_spell;
      grant update (b, a) on t to dwpg_spell with grant option; grant delete on t to dwpg_spell; revoke delete on t from dwpg_spell`,
  },
  {
    name: "labels of an enumeration in one go and in between",
    one: "create type e as enum ('a', 'b', 'c')",
    other:
      "create type e as enum ('c'); alter type e add value 'a' before 'c'; alter type e add value 'b' after 'a'",
  },
  {
    name: "partitions created and attached",
    one: `create table p (a int not null, primary key (a)) partition by hash (a);
      create table p1 partition of p for values with (modulus 1, remainder 0)`,
    other: `create table p (a int not null) partition by hash (a); create table p1 (a int not null primary key);
      alter table p attach partition p1 for values with (modulus 1, remainder 0); alter table p add primary key (a)`,
  },
  {
    name: "storage parameters in another order, set and taken back",
    one: "create table t (a int) with (fillfactor = 70, autovacuum_enabled = off)",
    other: `create table t (a int); alter table t set (autovacuum_enabled = off, parallel_workers = 2); alter table t set (fillfactor = 70);
      alter table t reset (parallel_workers)`,
  },
  {
    name: "a check option as a clause and as an option",
    one: "create table t (a int); create view v as select a from t where a > 0 with cascaded check option",
    other:
      "create table t (a int); create view v with (check_option = cascaded) as select a from t where a > 0",
  },
  {
    name: "a constant in a subquery, and the server's own print of it",
    one: `create table t (a text); create policy y on t using (a = (select 'x'));
      create view v as select a from t where exists (select null from t) and a in (select 'x' union select 'y');
      create rule r as on update to t do also update t set a = (select 'z') where exists (select 'x')`,
    other: `create table t (a text); create policy y on t using (a = (select 'x'::text as text));
      create view v as select a from t where exists (select null::text as text from t)
        and a in (select 'x'::text as text union select 'y'::text as text);
      create rule r as on update to t do also update t set a = (select 'z'::text as text) where exists (select 'x'::text as text)`,
  },
  {
    name: "the name of a NOT NULL that a partition had before it was attached",
    one: "create table p (a int constraint n not null) partition by list (a); create table p1 partition of p default",
    other: `create table p (a int constraint n not null) partition by list (a); create table p1 (a int constraint mine not null);
      alter table p attach partition p1 default`,
    since: 18,
  },
];

describe.each([14, 18] as const)("PostgreSQL %i", (major) => {
  describeServer(`postgres-${major}`, "takes one schema in two spellings for one", (server) => {
    const database = watchDatabase(server, "dwpg_spell");

    it.for(spellings.filter(({ since = 14 }) => since <= major))("$name", async ({ one, other }) => {
      await database.remake(one);
      const before = await database.read();
      await database.remake(other);
      expect(compareSnapshots(before, await database.read()).map(changeId)).toEqual([]);
    });
  });
});
