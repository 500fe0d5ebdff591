/** A server newer than the newest known one is read as that, and says so. Its version number is all that is made up here. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Connection, openConnection } from "../../../src/dialects/postgres/connect.ts";
import { diagnose } from "../../../src/dialects/postgres/diagnose.ts";
import { probe } from "../../../src/dialects/postgres/probe.ts";
import { readServer } from "../../../src/dialects/postgres/queries/server.ts";
import { readSchema } from "../../../src/dialects/postgres/read-schema.ts";
import { newestKnownMajor } from "../../../src/dialects/postgres/version.ts";
import { describeServer } from "../../support/servers/urls.ts";
import { createFixture, fixture } from "./fixture.ts";
import { dropWithSubscriptions, type TestDatabase } from "./support.ts";

describeServer("postgres-18", "a PostgreSQL newer than is known", (server) => {
  let database: TestDatabase;
  let connection: Connection;

  beforeAll(async () => {
    database = await createFixture(server, fixture("since-18"));
    connection = await openConnection(database.url, {});
  });
  afterAll(async () => {
    await connection?.close();
    if (database) await dropWithSubscriptions(database);
  });

  it("is read as the newest known one; snapshot and doctor say that some of it goes unseen", async () => {
    const facts = await readServer(connection, {});
    const version = (newestKnownMajor + 1) * 10_000;
    const read = { connection, options: {}, ...facts, version };
    const [known, snapshot] = [await database.snapshot(), await readSchema(read)];
    expect(snapshot.fingerprint).toBe(known.fingerprint);
    expect(snapshot.visibility.unmodelled).toEqual([
      { what: `major version newer than ${newestKnownMajor}`, count: 1 },
      ...known.visibility.unmodelled,
    ]);
    const again = await readSchema(read, snapshot);
    expect(again.visibility).toEqual(snapshot.visibility);
    expect(await probe(read)).toMatch(/^c/);

    const found = await diagnose({
      ...read,
      instance: facts.server.instance,
      introspect: () => readSchema(read),
    });
    expect(found.find(({ check }) => check === "version")).toEqual({
      check: "version",
      ok: false,
      message: expect.stringContaining(`read as ${newestKnownMajor}`),
      remedy: "Upgrade Driftwatch.",
    });
    expect(found.find(({ check }) => check === "coverage")?.message).toContain("major version newer than 18");
  });
});
