/** compare + classify of two snapshots as a share of taking one: equal ones, and ones with 100 changed objects. */
import { takeSnapshot } from "../src/app/take-snapshot.ts";
import { classifyChanges } from "../src/classify/classify.ts";
import { compareSnapshots } from "../src/compare/compare.ts";
import type { SchemaObject } from "../src/model/object.ts";
import { buildSnapshot, type Snapshot } from "../src/model/snapshot.ts";
import { race, report } from "./measure.ts";
import { type BenchServers, corpusSql, createPostgresDatabase, generatedPostgres } from "./servers.ts";

export async function benchCompare(servers: BenchServers): Promise<void> {
  const server = servers["postgres-18"];
  if (server === undefined) throw new Error("no PostgreSQL 18");
  const gitlab = corpusSql("postgres", "gitlab");
  if (gitlab !== undefined) await benchPair("gitlab, 1,401 tables", server, [gitlab]);
  await benchPair("generated, 10,000 tables", server, generatedPostgres(10_000));
}

async function benchPair(title: string, server: string, statements: readonly string[]): Promise<void> {
  const url = await createPostgresDatabase(server, "bench_compare", statements);
  const take = (): Promise<Snapshot> => takeSnapshot(url, { statementTimeoutMs: 120_000 });
  const baseline = await take();
  const equal = await take();
  const changed = withChangedColumns(baseline, 100);
  const judge = (live: Snapshot) => async () =>
    classifyChanges(compareSnapshots(baseline, live), { baseline, live });
  const timings = await race(
    [
      { name: "takeSnapshot", run: take },
      { name: "compare + classify, equal", run: judge(equal) },
      { name: "compare + classify, 100 changed objects", run: judge(changed) },
    ],
    5,
  );
  report(`compare, ${title}`, timings, "takeSnapshot");
  const found = compareSnapshots(baseline, changed).length;
  if (found !== 100) throw new Error(`expected 100 changes, found ${found}`);
}

/** The first column of each of the first `count` tables allows NULL where it did not, and the other way round. */
function withChangedColumns(snapshot: Snapshot, count: number): Snapshot {
  const tables = new Set<string>();
  const objects = snapshot.objects.map((object): SchemaObject => {
    const table = object.key.path.slice(0, 2).join(".");
    if (object.kind !== "column" || tables.has(table) || tables.size >= count) return object;
    tables.add(table);
    return { ...object, attributes: { ...object.attributes, notNull: !object.attributes.notNull } };
  });
  const { dialect, server, takenAt, visibility } = snapshot;
  return buildSnapshot({ dialect, server, takenAt, visibility, objects });
}
