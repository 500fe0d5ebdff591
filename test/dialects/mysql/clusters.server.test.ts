/** Members of clusters, which run the DDL of other members: no counter of their own tells of it, so nothing is taken for unchanged. */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { compareSnapshots } from "../../../src/compare/compare.ts";
import { mysqlDialect } from "../../../src/dialects/mysql/dialect.ts";
import { changeId } from "../../../src/model/change.ts";
import type { DriftwatchError } from "../../../src/model/errors.ts";
import type { SchemaObject } from "../../../src/model/object.ts";
import { until } from "../../e2e/support/until.ts";
import { freePort } from "../../support/servers/machine.ts";
import { type OwnMysql, type OwnServers, openOwnServers } from "../../support/servers/own-mysql.ts";
import { type GaleraCluster, startGalera } from "./galera.ts";
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

describe.each(ownable("mariadb-11"))("a node of Galera (%s)", () => {
  let servers: OwnServers;
  let cluster: GaleraCluster;
  beforeAll(async () => {
    servers = await openOwnServers();
    cluster = await startGalera(
      servers,
      "CREATE DATABASE shop",
      "CREATE TABLE shop.t (id int PRIMARY KEY)",
      "CREATE DATABASE storm",
      ...["a", ...Array.from({ length: 250 }, (_, index) => `m${index}`), "z"].map(
        (table) => `CREATE TABLE storm.${table} (id int PRIMARY KEY, c0 int)`,
      ),
    );
  });
  afterAll(async () => {
    await servers?.close();
    cluster?.close();
  });

  it("is one of two", async () => {
    for (const { url } of [cluster.first, cluster.second])
      expect(await execute(url, "SHOW GLOBAL STATUS LIKE 'wsrep_cluster_size'")).toMatchObject([
        { Value: "2" },
      ]);
  });

  it("gives no token, says why, is read whole each time, and shows what the other node changed", async () => {
    await pause(settleMs);
    const before = await seeShop(cluster.first);
    expect(before.token).toBeUndefined();
    expect(before.told?.message).toContain("Galera");
    await execute(cluster.second.url, "ALTER TABLE shop.t ADD note text");
    await execute(cluster.first.url, "SET SESSION wsrep_sync_wait = 1", "SELECT note FROM shop.t");
    const after = await seeShop(cluster.first, before.snapshot);
    expect(after.snapshot.reading?.full).toBe(true);
    expect(compareSnapshots(before.snapshot, after.snapshot).map(changeId)).toEqual(["added column:t.note"]);
    // The other node reads the same.
    expect((await seeShop(cluster.second)).snapshot.fingerprint).toBe(after.snapshot.fingerprint);
  });

  it("shows during a rolling upgrade what it has itself, and after it what all have", async () => {
    const before = await seeShop(cluster.first);
    const own = ["SET SESSION wsrep_OSU_method = 'RSU'", "ALTER TABLE shop.t ADD rolled int DEFAULT 1"];
    await execute(cluster.second.url, ...own);
    expect(compareSnapshots(before.snapshot, (await seeShop(cluster.first)).snapshot)).toEqual([]);
    const there = await seeShop(cluster.second);
    expect(compareSnapshots(before.snapshot, there.snapshot).map(changeId)).toContain(
      "added column:t.rolled",
    );
    await execute(cluster.first.url, ...own);
    expect((await seeShop(cluster.first)).snapshot.fingerprint).toBe(there.snapshot.fingerprint);
  });

  it("never takes what the other node changes during a read for one moment", async () => {
    const endAt = Date.now() + 12_000;
    const storm = (async () => {
      for (let turn = 0; Date.now() < endAt; turn += 1) {
        for (const table of ["a", "z"])
          await execute(
            `${cluster.second.url}storm`,
            `ALTER TABLE ${table} RENAME COLUMN c${turn} TO c${turn + 1}`,
          );
        // Now and then long enough for a reading between two changes.
        if (turn % 20 === 19) await pause(3_000);
      }
    })();
    const seen = new Set<string>();
    while (Date.now() < endAt) {
      const session = await mysqlDialect.connect(`${cluster.first.url}storm`, {});
      // The table z follows a: whatever lies between the two was true at some moment, anything else never.
      const read = session.introspect().then(
        ({ objects, visibility }) => {
          const [a, z] = ["a", "z"].map((table) => turnOf(objects, table));
          return `a - z = ${Number(a) - Number(z)}, unmodelled: ${visibility.unmodelled.length}`;
        },
        (error: unknown) => (error as DriftwatchError).code,
      );
      seen.add(await read);
      await session.close();
    }
    await storm;
    seen.delete("read.inconsistent");
    seen.delete("a - z = 1, unmodelled: 0");
    expect([...seen]).toEqual(["a - z = 0, unmodelled: 0"]);
  });
});

/** Of the table's only column that is named c1, c2 ... */
function turnOf(objects: readonly SchemaObject[], table: string): number | undefined {
  const names = objects
    .filter(({ kind, key }) => kind === "column" && key.path[0] === table)
    .flatMap(({ key }) => /^c(\d+)$/.exec(key.path[1] ?? "")?.[1] ?? []);
  return names.length === 1 ? Number(names[0]) : undefined;
}
