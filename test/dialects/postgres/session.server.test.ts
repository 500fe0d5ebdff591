/** The session itself: errors, cancelling, little privilege, schema changes while reading, scope, partitions. */
import { Client } from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { compareSnapshots } from "../../../src/compare/compare.ts";
import { postgresDialect } from "../../../src/dialects/postgres/dialect.ts";
import { changeId } from "../../../src/model/change.ts";
import { keyId } from "../../../src/model/key.ts";
import type { Snapshot } from "../../../src/model/snapshot.ts";
import { type OwnCluster, startOwnPostgres } from "../../support/servers/own-postgres.ts";
import { describeServer } from "../../support/servers/urls.ts";
import { createDatabase, run, type TestDatabase, takeSnapshot } from "./support.ts";

function ids(snapshot: Snapshot): string[] {
  return snapshot.objects.map(({ key }) => keyId(key));
}

describeServer("postgres-18", "a PostgreSQL session", () => {
  // A cluster of its own: a long transaction in any database of a cluster makes a storm harder to read.
  let cluster: OwnCluster;
  let database: TestDatabase;
  let lowUrl: string;

  beforeAll(async () => {
    cluster = await startOwnPostgres(18);
    const server = cluster.primary.url;
    database = await createDatabase(server);
    await run(server, "create role driftwatch_low login");
    const low = new URL(database.url);
    low.username = "driftwatch_low";
    low.password = "";
    lowUrl = low.href;
  });

  afterAll(async () => {
    await cluster?.close();
  });

  it.for([
    ["connection.refused", (url: URL) => Object.assign(url, { port: "1" })],
    ["connection.unresolved", (url: URL) => Object.assign(url, { hostname: "no-such-host.invalid" })],
    ["connection.database-missing", (url: URL) => Object.assign(url, { pathname: "/no_such_database" })],
    ["connection.authentication", (url: URL) => Object.assign(url, { username: "no_such_role" })],
    ["connection.tls", (url: URL) => Object.assign(url, { search: "?sslmode=require" })],
    ["source.invalid", (url: URL) => Object.assign(url, { search: "?sslmode=sometimes" })],
  ] as const)("fails with %s", async ([code, change]) => {
    const url = change(new URL(database.url)).href;
    await expect(postgresDialect.connect(url, {})).rejects.toMatchObject({
      code,
      remedy: expect.any(String),
    });
  });

  it.for(["disable", "allow", "prefer"])("connects with sslmode=%s to a server without TLS", async (mode) => {
    const session = await postgresDialect.connect(`${database.url}?sslmode=${mode}`, {});
    expect(session.server.flavor).toBe("postgresql");
    await session.close();
  });

  it("ends the running statement on the server when it is aborted", async () => {
    await database.sql("create table locked (a int); create view over_locked as select a from locked");
    const holder = new Client({ connectionString: database.url });
    await holder.connect();
    await holder.query("begin; lock table locked in access exclusive mode");
    const controller = new AbortController();
    const session = await postgresDialect.connect(database.url, {
      signal: controller.signal,
      lockTimeoutMs: 60_000,
    });
    const outcome = session.introspect().then(
      () => "a snapshot",
      (error: unknown) => error,
    );
    const running = async (): Promise<number> =>
      Number(
        (
          await holder.query(
            "select count(*) from pg_stat_activity where application_name = 'driftwatch' and wait_event_type = 'Lock'",
          )
        ).rows[0].count,
      );
    await expect.poll(running).toBe(1);
    controller.abort();
    expect(await outcome).toMatchObject({ code: "check.cancelled" });
    await expect.poll(running, { timeout: 30_000 }).toBe(0);
    await holder.end();
    await session.close();
    await database.sql("drop view over_locked; drop table locked");
  });

  it("gives up on a lock after lockTimeoutMs and says so", async () => {
    await database.sql("create table locked (a int); create view over_locked as select a from locked");
    const holder = new Client({ connectionString: database.url });
    await holder.connect();
    await holder.query("begin; lock table locked in access exclusive mode");
    await expect(takeSnapshot(database.url, { lockTimeoutMs: 100 })).rejects.toMatchObject({
      code: "read.lock-timeout",
      retryable: true,
    });
    await holder.end();
    await database.sql("drop view over_locked; drop table locked");
  });

  it("sees the same with no privilege at all, and names what stays hidden with its GRANT", async () => {
    await database.sql(
      "create schema hidden; create table hidden.t (a int primary key); create view hidden.v as select a from hidden.t; create function hidden.f() returns int language sql as 'select 1'; revoke all on schema hidden from public; create foreign data wrapper w; create server srv foreign data wrapper w; create user mapping for postgres server srv options (password 'very secret')",
    );
    const full = await takeSnapshot(database.url);
    const low = await takeSnapshot(lowUrl);
    expect(ids(low)).toEqual(ids(full));
    // What may not be read is left out, and what one side lacks is not compared.
    expect(compareSnapshots(full, low)).toEqual([]);
    expect(full.visibility.hidden).toEqual([]);
    expect(low.visibility.hidden).toMatchObject([
      {
        area: "options of user mappings",
        remedy: "GRANT SELECT ON pg_catalog.pg_user_mapping TO driftwatch_low;",
      },
    ]);
    expect(JSON.stringify(full)).not.toContain("very secret");
    await database.sql(low.visibility.hidden[0]?.remedy ?? "");
    expect(compareSnapshots(full, await takeSnapshot(lowUrl)).map(changeId)).toEqual([
      "added privilege:table:pg_catalog.pg_user_mapping@driftwatch_low",
    ]);
    await database.sql("drop schema hidden cascade; drop foreign data wrapper w cascade");
  });

  it("names the GRANT when a catalog itself was locked away", async () => {
    await database.sql("revoke select on pg_catalog.pg_proc from public");
    await expect(takeSnapshot(lowUrl)).rejects.toMatchObject({
      code: "read.forbidden",
      remedy: "GRANT SELECT ON pg_catalog.pg_proc TO driftwatch_low;",
    });
    await database.sql("grant select on pg_catalog.pg_proc to public");
  });

  it("reads only the schemas in scope, and still names what they refer to", async () => {
    await database.sql(
      "create schema one; create schema two; create table one.p (id int primary key); create table two.t (a int references one.p (id)); create table two.c () inherits (one.p)",
    );
    const snapshot = await takeSnapshot(database.url, { scope: { schemas: ["tw*"] } });
    expect(snapshot.visibility.schemas).toEqual(["two"]);
    const link = snapshot.objects.find(({ kind }) => kind === "foreign-key");
    expect(link?.attributes).toMatchObject({ referencedTable: "one.p", referencedColumns: ["id"] });
    const child = snapshot.objects.find(({ key }) => keyId(key) === "table:two.c");
    expect(child?.attributes).toMatchObject({ inherits: ["one.p"] });
    await database.sql("drop schema one cascade; drop schema two cascade");
  });

  it("marks what partitions inherit, and shows none of the server's bookkeeping of foreign keys", async () => {
    await database.sql(
      "create schema s; create table s.p (id int primary key) partition by range (id); create table s.p1 partition of s.p for values from (1) to (10); create table s.t (a int references s.p (id)) partition by range (a); create table s.t1 partition of s.t for values from (1) to (10); create index i on s.t (a)",
    );
    const snapshot = await takeSnapshot(database.url);
    const links = snapshot.objects.filter(({ kind }) => kind === "foreign-key");
    expect(links.map(({ key }) => keyId(key))).toEqual([
      "foreign-key:s.t.t_a_fkey",
      "foreign-key:s.t1.t_a_fkey",
    ]);
    expect(links.map((link) => (link.attributes as { inheritedFrom?: string | null }).inheritedFrom)).toEqual(
      [null, "s.t.t_a_fkey"],
    );
    const index = snapshot.objects.find(({ key }) => keyId(key) === "index:s.t1.t1_a_idx");
    expect(index?.attributes).toMatchObject({ partitionOf: "s.i" });
    const key = snapshot.objects.find(({ key: { path } }) => path.join(".") === "s.p1.p1_pkey");
    expect(key?.attributes).toMatchObject({ inheritedFrom: "s.p.p_pkey" });
    await database.sql("drop schema s cascade");
  });

  it("survives a storm of schema changes, and never shows half of one", { timeout: 120_000 }, async () => {
    await database.sql("create schema storm");
    let stop = false;
    const storm = Promise.all([0, 1, 2].map((lane) => stir(database.url, lane, () => stop)));
    const session = await postgresDialect.connect(database.url, {});
    try {
      for (let round = 0; round < 10; round++) {
        const snapshot = await session.introspect();
        const tables = snapshot.objects.filter(
          ({ kind, key }) => kind === "table" && key.path[0] === "storm",
        );
        for (const { key } of tables) {
          const name = `storm.${key.path[1]}`;
          // Each transaction makes a table, its key, its view and its function together.
          expect(ids(snapshot)).toEqual(
            expect.arrayContaining([
              `primary-key:${name}.${key.path[1]}_pkey`,
              `view:${name}_v`,
              `function:${name}_f()`,
            ]),
          );
        }
      }
    } finally {
      stop = true;
      await storm;
      await session.close();
    }
  });
});

async function stir(url: string, lane: number, stopped: () => boolean): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  for (let turn = 0; !stopped(); turn++) {
    const name = `storm.t${lane}_${turn % 3}`;
    await client.query(
      `begin; create table ${name} (a int primary key default 1, b text check (b <> '')); create view ${name}_v as select * from ${name}; create function ${name}_f() returns int begin atomic select max(a) from ${name}; end; commit`,
    );
    await client.query(`alter table ${name} add c int default 5`);
    await client.query(`begin; drop function ${name}_f(); drop view ${name}_v; drop table ${name}; commit`);
  }
  await client.end();
}
