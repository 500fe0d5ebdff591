/** Locks of others: a read waits for no longer than it may, leaves no session behind, and holds nobody up. */
import { Client } from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { postgresDialect } from "../../../src/dialects/postgres/dialect.ts";
import { DriftwatchError } from "../../../src/model/errors.ts";
import type { DatabaseSession, ReadOptions } from "../../../src/monitor/ports.ts";
import { describeServer } from "../../support/servers/urls.ts";
import { createDatabase, run, type TestDatabase, takeSnapshot } from "./support.ts";

/** A read that did not heed its limit would wait for longer: 5 s for a lock, 10 s for a login. */
const promptlyMs = 4_900;

describeServer("postgres-18", "a read of PostgreSQL beside the locks of others", (server) => {
  let database: TestDatabase;
  let admin: Client;

  beforeAll(async () => {
    database = await createDatabase(server);
    await database.sql(
      "create table t (a int primary key, b text default 'x'); create view v as select a from t; create index on t (b)",
    );
    admin = new Client({ connectionString: server });
    await admin.connect();
  });
  afterAll(async () => {
    await admin?.end();
    await database?.drop();
  });

  /** Another database's session looks: a lock on pg_class of this one would hold it up as well. */
  async function sessions(): Promise<string[]> {
    const { rows } = await admin.query<{ state: string }>(
      "select coalesce(state, 'none') || ' ' || coalesce(wait_event_type, '') as state from pg_stat_activity where datname = $1 and application_name = 'driftwatch'",
      [database.name],
    );
    return rows.map(({ state }) => state);
  }

  /** When those that wait for a lock began. */
  async function transactions(): Promise<string[]> {
    const { rows } = await admin.query<{ start: string }>(
      "select xact_start::text as start from pg_stat_activity where datname = $1 and application_name = 'driftwatch' and wait_event_type = 'Lock'",
      [database.name],
    );
    return rows.map(({ start }) => start);
  }

  /** Runs `work` while somebody holds the lock, and lets go of it afterwards. */
  async function whileLocked<T>(table: string, work: () => Promise<T>): Promise<T> {
    const holder = new Client({ connectionString: database.url });
    await holder.connect();
    try {
      await holder.query(`begin; lock table ${table} in access exclusive mode`);
      return await work();
    } finally {
      await holder.end();
    }
  }

  async function failureOf(work: Promise<unknown>): Promise<{ error: DriftwatchError; tookMs: number }> {
    const start = performance.now();
    const error = await work.then(
      () => new Error("it succeeded"),
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(DriftwatchError);
    return { error: error as DriftwatchError, tookMs: performance.now() - start };
  }

  it.for<readonly [string, string, ReadOptions, string]>([
    ["a table", "t", { lockTimeoutMs: 300 }, "read.lock-timeout"],
    ["a catalog", "pg_catalog.pg_constraint", { lockTimeoutMs: 300 }, "read.lock-timeout"],
    ["pg_class, which every login reads", "pg_catalog.pg_class", { lockTimeoutMs: 300 }, "read.lock-timeout"],
    ["a table, for longer than a statement may take", "t", { statementTimeoutMs: 60 }, "read.timeout"],
    [
      "pg_class, for longer than a login may take",
      "pg_catalog.pg_class",
      { lockTimeoutMs: 60_000, connectTimeoutMs: 600 },
      "(read.lock|connection.)-?timeout",
    ],
    [
      "a catalog of the first question, for longer than a login may take",
      "pg_catalog.pg_rewrite",
      { lockTimeoutMs: 60_000, connectTimeoutMs: 600 },
      "read.lock-timeout",
    ],
  ])("gives up on a lock on %s, in time, and leaves no session", async ([, table, options, code]) => {
    await whileLocked(table, async () => {
      const { error, tookMs } = await failureOf(takeSnapshot(database.url, options));
      expect(error.code).toMatch(new RegExp(`^${code}$`));
      expect(error).toMatchObject({ retryable: true, remedy: expect.any(String) });
      expect(error.message).toContain(database.name);
      expect(tookMs).toBeLessThan(promptlyMs);
      await expect.poll(sessions, { timeout: 30_000 }).toEqual([]);
    });
    expect((await database.snapshot()).objects.length).toBeGreaterThan(0);
  });

  it("gives up on pg_class at the deadline of the check, while it logs in and while it reads", async () => {
    const early = await postgresDialect.connect(database.url, { lockTimeoutMs: 60_000 });
    await early.close();
    for (const moment of ["login", "read"] as const) {
      const controller = new AbortController();
      const options = { signal: controller.signal, lockTimeoutMs: 60_000 };
      const open = moment === "read" ? await postgresDialect.connect(database.url, options) : undefined;
      await whileLocked("pg_catalog.pg_class", async () => {
        const deadline = new DriftwatchError("check.deadline", "too late", { retryable: true });
        setTimeout(() => controller.abort(deadline), 300);
        const { error, tookMs } = await failureOf(
          open === undefined ? takeSnapshot(database.url, options) : open.introspect(),
        );
        expect(error, moment).toBe(deadline);
        expect(tookMs, moment).toBeLessThan(promptlyMs);
        await open?.close();
        if (moment === "read") await expect.poll(sessions, { timeout: 30_000 }).toEqual([]);
      });
      await expect.poll(sessions, { timeout: 30_000 }).toEqual([]);
    }
  });

  // Whoever waits for what a session holds, holds up others in turn: for catalogs of the whole server, every login.
  it.each<readonly [string, string, (session: DatabaseSession | undefined) => Promise<unknown>]>([
    [
      "in its first question",
      "pg_catalog.pg_constraint",
      async () => (await postgresDialect.connect(database.url, { lockTimeoutMs: 3_000 })).close(),
    ],
    ["in a probe", "pg_catalog.pg_class", async (session) => session?.probe()],
    ["in a read", "t", async (session) => session?.introspect()],
  ])("lets go again and again while it waits %s", async (moment, table, wait) => {
    const session =
      moment === "in its first question"
        ? undefined
        : await postgresDialect.connect(database.url, { lockTimeoutMs: 3_000 });
    const begun = new Set<string>();
    await whileLocked(table, async () => {
      const waiting = failureOf(wait(session));
      const seen = async (): Promise<number> => {
        for (const start of await transactions()) begun.add(start);
        return begun.size;
      };
      await expect.poll(seen, { interval: 20 }).toBeGreaterThan(3);
      expect((await waiting).error.code).toBe("read.lock-timeout");
    });
    await session?.close();
  });

  it("answers the doctor in time as well", async () => {
    const session = await postgresDialect.connect(database.url, { lockTimeoutMs: 300 });
    await whileLocked("pg_catalog.pg_class", async () => {
      const { error, tookMs } = await failureOf(session.diagnose());
      expect(error.code).toBe("read.lock-timeout");
      expect(tookMs).toBeLessThan(promptlyMs);
    });
    await session.close();
  });

  it("holds no schema change up for longer than its lock timeout while it waits itself", async () => {
    await database.sql("create schema w; create table w.t (a int); create view w.v as select a from w.t");
    const changer = new Client({ connectionString: database.url });
    await changer.connect();
    // Long enough to be seen waiting.
    const lockTimeoutMs = 2_000;
    await whileLocked("w.t", async () => {
      // It waits for w.t and holds what it has read so far: w.v.
      const reading = takeSnapshot(database.url, { lockTimeoutMs }).catch((error: unknown) => error);
      await expect.poll(sessions, { interval: 5 }).toEqual(["active Lock"]);
      const start = performance.now();
      await changer.query("set lock_timeout = '10s'");
      for (const sql of [
        "alter view w.v set (security_barrier = on)",
        "create table w.n (a int)",
        "drop view w.v",
        "alter table t add column c int",
        "drop table w.n",
      ])
        await changer.query(sql);
      expect(performance.now() - start).toBeLessThan(lockTimeoutMs + 2_000);
      // Without the view nothing of the read waits for w.t any more.
      await reading;
    });
    await changer.end();
    await run(database.url, "drop schema w cascade; alter table t drop column c");
  });
});
