/** Before/after pairs from the test suites of other tools: a changed pair must differ, an equal pair must not. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { compareSnapshots } from "../../../src/compare/compare.ts";
import { changeId } from "../../../src/model/change.ts";
import type { Snapshot } from "../../../src/model/snapshot.ts";
import { type OwnCluster, startOwnPostgres } from "../../support/servers/own-postgres.ts";
import { describeServer } from "../../support/servers/urls.ts";
import { sharedPostgresCases } from "../../support/shared-cases.ts";
import { createDatabase, dropRolesOf, dropWithSubscriptions, load, roleNames } from "./support.ts";

const pairs = sharedPostgresCases();

describeServer("postgres-18", "before/after pairs in PostgreSQL", () => {
  // A cluster of its own: many pairs make roles, which belong to all databases of a cluster.
  let cluster: OwnCluster;
  let ofCluster: ReadonlySet<string>;

  beforeAll(async () => {
    cluster = await startOwnPostgres(18);
    ofCluster = new Set(await roleNames(cluster.primary.url));
  });

  afterAll(() => cluster?.close());

  it("are there", (context) => {
    if (pairs.length === 0) context.skip("../shared/cases is not there");
    expect(pairs.length).toBeGreaterThan(100);
  });

  it.for(pairs)("$id", async (pair) => {
    const { url } = cluster.primary;
    const withRoles = pair.facets?.role !== undefined;
    const before = await read(url, pair.before_sql, withRoles, ofCluster);
    const after = await read(url, pair.after_sql, withRoles, ofCluster);
    const changes = compareSnapshots(before, after).map(changeId);
    expect(changes.length > 0 ? "diff" : "same", changes.join("\n")).toBe(pair.expect);
  });
});

async function read(
  server: string,
  sql: string,
  roles: boolean,
  kept: ReadonlySet<string>,
): Promise<Snapshot> {
  const database = await createDatabase(server);
  try {
    await load(database, sql);
    return await database.snapshot({ scope: { roles } });
  } finally {
    if (/subscription/i.test(sql)) await dropWithSubscriptions(database);
    else await database.drop();
    if (/\b(?:role|user|group)\b/i.test(sql)) await dropRolesOf(server, sql, kept);
  }
}
