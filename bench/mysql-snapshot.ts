/** takeSnapshot of MySQL and MariaDB against their dump programs without data, and against the floor. */
import { spawnSync } from "node:child_process";
import { takeSnapshot } from "../src/app/take-snapshot.ts";
import { clientsFor } from "../test/support/servers/mysql-clients.ts";
import { race, report } from "./measure.ts";
import { recordMysql, replayMysql } from "./recorded-queries.ts";
import { type BenchServers, corpusSql, createMysqlDatabase, generatedMysql } from "./servers.ts";

export async function benchMysqlSnapshot(servers: BenchServers): Promise<void> {
  for (const flavor of ["mysql", "mariadb"] as const) {
    const server = servers[flavor];
    if (server === undefined) throw new Error(`no ${flavor}`);
    const dolibarr = corpusSql("mysql", "dolibarr");
    const subjects: [string, readonly string[] | undefined][] = [
      ["dolibarr, 367 tables", dolibarr === undefined ? undefined : [dolibarr]],
      ["generated, 1,000 tables", generatedMysql(1_000)],
      ["generated, 5,000 tables", generatedMysql(5_000)],
    ];
    for (const [title, statements] of subjects) {
      if (statements === undefined) continue;
      const url = await createMysqlDatabase(server, "bench_snapshot", statements);
      await benchDatabase(`${flavor}, ${title}`, url);
    }
  }
}

async function benchDatabase(title: string, url: string): Promise<void> {
  const snapshot = (): Promise<unknown> => takeSnapshot(url, { statementTimeoutMs: 120_000 });
  const texts = await recordMysql(snapshot);
  const timings = await race(
    [
      { name: "takeSnapshot", run: snapshot },
      { name: "floor: same queries, rows discarded", run: () => replayMysql(url, texts) },
      { name: "dump without data", run: () => dump(url) },
    ],
    3,
  );
  report(title, timings, "floor: same queries, rows discarded");
}

async function dump(text: string): Promise<void> {
  const [program, ...first] = (await clientsFor(text)).dump;
  const url = new URL(text);
  const args = [
    "--no-data",
    "--routines",
    "--triggers",
    "--events",
    "--skip-lock-tables",
    "--single-transaction",
  ];
  const address = [
    `-h${url.hostname}`,
    `-P${url.port}`,
    `-u${url.username}`,
    ...(url.password ? [`-p${url.password}`] : []),
  ];
  const result = spawnSync(program, [...first, ...address, ...args, url.pathname.slice(1)], {
    maxBuffer: 1 << 30,
  });
  if (result.status !== 0)
    throw new Error(`${program} failed: ${result.error?.message ?? result.stderr.toString()}`);
}
