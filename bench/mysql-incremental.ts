/** A reading after one changed table against a full one, and the probe, on MySQL and MariaDB. */
import mysql from "mysql2/promise";
import { mysqlDialect } from "../src/dialects/mysql/dialect.ts";
import type { Snapshot } from "../src/model/snapshot.ts";
import { race, report } from "./measure.ts";
import { type BenchServers, createMysqlDatabase, generatedMysql } from "./servers.ts";

/** What was made within the last seconds is always read again, so the tables must first grow older. */
const settleMs = 4_000;

/** Without it nothing tells which table changed; MariaDB opens every table for it. */
const tableTimes =
  "SELECT TABLE_NAME, CREATE_TIME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()";

export async function benchMysqlIncremental(servers: BenchServers): Promise<void> {
  for (const flavor of ["mysql", "mariadb"] as const) {
    const server = servers[flavor];
    if (server === undefined) throw new Error(`no ${flavor}`);
    for (const count of [1_000, 5_000]) {
      const url = await createMysqlDatabase(server, "bench_incremental", generatedMysql(count));
      await benchDatabase(`${flavor}, generated, ${count} tables, one of them changed`, url);
    }
  }
}

async function benchDatabase(title: string, url: string): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, settleMs));
  const session = await mysqlDialect.connect(url, { statementTimeoutMs: 120_000 });
  const admin = await mysql.createConnection(url.replace(/^mariadb:/, "mysql:"));
  try {
    const first = await session.introspect();
    if (first.reading?.state === undefined) throw new Error("nothing can be built upon this reading");
    await admin.query("ALTER TABLE t7 ADD changed int");
    await admin.query("DO SLEEP(3)");
    const increment = async (): Promise<Snapshot> => {
      const snapshot = await session.introspect(first);
      if (snapshot.reading?.full !== false) throw new Error("the reading was full");
      return snapshot;
    };
    const timings = await race(
      [
        { name: "full snapshot", run: () => session.introspect() },
        { name: "incremental (goal: under 0.1)", run: increment },
        { name: "floor of an increment: when tables were made", run: () => admin.query(tableTimes) },
        { name: "probe (goal: under 5 ms)", run: () => session.probe() },
      ],
      5,
    );
    report(title, timings, "full snapshot");
  } finally {
    await session.close();
    await admin.end();
  }
}
