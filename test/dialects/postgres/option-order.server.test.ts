/**
 * Lists whose order the server keeps and gives no meaning: another order is no change. Those where the manual does give
 * it one (search_path, dictionaries of a token type, inheritance parents) are changes.
 */
import { expect, it } from "vitest";
import { compareSnapshots } from "../../../src/compare/compare.ts";
import { changeId } from "../../../src/model/change.ts";
import { describeServer } from "../../support/servers/urls.ts";
import { watchDatabase } from "./watched-database.ts";

interface OrderCase {
  readonly name: string;
  readonly setup: string;
  readonly change: string;
  /** What the server keeps, in an order of its own: must differ before and after, or the case would show nothing. */
  readonly kept: string;
}

const same: readonly OrderCase[] = [
  {
    name: "a text search dictionary",
    setup: "create text search dictionary td (template = simple, stopwords = 'english', accept = false)",
    change: "alter text search dictionary td (stopwords = 'english')",
    kept: "select dictinitoption from pg_ts_dict where dictname = 'td'",
  },
  {
    name: "a text search dictionary with quotes and backslashes in its options",
    setup: `create text search dictionary "it's, odd = \\" (template = simple);
      create text search dictionary td (template = thesaurus, dictfile = 'thesaurus_sample', dictionary = '"it''s, odd = \\"')`,
    change: "alter text search dictionary td (dictfile = 'thesaurus_sample')",
    kept: "select dictinitoption from pg_ts_dict where dictname = 'td'",
  },
  {
    name: "parameters of a table",
    setup: "create table t (a int) with (fillfactor = 70, autovacuum_enabled = off)",
    change: "alter table t set (fillfactor = 70)",
    kept: "select reloptions from pg_class where oid = 's.t'::regclass",
  },
  {
    name: "options of a view",
    setup: "create view v with (security_barrier = on, check_option = local) as select relname from pg_class",
    change: "alter view v set (security_barrier = on)",
    kept: "select reloptions from pg_class where oid = 's.v'::regclass",
  },
  {
    name: "parameters of an operator class",
    setup:
      "create table t (a int); create index i on t using brin (a int4_bloom_ops (n_distinct_per_range = 100, false_positive_rate = 0.01))",
    change:
      "drop index i; create index i on t using brin (a int4_bloom_ops (false_positive_rate = 0.01, n_distinct_per_range = 100))",
    kept: "select attoptions from pg_attribute where attrelid = 's.i'::regclass",
  },
  {
    name: "parameters of a column",
    setup: "create table t (a int); alter table t alter a set (n_distinct = 5, n_distinct_inherited = 6)",
    change: "alter table t alter a set (n_distinct = 5)",
    kept: "select attoptions from pg_attribute where attrelid = 's.t'::regclass and attname = 'a'",
  },
  {
    name: "options of a foreign data wrapper",
    setup: "create foreign data wrapper oo options (a '1', b '2')",
    change: "alter foreign data wrapper oo options (drop a); alter foreign data wrapper oo options (a '1')",
    kept: "select fdwoptions from pg_foreign_data_wrapper where fdwname = 'oo'",
  },
  {
    name: "options of a foreign server",
    setup: "create foreign data wrapper oo; create server os foreign data wrapper oo options (a '1', b '2')",
    change: "alter server os options (drop a); alter server os options (a '1')",
    kept: "select srvoptions from pg_foreign_server where srvname = 'os'",
  },
  {
    name: "options of a user mapping",
    setup:
      "create foreign data wrapper oo; create server os foreign data wrapper oo; create user mapping for public server os options (a '1', b '2')",
    change:
      "alter user mapping for public server os options (drop a); alter user mapping for public server os options (a '1')",
    kept: "select umoptions from pg_user_mapping",
  },
  {
    name: "options of a foreign table and its columns",
    setup:
      "create foreign data wrapper oo; create server os foreign data wrapper oo; create foreign table ft (c int options (a '1', b '2')) server os options (a '1', b '2')",
    change:
      "alter foreign table ft options (drop a); alter foreign table ft options (a '1'); alter foreign table ft alter c options (drop a); alter foreign table ft alter c options (a '1')",
    kept: "select ftoptions::text || attfdwoptions::text as options from pg_foreign_table join pg_attribute on attrelid = ftrelid where attname = 'c'",
  },
  {
    name: "settings of a function",
    setup:
      "create function f() returns int language sql set work_mem = '1MB' set search_path = s as 'select 1'",
    change: "alter function f() reset work_mem; alter function f() set work_mem = '1MB'",
    kept: "select proconfig from pg_proc where proname = 'f'",
  },
  {
    name: "transforms of a function",
    setup: `create function tf(internal) returns internal language internal strict immutable as 'prsd_start';
      create transform for int language plpgsql (from sql with function tf(internal));
      create transform for text language plpgsql (from sql with function tf(internal));
      create function f(int, text) returns int language plpgsql transform for type int, for type text as 'begin return 1; end'`,
    change:
      "create or replace function f(int, text) returns int language plpgsql transform for type text, for type int as 'begin return 1; end'",
    kept: "select protrftypes from pg_proc where proname = 'f'",
  },
  {
    name: "settings of the database",
    setup:
      "do $$ begin execute format('alter database %I set work_mem = ''1MB''', current_database()); execute format('alter database %I set jit = off', current_database()); end $$",
    change:
      "do $$ begin execute format('alter database %I reset work_mem', current_database()); execute format('alter database %I set work_mem = ''1MB''', current_database()); end $$",
    kept: "select setconfig from pg_db_role_setting where setdatabase = (select oid from pg_database where datname = current_database())",
  },
  {
    name: "publications of a subscription",
    setup:
      "create subscription os connection 'dbname=nowhere' publication a, b with (connect = false, slot_name = none)",
    change: "alter subscription os set publication b, a with (refresh = false)",
    kept: "select subpublications from pg_subscription where subname = 'os'",
  },
  {
    name: "commands of an event trigger",
    setup:
      "create function e() returns event_trigger language plpgsql as 'begin end'; create event trigger oe on ddl_command_end when tag in ('CREATE TABLE', 'DROP TABLE') execute function e()",
    change:
      "drop event trigger oe; create event trigger oe on ddl_command_end when tag in ('DROP TABLE', 'CREATE TABLE') execute function e()",
    kept: "select evttags from pg_event_trigger",
  },
  {
    name: "roles of a policy",
    setup: "create table t (a int); create policy p on t to pg_monitor, pg_read_all_stats",
    change: "alter policy p on t to pg_read_all_stats, pg_monitor",
    kept: "select polroles from pg_policy",
  },
  {
    name: "columns that a foreign key sets to NULL",
    setup:
      "create table t (a int, b int, primary key (a, b)); create table u (a int, b int, constraint k foreign key (a, b) references t on delete set null (a, b))",
    change:
      "alter table u drop constraint k; alter table u add constraint k foreign key (a, b) references t on delete set null (b, a)",
    kept: "select confdelsetcols from pg_constraint where conname = 'k'",
  },
];

interface MeaningCase {
  readonly name: string;
  readonly setup: string;
  readonly change: string;
  readonly expected: readonly string[];
}

const other: readonly MeaningCase[] = [
  {
    name: "the schemas of a search path",
    setup: "create function f() returns int language sql set search_path = a, b as 'select 1'",
    change: "alter function f() set search_path = b, a",
    expected: ["altered function:s.f().settings"],
  },
  {
    name: "the dictionaries of a token type",
    setup:
      "create text search configuration tc (parser = default); alter text search configuration tc add mapping for word with simple, english_stem",
    change: "alter text search configuration tc alter mapping for word with english_stem, simple",
    expected: ["altered text-search-configuration:s.tc.mapping"],
  },
  {
    name: "inheritance parents",
    setup: "create table a (x int); create table b (x int); create table c () inherits (a, b)",
    change: "alter table c no inherit a; alter table c inherit a",
    expected: ["altered table:s.c.inherits"],
  },
  {
    name: "another value of a text search dictionary's option",
    setup: "create text search dictionary td (template = simple, stopwords = 'english', accept = false)",
    change: "alter text search dictionary td (accept = true)",
    expected: ["altered text-search-dictionary:s.td.options"],
  },
];

/** What stands outside the schema s. */
const cleanUp: readonly string[] = [
  "drop subscription if exists os",
  "drop event trigger if exists oe",
  "drop foreign data wrapper if exists oo cascade",
  "drop transform if exists for int language plpgsql cascade",
  "drop transform if exists for text language plpgsql cascade",
  "do $$ begin execute format('alter database %I reset all', current_database()); end $$",
];

for (const server of ["postgres-15", "postgres-18"] as const) {
  describeServer(server, `the order of a list on ${server}`, (url) => {
    const database = watchDatabase(url);

    async function remake(setup: string): Promise<void> {
      for (const sql of cleanUp) await database.run(sql);
      await database.remake(setup);
    }

    it.each(same)("means nothing: $name", async ({ setup, change, kept }) => {
      await remake(setup);
      const before = await database.read();
      const rows = await database.ask(kept);
      await database.run(change);
      const after = await database.read();
      expect(await database.ask(kept)).not.toEqual(rows);
      expect(compareSnapshots(before, after).map(changeId)).toEqual([]);
      expect(after.fingerprint).toBe(before.fingerprint);
    });

    it.each(other)("means something: $name", async ({ setup, change, expected }) => {
      await remake(setup);
      const [before, after] = await database.around(change);
      expect(compareSnapshots(before, after).map(changeId)).toEqual(expected);
    });
  });
}
