/** Behind PgBouncer in transaction pooling: every transaction may get another session, one that others have used and will use. */
import { Client } from "pg";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { compareSnapshots } from "../../../src/compare/compare.ts";
import { postgresDialect } from "../../../src/dialects/postgres/dialect.ts";
import { changeId } from "../../../src/model/change.ts";
import type { DatabaseSession, ReadOptions } from "../../../src/monitor/ports.ts";
import { poolSize } from "../../support/servers/pgbouncer.ts";
import { describeServer, postgresUrl } from "../../support/servers/urls.ts";
import { createDatabase, type TestDatabase, takeSnapshot } from "./support.ts";

describeServer("pgbouncer", "PostgreSQL behind PgBouncer", (pooler) => {
  let database: TestDatabase;
  /** The same database, through the pooler. */
  let pooled: string;

  beforeAll(async () => {
    database = await createDatabase(postgresUrl(18));
    pooled = through(database.name);
    await database.sql(
      `create schema evil; create function evil.current_setting(text) returns text language sql as 'select ''evil''';
       create function evil.age(xid) returns int language sql as 'select 1/0';
       create table t (a int primary key, b timestamptz default '2026-01-01 00:00+00', c text default E'a\\\\b', check (a > 0));
       create view v as select a, b from t where c <> 'x'; create index on t (lower(c)) where a > 1`,
    );
  });
  afterAll(async () => {
    await database?.drop();
  });
  beforeEach(async () => {
    await everySession("reset all; reset role");
  });

  function through(name: string, search = ""): string {
    const url = new URL(pooler);
    url.pathname = `/${name}`;
    url.search = search;
    return url.href;
  }

  async function connected(url = pooled): Promise<Client> {
    const client = new Client({ connectionString: url });
    client.on("error", () => {});
    await client.connect();
    return client;
  }

  /** Runs SQL in each of the pool's sessions: all are held at once, so that no client gets one twice. */
  async function everySession<T>(sql: string): Promise<T[]> {
    const clients = await Promise.all(Array.from({ length: poolSize }, () => connected()));
    await Promise.all(clients.map((client) => client.query(beginUnlimited)));
    const rows: T[] = [];
    for (const client of clients) {
      for (const result of [await client.query(`${sql}; commit`)].flat()) rows.push(...(result.rows as T[]));
    }
    await Promise.all(clients.map((client) => client.end()));
    return rows;
  }

  /** Whether probes before and after it tell the same. Not always at once: databases that other tests make move the token. */
  async function keepsToken(session: DatabaseSession, work: () => Promise<unknown>): Promise<boolean> {
    for (const end = Date.now() + 60_000; Date.now() < end; ) {
      const token = await session.probe();
      await work();
      if ((await session.probe()) === token) return true;
    }
    return false;
  }

  /** What another one left behind must not disturb the test itself. */
  const beginUnlimited =
    "begin; set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0";
  const settingsSql =
    "select pg_backend_pid() as pid, json_object_agg(name, setting order by name)::text as settings from pg_settings where name <> 'application_name'";
  const locksSql =
    "select pid, mode from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())";

  it("reads what it reads directly, by a full read, a probe and an incremental read", async () => {
    const direct = await postgresDialect.connect(database.url, {});
    const session = await postgresDialect.connect(pooled, {});
    try {
      const before = await session.introspect();
      expect(before.fingerprint).toBe((await direct.introspect()).fingerprint);
      expect(before.server).toEqual(direct.server);
      const token = await session.probe();
      expect(token?.[0]).toBe("c");
      expect(await keepsToken(session, async () => {})).toBe(true);
      await database.sql("alter table t add column d int");
      const after = await session.introspect(before);
      expect(after.fingerprint).toBe((await direct.introspect()).fingerprint);
      expect(compareSnapshots(before, after).map(changeId)).toEqual(["added column:public.t.d"]);
      await expect.poll(() => session.probe()).not.toBe(token);
      expect((await session.diagnose()).find(({ check }) => check === "scope")?.ok).toBe(true);
    } finally {
      await session.close();
      await direct.close();
      await database.sql("alter table t drop column if exists d");
    }
  });

  it("leaves nothing behind in the sessions that others use after it", async () => {
    const before = await everySession<{ pid: number; settings: string }>(settingsSql);
    const session = await postgresDialect.connect(pooled, { lockTimeoutMs: 123, statementTimeoutMs: 45_678 });
    const snapshot = await session.introspect();
    await session.introspect(snapshot);
    await session.probe();
    await session.diagnose();
    // While it stays connected, the pool's sessions are everybody's.
    const after = await everySession<{ pid: number; settings: string }>(settingsSql);
    expect(new Map(after.map(({ pid, settings }) => [pid, settings]))).toEqual(
      new Map(before.map(({ pid, settings }) => [pid, settings])),
    );
    expect(await everySession(locksSql)).toEqual([]);
    expect(await everySession("select name from pg_prepared_statements")).toEqual([]);
    await session.close();
  });

  it("leaves nothing behind when a read fails either", async () => {
    const before = await everySession<{ pid: number; settings: string }>(settingsSql);
    const holder = new Client({ connectionString: database.url });
    await holder.connect();
    await holder.query("begin; lock table t in access exclusive mode");
    await expect(takeSnapshot(pooled, { lockTimeoutMs: 100 })).rejects.toMatchObject({
      code: "read.lock-timeout",
    });
    await holder.end();
    const after = await everySession<{ pid: number; settings: string }>(settingsSql);
    expect(new Map(after.map(({ pid, settings }) => [pid, settings]))).toEqual(
      new Map(before.map(({ pid, settings }) => [pid, settings])),
    );
  });

  it.for<readonly [string, string]>([
    ["a search path with functions of their own", "set search_path = evil, public, pg_catalog"],
    ["a statement timeout", "set statement_timeout = 5"],
    ["a lock timeout", "set lock_timeout = 1"],
    ["an idle timeout", "set idle_in_transaction_session_timeout = 1"],
    [
      "styles of output",
      "set timezone = 'Asia/Tokyo'; set datestyle = 'German'; set intervalstyle = 'iso_8601'",
    ],
    ["quoting and escaping", "set quote_all_identifiers = on; set standard_conforming_strings = off"],
    ["number formats", "set extra_float_digits = -15; set bytea_output = 'escape'; set lc_monetary = 'C'"],
    [
      "read-write and serializable by default",
      "set default_transaction_isolation = 'serializable'; set default_transaction_read_only = off",
    ],
    [
      "planner settings",
      "set enable_seqscan = off; set jit = on; set jit_above_cost = 0; set debug_parallel_query = on",
    ],
    ["row security off", "set row_security = off"],
    ["another encoding", "set client_encoding = 'LATIN1'"],
  ])("is not disturbed by what others leave behind: %s", async ([, sql]) => {
    const expected = (await database.snapshot()).fingerprint;
    await everySession(sql);
    const session = await postgresDialect.connect(pooled, {});
    try {
      const first = await session.introspect();
      expect(first.fingerprint).toBe(expected);
      expect(await keepsToken(session, () => everySession(sql))).toBe(true);
      expect((await session.introspect(first)).fingerprint).toBe(expected);
    } finally {
      await session.close();
    }
  });

  it("keeps no session on a server that it reads directly, so that the cache of a full read goes with it", async () => {
    const admin = await connected(postgresUrl(18));
    const sessions = async (): Promise<readonly number[]> =>
      (
        await admin.query<{ pid: number }>(
          "select pid from pg_stat_activity where datname = $1 and application_name = 'driftwatch'",
          [database.name],
        )
      ).rows.map(({ pid }) => pid);
    const pooledSessions = await sessions();
    const session = await postgresDialect.connect(database.url, {});
    await session.introspect();
    const own = async (): Promise<readonly number[]> =>
      (await sessions()).filter((pid) => !pooledSessions.includes(pid));
    expect(await own()).toHaveLength(1);
    await session.close();
    await expect.poll(own).toEqual([]);
    await admin.end();
  });

  it("reads on while other clients come and go between its transactions", async () => {
    const expected = (await database.snapshot()).fingerprint;
    let stop = false;
    const others = Array.from({ length: 4 }, async (_, lane) => {
      const client = await connected();
      for (let turn = 0; !stop; turn++) {
        await client.query(
          `begin; set work_mem = '${1 + lane}MB'; create temporary table x${turn} (a int) on commit drop; commit`,
        );
      }
      await client.end();
    });
    const session = await postgresDialect.connect(pooled, {});
    try {
      let previous = await session.introspect();
      for (let round = 0; round < 10; round++) {
        previous = await session.introspect(previous);
        expect(previous.fingerprint).toBe(expected);
        expect((await session.introspect()).fingerprint).toBe(expected);
      }
    } finally {
      stop = true;
      await Promise.all(others);
      await session.close();
    }
  });

  it("really ends a statement on the server when it is cancelled", async () => {
    const holder = new Client({ connectionString: database.url });
    await holder.connect();
    await holder.query("begin; lock table t in access exclusive mode");
    const waiting = async (): Promise<number> =>
      (
        await holder.query(
          "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
        )
      ).rows.length;
    const controller = new AbortController();
    const options: ReadOptions = { signal: controller.signal, lockTimeoutMs: 60_000 };
    const outcome = takeSnapshot(pooled, options).catch((error: unknown) => error);
    await expect.poll(waiting).toBe(1);
    controller.abort();
    expect(await outcome).toMatchObject({ code: "check.cancelled" });
    await expect.poll(waiting, { timeout: 30_000 }).toBe(0);
    await holder.end();
  });

  it("says that the pooler refused `options`, and what to do", async () => {
    await expect(
      postgresDialect.connect(through(database.name, "?options=-c%20geqo%3Doff"), {}),
    ).rejects.toMatchObject({
      code: "source.invalid",
      retryable: false,
      remedy: expect.stringContaining("ignore_startup_parameters"),
    });
  });

  it.for<readonly [string, () => string, string]>([
    ["a database that is not there", () => through("no_such_database"), "connection.database-missing"],
    [
      "a user whom it does not know",
      () => Object.assign(new URL(pooled), { username: "nobody" }).href,
      "connection.authentication",
    ],
  ])("says of %s what a server would say", async ([, url, code]) => {
    await expect(takeSnapshot(url())).rejects.toMatchObject({ code, remedy: expect.any(String) });
  });

  it("does not wait for longer than a login may take when the pool is used up", async () => {
    const clients = await Promise.all(Array.from({ length: poolSize }, () => connected()));
    await Promise.all(clients.map((client) => client.query("begin")));
    const start = performance.now();
    await expect(takeSnapshot(pooled, { connectTimeoutMs: 500 })).rejects.toMatchObject({
      code: "connection.timeout",
      retryable: true,
      remedy: expect.stringContaining("pool"),
    });
    expect(performance.now() - start).toBeLessThan(20_000);
    await Promise.all(clients.map((client) => client.end()));
    expect((await takeSnapshot(pooled)).fingerprint).toBe((await database.snapshot()).fingerprint);
  });
});
