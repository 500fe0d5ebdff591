import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../../src/embedded/embedded-postgres.ts";
import { loadSql } from "../../src/embedded/load-sql.ts";

const cacheFolder = join(import.meta.dirname, "../../node_modules/.cache/driftwatch");

describe("loading a SQL file", () => {
  let embedded: EmbeddedPostgres;

  beforeAll(async () => {
    embedded = await startEmbeddedPostgres({ cacheFolder });
  }, 60_000);

  afterAll(() => embedded.close());

  beforeEach(async () => {
    await query("drop schema if exists s cascade; drop schema public cascade; create schema public");
    await query("drop owned by app; drop role app").catch(() => undefined);
  });

  async function query<T extends object>(sql: string): Promise<T[]> {
    const client = new pg.Client({ connectionString: embedded.url });
    await client.connect();
    try {
      return (await client.query<T>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  async function tables(): Promise<string[]> {
    const rows = await query<{ name: string }>(
      "select oid::regclass::text as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1",
    );
    return rows.map((row) => row.name);
  }

  it("takes what pg_dump writes: its own lines, rows, owners and grants to roles that are not there", async () => {
    const dump = `--
-- PostgreSQL database dump
--
\\restrict x8Yz
SET statement_timeout = 0;
SELECT pg_catalog.set_config('search_path', '', false);
CREATE SCHEMA public;
ALTER SCHEMA public OWNER TO app;
CREATE TABLE public.orders (id integer NOT NULL, note text DEFAULT 'a;b'::text);
ALTER TABLE public.orders OWNER TO app;
COPY public.orders (id, note) FROM stdin;
1	x; drop table public.orders;
2	\\N
\\.
GRANT SELECT ON TABLE public.orders TO "Read Only";
\\unrestrict x8Yz
`;
    const { notes } = await loadSql(embedded.url, dump, "shop.sql");
    const [row] = await query<{ owner: string; rows: number; acl: string }>(
      "select relowner::regrole::text as owner, (select count(*)::int from public.orders) as rows, relacl::text as acl from pg_class where relname = 'orders'",
    );
    expect(row).toMatchObject({
      owner: "app",
      rows: 0,
      acl: expect.stringContaining('\\"Read Only\\"=r/app'),
    });
    expect(notes).toEqual([
      'line 7: skipped, schema "public" already exists',
      'created the role "app", which the file names but does not create',
      'created the role "Read Only", which the file names but does not create',
      "skipped 2 rows of COPY data",
    ]);
    await query('drop owned by "Read Only"; drop role "Read Only"');
  });

  it.each<readonly [title: string, sql: string, line: number, message: string]>([
    [
      "a word the parser does not know",
      "create table a ();\n\ncreate tabel b ();\n",
      3,
      'syntax error at or near "tabel"',
    ],
    [
      "a place inside a long statement",
      "create table a (\n  id int,\n  x nosuchtype\n);",
      3,
      'type "nosuchtype" does not exist',
    ],
    [
      "a place behind characters of two units",
      "create table a ();\ncomment on table a is '😀😀😀\n😀'; select\n\n nothing;",
      5,
      'column "nothing" does not exist',
    ],
    [
      "an error without a place",
      "create table a ();\n-- twice\ncreate table a ();",
      3,
      'relation "a" already exists',
    ],
    [
      "an error inside the file's own transaction",
      "begin;\ncreate table a ();\ncreate table a ();\ncommit;",
      3,
      'relation "a" already exists',
    ],
    ["an unfinished string", "create table a ();\nselect 'oops;\n", 2, "unterminated quoted string"],
    ["an include", "create table a ();\n\\i other.sql\n", 2, "\\i is a command of psql"],
    [
      "an extension that is not bundled",
      "\ncreate extension postgis;",
      2,
      'extension "postgis" is not available',
    ],
  ])("names file, line and the server's words: %s", async (_, sql, line, message) => {
    await expect(loadSql(embedded.url, sql, "db/shop.sql")).rejects.toMatchObject({
      code: "sql.invalid",
      message: expect.stringContaining(`db/shop.sql, line ${line}: ${message}`),
      remedy: expect.any(String),
    });
  });

  it("keeps to the file's own transactions", async () => {
    const sql = `create table kept ();
      begin; create table undone (); alter table undone owner to app; rollback;
      start transaction; create table also_kept (); savepoint x; create table gone (); rollback to x; commit;`;
    await loadSql(embedded.url, sql, "a.sql");
    expect(await tables()).toEqual(["also_kept", "kept"]);
  });

  it("runs one by one what cannot run together with others", async () => {
    const sql = `create table a (id int, state text);
      create index concurrently a_id on a (id);
      create type mood as enum ('ok'); alter type mood add value 'better';
      alter table a add m mood default 'better';
      vacuum a;`;
    await loadSql(embedded.url, sql, "a.sql");
    expect(
      await query("select indexrelid::regclass::text as name from pg_index where indrelid = 'a'::regclass"),
    ).toEqual([{ name: "a_id" }]);
  });

  it("skips drops of what an empty database does not have, and says so", async () => {
    const sql =
      "alter table only public.a drop constraint a_pkey;\ndrop table public.a;\ndrop schema s;\ncreate table a ();";
    const { notes } = await loadSql(embedded.url, sql, "a.sql");
    expect(notes).toHaveLength(3);
    expect(notes[1]).toContain("line 2: skipped");
    expect(await tables()).toEqual(["a"]);
  });

  it("does not leave its settings to the next connection", async () => {
    await loadSql(embedded.url, "select pg_catalog.set_config('search_path', '', false);", "a.sql");
    expect(await query("select current_setting('search_path') as path")).toEqual([
      { path: '"$user", public' },
    ]);
  });
});
