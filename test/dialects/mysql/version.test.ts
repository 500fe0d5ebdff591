import { describe, expect, it } from "vitest";
import { has, isNewerThanKnown, versionOf } from "../../../src/dialects/mysql/version.ts";

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
