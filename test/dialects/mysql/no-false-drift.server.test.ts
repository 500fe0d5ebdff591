/** What changes nothing of a schema is never reported: other flavors' spelling, upgrades, data, maintenance. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compareSnapshots } from "../../../src/compare/compare.ts";
import type { Change } from "../../../src/model/change.ts";
import { allTestServers, openTestServer, type TestServer, testFlavors } from "./support.ts";

function shown(changes: readonly Change[]): string[] {
  return changes.map(
    (change) =>
      `${change.verb} ${change.kind} ${change.key.path.join(".")}${change.verb === "altered" ? `.${change.attribute}` : ""}`,
  );
}

const shared = readFileSync(new URL("fixtures/shared.sql", import.meta.url), "utf8");

describe.each(allTestServers())("nothing is reported on %s", (name) => {
  let server: TestServer;
  let database: string;
  beforeAll(async () => {
    server = await openTestServer(name);
    database = await server.createDatabase("still");
    await server.run(database, shared);
  });
  afterAll(() => server.close());

  it.each([
    [
      "rows come and go",
      "INSERT INTO parent (code) VALUES ('a'), ('b'); UPDATE parent SET n = 2; DELETE FROM parent",
    ],
    ["a counter grows", "INSERT INTO parent (id, code) VALUES (70000, 'z')"],
    ["a table is maintained", "OPTIMIZE TABLE child; ANALYZE TABLE parent; CHECK TABLE parts"],
    ["a table is rebuilt", "ALTER TABLE child ENGINE = InnoDB; ALTER TABLE child FORCE"],
    ["a table is emptied", "TRUNCATE TABLE parts; ALTER TABLE parts TRUNCATE PARTITION p0"],
    ["a temporary table lives", "CREATE TEMPORARY TABLE tmp (a int); SELECT * FROM tmp"],
    ["a table is renamed and named back", "RENAME TABLE parts TO away; RENAME TABLE away TO parts"],
  ])("when %s", async (_, sql) => {
    const before = await server.snapshot(database);
    await server.run(database, sql);
    const after = await server.snapshot(database);
    expect(shown(compareSnapshots(before, after))).toEqual([]);
    expect(after.fingerprint).toBe(before.fingerprint);
  });

  it("when partitions of ranges and lists come and go, as the configuration has it by default", async () => {
    const partitions = { default: "shape", tables: {} } as const;
    const history =
      name === "mysql"
        ? ["", ""]
        : [
            "CREATE TABLE versions (id int) WITH SYSTEM VERSIONING PARTITION BY SYSTEM_TIME LIMIT 9 (PARTITION p0 HISTORY, PARTITION pn CURRENT);",
            "ALTER TABLE versions ADD PARTITION (PARTITION p1 HISTORY);",
          ];
    await server.run(
      database,
      `CREATE TABLE days (d int) PARTITION BY RANGE (d) (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN (20), PARTITION pmax VALUES LESS THAN MAXVALUE);
       CREATE TABLE regions (r int) PARTITION BY LIST (r) (PARTITION a VALUES IN (1, 2), PARTITION b VALUES IN (3));
       CREATE TABLE parted (d int, r int) PARTITION BY RANGE (d) SUBPARTITION BY HASH (r) SUBPARTITIONS 2 (PARTITION p0 VALUES LESS THAN (10));
       CREATE TABLE hashed (r int) PARTITION BY HASH (r) PARTITIONS 3; ${history[0]}`,
    );
    const before = await server.snapshot(database);
    await server.run(
      database,
      `ALTER TABLE days DROP PARTITION p0; ALTER TABLE days REORGANIZE PARTITION pmax INTO (PARTITION p2 VALUES LESS THAN (30), PARTITION pmax VALUES LESS THAN MAXVALUE);
       ALTER TABLE regions DROP PARTITION a; ALTER TABLE regions ADD PARTITION (PARTITION c VALUES IN (7));
       ALTER TABLE parted ADD PARTITION (PARTITION p1 VALUES LESS THAN (20)); ${history[1]}`,
    );
    const after = await server.snapshot(database);
    expect(compareSnapshots(before, after)).not.toEqual([]);
    expect(shown(compareSnapshots(before, after, { partitions }))).toEqual([]);
    await server.run(database, "ALTER TABLE hashed ADD PARTITION PARTITIONS 1");
    const hashed = compareSnapshots(before, await server.snapshot(database), { partitions });
    expect(shown(hashed)).toEqual(["added partition hashed.p3"]);
    const more = name === "mysql" ? "" : ", versions";
    await server.run(database, `DROP TABLE days, regions, parted, hashed${more}`);
  });

  it("by a server upgrade but the upgrade", async () => {
    const snapshot = await server.snapshot(database);
    const upgraded = { ...snapshot, server: { ...snapshot.server, major: "99.1", version: "99.1.0" } };
    expect(shown(compareSnapshots(snapshot, upgraded))).toEqual(["altered server .version"]);
  });
});

const both = testFlavors.length === 2;
describe.skipIf(!both)(
  `MySQL against MariaDB${both ? "" : " (skipped: one of the servers is missing)"}`,
  () => {
    const opened: TestServer[] = [];
    afterAll(async () => {
      for (const server of opened) await server.close();
    });

    it("is one change of the flavor, and each real change beside it", async () => {
      const databases: { readonly server: TestServer; readonly name: string }[] = [];
      for (const flavor of testFlavors) {
        const server = await openTestServer(flavor);
        opened.push(server);
        const name = await server.createDatabase(
          "flavor",
          "CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci",
        );
        await server.run(name, `SET sql_mode = 'STRICT_TRANS_TABLES';${shared}`);
        databases.push({ server, name });
      }
      const [mysql, mariadb] = databases;
      if (mysql === undefined || mariadb === undefined) throw new Error("both servers are needed");
      const baseline = await mysql.server.snapshot(mysql.name);
      const live = await mariadb.server.snapshot(mariadb.name);
      expect(shown(compareSnapshots(baseline, live))).toEqual(["altered server .flavor"]);
      expect(shown(compareSnapshots(live, baseline))).toEqual(["altered server .flavor"]);
      await mariadb.server.run(
        mariadb.name,
        "ALTER TABLE parent MODIFY n decimal(12,2) DEFAULT 1, DROP KEY u; ALTER TABLE child DROP CONSTRAINT named; DROP TRIGGER tr",
      );
      const drifted = await mariadb.server.snapshot(mariadb.name);
      expect(shown(compareSnapshots(baseline, drifted)).sort()).toEqual([
        "altered column parent.n.default",
        "altered column parent.n.type",
        "altered server .flavor",
        "removed check child.named",
        "removed trigger parent.tr",
        "removed unique parent.u",
      ]);
    });
  },
);
