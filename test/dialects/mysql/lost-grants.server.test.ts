/** A monitoring user that loses a grant: what a check then judges unknown, with the GRANT that gives it back. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compareSnapshots } from "../../../src/compare/compare.ts";
import { mysqlDialect } from "../../../src/dialects/mysql/dialect.ts";
import { DriftwatchError } from "../../../src/model/errors.ts";
import type { Snapshot } from "../../../src/model/snapshot.ts";
import { lostVisibility } from "../../../src/monitor/judge-snapshot.ts";
import { connect, openTestServer, type TestServer, takeSnapshot, testFlavors } from "./support.ts";

describe.each(testFlavors)("a monitoring user of %s", (flavor) => {
  let server: TestServer;
  let database: string;
  let account: string;
  let url: string;
  const routines = flavor === "mysql" ? "SHOW_ROUTINE ON *.*" : "SELECT ON mysql.proc";
  beforeAll(async () => {
    server = await openTestServer(flavor);
    database = await server.createDatabase("lost");
    const admin = await connect(flavor);
    // As the server sees us: an anonymous account of that host would go before one of '%'.
    const [rows] = await admin.query("SELECT SUBSTRING_INDEX(USER(), '@', -1) AS host");
    await admin.end();
    const user = `dw_my_lost_${process.pid}`;
    account = `'${user}'@'${(rows as { host: string }[])[0]?.host}'`;
    url = server.urlOf(database, `${user}:sesame`);
    await server.run(
      database,
      `CREATE TABLE t (id int PRIMARY KEY); CREATE VIEW v AS SELECT id FROM t; CREATE PROCEDURE p () SELECT 1;
       CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET @x = 1; CREATE EVENT e ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1;
       CREATE USER ${account} IDENTIFIED BY 'sesame'; GRANT SELECT, SHOW VIEW, TRIGGER, EVENT ON \`${database}\`.* TO ${account};
       GRANT ${routines} TO ${account}`,
    );
  });
  afterAll(async () => {
    await server.run(database, `DROP USER ${account}`);
    await server.close();
  });

  async function without(lost: string): Promise<Snapshot | DriftwatchError> {
    await server.run(database, `REVOKE ${lost} FROM ${account}`);
    try {
      return await takeSnapshot(url);
    } catch (error) {
      if (error instanceof DriftwatchError) return error;
      throw error;
    } finally {
      await server.run(database, `GRANT ${lost} TO ${account}`);
    }
  }

  it.each([
    ["TRIGGER", "TRIGGER"],
    ["EVENT", "EVENT"],
    ["SHOW VIEW", "SHOW VIEW"],
    ["SELECT, SHOW VIEW, EVENT", "SELECT"],
    ["routines", "routines"],
  ])("that loses %s sees less, is told so, and sees all when it is granted again", async (lost, needed) => {
    const on = (privileges: string): string =>
      privileges === "routines" ? routines : `${privileges} ON \`${database}\`.*`;
    const before = await takeSnapshot(url);
    expect(before.visibility.hidden).toEqual([]);
    const after = await without(on(lost));
    if (after instanceof DriftwatchError) throw after;
    const judged = lostVisibility(before.visibility, after.visibility);
    expect(judged?.code).toBe("check.visibility-lost");
    expect(judged?.remedy).toContain(`GRANT ${on(needed)} TO ${account};`);
    const again = await takeSnapshot(url);
    expect(lostVisibility(before.visibility, again.visibility)).toBeUndefined();
    expect(compareSnapshots(before, again)).toEqual([]);
  });

  it("that loses the whole database is refused, with the statement that lets it in again", async () => {
    const refused = await without(`SELECT, SHOW VIEW, TRIGGER, EVENT ON \`${database}\`.*`);
    expect(refused).toBeInstanceOf(DriftwatchError);
    expect(refused).toMatchObject({
      code: "read.forbidden",
      remedy: `GRANT SELECT, SHOW VIEW, TRIGGER, EVENT ON \`${database}\`.* TO ${account};`,
    });
    const session = await mysqlDialect.connect(url, {});
    expect((await session.introspect()).visibility.hidden).toEqual([]);
    await session.close();
  });
});
