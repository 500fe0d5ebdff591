/** What doctor says of real MySQL and MariaDB servers: the same findings in the same words as of PostgreSQL. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mysqlDialect } from "../../../src/dialects/mysql/dialect.ts";
import type { Diagnosis } from "../../../src/monitor/ports.ts";
import { openTestServer, type TestServer, testFlavors } from "./support.ts";

describe.each(testFlavors)("the doctor of %s", (flavor) => {
  let server: TestServer;
  let database: string;
  beforeAll(async () => {
    server = await openTestServer(flavor);
    database = await server.createDatabase("diagnose");
  });
  afterAll(() => server.close());

  async function diagnose(): Promise<readonly Diagnosis[]> {
    const session = await mysqlDialect.connect(server.urlOf(database), {});
    try {
      return await session.diagnose();
    } finally {
      await session.close();
    }
  }

  it("tells each finding once, in one order", async () => {
    await server.reset(database);
    await server.run(database, "CREATE TABLE t (a int)");
    const found = await diagnose();
    expect(found.map(({ check }) => check)).toEqual([
      "version",
      "encryption",
      "scope",
      "visibility",
      "probe",
      "identity",
      "coverage",
    ]);
    expect(found.filter(({ ok }) => !ok)).toEqual([]);
    const messages = new Map(found.map(({ check, message }) => [check, message]));
    expect(messages.get("scope")).toBe(`3 objects in 1 schema of ${database}: ${database}.`);
    expect(messages.get("visibility")).toBe("Nothing in scope is hidden from root.");
    expect(messages.get("coverage")).toBe("Everything seen is modelled.");
    for (const { message } of found) expect(message).toMatch(/^[A-Z0-9].*\.$/);
  });

  it("tells what the server cannot open, which no grant would show", async () => {
    await server.reset(database);
    await server.run(
      database,
      "CREATE TABLE part (a int) ENGINE=MyISAM; CREATE TABLE broken (a int) ENGINE=MERGE UNION=(part); DROP TABLE part",
    );
    expect((await diagnose()).filter(({ ok }) => !ok)).toEqual([
      {
        check: "visibility",
        ok: false,
        message: expect.stringMatching(
          /^Hidden: the definition of the table broken, because the server answers ER_WRONG_MRG_TABLE.*\.$/,
        ),
      },
    ]);
  });
});
