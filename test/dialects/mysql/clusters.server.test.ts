/** Members of clusters, which run the DDL of other members: no counter of their own tells of it, so nothing is taken for unchanged. */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { compareSnapshots } from "../../../src/compare/compare.ts";
import { changeId } from "../../../src/model/change.ts";
import { until } from "../../e2e/support/until.ts";
import { freePort } from "../../support/servers/machine.ts";
import { type OwnMysql, type OwnServers, openOwnServers } from "../../support/servers/own-mysql.ts";
import { execute, ownable, pause, seeShop, settleMs } from "./own-servers.ts";

const patience = { timeout: 60_000, interval: 200 } as const;

interface Group {
  readonly first: OwnMysql;
  readonly second: OwnMysql;
}

async function startGroup(servers: OwnServers): Promise<Group> {
  const [first, second] = await Promise.all([servers.start("mysql"), servers.start("mysql")]);
  const ports = [await freePort(), await freePort()];
  const group = randomUUID();
  for (const [index, member] of [first, second].entries()) {
    await member.stop();
    await member.start(
      `--server-id=${index + 1}`,
      "--log-bin=bin",
      "--gtid-mode=ON",
      "--enforce-gtid-consistency=ON",
      "--report-host=127.0.0.1",
      "--plugin-load-add=group_replication.so",
      `--group-replication-group-name=${group}`,
      `--group-replication-local-address=127.0.0.1:${ports[index]}`,
      `--group-replication-group-seeds=${ports.map((port) => `127.0.0.1:${port}`).join(",")}`,
      "--group-replication-start-on-boot=OFF",
      "--group-replication-single-primary-mode=OFF",
      "--group-replication-recovery-get-public-key=ON",
    );
    await execute(
      member.url,
      "SET sql_log_bin = 0; CREATE USER repl@'%' IDENTIFIED BY 'r'; GRANT REPLICATION SLAVE, BACKUP_ADMIN, GROUP_REPLICATION_STREAM, CONNECTION_ADMIN ON *.* TO repl@'%'",
    );
  }
  await execute(
    first.url,
    "SET GLOBAL group_replication_bootstrap_group = ON; START GROUP_REPLICATION USER = 'repl', PASSWORD = 'r'; SET GLOBAL group_replication_bootstrap_group = OFF",
  );
  await execute(second.url, "START GROUP_REPLICATION USER = 'repl', PASSWORD = 'r'");
  return { first, second };
}

describe.each(ownable("mysql"))("a member of a replicating group (%s)", () => {
  let servers: OwnServers;
  let group: Group;
  beforeAll(async () => {
    servers = await openOwnServers();
    group = await startGroup(servers);
    const online =
      "SELECT COUNT(*) AS n FROM performance_schema.replication_group_members WHERE MEMBER_STATE = 'ONLINE'";
    await until("both members are online", async () => (await execute(group.second.url, online))[0]?.n === 2);
    await execute(group.first.url, "CREATE DATABASE shop", "CREATE TABLE shop.t (id int PRIMARY KEY)");
    await vi.waitFor(() => execute(group.second.url, "SELECT * FROM shop.t"), patience);
  });
  afterAll(() => servers?.close());

  it("gives no token, says why, is read whole each time, and shows what another member changed", async () => {
    await pause(settleMs);
    const before = await seeShop(group.second);
    expect(before.token).toBeUndefined();
    expect(before.told?.message).toContain("group replication");
    await execute(group.first.url, "ALTER TABLE shop.t ADD note text");
    await vi.waitFor(() => execute(group.second.url, "SELECT note FROM shop.t"), patience);
    const after = await seeShop(group.second, before.snapshot);
    expect(after.snapshot.reading?.full).toBe(true);
    expect(compareSnapshots(before.snapshot, after.snapshot).map(changeId)).toEqual(["added column:t.note"]);
  });
});

describe.each(ownable("mariadb-11"))("a node of Galera (%s)", (name) => {
  let servers: OwnServers;
  let node: OwnMysql;
  beforeAll(async () => {
    servers = await openOwnServers();
    node = await servers.start(name);
    await execute(node.url, "CREATE DATABASE shop", "CREATE TABLE shop.t (id int PRIMARY KEY)");
    await node.stop();
    await node.start(
      "--wsrep-on=ON",
      "--wsrep-provider=/usr/lib/galera/libgalera_smm.so",
      "--wsrep-cluster-address=gcomm://",
      `--wsrep-provider-options=gmcast.listen_addr=tcp://127.0.0.1:${await freePort()}`,
      "--wsrep-node-address=127.0.0.1",
      "--binlog-format=ROW",
    );
  });
  afterAll(() => servers?.close());

  it("gives no token, says why, and is read whole each time", async () => {
    expect(await execute(node.url, "SHOW GLOBAL STATUS LIKE 'wsrep_ready'")).toEqual([
      { Variable_name: "wsrep_ready", Value: "ON" },
    ]);
    await pause(settleMs);
    const first = await seeShop(node);
    expect(first.token).toBeUndefined();
    expect(first.told?.message).toContain("Galera");
    expect((await seeShop(node, first.snapshot)).snapshot.reading?.full).toBe(true);
  });
});
