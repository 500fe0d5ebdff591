/** Schemas that others wrote: read whole, the same twice, and the same again after dump and restore. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compareSnapshots } from "../../../src/compare/compare.ts";
import type { Snapshot } from "../../../src/model/snapshot.ts";
import { charsetClauseOf, dump, load } from "./dump.ts";
import { openTestServer, serverUrls, type TestServer, testFlavors } from "./support.ts";

const folder = new URL("../../../../shared/corpus/mysql/", import.meta.url);
const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".sql")) : [];
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
    await load(serverUrls[flavor], original, sql);
    const first = await server.snapshot(original);
    const second = await server.snapshot(original);
    expect(second.fingerprint).toBe(first.fingerprint);
    expect(first.visibility.unmodelled).toEqual([]);
    expect(first.visibility.hidden).toEqual([]);
    const copy = await server.createDatabase("copy", charsetClauseOf(first));
    // A dump of MariaDB names the schema of sequences: left so, the copy would take its values from the original.
    const text = await dump(serverUrls[flavor], original);
    await load(serverUrls[flavor], copy, text.replaceAll(original, copy));
    const restored = await server.snapshot(copy);
    expect(
      compareSnapshots(first, restored).map((change) => [change.verb, change.kind, change.key.path, change]),
    ).toEqual([]);
    expect(restored.fingerprint).toBe(first.fingerprint);
    return first;
  }
});
