import { describe, expect, it } from "vitest";
import { holds, matchesSchemaPattern, rightsOf, sightOf } from "../../../src/dialects/mysql/visibility.ts";

describe("grants", () => {
  const rights = {
    account: "u@%",
    ...rightsOf([
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
    expect(holds(rights, schema, privilege)).toBe(expected);
  });

  it("that are partly revoked do not hold there", () => {
    const partial = {
      account: "u@%",
      ...rightsOf(["GRANT SELECT ON *.* TO `u`@`%`", "REVOKE SELECT ON `hr`.* FROM `u`@`%`"]),
    };
    expect([holds(partial, "shop", "SELECT"), holds(partial, "hr", "SELECT")]).toEqual([true, false]);
  });

  it("open schemas, tables and columns, and revokes close what everything opened", () => {
    const sight = (...lines: string[]) => sightOf({ account: "u@%", ...rightsOf(lines) }, undefined);
    expect(
      sight(
        "GRANT SELECT, PROCESS ON *.* TO `u`@`%`",
        "GRANT ALL PRIVILEGES ON `app\\_%`.* TO `u`@`%`",
        "GRANT SELECT (`i,d`, `na``me`), TRIGGER ON `other`.`t.1` TO `u`@`%`",
        "GRANT EXECUTE ON PROCEDURE `other`.`p` TO `u`@`%`",
        "REVOKE SELECT ON `hr`.* FROM `u`@`%`",
      ),
    ).toEqual({
      opened: [
        { path: [], privileges: ["any", "SELECT"] },
        { path: ["app_*"], privileges: ["any", "SELECT", "SHOW VIEW", "TRIGGER", "EVENT"] },
        { path: ["other", "t.1", "i,d"], privileges: ["any", "SELECT"] },
        { path: ["other", "t.1", "na`me"], privileges: ["any", "SELECT"] },
        { path: ["other", "t.1"], privileges: ["any", "TRIGGER"] },
      ],
      closed: ["hr"],
    });
    expect(sight("GRANT USAGE ON *.* TO `u`@`%`", "GRANT SHOW_ROUTINE ON *.* TO `u`@`%`").opened).toEqual([]);
    expect(sight("GRANT SHOW DATABASES ON *.* TO `u`@`%`").opened).toEqual([{ path: [], privileges: [] }]);
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
