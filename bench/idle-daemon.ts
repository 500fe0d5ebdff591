/** The idle daemon: PostgreSQL store, Redis, 50 environments checked each minute. Memory, and CPU as a share of one core. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type BenchServers, createPostgresDatabase, generatedPostgres } from "./servers.ts";

const environments = 50;
const warmUpMs = 75_000;
const measuredMs = 120_000;
/** USER_HZ of /proc/<pid>/stat on every Linux. */
const ticksPerSecond = 100;

export async function benchIdleDaemon(servers: BenchServers): Promise<void> {
  const { "postgres-18": server, redis } = servers;
  if (server === undefined || redis === undefined) throw new Error("PostgreSQL 18 and Redis are needed");
  const store = await createPostgresDatabase(server, "bench_store", []);
  const subject = await createPostgresDatabase(server, "bench_subject", generatedPostgres(50));
  const folder = mkdtempSync(join(tmpdir(), "driftwatch-bench-"));
  writeFileSync(join(folder, "driftwatch.yaml"), configuration(store, redis, subject));
  const daemon = spawn(process.execPath, [join(process.cwd(), "dist/cli/main.js"), "run"], {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, NODE_ENV: "production" },
  });
  try {
    await sleep(warmUpMs);
    const start = cpuSeconds(daemon);
    await sleep(measuredMs);
    const share = (100 * (cpuSeconds(daemon) - start)) / (measuredMs / 1000);
    console.log(`\nidle daemon, ${environments} environments each minute`);
    console.log(`  memory ${residentMegabytes(daemon)} MB resident, ${share.toFixed(1)} % of one core`);
  } finally {
    daemon.kill("SIGTERM");
    await new Promise((resolve) => daemon.once("exit", resolve));
  }
}

function configuration(store: string, redis: string, subject: string): string {
  const list = Array.from(
    { length: environments },
    (_, index) => `  - name: env-${index}\n    url: ${subject}\n    every: 1m\n`,
  );
  return `store:\n  url: ${store}\nqueue:\n  redisUrl: ${redis}\nhttp:\n  port: 18431\nlog:\n  level: warn\nenvironments:\n${list.join("")}`;
}

function cpuSeconds(child: ChildProcess): number {
  const fields = readFileSync(`/proc/${child.pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

function residentMegabytes(child: ChildProcess): number {
  const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1000);
}
