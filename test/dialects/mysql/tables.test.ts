import { describe, expect, it } from "vitest";
import { mapError } from "../../../src/dialects/mysql/errors.ts";
import { schemasInScope } from "../../../src/dialects/mysql/scope.ts";
import { has, isNewerThanKnown, versionOf } from "../../../src/dialects/mysql/version.ts";
import { grantsOf, holds, matchesSchemaPattern } from "../../../src/dialects/mysql/visibility.ts";

describe("the version", () => {
  it.each([
    ["8.0.36", "MySQL Community Server - GPL", "mysql", "8.0.36", "8.0"],
    ["9.7.4-2", "(Debian)", "mysql", "9.7.4", "9.7"],
    ["8.0.35-27", "Percona Server (GPL)", "mysql", "8.0.35", "8.0"],
    ["10.11.19-MariaDB-0+deb12u1", "Debian 12", "mariadb", "10.11.19-MariaDB", "10.11"],
    ["5.5.5-10.6.12-MariaDB-log", "", "mariadb", "10.6.12-MariaDB", "10.6"],
    ["26.1.0", "MySQL Community Server", "mysql", "26.1.0", "26.1"],
  ])("%s (%s) is %s", (text, comment, flavor, version, major) => {
    expect(versionOf(text, comment)).toMatchObject({ flavor, version, major });
  });

  it.each([
    ["5.7.44", ""],
    ["10.5.9-MariaDB", ""],
    ["5.5.5-10.3.2-MariaDB", ""],
  ])("%s is too old", (text, comment) => {
    expect(() => versionOf(text, comment)).toThrow(expect.objectContaining({ code: "server.unsupported" }));
  });

  it("decides by thresholds of its own flavor", () => {
    expect(has(versionOf("8.0.19", ""), "showRoutinePrivilege")).toBe(false);
    expect(has(versionOf("8.0.20", ""), "showRoutinePrivilege")).toBe(true);
    expect(has(versionOf("11.4.2-MariaDB", ""), "showRoutinePrivilege")).toBe(false);
    expect(has(versionOf("11.4.2-MariaDB", ""), "showCreateRoutinePrivilege")).toBe(true);
  });

  it("is known to be newer than tested", () => {
    expect([isNewerThanKnown(versionOf("26.1.0", "")), isNewerThanKnown(versionOf("9.7.4", ""))]).toEqual([
      true,
      false,
    ]);
  });
});

describe("errors of server and driver", () => {
  it.each([
    [{ errno: 1045, code: "ER_ACCESS_DENIED_ERROR" }, "connection.authentication", false],
    [{ errno: 1049 }, "connection.database-missing", false],
    [{ errno: 1040 }, "connection.limit", true],
    [{ errno: 1142 }, "read.forbidden", false],
    [{ errno: 1205 }, "read.lock-timeout", true],
    [{ errno: 1969 }, "read.timeout", true],
    [{ errno: 3024 }, "read.timeout", true],
    [{ errno: 1146 }, "read.inconsistent", true],
    [{ errno: -111, code: "ECONNREFUSED" }, "connection.refused", true],
    [{ code: "ENOTFOUND" }, "connection.unresolved", true],
    [{ code: "ETIMEDOUT" }, "connection.timeout", true],
    [{ code: "PROTOCOL_CONNECTION_LOST" }, "connection.lost", true],
    [{ code: "HANDSHAKE_NO_SSL_SUPPORT" }, "connection.tls", false],
    [{ code: "DEPTH_ZERO_SELF_SIGNED_CERT" }, "connection.tls", false],
    [{ errno: 9999, message: "no idea\nsecond line" }, "read.failed", false],
  ])("%j becomes %s", (thrown, code, retryable) => {
    const error = mapError({ message: "what the server says", ...thrown }, "reading h:1");
    expect(error).toMatchObject({ code, retryable });
    expect(error.message).toMatch(/^reading h:1: [^\n]*$/);
  });
});

describe("grants", () => {
  const grants = {
    account: "u@%",
    ...grantsOf([
      "GRANT USAGE ON *.* TO `u`@`%` IDENTIFIED BY PASSWORD '*X'",
      "GRANT SHOW_ROUTINE ON *.* TO `u`@`%`",
      "GRANT SELECT, SHOW VIEW ON `shop`.* TO `u`@`%` WITH GRANT OPTION",
      "GRANT TRIGGER ON `app\\_%`.* TO `u`@`%`",
      "GRANT SELECT (`id`, `name`), INSERT ON `other`.`t` TO `u`@`%`",
      "GRANT `reader`@`%` TO `u`@`%`",
      "GRANT PROXY ON ''@'' TO 'u'@'%'",
    ]),
  };

  it.each([
    ["shop", "SELECT", true],
    ["shop", "SHOW VIEW", true],
    ["shop", "TRIGGER", false],
    ["app_one", "TRIGGER", true],
    ["appXone", "TRIGGER", false],
    ["other", "INSERT", false],
    ["anything", "SHOW_ROUTINE", true],
  ])("on %s %s is %s", (schema, privilege, expected) => {
    expect(holds(grants, schema, privilege)).toBe(expected);
  });

  it("that are partly revoked do not hold there", () => {
    const partial = {
      account: "u@%",
      ...grantsOf(["GRANT SELECT ON *.* TO `u`@`%`", "REVOKE SELECT ON `hr`.* FROM `u`@`%`"]),
    };
    expect([holds(partial, "shop", "SELECT"), holds(partial, "hr", "SELECT")]).toEqual([true, false]);
  });

  it("match schemas by pattern", () => {
    expect([
      matchesSchemaPattern("a\\_b", "a_b"),
      matchesSchemaPattern("a\\_b", "axb"),
      matchesSchemaPattern("a_b", "axb"),
      matchesSchemaPattern("a%", "abc"),
    ]).toEqual([true, false, true, true]);
  });
});

describe("scope", () => {
  const schemas = ["shop", "shop_test", "hr"].map((name) => ({ name }));
  const names = (
    database: string | null,
    scope?: { schemas?: string[]; excludeSchemas?: string[] },
  ): string[] => schemasInScope(schemas, { database, address: "h" }, scope).map((schema) => schema.name);

  it("is the URL's database, or every schema, narrowed by globs", () => {
    expect(names("shop")).toEqual(["shop"]);
    expect(names(null)).toEqual(["hr", "shop", "shop_test"]);
    expect(names("shop", { schemas: ["shop*"], excludeSchemas: ["*_test"] })).toEqual(["shop"]);
  });

  it("says when the URL's database is not to be seen", () => {
    expect(() => names("gone")).toThrow(expect.objectContaining({ code: "connection.database-missing" }));
  });
});
