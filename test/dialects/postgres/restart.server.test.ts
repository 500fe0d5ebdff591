/** A server that restarts, crashes or forgets its statistics: the schema is the same, and no token of before proves it. */
import { Client } from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { compareSnapshots } from "../../../src/compare/compare.ts";
import { postgresDialect } from "../../../src/dialects/postgres/dialect.ts";
import type { Snapshot } from "../../../src/model/snapshot.ts";
import type { DatabaseSession } from "../../../src/monitor/ports.ts";
import type { PostgresMajor } from "../../support/servers/names.ts";
import { type OwnCluster, type OwnPostgres, startOwnPostgres } from "../../support/servers/own-postgres.ts";
import { describeServer } from "../../support/servers/urls.ts";
import { run, takeSnapshot } from "./support.ts";

// Before 15 the statistics collector kept the counters, so that the probe compares row versions there.
for (const major of [14, 18] as const) {
  describeServer(`postgres-${major}`, `a PostgreSQL ${major} that does not last`, () => trials(major));
}

function trials(major: PostgresMajor): void {
  const tier = major === 14 ? "v" : "c";
  let cluster: OwnCluster;
  let server: OwnPostgres;

  beforeAll(async () => {
    cluster = await startOwnPostgres(major);
    server = cluster.primary;
    await run(
      server.url,
      `create schema s; create table s.t (id int generated always as identity primary key, a text default 'x' check (a <> ''));
       create unlogged table s.u (a int); create index on s.t (lower(a)); create view s.v as select id, a from s.t;
       create materialized view s.m as select count(*) as n from s.t; create sequence s.q;
       create function s.f(int) returns int language sql as 'select $1'; insert into s.t (a) values ('y'); checkpoint`,
    );
  });
  afterAll(async () => {
    await cluster?.close();
  });

  async function inSession<T>(work: (session: DatabaseSession) => Promise<T>, url = server.url): Promise<T> {
    const session = await postgresDialect.connect(url, {});
    try {
      return await work(session);
    } finally {
      await session.close();
    }
  }

  /** The same token three times in a row: the counts of sessions that ended have arrived. */
  async function settledToken(url = server.url): Promise<string | undefined> {
    return inSession(async (session) => {
      let token = await session.probe();
      for (let same = 0; same < 3; ) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        const next = await session.probe();
        same = next === token ? same + 1 : 0;
        token = next;
      }
      return token;
    }, url);
  }

  function readAfter(previous: Snapshot): Promise<Snapshot> {
    return inSession((session) => session.introspect(previous));
  }

  it.for<readonly [string, () => Promise<void>]>([
    ["a restart", () => server.stop()],
    ["a crash", () => server.crash()],
  ])("shows no change after %s, though nothing read before counts any more", async ([, end]) => {
    const before = await takeSnapshot(server.url);
    const token = await settledToken();
    expect(token?.[0]).toBe(tier);
    await end();
    await server.start();
    expect(await settledToken()).not.toBe(token);
    const after = await readAfter(before);
    expect(after.reading?.full).toBe(true);
    expect(after.fingerprint).toBe(before.fingerprint);
    expect(compareSnapshots(before, after)).toEqual([]);
    // A change that the server made durable before it ended is seen.
    await run(server.url, "alter table s.t add column late int");
    await end();
    await server.start();
    const later = await readAfter(after);
    expect(compareSnapshots(after, later).map(({ verb }) => verb)).toEqual(["added"]);
    await run(server.url, "alter table s.t drop column late");
  });

  it("shows no half of a transaction that a crash cut off", async () => {
    const before = await takeSnapshot(server.url);
    const client = new Client({ connectionString: server.url });
    client.on("error", () => {});
    await client.connect();
    await client.query("begin; create table s.half (a int primary key); alter table s.t add column half int");
    await server.crash();
    await server.start();
    await client.end().catch(() => {});
    expect(compareSnapshots(before, await takeSnapshot(server.url))).toEqual([]);
  });

  it.for<readonly [string, (session: DatabaseSession) => Promise<unknown>]>([
    ["a read", (session) => session.introspect()],
    ["a probe", (session) => session.probe()],
    ["the doctor", (session) => session.diagnose()],
  ])("says that the connection was lost when %s finds the server gone", async ([, work]) => {
    await inSession(async (session) => {
      await server.crash();
      await expect(work(session)).rejects.toMatchObject({ code: "connection.lost", retryable: true });
    });
    await expect(takeSnapshot(server.url)).rejects.toMatchObject({
      code: "connection.refused",
      retryable: true,
    });
    await server.start();
  });

  it("says that the server is not ready while it starts, stops or recovers", async () => {
    // A smart shutdown lets nobody in as long as somebody stays.
    const guest = new Client({ connectionString: server.url });
    guest.on("error", () => {});
    await guest.connect();
    server.signal("SIGTERM");
    await expect
      .poll(() => takeSnapshot(server.url).catch((error: unknown) => error))
      .toMatchObject({ code: "server.starting", retryable: true });
    await guest.end();
    await server.stop();
    await server.start();
  });

  it.for([
    "select pg_stat_reset()",
    "select pg_stat_reset_shared('bgwriter')",
    "select pg_stat_reset_single_table_counters(oid) from pg_class where relkind = 'r' and oid < 16384",
  ])("is not deceived when a change is followed by: %s", async (reset) => {
    const flush = major === 14 ? "" : "; select pg_stat_force_next_flush()";
    await run(server.url, `create schema if not exists reset${flush}`);
    await run(server.url, reset);
    const token = await settledToken();
    // The counters come to be what they were, and yet there is a schema less.
    await run(server.url, `drop schema reset${flush}`);
    await run(server.url, reset);
    expect(await settledToken()).not.toBe(token);
  });

  it("compares row versions where track_counts is off, and they move on every change", async () => {
    server.configure("track_counts = off");
    await server.stop();
    await server.start();
    const token = await settledToken();
    expect(token?.[0]).toBe("v");
    await run(server.url, "insert into s.t (a) values ('z'); select nextval('s.q'); analyze s.t");
    await run(server.url, "analyze s.t");
    const before = await settledToken();
    await run(server.url, "insert into s.t (a) values ('zz'); select nextval('s.q')");
    expect(await settledToken()).toBe(before);
    for (const sql of [
      "comment on table s.t is 'x'",
      "alter table s.t alter a drop default",
      "grant select on s.t to public",
      "create role somebody",
      "drop view s.v",
    ]) {
      const last = await settledToken();
      await run(server.url, sql);
      expect(await settledToken(), sql).not.toBe(last);
    }
    const doctor = await inSession((session) => session.diagnose());
    const { message, remedy } = doctor.find(({ check }) => check === "probe") ?? {};
    expect(message).toContain(major === 14 ? "the server is older than 15" : "track_counts is off");
    expect(remedy).toBe(major === 14 ? undefined : "ALTER SYSTEM SET track_counts = on;");
    server.configure("track_counts = on");
    await server.stop();
    await server.start();
    expect((await settledToken())?.[0]).toBe(tier);
  });
}
