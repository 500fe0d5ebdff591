/** How the probe asks, and when it gives no token. What it sees is tried in session.server.test.ts. */
import mysql2 from "mysql2";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { mysqlDialect } from "../../../src/dialects/mysql/dialect.ts";
import { connect, openTestServer, serverUrls, type TestServer, testFlavors } from "./support.ts";

const account = "dw_my_prober";

describe.each(testFlavors)("the probe on %s", (flavor) => {
  let server: TestServer;
  let database: string;
  beforeAll(async () => {
    server = await openTestServer(flavor);
    database = await server.createDatabase("probe");
    const admin = await connect(flavor);
    await admin.query(`DROP USER IF EXISTS ${account}; CREATE USER ${account} IDENTIFIED BY 'x'`);
    await admin.query(`GRANT PROCESS, REPLICATION CLIENT ON *.* TO ${account}`);
    await admin.query(`GRANT SELECT ON \`${database}\`.* TO ${account}`);
    await admin.end();
  });
  afterAll(async () => {
    const admin = await connect(flavor);
    await admin.query(`DROP USER IF EXISTS ${account}`);
    await admin.end();
    await server.close();
  });

  it("asks all in one round trip once it knows what the user may see", async () => {
    const session = await mysqlDialect.connect(server.urlOf(database), {});
    await session.probe();
    const query = vi.spyOn(
      (mysql2 as unknown as { Connection: { prototype: { query(...args: unknown[]): unknown } } }).Connection
        .prototype,
      "query",
    );
    try {
      // While another test changes a schema it looks twice at what runs.
      const ask = async () => {
        query.mockClear();
        await session.probe();
        return query.mock.calls.length;
      };
      await expect.poll(ask, { interval: 20 }).toBe(1);
    } finally {
      query.mockRestore();
      await session.close();
    }
  });

  it("gives a token to a user who may not read all that is asked at once", async () => {
    const url = new URL(serverUrls[flavor]);
    const session = await mysqlDialect.connect(`${url.protocol}//${account}:x@${url.host}/${database}`, {});
    try {
      await expect.poll(() => session.probe()).toMatch(/^mysql-ddl-1\//);
      const before = await session.probe();
      await server.run(database, "CREATE TABLE seen (id int)");
      expect(await session.probe()).not.toBe(before ?? "");
    } finally {
      await session.close();
    }
  });
});
