/** Schemas that both flavors take: between MySQL and MariaDB only the flavor differs. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compareSnapshots } from "../../../src/compare/compare.ts";
import { changeId } from "../../../src/model/change.ts";
import type { Snapshot } from "../../../src/model/snapshot.ts";
import { load } from "./dump.ts";
import {
  allTestServers,
  openTestServer,
  serverUrls,
  type TestServer,
  type TestServerName,
} from "./support.ts";

const folder = new URL("../../../../shared/corpus/mysql/", import.meta.url);
/** The client of MariaDB takes comments out of the bodies of programs, so theirs are others. */
const withCommentsInPrograms: ReadonlySet<string> = new Set(["icingadb.sql", "sakila.sql"]);
const largestBytes = 150_000;

function isWanted(file: string): boolean {
  const isSmall = statSync(new URL(file, folder)).size <= largestBytes;
  return file.endsWith(".sql") && isSmall && !withCommentsInPrograms.has(file);
}

const files = existsSync(folder) ? readdirSync(folder).filter(isWanted) : [];
const oldDump = readFileSync(new URL("fixtures/dump-of-mysql-5.7.sql", import.meta.url), "utf8")
  // What MariaDB lacks or its client leaves out: the parser, HASH asked of InnoDB (which MySQL drops), a comment in a body.
  .replace(" /*!50100 WITH PARSER `ngram` */ ", "")
  .replace(" USING HASH", "")
  .replace("  -- a comment\n", "");
const schemas: readonly (readonly [name: string, sql: string])[] = [
  ["a dump of MySQL 5.7", oldDump],
  ...files.map((file) => [file, readFileSync(new URL(file, folder), "utf8")] as const),
];

const servers = allTestServers();
const ofMariaDb = servers.includes("mysql") ? servers.filter((name) => name !== "mysql") : [];
if (ofMariaDb.length === 0)
  describe.skip("MySQL beside MariaDB (skipped: one of them is missing)", () =>
    it("has no pair here", () => {}));

describe.each(ofMariaDb)("MySQL beside %s", (name) => {
  const opened = new Map<TestServerName, TestServer>();
  beforeAll(async () => {
    for (const each of ["mysql", name] as const) opened.set(each, await openTestServer(each));
  });
  afterAll(async () => {
    for (const server of opened.values()) await server.close();
  });

  async function snapshotOn(each: TestServerName, sql: string): Promise<Snapshot> {
    const server = opened.get(each);
    if (server === undefined) throw new Error(`${each} is not open`);
    const database = await server.createDatabase(
      "beside",
      "CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci",
    );
    await load(serverUrls[each], database, sql);
    return await server.snapshot(database);
  }

  it.each(schemas)("differs in the flavor alone: %s", async (_, sql) => {
    const [mysql, mariadb] = [await snapshotOn("mysql", sql), await snapshotOn(name, sql)];
    expect(mysql.objects.length).toBeGreaterThan(20);
    expect(compareSnapshots(mysql, mariadb).map(changeId)).toEqual([expect.stringContaining("flavor")]);
    expect(compareSnapshots(mariadb, mysql).map(changeId)).toEqual([expect.stringContaining("flavor")]);
  });
});
