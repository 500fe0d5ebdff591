/** No false drift on schemas of the real world: read twice, loaded twice, stirred without being changed. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { compareSnapshots } from "../../../src/compare/compare.ts";
import { changeId } from "../../../src/model/change.ts";
import { describeServer } from "../../support/servers/urls.ts";
import { createDatabase, createRolesOf, type TestDatabase, takeSnapshot } from "./support.ts";

const folder = join(import.meta.dirname, "../../../../shared/corpus/postgres");
const found = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith(".sql")) : [];
const files = found.length > 0 ? found : ["(skipped: ../shared/corpus is not there)"];

describeServer("postgres-18", "schemas of the real world in PostgreSQL", (server) => {
  it.for(files)("%s", { timeout: 240_000 }, async (file, context) => {
    if (found.length === 0) context.skip("../shared/corpus is not there");
    const sql = readFileSync(join(folder, file), "utf8");
    await createRolesOf(server, sql);
    const made: TestDatabase[] = [];
    try {
      const [first, second] = [await load(server, sql, made), await load(server, sql, made)];
      const before = await first.snapshot();
      expect(before.objects.length).toBeGreaterThan(50);
      expect((await first.snapshot()).fingerprint).toBe(before.fingerprint);
      expect(compareSnapshots(before, await second.snapshot()).map(changeId)).toEqual([]);
      await first.sql("create temporary table driftwatch_temp (a int primary key, b serial); analyze");
      await first.sql("vacuum full pg_catalog.pg_class");
      expect(compareSnapshots(before, await takeSnapshot(first.url)).map(changeId)).toEqual([]);
    } finally {
      for (const database of made) await database.drop();
    }
  });
});

async function load(server: string, sql: string, made: TestDatabase[]): Promise<TestDatabase> {
  const database = await createDatabase(server);
  made.push(database);
  await database.sql(sql);
  return database;
}
