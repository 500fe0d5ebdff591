/** The benchmarks by name. Each prints ratios against a peer or a floor measured in the same run. */
import { startServers, table } from "../test/support/servers/start-servers.ts";
import { benchCompare } from "./compare.ts";
import { benchIdleDaemon } from "./idle-daemon.ts";
import { benchMysqlIncremental } from "./mysql-incremental.ts";
import { benchMysqlSnapshot } from "./mysql-snapshot.ts";
import { benchPostgresIncremental } from "./postgres-incremental.ts";
import { benchPostgresSnapshot } from "./postgres-snapshot.ts";
import type { BenchServers } from "./servers.ts";

const suites: Readonly<Record<string, { servers: string; run: (servers: BenchServers) => Promise<void> }>> = {
  "postgres-snapshot": { servers: "postgres-18", run: benchPostgresSnapshot },
  "postgres-incremental": { servers: "postgres-18", run: benchPostgresIncremental },
  compare: { servers: "postgres-18", run: benchCompare },
  "mysql-snapshot": { servers: "mysql,mariadb", run: benchMysqlSnapshot },
  "mysql-incremental": { servers: "mysql,mariadb", run: benchMysqlIncremental },
  "idle-daemon": { servers: "postgres-18,redis", run: benchIdleDaemon },
};

const wanted = process.argv.slice(2);
const names = wanted.length > 0 ? wanted : Object.keys(suites);
for (const name of names) {
  const suite = suites[name];
  if (suite === undefined) {
    console.error(`unknown benchmark "${name}"; known: ${Object.keys(suites).join(", ")}`);
    process.exitCode = 64;
    break;
  }
  process.env.DRIFTWATCH_TEST_SERVERS = suite.servers;
  const servers = await startServers();
  try {
    const missing = servers.outcomes.filter(
      (outcome) => "missing" in outcome && suite.servers.split(",").includes(outcome.name),
    );
    if (missing.length > 0) {
      console.error(`${name} is left out\n${table(missing)}`);
      process.exitCode = 1;
      continue;
    }
    const urls = Object.fromEntries(
      servers.outcomes.flatMap((outcome) => ("url" in outcome ? [[outcome.name, outcome.url]] : [])),
    );
    await suite.run(urls);
  } finally {
    await servers.stop();
  }
}
