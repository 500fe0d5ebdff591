/**
 * The probe on real servers: what it stays on, and where it falls back. That every change of a schema moves it,
 * attributes.server.test.ts shows, with the change of each attribute.
 */
import { Client } from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { postgresDialect } from "../../../src/dialects/postgres/dialect.ts";
import type { DatabaseSession } from "../../../src/monitor/ports.ts";
import { type OwnCluster, startOwnPostgres } from "../../support/servers/own-postgres.ts";
import { describeServer } from "../../support/servers/urls.ts";
import { createDatabase, type TestDatabase } from "./support.ts";

const withRoles = { scope: { roles: true } };

for (const major of [14, 15, 18] as const) {
  describeServer(`postgres-${major}`, `the probe on PostgreSQL ${major}`, () => {
    const hasCounters = major !== 14;
    // A cluster of its own: roles and databases that another test file makes move the token too.
    let cluster: OwnCluster;
    let database: TestDatabase;
    let session: DatabaseSession;
    let rowSession: DatabaseSession;

    beforeAll(async () => {
      cluster = await startOwnPostgres(major);
      database = await createDatabase(cluster.primary.url);
      session = await postgresDialect.connect(database.url, withRoles);
      rowSession = await postgresDialect.connect(
        `${database.url}?options=-c%20track_counts%3Doff`,
        withRoles,
      );
    });

    afterAll(async () => {
      await session?.close();
      await rowSession?.close();
      await cluster?.close();
    });

    /** A session of its own, that disconnects: its counts are flushed then. */
    async function withClient<T>(work: (client: Client) => Promise<T>): Promise<T> {
      const client = new Client({ connectionString: database.url });
      await client.connect();
      try {
        return await work(client);
      } finally {
        await client.end();
      }
    }

    /** The token once all that went before has been flushed: the same three times in a row. */
    async function settled(open: DatabaseSession): Promise<string | undefined> {
      let token = await open.probe();
      for (let same = 0; same < 3; ) {
        await new Promise((resolve) => setTimeout(resolve, 40));
        const next = await open.probe();
        same = next === token ? same + 1 : 0;
        token = next;
      }
      return token;
    }

    it.for<readonly [string, string, string]>([
      [
        "ALTER EXTENSION ADD",
        "alter extension hstore add table m.t",
        "alter extension hstore drop table m.t",
      ],
      [
        "ALTER EXTENSION DROP",
        "alter extension hstore drop function hstore(text, text)",
        "alter extension hstore add function hstore(text, text)",
      ],
    ])("moves on: %s", async ([, change, back]) => {
      await database.sql(
        "create schema if not exists m; create table if not exists m.t (a int); create extension if not exists hstore",
      );
      const tokens = [await settled(session), await rowSession.probe()];
      await database.sql(change);
      expect(await rowSession.probe(), "row versions").not.toBe(tokens[1]);
      await expect.poll(() => session.probe(), { interval: 20 }).not.toBe(tokens[0]);
      await database.sql(back);
    });

    it.for<readonly [string, string]>([
      [
        "inserted, updated and deleted rows",
        "insert into d.t select n, 'x' from generate_series(1, 500) n; update d.t set b = 'y'; delete from d.t where a > 9",
      ],
      ["nextval", "select nextval('d.s'), setval('d.s', 99)"],
      ["ANALYZE", "analyze d.t"],
      ["VACUUM", "vacuum d.t"],
      ["reading", "select * from d.v"],
      ["a rolled back row", "begin; insert into d.t values (1, 'z'); rollback"],
      ["large objects", "select lo_unlink(lo_create(0))"],
    ])("stays on: %s", async ([, sql]) => {
      await database.sql(
        "drop schema if exists d cascade; create schema d; create table d.t (a int, b text); create index on d.t (a); create sequence d.s; create view d.v as select * from d.t",
      );
      // ANALYZE writes a first time; what counts is that doing it again moves nothing.
      const before = [await settled(session), await rowSession.probe()];
      await withClient(async (client) => {
        for (const each of sql.split("; ")) await client.query(each);
      });
      expect([await settled(session), await rowSession.probe()]).toEqual(before);
    });

    it("says by its first letter whether it counts writes or compares row versions", async () => {
      expect((await session.probe())?.[0]).toBe(hasCounters ? "c" : "v");
      expect((await rowSession.probe())?.[0]).toBe("v");
    });

    it.runIf(hasCounters)("does not trust counters across a reset of statistics", async () => {
      const before = await settled(session);
      await database.sql("select pg_stat_reset_shared('bgwriter')");
      expect(await session.probe()).not.toBe(before);
    });

    it.runIf(hasCounters)("moves when the counters of this database are reset", async () => {
      const before = await settled(session);
      await database.sql("select pg_stat_reset()");
      expect(await settled(session)).not.toBe(before);
    });

    it("does not compare tokens of different scopes", async () => {
      const scoped = await postgresDialect.connect(database.url, { scope: { schemas: ["d"] } });
      expect(await scoped.probe()).not.toBe(await session.probe());
      await scoped.close();
    });
  });
}
