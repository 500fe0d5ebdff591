/** A check after one changed table: incremental against a full read, and the probe, on PostgreSQL 18. */
import pg from "pg";
import { postgresDialect } from "../src/dialects/postgres/dialect.ts";
import type { Snapshot } from "../src/model/snapshot.ts";
import type { DatabaseSession } from "../src/monitor/ports.ts";
import { race, report } from "./measure.ts";
import { type BenchServers, corpusSql, createPostgresDatabase, generatedPostgres } from "./servers.ts";

export async function benchPostgresIncremental(servers: BenchServers): Promise<void> {
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
    await benchDatabase(title, await createPostgresDatabase(server, "bench_incremental", statements));
  }
}

async function benchDatabase(title: string, url: string): Promise<void> {
  const writer = new pg.Client({ connectionString: url });
  await writer.connect();
  const table = await someTable(writer);
  const column = await someColumn(writer, table);
  const session = await postgresDialect.connect(url, { statementTimeoutMs: 120_000 });
  let latest = await within(url, (fresh) => fresh.introspect());
  let turn = 0;
  let fullReads = 0;
  const prepare = (): Promise<unknown> =>
    writer.query(`alter table ${table} alter column ${column} set statistics ${100 + (turn++ % 900)}`);
  const check = async (open: DatabaseSession): Promise<Snapshot> => {
    latest = await open.introspect(latest);
    if (latest.reading?.full !== false) fullReads += 1;
    return latest;
  };
  const timings = await race(
    [
      { name: "after one ALTER TABLE (goal: 50 ms)", prepare, run: () => check(session) },
      { name: "after one ALTER TABLE, connecting too", prepare, run: () => within(url, check) },
      { name: "after no change", run: () => check(session) },
      { name: "after no change, connecting too", run: () => within(url, check) },
      { name: "probe (goal: 5 ms)", run: () => session.probe() },
      { name: "full read", run: () => within(url, (fresh) => fresh.introspect()) },
    ],
    9,
  );
  await session.close();
  await writer.end();
  report(`PostgreSQL 18, ${title}`, timings, "full read");
  if (fullReads > 0) console.log(`  ${fullReads} of the checks read everything`);
}

async function within(url: string, read: (session: DatabaseSession) => Promise<Snapshot>): Promise<Snapshot> {
  const session = await postgresDialect.connect(url, { statementTimeoutMs: 120_000 });
  try {
    return await read(session);
  } finally {
    await session.close();
  }
}

async function someTable(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ name: string }>(
    "select oid::regclass::text as name from pg_class where relkind = 'r' and relpersistence = 'p' and oid >= 16384 and not relispartition order by oid offset 20 limit 1",
  );
  return rows[0]?.name ?? "";
}

async function someColumn(client: pg.Client, table: string): Promise<string> {
  const { rows } = await client.query<{ name: string }>(
    "select quote_ident(attname) as name from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped order by attnum limit 1",
    [table],
  );
  return rows[0]?.name ?? "";
}
