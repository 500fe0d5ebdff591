import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { rulesPage } from "../../scripts/docs/rules-page.ts";
import { ruleCatalog } from "../../src/classify/rule-catalog.ts";
import { diffSchema } from "../../src/report/diff-schema.ts";
import { planSchema } from "../../src/report/plan-schema.ts";

function documentAt(path: string): string {
  return readFileSync(new URL(`../../docs/${path}`, import.meta.url), "utf8");
}

describe("generated documents", () => {
  it("docs/rules.md is what the rule table says; `npm run docs` refreshes it", () => {
    expect(documentAt("rules.md")).toBe(rulesPage());
  });

  it("docs/rules.md has one line for every code", () => {
    const lines = documentAt("rules.md").split("\n");
    for (const { code } of ruleCatalog()) {
      expect(lines.filter((line) => line.startsWith(`| ${code} |`))).toHaveLength(1);
    }
  });

  it.each([
    ["diff", diffSchema],
    ["plan", planSchema],
  ])("docs/schemas/%s.schema.json is the schema in the code; `npm run docs` refreshes it", (name, schema) => {
    expect(JSON.parse(documentAt(`schemas/${name}.schema.json`))).toEqual(schema);
  });
});
