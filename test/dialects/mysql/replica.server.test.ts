/** Replicas, restarts and reset counters: where DDL is not counted as it is elsewhere, nothing is taken for unchanged. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compareSnapshots } from "../../../src/compare/compare.ts";
import { until } from "../../e2e/support/until.ts";
import { type OwnMysql, type OwnServers, openOwnServers } from "../../support/servers/own-mysql.ts";
import { execute, ownable, pause, seeShop, settleMs } from "./own-servers.ts";

const words = {
  mysql: {
    follow: (port: number) =>
      `CHANGE REPLICATION SOURCE TO SOURCE_HOST = '127.0.0.1', SOURCE_PORT = ${port}, SOURCE_USER = 'follower', SOURCE_PASSWORD = 'f', GET_SOURCE_PUBLIC_KEY = 1`,
    start: "START REPLICA",
    stop: "STOP REPLICA",
    readOnly: "SET GLOBAL super_read_only = ON",
  },
  mariadb: {
    follow: (port: number) =>
      `CHANGE MASTER TO MASTER_HOST = '127.0.0.1', MASTER_PORT = ${port}, MASTER_USER = 'follower', MASTER_PASSWORD = 'f', MASTER_LOG_FILE = 'bin.000001', MASTER_LOG_POS = 4`,
    start: "START SLAVE",
    stop: "STOP SLAVE",
    readOnly: "SET GLOBAL read_only = ON",
  },
};

describe.each(ownable("mysql", "mariadb", "mariadb-11"))("a replica of %s", (name) => {
  const { follow, start, stop, readOnly } = words[name === "mysql" ? "mysql" : "mariadb"];
  let servers: OwnServers;
  let source: OwnMysql;
  let replica: OwnMysql;
  beforeAll(async () => {
    servers = await openOwnServers();
    [source, replica] = await Promise.all([
      servers.start(name, "--log-bin=bin", "--server-id=1"),
      servers.start(name, "--server-id=2"),
    ]);
    await execute(
      source.url,
      "CREATE USER follower@'%' IDENTIFIED BY 'f'",
      "GRANT REPLICATION SLAVE ON *.* TO follower@'%'",
      "CREATE DATABASE shop",
      "CREATE TABLE shop.t (id int PRIMARY KEY)",
      "CREATE TABLE shop.u (id int PRIMARY KEY)",
    );
    await execute(replica.url, follow(source.port), start);
    await caughtUp("t", "id");
    await caughtUp("u", "id");
    await execute(replica.url, readOnly);
  });
  afterAll(() => servers?.close());

  async function caughtUp(table: string, column: string): Promise<void> {
    const sql = `SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = 'shop' AND TABLE_NAME = '${table}' AND COLUMN_NAME = '${column}'`;
    await until(
      `the replica has ${table}.${column}`,
      async () => (await execute(replica.url, sql)).length > 0,
    );
  }

  it("gives no token and says why, and is read whole though it is read-only", async () => {
    const { token, told, snapshot } = await seeShop(replica);
    expect(token).toBeUndefined();
    expect(told?.message).toContain("the server is a replica");
    expect(compareSnapshots((await seeShop(source)).snapshot, snapshot)).toEqual([]);
    expect(snapshot.visibility.hidden).toEqual([]);
  });

  // Both changes bear the time of the source, so that the second leaves no trace in the replica's times.
  it("is read anew each time: a change may come late and bear the time of another", async () => {
    await execute(
      source.url,
      "SET timestamp = 1700000000",
      "ALTER TABLE shop.t ADD one int",
      "CREATE TRIGGER shop.g BEFORE INSERT ON shop.u FOR EACH ROW SET @x = 1",
    );
    await caughtUp("t", "one");
    await pause(settleMs);
    const before = (await seeShop(replica)).snapshot;
    await execute(
      source.url,
      "SET timestamp = 1700000000",
      "DROP TRIGGER shop.g",
      "CREATE TRIGGER shop.g BEFORE INSERT ON shop.u FOR EACH ROW SET @x = 2",
      "ALTER TABLE shop.t ADD two int",
    );
    await caughtUp("t", "two");
    const after = (await seeShop(replica, before)).snapshot;
    expect(compareSnapshots(before, after).map((change) => change.key.path.join("."))).toEqual([
      "t.two",
      "u.g",
    ]);
    expect(after.reading?.full).toBe(true);
  });

  it("that stood still, went on and stands still again is not taken for unchanged", async () => {
    await execute(replica.url, stop);
    await pause(settleMs);
    const before = await seeShop(replica);
    await execute(
      source.url,
      "SET timestamp = 1700000000",
      "DROP TRIGGER shop.g",
      "CREATE TRIGGER shop.g BEFORE INSERT ON shop.u FOR EACH ROW SET @x = 3",
      "ALTER TABLE shop.t ADD three int",
    );
    await execute(replica.url, start);
    await caughtUp("t", "three");
    await execute(replica.url, stop);
    const after = await seeShop(replica, before.snapshot);
    if (before.token !== undefined) expect(after.token).not.toBe(before.token);
    expect(
      compareSnapshots(before.snapshot, after.snapshot).map((change) => change.key.path.join(".")),
    ).toEqual(["t.three", "u.g"]);
  });

  it("and a restart of its source: the counters prove nothing beyond", async () => {
    const before = await seeShop(source);
    expect(before.token).toBeDefined();
    expect((await seeShop(source)).token).toBe(before.token);
    // Starts are told apart by the second.
    await pause(1_100);
    await source.stop();
    await source.start();
    const after = await seeShop(source, before.snapshot);
    expect(after.token).not.toBe(before.token);
    expect(after.snapshot.reading?.full).toBe(true);
    expect(compareSnapshots(before.snapshot, after.snapshot)).toEqual([]);
  });

  it.each(["FLUSH STATUS", ...(name === "mariadb-11" ? ["FLUSH GLOBAL STATUS"] : [])])(
    "and %s on its source: the counters prove nothing beyond",
    async (flush) => {
      await execute(source.url, "CREATE OR REPLACE VIEW shop.v AS SELECT 1 AS a");
      // There is no token just after a start or another reset.
      await pause(settleMs);
      const before = await seeShop(source);
      // As many statements as before, so that counters which begin anew may come to the same.
      await execute(source.url, flush, "CREATE OR REPLACE VIEW shop.v AS SELECT 2 AS a");
      const after = await seeShop(source, before.snapshot);
      expect(before.token).toBeDefined();
      expect(after.token).not.toBe(before.token);
      expect(compareSnapshots(before.snapshot, after.snapshot)).toHaveLength(1);
    },
  );
});
