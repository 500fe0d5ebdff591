/** A schema made under odd modes, charsets, zones and names: read the same each time, whole, and like its copy. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compareSnapshots } from "../../../src/compare/compare.ts";
import type { Snapshot } from "../../../src/model/snapshot.ts";
import { charsetClauseOf, dump, load } from "./dump.ts";
import { allTestServers, openTestServer, serverUrls, type TestServer } from "./support.ts";

const odd = readFileSync(new URL("fixtures/odd.sql", import.meta.url), "utf8");

describe.each(allTestServers())("an odd schema on %s", (name) => {
  let server: TestServer;
  let database: string;
  let first: Snapshot;
  beforeAll(async () => {
    server = await openTestServer(name);
    database = await server.createDatabase("odd");
    await load(serverUrls[name], database, odd);
    first = await server.snapshot(database);
  });
  afterAll(() => server.close());

  it("is read whole, and all of it is modelled", () => {
    const made = [
      ...odd.matchAll(/^CREATE (?:DEFINER = \S+ )?(TABLE|VIEW|TRIGGER|PROCEDURE|FUNCTION|EVENT) /gm),
    ];
    const count = (kind: string): number => first.objects.filter((object) => object.kind === kind).length;
    for (const kind of ["TABLE", "VIEW", "TRIGGER", "PROCEDURE", "FUNCTION", "EVENT"])
      expect([kind, count(kind.toLowerCase())]).toEqual([
        kind,
        made.filter(([, each]) => each === kind).length,
      ]);
    expect(first.visibility.hidden).toEqual([]);
    expect(first.visibility.unmodelled).toEqual([]);
  });

  it("reads the same again", async () => {
    expect((await server.snapshot(database)).fingerprint).toBe(first.fingerprint);
  });

  it("equals what a dump of it makes", async () => {
    const copy = await server.createDatabase("odd", charsetClauseOf(first));
    await load(serverUrls[name], copy, await dump(serverUrls[name], database));
    expect(compareSnapshots(first, await server.snapshot(copy))).toEqual([]);
  });
});
