/** A hot standby: it shows what its primary shows, its probe does without counters, and its own conflicts are no drift. */
import { Client } from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { compareSnapshots } from "../../../src/compare/compare.ts";
import { postgresDialect } from "../../../src/dialects/postgres/dialect.ts";
import { changeId } from "../../../src/model/change.ts";
import type { DatabaseSession } from "../../../src/monitor/ports.ts";
import type { PostgresMajor } from "../../support/servers/names.ts";
import { type OwnCluster, type OwnPostgres, startOwnPostgres } from "../../support/servers/own-postgres.ts";
import { describeServer } from "../../support/servers/urls.ts";
import { run, takeSnapshot } from "./support.ts";

const schema = `create schema s; create table s.t (id int generated always as identity primary key, a text default 'x' check (a <> ''));
create index on s.t (lower(a)) where id > 1; create view s.v as select id, a from s.t; create type s.e as enum ('x', 'y');
create function s.f(int) returns int language sql begin atomic select count(*)::int from s.t where id = $1; end;
create table s.p (k int) partition by range (k); create table s.p1 partition of s.p for values from (1) to (9);
create publication pub for table s.t; comment on view s.v is 'seen'; create role reader; grant select on s.v to reader;
create unlogged table s.u (a int)`;

// Before 15 there are no counters to change to after a promotion.
for (const major of [14, 18] as const) {
  describeServer(`postgres-${major}`, `a hot standby of PostgreSQL ${major}`, () => trials(major));
}

function trials(major: PostgresMajor): void {
  let cluster: OwnCluster;
  let primary: OwnPostgres;
  let standby: OwnPostgres;

  beforeAll(async () => {
    cluster = await startOwnPostgres(major);
    primary = cluster.primary;
    await run(primary.url, schema);
    standby = await primary.startStandby("max_standby_streaming_delay = 0");
  });
  afterAll(async () => {
    await cluster?.close();
  });

  async function inSession<T>(work: (session: DatabaseSession) => Promise<T>, url = standby.url): Promise<T> {
    const session = await postgresDialect.connect(url, { scope: { roles: true } });
    try {
      return await work(session);
    } finally {
      await session.close();
    }
  }

  /** Runs SQL on the primary and waits until the standby has replayed it. */
  async function replayed(sql: string): Promise<void> {
    const client = new Client({ connectionString: primary.url });
    await client.connect();
    await client.query(sql);
    const { rows } = await client.query<{ at: string }>("select pg_current_wal_flush_lsn() as at");
    await client.end();
    const other = new Client({ connectionString: standby.url });
    await other.connect();
    await expect
      .poll(
        async () =>
          (await other.query("select pg_last_wal_replay_lsn() >= $1::pg_lsn as done", [rows[0]?.at])).rows,
        { timeout: 20_000, interval: 20 },
      )
      .toEqual([{ done: true }]);
    await other.end();
  }

  it("shows what the primary shows, at the same time and after changes", async () => {
    await replayed("select 1");
    const both = async (): Promise<void> => {
      const [there, here] = [await takeSnapshot(primary.url), await takeSnapshot(standby.url)];
      expect(compareSnapshots(there, here).map(changeId)).toEqual([]);
      expect(here.fingerprint).toBe(there.fingerprint);
      expect(here.server).toEqual(there.server);
    };
    await both();
    await replayed("alter table s.t add column b int; drop view s.v; create view s.v as select b from s.t");
    await both();
  });

  it("is probed by row versions, which move on replayed changes and on nothing else", async () => {
    await replayed("insert into s.t (a) values ('y'); analyze s.t");
    await inSession(async (session) => {
      const token = await session.probe();
      expect(token?.[0]).toBe("v");
      await replayed("insert into s.t (a) values ('z'); update s.t set a = 'zz'");
      expect(await session.probe()).toBe(token);
      let last = token;
      for (const sql of [
        "alter table s.t alter a set default 'q'",
        "create index late on s.t (a)",
        "alter type s.e add value 'z'",
        "grant insert on s.t to reader",
        "alter role reader createdb",
        "create or replace function s.f(int) returns int language sql as 'select 1'",
        "comment on table s.t is 'replayed'",
        "drop index s.late",
        "alter table s.p detach partition s.p1",
      ]) {
        await replayed(sql);
        const next = await session.probe();
        expect(next, sql).not.toBe(last);
        last = next;
      }
    });
  });

  it("is read in full each time, and the doctor says why the probe does without counters", async () => {
    await inSession(async (session) => {
      const before = await session.introspect();
      await replayed("create table s.again (a int)");
      const after = await session.introspect(before);
      expect(after.reading?.full).toBe(true);
      expect(compareSnapshots(before, after).map(changeId)).toContain("added table:s.again");
      const probe = (await session.diagnose()).find(({ check }) => check === "probe");
      expect(probe?.message).toContain("standby");
      await replayed("drop table s.again");
    });
  });

  /** Runs `work` while a transaction of the primary holds a lock on s.t, which the standby holds as well then. */
  async function whileLocked(work: (release: () => Promise<void>) => Promise<void>): Promise<void> {
    const holder = new Client({ connectionString: primary.url });
    await holder.connect();
    const release = async (): Promise<void> => {
      await holder.query("rollback");
      await replayed("create table s.tick (); drop table s.tick");
    };
    try {
      await holder.query("begin; alter table s.t add column held int");
      await replayed("create table s.tick (); drop table s.tick");
      await work(release);
    } finally {
      await holder.end();
    }
  }

  /** When the reads began that wait for a lock on the standby. */
  async function waiting(): Promise<readonly string[]> {
    const client = new Client({ connectionString: standby.url });
    await client.connect();
    const { rows } = await client.query<{ began: string }>(
      "select xact_start::text as began from pg_stat_activity where application_name = 'driftwatch' and wait_event_type = 'Lock' and query <> ''",
    );
    await client.end();
    return rows.map(({ began }) => began);
  }

  it("gives up on a lock that replay holds, with a retryable error", async () => {
    await whileLocked(async () => {
      const session = await postgresDialect.connect(standby.url, { lockTimeoutMs: 200 });
      await expect(session.introspect()).rejects.toMatchObject({
        code: "read.lock-timeout",
        retryable: true,
      });
      await session.close();
    });
    expect(await waiting()).toEqual([]);
  });

  /** Told by the sessions that were cancelled when they end. */
  async function cancelled(): Promise<number> {
    const client = new Client({ connectionString: standby.url });
    await client.connect();
    const { rows } = await client.query<{ count: string }>(
      "select confl_lock + confl_snapshot + confl_bufferpin + confl_deadlock as count from pg_stat_database_conflicts where datname = 'postgres'",
    );
    await client.end();
    return Number(rows[0]?.count);
  }

  /** Replay of this takes away what a waiting read has locked already. */
  const taking = "begin; lock table pg_catalog.pg_namespace in access exclusive mode; commit";

  it("reads again when replay cancels it, and shows the schema as it is then", async () => {
    const before = await cancelled();
    await whileLocked(async (release) => {
      const reading = takeSnapshot(standby.url, { lockTimeoutMs: 60_000 });
      await expect.poll(waiting).toHaveLength(1);
      for (let turn = 0; turn < 10; turn++) await run(primary.url, taking);
      await release();
      const [there, here] = [await takeSnapshot(primary.url), await reading];
      expect(compareSnapshots(there, here).map(changeId)).toEqual([]);
    });
    await expect.poll(cancelled).toBeGreaterThan(before);
  });

  it("is retryable, and names the settings that help, when replay cancels it each time", async () => {
    await whileLocked(async () => {
      let isOver = false;
      const outcomes: unknown[] = [];
      const reading = (async () => {
        const isCancelled = (outcome: unknown): boolean =>
          (outcome as { code?: string }).code === "read.inconsistent";
        for (let round = 0; round < 20 && !outcomes.some(isCancelled); round++)
          outcomes.push(
            await takeSnapshot(standby.url, { lockTimeoutMs: 90 }).catch((error: unknown) => error),
          );
        isOver = true;
      })();
      while (!isOver) await run(primary.url, taking);
      await reading;
      for (const outcome of outcomes) expect(outcome).toMatchObject({ retryable: true });
      expect(outcomes.at(-1)).toMatchObject({
        code: "read.inconsistent",
        remedy: expect.stringContaining("max_standby_streaming_delay"),
      });
    });
  });

  it("says what to do when its database was dropped on the primary", async () => {
    await replayed("create database goes");
    const url = standby.url.replace(/postgres$/, "goes");
    await inSession(async (session) => {
      await session.introspect();
      const admin = primary.url.replace(/postgres$/, "template1");
      await run(admin, "drop database goes");
      await replayed("select 1");
      await expect(session.probe()).rejects.toMatchObject({ code: "connection.database-missing" });
    }, url);
    await expect(takeSnapshot(url)).rejects.toMatchObject({ code: "connection.database-missing" });
  });

  it("is the same environment after its promotion, without drift, and its counters count from then on", async () => {
    const before = await takeSnapshot(standby.url);
    const token = await inSession((session) => session.probe());
    await primary.stop();
    await run(standby.url, "select pg_promote()");
    await inSession(async (session) => {
      await expect.poll(() => session.probe()).toMatch(major === 14 ? /^v/ : /^c/);
      expect(await session.probe()).not.toBe(token);
    });
    const after = await takeSnapshot(standby.url);
    expect(after.server.instance).toBe(before.server.instance);
    expect(compareSnapshots(before, after).map(changeId)).toEqual([]);
    await run(standby.url, "alter table s.t drop column a cascade");
    expect(compareSnapshots(after, await takeSnapshot(standby.url)).length).toBeGreaterThan(0);
  });
}
