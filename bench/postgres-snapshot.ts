/** takeSnapshot of PostgreSQL against `pg_dump -s`, and against the floor: the same catalog queries, rows discarded. */
import { execFileSync } from "node:child_process";
import { takeSnapshot } from "../src/app/take-snapshot.ts";
import { findPgDump } from "../test/support/servers/pg-dump.ts";
import { race, report, type Timing } from "./measure.ts";
import { peakMegabytes } from "./peak-memory.ts";
import { recordPostgres, replayPostgres } from "./recorded-queries.ts";
import { type BenchServers, corpusSql, createPostgresDatabase, generatedPostgres } from "./servers.ts";

const sizes = [1_000, 10_000] as const;
const floor = "floor: same queries, rows discarded";

export async function benchPostgresSnapshot(servers: BenchServers): Promise<void> {
  const server = servers["postgres-18"];
  if (server === undefined) throw new Error("no postgres-18");
  const gitlab = corpusSql("postgres", "gitlab");
  if (gitlab !== undefined) await benchSchema(server, "gitlab, 1,401 tables", [gitlab]);
  const perTable: number[] = [];
  for (const tables of sizes) {
    const title = `generated, ${tables.toLocaleString("en")} tables`;
    const timing = await benchSchema(server, title, generatedPostgres(tables));
    perTable.push((timing?.medianMs ?? 0) / tables);
  }
  const [small = 0, large = 0] = perTable;
  console.log(`\na table costs ${(large / small).toFixed(2)} times as much among 10,000 as among 1,000`);
}

async function benchSchema(
  server: string,
  title: string,
  statements: readonly string[],
): Promise<Timing | undefined> {
  let url: string;
  try {
    url = await createPostgresDatabase(server, "bench_snapshot", statements);
  } catch (error) {
    console.log(`\n${title}: left out, it does not load there (${(error as Error).message})`);
    return undefined;
  }
  return benchDatabase(title, url);
}

async function benchDatabase(title: string, url: string): Promise<Timing | undefined> {
  const snapshot = (): Promise<unknown> => takeSnapshot(url, { statementTimeoutMs: 120_000 });
  const texts = await recordPostgres(snapshot);
  const timings = await race(
    [
      { name: "takeSnapshot", run: snapshot },
      { name: floor, run: () => replayPostgres(url, texts) },
      ...(await pgDump(url)),
    ],
    5,
  );
  report(title, timings, floor);
  const { objects, megabytes } = peakMegabytes(url);
  console.log(`  peak memory of a process that takes one snapshot: ${megabytes} MB (${objects} objects)`);
  return timings[0];
}

/** pg_dump where there is one that reads this server; else said aloud. */
async function pgDump(url: string): Promise<{ name: string; run: () => Promise<void> }[]> {
  const found = await findPgDump(18);
  if ("missing" in found) {
    console.log(`  (pg_dump -s is left out: ${found.missing})`);
    return [];
  }
  const [program, ...first] = found.command;
  const dump = (): void => {
    execFileSync(program, [...first, "-s", "-f", "/dev/null", url], {
      stdio: ["ignore", "ignore", "inherit"],
    });
  };
  return [{ name: "pg_dump -s", run: async () => dump() }];
}
