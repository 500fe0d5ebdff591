/**
 * Every attribute of docs/coverage.md by itself: change only that, and the comparison names exactly that. The same
 * changes must move both kinds of probe token.
 */
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compareSnapshots } from "../../../src/compare/compare.ts";
import { postgresDialect } from "../../../src/dialects/postgres/dialect.ts";
import { changeId } from "../../../src/model/change.ts";
import type { DatabaseSession } from "../../../src/monitor/ports.ts";
import type { PostgresMajor } from "../../support/servers/names.ts";
import { type OwnCluster, startOwnPostgres } from "../../support/servers/own-postgres.ts";
import { describeServer } from "../../support/servers/urls.ts";
import { accessCases, roleCases } from "./attributes/access.ts";
import type { AttributeCase } from "./attributes/case.ts";
import { constraintCases } from "./attributes/constraints.ts";
import { markCases } from "./attributes/marks.ts";
import { programCases } from "./attributes/programs.ts";
import { relationCases } from "./attributes/relations.ts";
import { createDatabase, run, type TestDatabase } from "./support.ts";

describe.each([14, 15, 16, 17, 18] as const)("PostgreSQL %i", (major) => {
  describeServer(`postgres-${major}`, "one attribute changed", () => trials(major));
});

function trials(major: PostgresMajor): void {
  // A cluster of its own: roles that another test file makes or drops would be differences, and move the probe.
  let cluster: OwnCluster;
  let server: string;
  let database: TestDatabase;
  let client: Client;
  let reader: DatabaseSession;
  let rowReader: DatabaseSession;
  let version = 0;

  beforeAll(async () => {
    cluster = await startOwnPostgres(major);
    server = cluster.primary.url;
    database = await createDatabase(server);
    await run(server, "create role dwpg_app");
    await database.sql("create foreign data wrapper fdw; create server srv foreign data wrapper fdw");
    client = new Client({ connectionString: database.url });
    await client.connect();
    version = Number((await client.query("show server_version_num")).rows[0].server_version_num);
    const options = { scope: { roles: true } };
    reader = await postgresDialect.connect(database.url, options);
    rowReader = await postgresDialect.connect(`${database.url}?options=-c%20track_counts%3Doff`, options);
  });

  afterAll(async () => {
    await reader?.close();
    await rowReader?.close();
    await client?.end();
    await cluster?.close();
  });

  const cases = [
    ...relationCases,
    ...constraintCases,
    ...programCases,
    ...markCases,
    ...accessCases,
    ...roleCases,
  ];
  it.for(cases)("sees $name", async (one: AttributeCase, context) => {
    if (one.since !== undefined && version < one.since) {
      context.skip(`exists from ${one.since} on, the server is ${version}`);
    }
    await client.query("drop schema if exists s cascade; create schema s; set search_path = s, public");
    if (one.setup !== undefined) await client.query(one.setup);
    try {
      const before = await reader.introspect();
      const rows = await rowReader.probe();
      const counters = await settledToken(reader);
      for (const sql of [one.change].flat()) await client.query(sql);
      const after = await reader.introspect();
      expect(compareSnapshots(before, after).map(changeId).sort()).toEqual([...one.expected].sort());
      expect(await rowReader.probe()).not.toBe(rows);
      await client.query("select pg_stat_force_next_flush()").catch(() => {});
      await expect.poll(() => reader.probe(), { timeout: 15_000, interval: 20 }).not.toBe(counters);
    } finally {
      if (one.cleanup !== undefined) await client.query(one.cleanup);
    }
  });

  /** The set-up's own writes arrive late; the token that counts is the one after them. */
  async function settledToken(session: DatabaseSession): Promise<string | undefined> {
    await client.query("select pg_stat_force_next_flush()").catch(() => {});
    await client.query("select 1");
    return session.probe();
  }
}
