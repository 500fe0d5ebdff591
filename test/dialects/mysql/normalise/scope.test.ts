import { describe, expect, it } from "vitest";
import { schemasInScope } from "../../../../src/dialects/mysql/normalise/scope.ts";

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
