import { describe, expect, it } from "vitest";
import { isSchemaInScope } from "../../../../src/dialects/postgres/normalise/scope.ts";

describe("the scope", () => {
  it.each([
    ["public", undefined, true],
    ["shop_eu", { schemas: ["shop_*"] }, true],
    ["shop", { schemas: ["shop_*"] }, false],
    ["tmp1", { excludeSchemas: ["tmp?"] }, false],
    ["a.b", { schemas: ["a.b"] }, true],
    ["axb", { schemas: ["a.b"] }, false],
    ["two\nlines", { schemas: ["two*"] }, true],
  ])("%s under %o: %s", (name, scope, expected) => {
    expect(isSchemaInScope(name, scope)).toBe(expected);
  });
});
