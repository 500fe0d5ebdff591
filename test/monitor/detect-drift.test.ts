import { describe, expect, it } from "vitest";
import type { IgnoreRule } from "../../src/model/environment.ts";
import { detectDrift } from "../../src/monitor/detect-drift.ts";
import { aColumn, aSnapshot, aTable } from "../support/builders.ts";

const before = aSnapshot([aTable("orders"), aColumn("orders", "id"), aColumn("orders", "note")]);
const after = aSnapshot([
  aTable("orders"),
  aColumn("orders", "id", { type: "bigint", notNull: true }),
  aColumn("orders", "note", { type: "bigint" }),
]);

function codesLeft(rule: IgnoreRule, now = "2026-06-01T00:00:00Z"): { left: string[]; hidden: unknown } {
  const environment = {
    ignore: [rule],
    modes: {},
    partitions: { default: "compare", tables: {} },
    severities: [],
  };
  const { findings, hidden } = detectDrift(environment as never, before, after, now);
  const left = findings.map(({ code, change }) => `${code} ${change.key.path.at(-1)}`);
  return { left: left.sort(), hidden };
}

const typeOfId = "COL011 id";
const typeOfNote = "COL011 note";
const nullOfId = "COL006 id";

describe("an ignore rule", () => {
  it.each<[string, IgnoreRule, string[]]>([
    ["that names a code hides its findings", { codes: ["COL011"] }, [nullOfId]],
    ["that names the beginning of codes hides all of them", { codes: ["COL*"] }, []],
    [
      "that names a code and an attribute hides what has both",
      { codes: ["COL*"], attributes: ["type"] },
      [nullOfId],
    ],
    [
      "that names a code and an object hides the code there",
      { codes: ["COL011"], objects: ["public.orders.id"] },
      [nullOfId, typeOfNote],
    ],
    [
      "that names a code and a table hides the code in the table",
      { codes: ["COL011"], objects: ["public.orders"] },
      [nullOfId],
    ],
    [
      "that names a code and another kind hides nothing",
      { codes: ["COL*"], kinds: ["table"] },
      [nullOfId, typeOfId, typeOfNote],
    ],
    ["takes attributes as patterns", { attributes: ["t?pe"] }, [nullOfId]],
  ])("%s", (_sentence, rule, expected) => {
    const { left, hidden } = codesLeft(rule);
    expect(left).toEqual([...expected].sort());
    expect(hidden).toEqual(expected.length === 3 ? [] : [{ rule: "ignore[0]", count: 3 - expected.length }]);
  });

  it.each<[string, IgnoreRule]>([
    ["changes", { attributes: ["type"], reason: "until the ids are migrated" }],
    ["codes", { codes: ["COL011"], reason: "until the ids are migrated" }],
  ])("that names %s says why it hid them", (_what, rule) => {
    expect(codesLeft(rule).hidden).toEqual([
      { rule: "ignore[0]", count: 2, reason: "until the ids are migrated" },
    ]);
  });

  describe("on a server that takes names for equal whatever their case", () => {
    const server = (value: string) => ({
      flavor: "mysql" as const,
      settings: { lower_case_table_names: value },
    });
    const anywhere = { modes: {}, partitions: { default: "compare", tables: {} }, severities: [] };
    const left = (value: string, environment: object): readonly string[] =>
      detectDrift(
        { ...anywhere, ignore: [], ...environment } as never,
        { ...before, server: { ...before.server, ...server(value) } },
        { ...after, server: { ...after.server, ...server(value) } },
        "2026-06-01T00:00:00Z",
      ).findings.map(({ severity }) => severity);

    it.each<[string, IgnoreRule]>([
      ["objects", { objects: ["Public.ORDERS"] }],
      ["objects and codes", { objects: ["Public.Ord*"], codes: ["*"] }],
    ])("does so in rules that name %s, and on no other server", (_what, rule) => {
      expect(left("0", { ignore: [rule] })).toHaveLength(3);
      expect(left("1", { ignore: [rule] })).toHaveLength(0);
      expect(left("2", { ignore: [rule] })).toHaveLength(0);
    });

    it("does so in severities, and on no other server", () => {
      const severities = [{ code: "*", severity: "info", objects: ["PUBLIC.orders"] }];
      expect(left("0", { severities })).not.toContain("info");
      expect(left("1", { severities })).toEqual(["info", "info", "info"]);
    });
  });

  it("that names a code ends with its date", () => {
    const rule = { codes: ["COL*"], expires: "2026-06-01" };
    expect(codesLeft(rule, "2026-05-31T23:59:59Z").left).toEqual([]);
    expect(codesLeft(rule).left).toHaveLength(3);
  });
});
