/** A role with no rights but to connect: it sees the schema, says what is hidden from it, and the remedy it names works. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { compareSnapshots } from "../../../src/compare/compare.ts";
import { postgresDialect } from "../../../src/dialects/postgres/dialect.ts";
import { changeId } from "../../../src/model/change.ts";
import type { Snapshot } from "../../../src/model/snapshot.ts";
import { withNewlyVisible } from "../../../src/monitor/newly-visible.ts";
import type { Diagnosis } from "../../../src/monitor/ports.ts";
import { describeServer } from "../../support/servers/urls.ts";
import { createFixture } from "./fixture.ts";
import { dropWithSubscriptions, run, type TestDatabase, takeSnapshot } from "./support.ts";

const role = `dwpg_reader_${process.pid}`;

describeServer("postgres-18", "a role with minimal rights in PostgreSQL", (server) => {
  let database: TestDatabase;
  let url: string;

  beforeAll(async () => {
    database = await createFixture(server);
    await run(server, `create role ${role} login; grant connect on database ${database.name} to ${role}`);
    const address = new URL(database.url);
    address.username = role;
    url = address.href;
  });
  afterAll(async () => {
    await database.sql(`drop owned by ${role}; drop role ${role}`);
    await dropWithSubscriptions(database);
  });

  async function diagnose(): Promise<readonly Diagnosis[]> {
    const session = await postgresDialect.connect(url, {});
    try {
      return await session.diagnose();
    } finally {
      await session.close();
    }
  }

  it("sees what a superuser sees, but for what is listed as hidden", async () => {
    const [all, seen] = [await database.snapshot(), await takeSnapshot(url)];
    expect(seen.visibility.user).toBe(role);
    expect(seen.visibility.hidden.map(({ area }) => area)).toEqual([
      "connections of subscriptions",
      "options of user mappings",
    ]);
    const hidden = new Set<string>(seen.visibility.hidden.flatMap(({ kinds }) => kinds));
    const changes = compareSnapshots(all, seen);
    expect(changes.filter(({ kind }) => !hidden.has(kind)).map(changeId)).toEqual([]);
    expect(changes.filter(({ verb }) => verb !== "altered").map(changeId)).toEqual([]);
  });

  it("is told the statements that open the rest, and they do", async () => {
    const found = (await diagnose()).filter(({ check }) => check === "visibility");
    expect(found.map(({ ok }) => ok)).toEqual([false, false]);
    const before = await takeSnapshot(url);
    for (const { remedy } of found) await database.sql(remedy ?? "");
    expect((await diagnose()).filter(({ check }) => check === "visibility").map(({ ok }) => ok)).toEqual([
      true,
    ]);
    const after = await takeSnapshot(url);
    expect(after.visibility.hidden).toEqual([]);
    expect(compareSnapshots(await database.snapshot(), after).map(changeId)).toEqual([]);
    // What was hidden and is read now is no change; that the role was granted something is one.
    expect(compareSnapshots(before, after).map(changeId)).toEqual([
      `added privilege:column:pg_catalog.pg_subscription.subconninfo@${role}`,
      `added privilege:table:pg_catalog.pg_user_mapping@${role}`,
    ]);
    // A baseline takes it in, so that what becomes of it from now on is told.
    const attributesOf = (snapshot: Snapshot): unknown[] =>
      snapshot.objects.flatMap(({ kind, attributes }) =>
        kind === "subscription" || kind === "user-mapping" ? [attributes] : [],
      );
    expect(attributesOf(before)).not.toEqual(attributesOf(after));
    expect(attributesOf(withNewlyVisible(before, after))).toEqual(attributesOf(after));
  });

  it("says which catalog was taken away, and the statement it names gives it back", async () => {
    await database.sql("revoke select on pg_catalog.pg_policy, pg_catalog.pg_trigger from public");
    try {
      const error = await takeSnapshot(url).catch((caught: unknown) => caught);
      expect(error).toMatchObject({ code: "read.forbidden" });
      const { remedy } = error as { remedy: string };
      expect(remedy).toBe(`GRANT SELECT ON pg_catalog.pg_policy, pg_catalog.pg_trigger TO ${role};`);
      await database.sql(remedy);
      const snapshot = await takeSnapshot(url);
      expect(snapshot.objects.some(({ kind }) => kind === "policy")).toBe(true);
    } finally {
      await database.sql(`grant select on pg_catalog.pg_policy, pg_catalog.pg_trigger to public;
        revoke select on pg_catalog.pg_policy, pg_catalog.pg_trigger from ${role}`);
    }
  });

  it("says what it no longer sees once a right is taken from it", async () => {
    const areas = (await takeSnapshot(url)).visibility.hidden.map(({ area }) => area);
    await database.sql(`revoke all on pg_catalog.pg_user_mapping from ${role}`);
    const after = await takeSnapshot(url);
    expect(after.visibility.hidden.map(({ area }) => area)).toEqual(
      [...areas, "options of user mappings"].sort(),
    );
    expect(after.objects.some(({ kind }) => kind === "user-mapping")).toBe(true);
  });
});
