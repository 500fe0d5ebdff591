/** takeSnapshot of PostgreSQL against `pg_dump -s`, and against the floor: the same catalog queries, rows discarded. */
import { spawnSync } from "node:child_process";
import { takeSnapshot } from "../src/app/take-snapshot.ts";
import { race, report } from "./measure.ts";
import { recordPostgres, replayPostgres } from "./recorded-queries.ts";
import { type BenchServers, corpusSql, createPostgresDatabase, generatedPostgres } from "./servers.ts";

export async function benchPostgresSnapshot(servers: BenchServers): Promise<void> {
  const server = servers["postgres-18"];
  if (server === undefined) throw new Error("no PostgreSQL 18");
  const gitlab = corpusSql("postgres", "gitlab");
  const subjects: [string, readonly string[] | undefined][] = [
    ["gitlab, 1,401 tables", gitlab === undefined ? undefined : [gitlab]],
    ["generated, 1,000 tables", generatedPostgres(1_000)],
    ["generated, 10,000 tables", generatedPostgres(10_000)],
  ];
  for (const [title, statements] of subjects) {
    if (statements === undefined) continue;
    await benchDatabase(title, await createPostgresDatabase(server, "bench_snapshot", statements));
  }
}

async function benchDatabase(title: string, url: string): Promise<void> {
  const snapshot = (): Promise<unknown> => takeSnapshot(url, { statementTimeoutMs: 120_000 });
  const texts = await recordPostgres(snapshot);
  const timings = await race(
    [
      { name: "takeSnapshot", run: snapshot },
      { name: "floor: same queries, rows discarded", run: () => replayPostgres(url, texts) },
      ...pgDump(url),
    ],
    5,
  );
  report(`PostgreSQL 18, ${title}`, timings, "floor: same queries, rows discarded");
  const memory = process.memoryUsage();
  console.log(`  memory of this process: ${Math.round(memory.rss / 1e6)} MB resident`);
}

/** pg_dump where one is found that reads this server; else said aloud. */
function pgDump(url: string): { name: string; run: () => Promise<void> }[] {
  const dump = (): ReturnType<typeof spawnSync> =>
    spawnSync("pg_dump", ["-s", "-f", "/dev/null", url], { encoding: "utf8" });
  const probe = dump();
  if (probe.status !== 0) {
    const reason = probe.error?.message ?? String(probe.stderr).trim().split("\n")[0];
    console.log(`  (pg_dump -s is left out: ${reason})`);
    return [];
  }
  return [{ name: "pg_dump -s", run: async () => void dump() }];
}
