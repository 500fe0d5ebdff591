/** One change by one statement: the comparison names exactly that object and attribute, on every server. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compareSnapshots } from "../../../src/compare/compare.ts";
import type { Change } from "../../../src/model/change.ts";
import { probesOf } from "./attribute-probes.ts";
import { allTestServers, openTestServer, type TestServer } from "./support.ts";

function shown(change: Change): string {
  const of = change.key.of === undefined ? "" : ` on ${change.key.of}`;
  const attribute = change.verb === "altered" ? `.${change.attribute}` : "";
  return `${change.verb} ${change.kind}${of} ${change.key.path.join(".")}${attribute}`;
}

describe.each(allTestServers())("one-attribute changes on %s", (name) => {
  let server: TestServer;
  let database: string;
  beforeAll(async () => {
    server = await openTestServer(name);
    database = await server.createDatabase("attr");
  });
  afterAll(() => server.close());

  it.each(probesOf(name))("%s", async (_name, base, change, expected) => {
    await server.reset(database);
    await server.run(database, base);
    const before = await server.snapshot(database);
    await server.run(database, change);
    const after = await server.snapshot(database);
    expect(compareSnapshots(before, after).map(shown).sort()).toEqual([...expected].sort());
    expect(after.visibility.unmodelled).toEqual([]);
    // The change undone by making the base anew leaves nothing behind.
    await server.reset(database);
    await server.run(database, base);
    expect((await server.snapshot(database)).fingerprint).toBe(before.fingerprint);
  });
});
