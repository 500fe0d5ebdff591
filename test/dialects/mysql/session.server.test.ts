/** The session on real servers: what it refuses, limits, cancels and leaves behind; the probe; what a user cannot see. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compareSnapshots } from "../../../src/compare/compare.ts";
import { openConnection } from "../../../src/dialects/mysql/connect.ts";
import { mysqlDialect } from "../../../src/dialects/mysql/dialect.ts";
import { DriftwatchError } from "../../../src/model/errors.ts";
import {
  allTestServers,
  connect,
  flavorOf,
  openTestServer,
  runningStatements,
  serverUrls,
  type TestServer,
  takeSnapshot,
} from "./support.ts";

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return "no error";
  } catch (error) {
    return error instanceof DriftwatchError ? error.code : String(error);
  }
}

describe.each(allTestServers())("a session with %s", (name) => {
  const flavor = flavorOf(name);
  let server: TestServer;
  let database: string;
  const users: string[] = [];
  let host: string;
  beforeAll(async () => {
    server = await openTestServer(name);
    // As the server sees us: an anonymous account of that host would go before one of '%'.
    const admin = await connect(name);
    const [rows] = await admin.query("SELECT SUBSTRING_INDEX(USER(), '@', -1) AS host");
    host = (rows as { host: string }[])[0]?.host ?? "%";
    await admin.end();
    database = await server.createDatabase("session");
    await server.run(
      database,
      `CREATE TABLE t (id int PRIMARY KEY, a int, CONSTRAINT k CHECK (a > 1));
       CREATE TABLE c (id int PRIMARY KEY, CONSTRAINT fk FOREIGN KEY (id) REFERENCES t (id));
       CREATE VIEW v AS SELECT id FROM t;
       CREATE PROCEDURE p () SELECT 1;
       CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 2;
       CREATE EVENT e ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1;`,
    );
  });
  afterAll(async () => {
    for (const user of users) await server.run(database, `DROP USER IF EXISTS ${user}`);
    await server.close();
  });

  async function createUser(label: string, ...grants: readonly string[]): Promise<string> {
    const account = `'dw_my_${label}_${process.pid}'@'${host}'`;
    users.push(account);
    await server.run(
      database,
      `DROP USER IF EXISTS ${account}; CREATE USER ${account} IDENTIFIED BY 'se/cret@1'`,
    );
    for (const grant of grants)
      await server.run(database, `GRANT ${grant.replaceAll("DB", `\`${database}\``)} TO ${account}`);
    return server.urlOf(database, `dw_my_${label}_${process.pid}:${encodeURIComponent("se/cret@1")}`);
  }

  it("says which server it is", async () => {
    const session = await mysqlDialect.connect(server.urlOf(database), {});
    expect(session.server).toMatchObject({ flavor, database, major: expect.stringMatching(/^\d+\.\d+$/) });
    expect(session.server.instance).toMatch(new RegExp(`./${database}$`));
    expect(session.server.settings).toHaveProperty("sql_mode");
    expect(session.server.settings.sql_mode).not.toContain("IGNORE_SPACE");
    await session.close();
  });

  it("cannot write", async () => {
    const session = await openConnection(server.urlOf(database), {});
    await expect(session.rows("INSERT INTO t VALUES (1, 5)")).rejects.toThrow(/READ ONLY|read-only/i);
    await session.close();
  });

  it.each([
    [
      "a wrong password",
      (url: string) => url.replace(/\/\/[^@]*@/, "//root:wrong@"),
      "connection.authentication",
    ],
    [
      "a missing database",
      (url: string) => url.replace(/\/[^/]*$/, "/dw_my_no_such"),
      "connection.database-missing",
    ],
    ["a closed port", (url: string) => url.replace(/:\d+\//, ":9/"), "connection.refused"],
    [
      "an unknown host",
      (url: string) => url.replace(/@[^/]*\//, "@no-such-host.invalid/"),
      "connection.unresolved",
    ],
    ["a missing socket", (url: string) => `${url}?socket=/no/such.sock`, "connection.refused"],
    ["a URL of another kind", () => "http://x/", "source.invalid"],
    ["an unknown TLS mode", (url: string) => `${url}?ssl-mode=maybe`, "source.invalid"],
  ])("tells %s", async (_, change, code) => {
    expect(await codeOf(mysqlDialect.connect(change(server.urlOf(database)), {}))).toBe(code);
  });

  it("speaks TLS as the URL asks, and says when the server does not", async () => {
    const session = await openConnection(server.urlOf(database), {});
    const offersTls = session.isEncrypted;
    await session.close();
    const url = server.urlOf(database);
    const plain = await openConnection(`${url}?ssl-mode=disabled`, {});
    expect(plain.isEncrypted).toBe(false);
    await plain.close();
    expect(await codeOf(takeSnapshot(`${url}?ssl-mode=required`))).toBe(
      offersTls ? "no error" : "connection.tls",
    );
    // No authority that this machine trusts has signed a test server's certificate.
    expect(await codeOf(takeSnapshot(`${url}?ssl-mode=verify_identity`))).toBe("connection.tls");
    expect(await codeOf(takeSnapshot(`${url}?ssl-mode=verify_ca`))).toBe("connection.tls");
  });

  it("never shows the password", async () => {
    const url = await createUser("hush", "SELECT ON DB.*");
    const error = await mysqlDialect.connect(url.replace("%401", "%402"), {}).then(
      () => undefined,
      (thrown: unknown) => thrown as Error,
    );
    expect(error).toBeInstanceOf(DriftwatchError);
    expect(JSON.stringify([error?.message, (error as DriftwatchError).remedy])).not.toContain("se/cret");
  });

  it("connects with special characters in the password", async () => {
    const url = await createUser("special", "SELECT ON DB.*");
    const snapshot = await takeSnapshot(url);
    expect(snapshot.visibility.user).toMatch(/^dw_my_special/);
    expect(snapshot.objects.some((object) => object.kind === "table")).toBe(true);
  });

  it("ends the statement on the server when it is aborted", async () => {
    const controller = new AbortController();
    const session = await openConnection(server.urlOf(database), { signal: controller.signal });
    const running = codeOf(session.rows("SELECT SLEEP(30) AS dw_my_sleeping"));
    const admin = await connect(name);
    const isRunning = async (): Promise<boolean> =>
      (await runningStatements(admin)).some(({ Info }) => Info?.includes("dw_my_sleeping"));
    await until(isRunning);
    controller.abort();
    expect(await running).toBe("check.cancelled");
    await until(async () => !(await isRunning()));
    await session.close();
    await admin.end();
  });

  it("limits the time of a statement", async () => {
    const session = await openConnection(server.urlOf(database), { statementTimeoutMs: 200 });
    const heavy =
      "SELECT COUNT(*) FROM information_schema.COLUMNS a, information_schema.COLUMNS b, information_schema.COLUMNS c";
    expect(await codeOf(session.rows(heavy))).toBe("read.timeout");
    await session.close();
  });

  it("does not wait for the lock of a running ALTER", async () => {
    const blocker = await connect(name);
    await blocker.query(`LOCK TABLES \`${database}\`.t WRITE`);
    try {
      const session = await mysqlDialect.connect(server.urlOf(database), { lockTimeoutMs: 1_000 });
      const outcome = await codeOf(session.introspect());
      // A WRITE lock lets SHOW CREATE through on some versions; waiting forever it must never.
      expect(["no error", "read.lock-timeout"]).toContain(outcome);
      await session.close();
    } finally {
      await blocker.end();
    }
  });

  it("proves by the probe that nothing changed, and sees each DDL", async () => {
    const session = await mysqlDialect.connect(server.urlOf(database), {});
    // Other test files may run DDL on the same server, so equality is asked for within a few tries.
    await until(async () => {
      const first = await session.probe();
      return first !== undefined && first === (await session.probe());
    });
    for (const ddl of [
      "ALTER TABLE t ADD z int",
      "ALTER TABLE t DROP z",
      "CREATE OR REPLACE VIEW v AS SELECT id FROM t",
      "CREATE INDEX i ON t (a)",
      "DROP INDEX i ON t",
      "RENAME TABLE c TO c2",
      "RENAME TABLE c2 TO c",
      "DROP TRIGGER g",
      "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 2",
      "ALTER EVENT e COMMENT 'x'",
      "ALTER PROCEDURE p COMMENT 'x'",
      "ALTER DATABASE COLLATE utf8mb4_bin",
      "PREPARE s FROM 'CREATE TABLE prepared (id int)'; EXECUTE s",
      "DROP TABLE prepared",
      "CREATE PROCEDURE does () BEGIN CREATE TABLE made (id int); END",
      "CALL does()",
      "DROP TABLE made; DROP PROCEDURE does",
      "CREATE FUNCTION f (x int) RETURNS int DETERMINISTIC NO SQL RETURN x",
      "ALTER FUNCTION f COMMENT 'x'",
      "DROP FUNCTION f",
      "CREATE TABLE parts (id int) PARTITION BY HASH (id) PARTITIONS 2",
      "ALTER TABLE parts ADD PARTITION PARTITIONS 1",
      "DROP TABLE parts",
      "ALTER VIEW v AS SELECT a FROM t",
      "CREATE EVENT e2 ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1",
      "DROP EVENT e2",
      "CREATE DATABASE dw_my_probe; DROP DATABASE dw_my_probe",
      "CREATE USER dw_my_probe IDENTIFIED BY 'x'",
      "GRANT SELECT ON *.* TO dw_my_probe",
      "REVOKE SELECT ON *.* FROM dw_my_probe",
      "RENAME USER dw_my_probe TO dw_my_probe2",
      "ALTER USER dw_my_probe2 ACCOUNT LOCK",
      "DROP USER dw_my_probe2",
      "CREATE ROLE dw_my_role",
      "GRANT dw_my_role TO CURRENT_USER()",
      "DROP ROLE dw_my_role",
      ...(flavor === "mariadb"
        ? ["CREATE SEQUENCE s", "ALTER SEQUENCE s INCREMENT BY 2", "DROP SEQUENCE s"]
        : ["ALTER TABLE t ALTER CHECK k NOT ENFORCED"]),
    ]) {
      let before: string | undefined;
      await until(async () => {
        before = await session.probe();
        return before !== undefined;
      });
      await server.run(database, ddl);
      expect(await session.probe(), ddl).not.toBe(before);
    }
    await session.close();
  });

  it("does not move by data, and refuses while the user cannot see whether DDL runs", async () => {
    const session = await mysqlDialect.connect(server.urlOf(database), {});
    const dml =
      "INSERT INTO t VALUES (90, 5); UPDATE t SET a = 6 WHERE id = 90; DELETE FROM t WHERE id = 90; ANALYZE TABLE t; SELECT * FROM v";
    // Other test files may run DDL on the same server, so stillness is asked for within a few tries.
    await until(async () => {
      const before = await session.probe();
      await server.run(database, dml);
      return before !== undefined && before === (await session.probe());
    });
    await session.close();
    const less = await mysqlDialect.connect(await createUser("noprocess", "SELECT ON DB.*"), {});
    expect(await less.probe()).toBeUndefined();
    const told = (await less.diagnose()).find((each) => each.check === "probe");
    expect(told?.remedy).toMatch(/^GRANT (?:PROCESS|REPLICATION CLIENT) ON/);
    await less.close();
  });

  it("reports what a user without privileges cannot see, with the GRANT that opens it", async () => {
    const url = await createUser("less", "SELECT ON DB.*");
    const snapshot = await takeSnapshot(url);
    const areas = snapshot.visibility.hidden.map((area) => area.area);
    expect(areas).toEqual([
      `events of ${database}`,
      `routine bodies of ${database}`,
      `triggers of ${database}`,
      `views of ${database}`,
    ]);
    for (const area of snapshot.visibility.hidden) expect(area.remedy).toBeTruthy();
    // P35: MariaDB's information_schema hides constraints from this user; SHOW CREATE does not.
    const full = await server.snapshot(database);
    const tables = (kind: string, from = snapshot): number =>
      from.objects.filter((object) => object.kind === kind).length;
    expect(tables("foreign-key")).toBe(tables("foreign-key", full));
    expect(tables("check")).toBe(tables("check", full));
  });

  it("sees everything with the grants that the remedies name", async () => {
    const url = await createUser("more", "SELECT ON DB.*");
    const first = await takeSnapshot(url);
    for (const area of first.visibility.hidden)
      if (area.remedy?.startsWith("GRANT")) await server.run(database, area.remedy);
    const second = await takeSnapshot(url);
    expect(second.visibility.hidden).toEqual([]);
    expect(compareSnapshots(await server.snapshot(database), second)).toEqual([]);
  });

  it("hides whole schemas from a user who may not see them", async () => {
    const url = await createUser("none");
    expect(["connection.database-missing", "read.forbidden"]).toContain(await codeOf(takeSnapshot(url)));
  });

  it("covers every schema under its name when the URL names none", async () => {
    const whole = await takeSnapshot(serverUrls[name], { scope: { schemas: [database] } });
    expect(
      whole.objects.some(
        (object) => object.kind === "table" && object.key.path.join(".") === `${database}.t`,
      ),
    ).toBe(true);
    const keys = whole.objects.filter((object) => object.kind === "foreign-key");
    expect(
      keys.map((object) => (object.kind === "foreign-key" ? object.attributes.referencedTable : "")),
    ).toEqual(["t"]);
    expect(whole.visibility.schemas).toEqual([database]);
  });

  it("reads accounts only when asked, and never a secret", async () => {
    await createUser("account", "SELECT, INSERT ON DB.t", "EXECUTE ON PROCEDURE DB.p");
    const without = await server.snapshot(database);
    expect(without.objects.some((object) => object.kind === "role" || object.kind === "privilege")).toBe(
      false,
    );
    const snapshot = await server.snapshot(database, { scope: { roles: true } });
    const account = `'dw_my_account_${process.pid}'@'${host}'`;
    const held = snapshot.objects.filter(
      (object) => object.kind === "privilege" && object.key.role === account,
    );
    expect(held.map((object) => [object.key.of, object.key.path, object.attributes])).toEqual([
      ["procedure", ["p"], expect.objectContaining({ privileges: ["EXECUTE"] })],
      ["table", ["t"], expect.objectContaining({ privileges: ["INSERT", "SELECT"], grantable: [] })],
    ]);
    expect(JSON.stringify(snapshot)).not.toMatch(/\$A\$00|\*[0-9A-F]{40}/);
  });

  it("tells doctor's list", async () => {
    const session = await mysqlDialect.connect(await createUser("doctor", "SELECT ON DB.*"), {});
    const list = await session.diagnose();
    expect(list.find((each) => each.check === "version")?.ok).toBe(true);
    const missing = list.filter((each) => !each.ok).map((each) => each.remedy);
    expect(missing).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^GRANT SHOW VIEW ON/),
        expect.stringMatching(/^GRANT TRIGGER ON/),
      ]),
    );
    await session.close();
  });
});

async function until(condition: () => Promise<boolean>, deadlineMs = 60_000): Promise<void> {
  const end = Date.now() + deadlineMs;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error("the condition did not come true in time");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
