import { describe, expect, it } from "vitest";
import { classifyChanges } from "../../src/classify/classify.ts";
import { renderFindings } from "../../src/report/text.ts";
import { added, altered, anObject, removed } from "../classify/changes.ts";
import { aColumn, aTable } from "../support/builders.ts";
import { badNight, hostile, inSync, longTexts } from "./inputs.ts";

const escapeCode = "\u001b";
const colours = new RegExp(`${escapeCode}\\[[0-9;]*m`, "g");

describe("renderFindings", () => {
  it("writes no escape sequence without colour, whatever names and values hold", () => {
    for (const input of [badNight(), hostile(), longTexts()]) {
      expect(renderFindings(input, { color: false })).not.toContain(escapeCode);
    }
  });

  it("writes the same text with colour, and closes every colour on its own line", () => {
    const input = badNight();
    const painted = renderFindings(input, { color: true });
    expect(painted.replace(colours, "")).toBe(renderFindings(input, { color: false }));
    for (const line of painted.split("\n")) {
      const codes = line.match(colours) ?? [];
      expect(codes.filter((code) => code !== "\u001b[0m")).toHaveLength(codes.length / 2);
    }
  });

  it("lets nothing but its own colours through to a terminal", () => {
    const painted = renderFindings(hostile(), { color: true });
    expect(painted.replace(colours, "")).not.toMatch(/[^\n\P{Cc}]/u);
  });

  it.each([60, 80, 120])("keeps sentences and differences within %i columns", (width) => {
    const longest = renderFindings(longTexts(), { color: false, width })
      .split("\n")
      .filter((line) => line.startsWith(" ".repeat(12)))
      .reduce((most, line) => Math.max(most, line.length), 0);
    expect(longest).toBeLessThanOrEqual(width);
  });

  it("groups a table's findings under the table, worst first", () => {
    const text = renderFindings(badNight(), { color: false });
    const group = text.slice(
      text.indexOf("\ntable public.orders\n"),
      text.indexOf("\ntable public.tmp_export"),
    );
    const severities = group.match(/^ {2}(critical|high|medium|low|info)/gm)?.map((line) => line.trim());
    expect(severities).toEqual(["critical", "critical", "high", "high", "medium", "low", "info"]);
  });

  it("counts what came with an added object by kind", () => {
    const children = ["a", "b"].map((name) => aColumn("audit", name));
    const findings = classifyChanges([aTable("audit"), ...children].map(added));
    expect(renderFindings({ from: "a", to: "b", findings, hidden: [] }, { color: false })).toContain(
      "with 2 columns\n",
    );
  });

  it("shows a changed option by itself, not all options", () => {
    const change = altered(
      "table",
      "storageParameters",
      { a: "1", fillfactor: "70" },
      { a: "1", fillfactor: "80" },
    );
    const text = renderFindings(
      { from: "a", to: "b", findings: classifyChanges([change]), hidden: [] },
      { color: false },
    );
    expect(text).toContain("fillfactor: 70 -> 80");
    expect(text).not.toContain("a: 1");
  });

  it("shows a long option on lines of its own, whole", () => {
    const long = "pg_catalog, ".repeat(20).trim();
    const change = altered("function", "settings", { search_path: long }, { search_path: "public" });
    const text = renderFindings(
      { from: "a", to: "b", findings: classifyChanges([change]), hidden: [] },
      { color: false },
    );
    const [difference = ""] = text.split("The settings of");
    expect(difference).toMatch(/\n {12}- search_path: pg_catalog,/);
    expect(difference).toContain("\n            + search_path: public\n");
    expect(difference.match(/pg_catalog/g)).toHaveLength(20);
  });

  it("says in one line that there is nothing to say", () => {
    expect(renderFindings(inSync(), { color: false })).toBe("staging -> production: no differences\n");
  });

  it("counts hidden changes even when no finding is left", () => {
    const text = renderFindings({ ...inSync(), hidden: [{ rule: "ignore[3]", count: 1 }] }, { color: false });
    expect(text).toContain("1 change hidden: 1 by ignore[3].");
  });

  it("puts a comment on a column of a removed-column table under its table", () => {
    const parent = { kind: "column", path: ["public", "orders", "total"] } as const;
    const comment = anObject("comment", { text: "x" }, { kind: "comment", path: parent.path, of: "column" });
    const findings = classifyChanges([removed({ ...comment, parent })]);
    const text = renderFindings({ from: "a", to: "b", findings, hidden: [] }, { color: false });
    expect(text).toMatch(/\ntable public\.orders\n {2}info {6}- comment on column total/);
  });
});
