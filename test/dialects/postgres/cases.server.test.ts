/** Before/after pairs from the test suites of other tools: a changed pair must differ, an equal pair must not. */
import { expect, it } from "vitest";
import { compareSnapshots } from "../../../src/compare/compare.ts";
import { changeId } from "../../../src/model/change.ts";
import type { Snapshot } from "../../../src/model/snapshot.ts";
import { describeServer } from "../../support/servers/urls.ts";
import { sharedPostgresCases } from "../../support/shared-cases.ts";
import { createDatabase, dropRolesOf, dropWithSubscriptions, load, roleNames } from "./support.ts";

const pairs = sharedPostgresCases();

describeServer("postgres-18", "before/after pairs in PostgreSQL", (server) => {
  it("are there", (context) => {
    if (pairs.length === 0) context.skip("../shared/cases is not there");
    expect(pairs.length).toBeGreaterThan(100);
  });

  it.for(pairs)("$id", async (pair) => {
    const roles = new Set(await roleNames(server));
    const withRoles = pair.facets?.role !== undefined;
    const before = await read(server, pair.before_sql, withRoles, roles);
    const after = await read(server, pair.after_sql, withRoles, roles);
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
    await dropWithSubscriptions(database);
    await dropRolesOf(server, sql, kept);
  }
}
