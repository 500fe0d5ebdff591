/** The same schema on two minor versions of one server, whose tablespaces lie in other folders: no change. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compareSnapshots } from "../../../src/compare/compare.ts";
import { changeId } from "../../../src/model/change.ts";
import { type OwnCluster, startOwnPostgres } from "../../support/servers/own-postgres.ts";
import { findPgDump } from "../../support/servers/pg-dump.ts";
import { earlyMinors } from "../../support/servers/postgres.ts";
import { describeServer } from "../../support/servers/urls.ts";
import { createFixture, dump, fixture } from "./fixture.ts";
import { createDatabase, dropWithSubscriptions, run, type TestDatabase } from "./support.ts";

const inTablespace = `
  create table public.elsewhere (id int primary key using index tablespace dwfix_fast, note text) tablespace dwfix_fast;
  create index elsewhere_note on public.elsewhere (note) tablespace dwfix_fast;
  create materialized view public.elsewhere_notes tablespace dwfix_fast as select note from public.elsewhere;
  create table public.parted_elsewhere (id int) partition by range (id) tablespace dwfix_fast;
  create table public.parted_elsewhere_1 partition of public.parted_elsewhere for values from (1) to (2)`;

describe.each([15, 18] as const)("PostgreSQL %i", (major) => {
  describeServer(`postgres-${major}`, "two minor versions", () => {
    const clusters: OwnCluster[] = [];
    const databases: TestDatabase[] = [];

    beforeAll(async () => {
      for (const version of [earlyMinors[major], undefined]) {
        const cluster = await startOwnPostgres(major, version);
        clusters.push(cluster);
        const { primary } = cluster;
        await run(
          primary.url,
          `create tablespace dwfix_fast location '${primary.makeFolder(`space-${clusters.length}`)}'`,
        );
        const additions = major >= 18 ? [fixture("since-18")] : [];
        databases.push(await createFixture(primary.url, ...additions, inTablespace));
      }
    });
    afterAll(async () => {
      for (const database of databases) await dropWithSubscriptions(database);
      for (const cluster of clusters) await cluster.close();
    });

    it("are two versions", async () => {
      const versions = await Promise.all(
        databases.map(async (database) => (await database.snapshot()).server.version),
      );
      expect(new Set(versions).size).toBe(2);
    });

    it("show one schema", async () => {
      const [early, late] = await Promise.all(databases.map((database) => database.snapshot()));
      expect(early && late && compareSnapshots(early, late).map(changeId)).toEqual([]);
    });

    it("show one schema after dump and restore from one to the other", async (context) => {
      const dumper = await findPgDump(major);
      if ("missing" in dumper) return context.skip(dumper.missing);
      const [source, target] = [databases[0], clusters[1]?.primary.url];
      if (source === undefined || target === undefined) throw new Error("not started");
      const restored = await createDatabase(target);
      databases.push(restored);
      await restored.sql(dump(dumper.command, source.url));
      await restored.sql(fixture("database"));
      expect(compareSnapshots(await source.snapshot(), await restored.snapshot()).map(changeId)).toEqual([]);
    });
  });
});
