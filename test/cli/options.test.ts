import { describe, expect, it } from "vitest";
import { collect, type FailOn, failsOn, ignoreRuleOf, scopeOf, wholeNumber } from "../../src/cli/options.ts";
import type { Severity } from "../../src/model/severity.ts";

describe("failsOn", () => {
  it.each<[Severity | null, FailOn, boolean]>([
    [null, "any", false],
    [null, "info", false],
    ["info", "any", true],
    ["info", "info", true],
    ["low", "medium", false],
    ["medium", "medium", true],
    ["critical", "high", true],
    ["high", "critical", false],
    ["critical", "never", false],
  ])("of worst %s with --fail-on %s is %s", (worst, failOn, fails) => {
    expect(failsOn(worst, failOn)).toBe(fails);
  });
});

describe("ignoreRuleOf", () => {
  it.each([
    ["public.tmp_*", { objects: ["public.tmp_*"] }],
    ["object=kind=odd", { objects: ["kind=odd"] }],
    ["kind=index", { kinds: ["index"] }],
    ["attribute=comment", { attributes: ["comment"] }],
    ["code=COL*", { codes: ["COL*"] }],
    ["public.a,b", { objects: ["public.a,b"] }],
  ])("reads %s", (text, rule) => {
    expect(ignoreRuleOf(text)).toEqual(rule);
  });
});

describe("collect", () => {
  it("splits at commas and adds to what came before", () => {
    expect(collect(" a, b ,", ["x"])).toEqual(["x", "a", "b"]);
  });

  it("refuses nothing at all", () => {
    expect(() => collect(" , ", undefined)).toThrow("Name at least one");
  });
});

describe("wholeNumber", () => {
  it.each(["-1", "1.5", "x", "", "65536", "1e3"])("refuses %j as a port", (text) => {
    expect(() => wholeNumber(0, 65_535)(text)).toThrow("whole number from 0 to 65535");
  });

  it("reads a number", () => {
    expect(wholeNumber(0, 65_535)("8080")).toBe(8080);
  });
});

describe("scopeOf", () => {
  it("holds only what was asked for", () => {
    expect(scopeOf({})).toEqual({});
    expect(scopeOf({ schemas: ["a"], excludeSchemas: ["b"], withRoles: true })).toEqual({
      schemas: ["a"],
      excludeSchemas: ["b"],
      roles: true,
    });
  });
});
