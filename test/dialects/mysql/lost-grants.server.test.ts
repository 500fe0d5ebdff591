/** A monitoring user that loses a grant: what a check then judges unknown, with the GRANT that gives it back. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compareSnapshots } from "../../../src/compare/compare.ts";
import { openConnection } from "../../../src/dialects/mysql/connect.ts";
import { mysqlDialect } from "../../../src/dialects/mysql/dialect.ts";
import { readFull, readStart } from "../../../src/dialects/mysql/introspect.ts";
import { readServer } from "../../../src/dialects/mysql/queries/server.ts";
import { DriftwatchError } from "../../../src/model/errors.ts";
import type { Snapshot } from "../../../src/model/snapshot.ts";
import { lostVisibility } from "../../../src/monitor/judge-snapshot.ts";
import { withNewlyVisible } from "../../../src/monitor/newly-visible.ts";
import { openOwnServers } from "../../support/servers/own-mysql.ts";
import { execute, ownable, pause, settleMs } from "./own-servers.ts";
import {
  allTestServers,
  connect,
  openTestServer,
  serverUrls,
  type TestServer,
  type TestServerName,
  takeSnapshot,
} from "./support.ts";

const routinesOf: Readonly<Record<TestServerName, string>> = {
  mysql: "SHOW_ROUTINE ON *.*",
  mariadb: "SELECT ON mysql.proc",
  "mariadb-11": "SHOW CREATE ROUTINE ON DB.*",
};

describe.each(allTestServers())("a monitoring user of %s", (flavor) => {
  let server: TestServer;
  let database: string;
  let account: string;
  let url: string;
  let routines: string;
  beforeAll(async () => {
    server = await openTestServer(flavor);
    database = await server.createDatabase("lost");
    routines = routinesOf[flavor].replace("DB", `\`${database}\``);
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
    // And where it had not been granted at first: what it has come to see is no drift.
    expect(compareSnapshots(after, again)).not.toEqual([]);
    expect(compareSnapshots(withNewlyVisible(after, again), again)).toEqual([]);
  });

  it("that loses the whole database is refused, with the statement that lets it in again", async () => {
    const alsoThere = flavor === "mariadb-11" ? ", SHOW CREATE ROUTINE" : "";
    const refused = await without(`SELECT, SHOW VIEW, TRIGGER, EVENT${alsoThere} ON \`${database}\`.*`);
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

interface Case {
  readonly what: string;
  /** What the user is granted on DB and OTHER at first, and statements that take from it. U is the user, R a role. */
  readonly grants: readonly string[];
  readonly after: readonly string[];
  /** All that is named in the error; none where what was seen is still seen. */
  readonly lost: readonly string[];
  /** Both databases are watched, not DB alone. */
  readonly both?: boolean;
  readonly only?: TestServerName;
}

const enough = "SELECT, SHOW VIEW, TRIGGER, EVENT";
const cases: readonly Case[] = [
  {
    what: "SELECT on one of two tables",
    grants: ["SELECT ON DB.t", "SELECT ON DB.u"],
    after: ["REVOKE SELECT ON DB.u FROM U"],
    lost: ["DB.u (every grant on it was revoked)"],
  },
  {
    what: "one of two privileges that list a table",
    grants: ["SELECT, INSERT ON DB.t"],
    after: ["REVOKE INSERT ON DB.t FROM U"],
    lost: [],
  },
  {
    what: "SELECT on a column",
    grants: ["SELECT (id, note) ON DB.t"],
    after: ["REVOKE SELECT (note) ON DB.t FROM U"],
    lost: ["DB.t.note"],
  },
  {
    what: "columns for their whole table",
    grants: ["SELECT (id, note) ON DB.t"],
    after: ["GRANT SELECT ON DB.t TO U", "REVOKE SELECT (id, note) ON DB.t FROM U"],
    lost: [],
  },
  {
    what: "TRIGGER on a table",
    grants: ["SELECT, TRIGGER ON DB.t"],
    after: ["REVOKE TRIGGER ON DB.t FROM U"],
    lost: ["DB.t (TRIGGER was revoked)"],
  },
  {
    what: "SHOW VIEW on a view",
    grants: ["SELECT, SHOW VIEW ON DB.v"],
    after: ["REVOKE SHOW VIEW ON DB.v FROM U"],
    lost: ["DB.v (SHOW VIEW was revoked)"],
  },
  {
    what: "tables for their whole database",
    grants: ["SELECT ON DB.t", "SELECT ON DB.u"],
    after: [`GRANT ${enough} ON DB.* TO U`, "REVOKE SELECT ON DB.t FROM U", "REVOKE SELECT ON DB.u FROM U"],
    lost: [],
  },
  {
    what: "a whole database for one of its tables",
    grants: [`${enough} ON DB.*`],
    after: ["GRANT SELECT ON DB.t TO U", `REVOKE ${enough} ON DB.* FROM U`],
    lost: ["tables of DB", "triggers of DB", "views of DB", "events of DB"],
  },
  {
    what: "one database of two",
    grants: [`${enough} ON DB.*`, `${enough} ON OTHER.*`],
    after: [`REVOKE ${enough} ON OTHER.* FROM U`],
    lost: ["OTHER (every grant on it was revoked)"],
    both: true,
  },
  {
    what: "all but one of a database's privileges",
    grants: [`${enough} ON DB.*`, "ALL ON OTHER.*"],
    after: ["REVOKE ALL ON OTHER.* FROM U", "GRANT EXECUTE ON OTHER.* TO U"],
    lost: ["tables of OTHER", "views of OTHER", "triggers of OTHER", "events of OTHER"],
    both: true,
  },
  {
    what: "everything for each database by itself",
    grants: [`${enough} ON *.*`],
    after: [
      `GRANT ${enough} ON DB.* TO U`,
      `GRANT ${enough} ON OTHER.* TO U`,
      `REVOKE ${enough} ON *.* FROM U`,
    ],
    lost: ["routine bodies of DB", "routine bodies of OTHER", "loadable functions"],
    both: true,
  },
  {
    what: "everything for one database",
    grants: [`${enough} ON *.*`],
    after: [`GRANT ${enough} ON DB.* TO U`, `REVOKE ${enough} ON *.* FROM U`],
    lost: ["OTHER (every grant on it was revoked)"],
    both: true,
  },
  {
    what: "a pattern of names for one of the names",
    grants: [`${enough} ON PATTERN.*`],
    after: [`GRANT ${enough} ON DB.* TO U`, `REVOKE ${enough} ON PATTERN.* FROM U`],
    lost: ["OTHER (every grant on it was revoked)"],
    both: true,
  },
  {
    what: "a role that is no longer a default one",
    grants: [`${enough} ON DB.*`, "R"],
    after: ["SET DEFAULT ROLE NONE TO U"],
    lost: ["OTHER (every grant on it was revoked)"],
    both: true,
  },
  {
    what: "a role",
    grants: [`${enough} ON DB.*`, "R"],
    after: ["REVOKE R FROM U"],
    lost: ["OTHER (every grant on it was revoked)"],
    both: true,
  },
  {
    what: "what its role was granted",
    grants: [`${enough} ON DB.*`, "R"],
    after: [`REVOKE ${enough} ON OTHER.* FROM R`],
    lost: ["OTHER (every grant on it was revoked)"],
    both: true,
  },
  {
    what: "the bodies of routines",
    grants: [`${enough} ON DB.*`, "SHOW CREATE ROUTINE ON DB.*"],
    after: ["REVOKE SHOW CREATE ROUTINE ON DB.* FROM U"],
    lost: ["routine bodies of DB"],
    only: "mariadb-11",
  },
  {
    what: "rights to run and change routines",
    grants: [`${enough}, EXECUTE, ALTER ROUTINE ON DB.*`, "EXECUTE ON PROCEDURE DB.p"],
    after: ["REVOKE EXECUTE, ALTER ROUTINE ON DB.* FROM U", "REVOKE EXECUTE ON PROCEDURE DB.p FROM U"],
    lost: [],
  },
  {
    what: "the sight of others' sessions",
    grants: [`${enough} ON DB.*`, "PROCESS ON *.*"],
    after: ["REVOKE PROCESS ON *.* FROM U"],
    lost: [],
  },
  {
    what: "the list of loadable functions",
    grants: [`${enough} ON DB.*`, `${enough} ON OTHER.*`, "SELECT ON FUNCTIONS"],
    after: ["REVOKE SELECT ON FUNCTIONS FROM U"],
    lost: ["loadable functions"],
    both: true,
  },
];

describe.each(allTestServers())("of what a user of %s was granted", (name) => {
  const mine = cases.filter(({ only }) => only === undefined || only === name);
  let server: TestServer;
  let database: string;
  let other: string;
  let host: string;
  const user = `dw_my_less_${process.pid}`;
  const role = `dw_my_lessrole_${process.pid}`;
  beforeAll(async () => {
    server = await openTestServer(name);
    database = await server.createDatabase("less");
    other = await server.createDatabase("less");
    const [row] = await execute(serverUrls[name], "SELECT SUBSTRING_INDEX(USER(), '@', -1) AS host");
    host = String(row?.host);
    await server.run(
      database,
      `CREATE TABLE t (id int PRIMARY KEY, note int); CREATE TABLE u (id int PRIMARY KEY); CREATE VIEW v AS SELECT id FROM t;
       CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET @x = 1; CREATE EVENT e ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1;
       CREATE PROCEDURE p () SELECT 1; CREATE TABLE \`${other}\`.o (id int PRIMARY KEY); CREATE VIEW \`${other}\`.w AS SELECT 1 AS a;
       CREATE PROCEDURE \`${other}\`.q () SELECT 1`,
    );
  });
  afterAll(async () => {
    await server.run(database, `DROP USER IF EXISTS '${user}'@'${host}'; DROP ROLE IF EXISTS '${role}'`);
    await server.close();
  });

  function named(sql: string): string {
    const words: Readonly<Record<string, string>> = {
      DB: `\`${database}\``,
      OTHER: `\`${other}\``,
      PATTERN: `\`${database.replace(/\d+$/, "").replaceAll("_", "\\_")}%\``,
      FUNCTIONS: name === "mysql" ? "performance_schema.user_defined_functions" : "mysql.func",
      U: `'${user}'@'${host}'`,
      R: `'${role}'`,
    };
    // MariaDB says FOR where MySQL says TO.
    const ours = name === "mysql" ? sql : sql.replace(/^(SET DEFAULT ROLE .*) TO/, "$1 FOR");
    return ours.replace(/\b(?:DB|OTHER|PATTERN|FUNCTIONS|U|R)\b/g, (word) => words[word] ?? word);
  }

  it.each(mine)("$what is lost, and nothing is taken for dropped", async ({ grants, after, lost, both }) => {
    const before = [
      "DROP USER IF EXISTS U; DROP ROLE IF EXISTS R; CREATE USER U IDENTIFIED BY 'sesame'; CREATE ROLE R",
      `GRANT ${enough} ON OTHER.* TO R`,
      ...grants.map((grant) => `GRANT ${grant} TO U`),
      ...(grants.includes("R") ? ["SET DEFAULT ROLE R TO U"] : []),
    ];
    for (const sql of before) await server.run(database, named(sql));
    const url = new URL(server.urlOf(database, `${user}:sesame`));
    if (both) url.pathname = "/";
    const read = (): Promise<Snapshot> =>
      takeSnapshot(url.href, both ? { scope: { schemas: [database, other] } } : {});
    const baseline = await read();
    expect(lostVisibility(baseline.visibility, (await read()).visibility)).toBeUndefined();
    for (const sql of after) await server.run(database, named(sql));
    const live = await read();
    const judged = lostVisibility(baseline.visibility, live.visibility);
    if (lost.length === 0) {
      expect(judged).toBeUndefined();
      expect(compareSnapshots(baseline, live).filter(({ verb }) => verb === "removed")).toEqual([]);
      return;
    }
    expect(judged?.code).toBe("check.visibility-lost");
    expect(judged?.remedy).toMatch(/ON|on/);
    for (const part of lost) expect(judged?.message).toContain(named(part).replaceAll("`", ""));
  });

  it("what goes while it is read spoils the reading", async () => {
    const grants = ["GRANT SELECT ON DB.t TO U", "GRANT SELECT ON DB.u TO U"];
    for (const sql of ["DROP USER IF EXISTS U; CREATE USER U IDENTIFIED BY 'sesame'", ...grants])
      await server.run(database, named(sql));
    const connection = await openConnection(server.urlOf(database, `${user}:sesame`), {});
    try {
      const input = { connection, server: await readServer(connection), options: {} };
      // Longer than the catalog's times need to be trusted, or the second look would spoil it by itself.
      await pause(settleMs);
      expect(await readFull(input, await readStart(input))).toBeDefined();
      const start = await readStart(input);
      await server.run(database, named("REVOKE SELECT ON DB.u FROM U"));
      expect(await readFull(input, start)).toBeUndefined();
    } finally {
      await connection.close();
    }
  });

  it("a dropped table, column, view and database are still told as dropped", async () => {
    const rights = ["SELECT ON DB.t", "SELECT ON DB.gone", `${enough} ON OTHER.*`];
    await server.run(
      database,
      "CREATE TABLE gone (id int PRIMARY KEY); CREATE DATABASE IF NOT EXISTS dw_my_gone",
    );
    for (const sql of [
      "DROP USER IF EXISTS U; CREATE USER U IDENTIFIED BY 'sesame'",
      ...rights.map((grant) => `GRANT ${grant} TO U`),
      `GRANT ${enough} ON dw_my_gone.* TO U`,
    ])
      await server.run(database, named(sql));
    const url = new URL(server.urlOf(database, `${user}:sesame`));
    url.pathname = "/";
    const scope = { schemas: [database, other, "dw_my_gone"] };
    const baseline = await takeSnapshot(url.href, { scope });
    await server.run(database, "DROP TABLE gone; ALTER TABLE t DROP note; DROP DATABASE dw_my_gone");
    const live = await takeSnapshot(url.href, { scope });
    expect(lostVisibility(baseline.visibility, live.visibility)).toBeUndefined();
    const removed = compareSnapshots(baseline, live).filter(({ verb }) => verb === "removed");
    expect(removed.map(({ key }) => key.path.join(".").replace(database, "DB"))).toEqual(
      expect.arrayContaining(["DB.gone", "DB.t.note", "dw_my_gone"]),
    );
    await server.run(database, "ALTER TABLE t ADD note int");
  });
});

describe.each(ownable("mysql"))("where %s has partial revokes", (name) => {
  it("a schema that is closed again is lost, and not dropped", async () => {
    const servers = await openOwnServers();
    try {
      const server = await servers.start(name, "--partial-revokes=ON");
      await execute(
        server.url,
        "CREATE DATABASE shop; CREATE TABLE shop.t (id int PRIMARY KEY); CREATE DATABASE hr; CREATE TABLE hr.t (id int PRIMARY KEY)",
        `CREATE USER u@'%' IDENTIFIED BY 'p'; GRANT ${enough}, SHOW_ROUTINE ON *.* TO u@'%'`,
      );
      const url = server.url.replace(/\/\/[^@]*@/, "//u:p@");
      const baseline = await takeSnapshot(url);
      await execute(server.url, "REVOKE TRIGGER ON hr.* FROM u@'%'");
      const partly = await takeSnapshot(url);
      expect(lostVisibility(baseline.visibility, partly.visibility)?.message).toContain("triggers of hr");
      await execute(server.url, `REVOKE ${enough} ON hr.* FROM u@'%'`);
      const closed = await takeSnapshot(url);
      expect(closed.visibility.schemas).toEqual(["shop"]);
      expect(lostVisibility(baseline.visibility, closed.visibility)?.message).toContain(
        "hr (every grant on it was revoked)",
      );
    } finally {
      await servers.close();
    }
  });
});
