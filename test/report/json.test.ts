import { describe, expect, it } from "vitest";
import { classifyChanges } from "../../src/classify/classify.ts";
import type { DiffInput } from "../../src/report/input.ts";
import { jsonReport, renderJson } from "../../src/report/json.ts";
import { altered, anObject, removed, renamed } from "../classify/changes.ts";
import { errorsOf, publishedSchema } from "../support/published-schema.ts";
import { attributed, badNight, hostile, inSync, longTexts } from "./inputs.ts";

const validate = publishedSchema("diff");

function reportOf(...changes: Parameters<typeof classifyChanges>[0]): ReturnType<typeof jsonReport> {
  return jsonReport({ from: "a", to: "b", findings: classifyChanges(changes), hidden: [] });
}

describe("jsonReport", () => {
  const inputs: readonly (readonly [string, DiffInput])[] = [
    ["a bad night", badNight()],
    ["two equal schemas", inSync()],
    ["hostile names", hostile()],
    ["long texts", longTexts()],
    ["an attributed change", attributed()],
  ];

  it.each(inputs)("keeps to the published schema for %s", (_name, input) => {
    expect(errorsOf(validate, JSON.parse(renderJson(input)))).toEqual([]);
  });

  it("is refused by the schema when a member is missing, wrong or unknown", () => {
    const report = JSON.parse(renderJson(badNight())) as { findings: Record<string, unknown>[] };
    const [first] = report.findings;
    for (const broken of [{ severity: "fatal" }, { code: "nonsense" }, { key: undefined }, { surprise: 1 }]) {
      const finding = JSON.parse(JSON.stringify({ ...first, ...broken })) as object;
      expect(validate({ ...report, findings: [finding] })).toBe(false);
    }
  });

  it("has the members of the contract, in its order", () => {
    expect(Object.keys(jsonReport(badNight()))).toEqual(["from", "to", "inSync", "summary", "findings"]);
  });

  it("names an altered attribute with its values", () => {
    expect(reportOf(altered("column", "type", "bigint", "integer")).findings[0]).toMatchObject({
      code: "COL013",
      severity: "critical",
      category: "data-loss",
      verb: "altered",
      kind: "column",
      object: "public.orders.total",
      key: "column:public.orders.total",
      attribute: "type",
      before: "bigint",
      after: "integer",
      includes: [],
    });
  });

  it("shows the attributes of a removed object on the side that had it", () => {
    const [finding] = reportOf(removed(anObject("sequence", { cache: "1" }))).findings;
    expect(finding).toMatchObject({ attribute: null, before: { cache: "1" }, after: null });
  });

  it("names both ends of a rename", () => {
    const from = { kind: "table", path: ["public", "order"] } as const;
    const [finding] = reportOf(renamed(anObject("table"), from)).findings;
    expect(finding).toMatchObject({
      before: "public.order",
      after: "public.total",
      from: { kind: "table", object: "public.order", key: "table:public.order" },
    });
  });

  it("is in sync only without findings, and counts what was hidden all the same", () => {
    const hidden = [{ rule: "ignore[0]", count: 3 }];
    expect(jsonReport({ ...inSync(), hidden })).toMatchObject({
      inSync: true,
      summary: { total: 0, worst: null, hidden },
    });
    expect(jsonReport(badNight()).inSync).toBe(false);
  });
});
