/** Before/after pairs from the test suites of other tools: a changed pair must differ, an equal pair must not. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { expect, it } from "vitest";
import { compareSnapshots } from "../../../src/compare/compare.ts";
import { changeId } from "../../../src/model/change.ts";
import type { Snapshot } from "../../../src/model/snapshot.ts";
import { describeServer } from "../../support/servers/urls.ts";
import { createDatabase, dropRolesOf, roleNames, type TestDatabase } from "./support.ts";

interface Pair {
  readonly id: string;
  readonly before_sql: string;
  readonly after_sql: string;
  readonly expect: "diff" | "same";
  readonly facets?: Readonly<Record<string, unknown>>;
}

const file = join(import.meta.dirname, "../../../../shared/cases/postgres.jsonl");
const pairs: readonly Pair[] = existsSync(file)
  ? readFileSync(file, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Pair)
  : [];

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
    // CREATE INDEX CONCURRENTLY refuses to be one of many statements in one message.
    if (/\bconcurrently\b/i.test(sql))
      for (const statement of sql.split(/;\s*\n|;\s*$/)) await database.sql(statement);
    else await database.sql(sql);
    return await database.snapshot({ scope: { roles } });
  } finally {
    await dropSubscriptions(database);
    await database.drop();
    await dropRolesOf(server, sql, kept);
  }
}

async function dropSubscriptions(database: TestDatabase): Promise<void> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      "select quote_ident(subname) as name from pg_subscription where subdbid = (select oid from pg_database where datname = current_database())",
    );
    for (const { name } of rows) {
      await client.query(`alter subscription ${name} disable`);
      await client.query(`alter subscription ${name} set (slot_name = none)`);
      await client.query(`drop subscription ${name}`);
    }
  } finally {
    await client.end();
  }
}
