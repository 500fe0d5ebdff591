/** One change of an account by one statement: the comparison names exactly that, on every server. */
import type { Connection } from "mysql2/promise";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compareSnapshots } from "../../../src/compare/compare.ts";
import type { Change } from "../../../src/model/change.ts";
import { connect, openTestServer, type TestServer, testFlavors } from "./support.ts";

const user = `dw_u_${process.pid}`;
const role = `dw_r_${process.pid}`;

type Case = readonly [what: string, first: string, then: string, expected: readonly string[]];

const altered = [`altered role 'U'@'%'.options`];
const shared: readonly Case[] = [
  ["a password", "", "ALTER USER U IDENTIFIED BY 'bbbbB2!'", []],
  ["TLS asked for", "", "ALTER USER U REQUIRE SSL", altered],
  ["a limit", "", "ALTER USER U WITH MAX_USER_CONNECTIONS 5", altered],
  ["a lock", "", "ALTER USER U ACCOUNT LOCK", [`altered role 'U'@'%'.login`, ...altered]],
  ["a password that never expires", "", "ALTER USER U PASSWORD EXPIRE NEVER", altered],
  [
    "a password that expires as it does by default",
    "ALTER USER U PASSWORD EXPIRE NEVER",
    "ALTER USER U PASSWORD EXPIRE DEFAULT",
    altered,
  ],
  ["the default said aloud", "", "ALTER USER U PASSWORD EXPIRE DEFAULT", []],
  [
    "a password's days",
    "ALTER USER U PASSWORD EXPIRE INTERVAL 7 DAY",
    "ALTER USER U PASSWORD EXPIRE INTERVAL 8 DAY",
    altered,
  ],
  [
    "the right to be another",
    "",
    "GRANT PROXY ON U TO root@localhost",
    [`added privilege on role 'U'@'%' by 'root'@'localhost'`],
  ],
  [
    "the right to pass that on",
    "GRANT PROXY ON U TO root@localhost",
    "REVOKE PROXY ON U FROM root@localhost; GRANT PROXY ON U TO root@localhost WITH GRANT OPTION",
    [`altered privilege on role 'U'@'%' by 'root'@'localhost'.grantable`],
  ],
  ["a role", "", "GRANT R TO U", ["added role-membership 'U'@'%'.R"]],
  [
    "the right to give a role",
    "GRANT R TO U",
    "GRANT R TO U WITH ADMIN OPTION",
    ["altered role-membership 'U'@'%'.R.admin"],
  ],
];

const mysqlOnly: readonly Case[] = [
  [
    "a default role",
    "GRANT R TO U",
    "SET DEFAULT ROLE R TO U",
    ["altered role-membership 'U'@'%'.R.default"],
  ],
  ["a comment", "ALTER USER U COMMENT 'a'", "ALTER USER U COMMENT 'b'", altered],
  [
    "failed logins",
    "ALTER USER U FAILED_LOGIN_ATTEMPTS 3 PASSWORD_LOCK_TIME 2",
    "ALTER USER U FAILED_LOGIN_ATTEMPTS 3 PASSWORD_LOCK_TIME 3",
    altered,
  ],
  ["a history", "", "ALTER USER U PASSWORD HISTORY 0", altered],
  ["reuse after days", "", "ALTER USER U PASSWORD REUSE INTERVAL 0 DAY", altered],
  ["the current password as an option", "", "ALTER USER U PASSWORD REQUIRE CURRENT OPTIONAL", altered],
];

const mariaDbOnly: readonly Case[] = [
  [
    "a default role",
    "GRANT R TO U",
    "SET DEFAULT ROLE R FOR U",
    ["altered role-membership 'U'@'%'.R.default"],
  ],
  ["a limit of time", "", "ALTER USER U WITH MAX_STATEMENT_TIME 5", altered],
  ["another way to log in", "", "ALTER USER U IDENTIFIED VIA unix_socket", altered],
];

describe.each(testFlavors)("accounts on %s", (flavor) => {
  let server: TestServer;
  let admin: Connection;
  let database: string;
  const roleName = flavor === "mysql" ? `'${role}'@'%'` : `'${role}'`;

  function shown(change: Change): string {
    const subject = change.key.of === undefined ? "" : ` on ${change.key.of}`;
    const holder = change.key.role === undefined ? "" : ` by ${change.key.role}`;
    const attribute = change.verb === "altered" ? `.${change.attribute}` : "";
    return `${change.verb} ${change.kind}${subject} ${change.key.path.join(".")}${holder}${attribute}`
      .replaceAll(user, "U")
      .replaceAll(roleName, "R");
  }

  /** Other test files make and drop accounts of their own on the same server. */
  function isOurs(change: string): boolean {
    return /\bU\b|\bR\b/.test(change);
  }

  async function clean(): Promise<void> {
    await admin.query(`REVOKE PROXY ON '${user}'@'%' FROM root@localhost`).catch(() => undefined);
    await admin.query(`DROP USER IF EXISTS '${user}'@'%'; DROP ROLE IF EXISTS '${role}'`);
  }
  beforeAll(async () => {
    server = await openTestServer(flavor);
    admin = await connect(flavor);
    database = await server.createDatabase("acc");
  });
  afterAll(async () => {
    await clean();
    await admin.end();
    await server.close();
  });

  it.each([...shared, ...(flavor === "mysql" ? mysqlOnly : mariaDbOnly)])(
    "tells %s",
    async (_, first, then, expected) => {
      const named = (sql: string): string =>
        sql.replace(/\bU\b/g, `'${user}'@'%'`).replace(/\bR\b/g, `'${role}'`);
      const read = async () => await server.snapshot(database, { scope: { roles: true } });
      await clean();
      await admin.query(`CREATE USER '${user}'@'%' IDENTIFIED BY 'aaaaA1!'; CREATE ROLE '${role}'`);
      if (first !== "") await admin.query(named(first));
      const before = await read();
      await admin.query(named(then));
      expect(
        compareSnapshots(before, await read())
          .map(shown)
          .filter(isOurs),
      ).toEqual(expected);
    },
  );
});
