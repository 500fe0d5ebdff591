/** Schemas that others wrote: read whole, the same twice, and the same again after dump and restore. */
import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compareSnapshots } from "../../../src/compare/compare.ts";
import type { Snapshot } from "../../../src/model/snapshot.ts";
import { openTestServer, serverUrls, type TestFlavor, type TestServer, testFlavors } from "./support.ts";

const folder = new URL("../../../../shared/corpus/mysql/", import.meta.url);
const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".sql")) : [];
const run = promisify(execFile);

function clientArguments(flavor: TestFlavor): string[] {
  const url = new URL(serverUrls[flavor]);
  const password = url.password === "" ? [] : [`-p${decodeURIComponent(url.password)}`];
  return [
    "-h",
    url.hostname,
    "-P",
    url.port,
    "-u",
    url.username,
    ...password,
    "--default-character-set=utf8mb4",
  ];
}

/** The dump program of MariaDB speaks to both servers. */
async function dump(flavor: TestFlavor, database: string): Promise<string> {
  const options = ["--no-data", "--routines", "--events", "--triggers"];
  const { stdout } = await run("mariadb-dump", [...clientArguments(flavor), ...options, database], {
    maxBuffer: 2 ** 28,
  });
  return stdout;
}

/** The client program understands DELIMITER, which corpus and dumps use around programs. */
async function load(flavor: TestFlavor, database: string, sql: string): Promise<void> {
  const child = run("mariadb", [...clientArguments(flavor), database], { maxBuffer: 2 ** 24 });
  child.child.stdin?.end(`SET foreign_key_checks = 0;\n${sql}`);
  await child;
}

/** The default charset of a database, which a dump of its content does not tell. */
function clauseOf(snapshot: Snapshot): string {
  const schema = snapshot.objects.find((object) => object.kind === "schema");
  if (schema?.kind !== "schema") throw new Error("the snapshot has no schema object");
  return `CHARACTER SET ${schema.attributes.charset} COLLATE ${schema.attributes.collation}`;
}

describe.each(testFlavors)("the corpus on %s", (flavor) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await openTestServer(flavor);
  });
  afterAll(() => server.close());

  it("reads the kitchen sink whole and the same after dump and restore", async () => {
    const sql = readFileSync(new URL(`fixtures/kitchen-sink.${flavor}.sql`, import.meta.url), "utf8");
    const first = await survivesDumpAndRestore(sql);
    expect(first.objects.length).toBeGreaterThan(100);
  });

  if (files.length === 0) it.skip("the corpus is not here (../shared/corpus/mysql)", () => {});

  it.each(files)("%s reads the same twice and after dump and restore", async (file) => {
    await survivesDumpAndRestore(readFileSync(new URL(file, folder), "utf8"));
  });

  async function survivesDumpAndRestore(sql: string): Promise<Snapshot> {
    const original = await server.createDatabase("corpus");
    await load(flavor, original, sql);
    const first = await server.snapshot(original);
    const second = await server.snapshot(original);
    expect(second.fingerprint).toBe(first.fingerprint);
    expect(first.visibility.unmodelled).toEqual([]);
    expect(first.visibility.hidden).toEqual([]);
    const copy = await server.createDatabase("copy", clauseOf(first));
    // A dump of MariaDB names the schema of sequences: left so, the copy would take its values from the original.
    await load(flavor, copy, (await dump(flavor, original)).replaceAll(original, copy));
    const restored = await server.snapshot(copy);
    expect(
      compareSnapshots(first, restored).map((change) => [change.verb, change.kind, change.key.path, change]),
    ).toEqual([]);
    expect(restored.fingerprint).toBe(first.fingerprint);
    return first;
  }
});
