import { describe, expect, it } from "vitest";
import { isLeftover, schemasInScope } from "../../../../src/dialects/mysql/normalise/scope.ts";

describe("scope", () => {
  const schemas = ["shop", "shop_test", "hr"].map((name) => ({ name }));
  const names = (
    database: string | null,
    scope?: { schemas?: string[]; excludeSchemas?: string[] },
  ): string[] =>
    schemasInScope(schemas, { database, place: "h" }, scope, { settings: {} }).map((schema) => schema.name);

  it("is the URL's database, or every schema, narrowed by globs", () => {
    expect(names("shop")).toEqual(["shop"]);
    expect(names(null)).toEqual(["hr", "shop", "shop_test"]);
    expect(names("shop", { schemas: ["shop*"], excludeSchemas: ["*_test"] })).toEqual(["shop"]);
  });

  it.each([
    ["0", []],
    ["1", ["shop"]],
    ["2", ["shop"]],
  ])("tells names apart by case as the server does: lower_case_table_names %s", (value, expected) => {
    const settings = { lower_case_table_names: value };
    const scope = { schemas: ["Shop*"], excludeSchemas: ["*_TEST"] };
    const connection = { database: null, place: "h" };
    expect(schemasInScope(schemas, connection, scope, { settings }).map(({ name }) => name)).toEqual(
      expected,
    );
  });

  it("takes a character for one, however many bytes it has", () => {
    const connection = { database: null, place: "h" };
    const found = schemasInScope([{ name: "😀" }], connection, { schemas: ["?"] }, { settings: {} });
    expect(found).toHaveLength(1);
  });

  it("says when the URL's database is not to be seen", () => {
    expect(() => names("gone")).toThrow(expect.objectContaining({ code: "connection.database-missing" }));
  });

  it.each([
    ["#sql-1f2c_8", true],
    ["#sql2-1f2c-8", true],
    ["#sql-ib1063-3094725817", true],
    ["#sql-alter-1f2c-8", true],
    ["#sql-backup-1f2c-8", true],
    ["#mysql50##sql-1f2c_8", true],
    ["FTS_00000000000004a3_CONFIG", true],
    ["#sql1", false],
    ["#sql", false],
    ["#sql-1", false],
    ["#sqlite", false],
    ["orders", false],
  ])("takes the table %s for a leftover of the server: %s", (name, expected) => {
    expect(isLeftover(name)).toBe(expected);
  });
});
