import { describe, expect, it } from "vitest";
import { includedText } from "../../src/report/group-findings.ts";
import { diffLines } from "../../src/report/line-diff.ts";
import { renderMarkdown } from "../../src/report/markdown.ts";
import { headline, summarizeFindings } from "../../src/report/summary.ts";
import { differenceOf, valueText } from "../../src/report/value-text.ts";
import { badNight, hostile } from "./inputs.ts";

const text = (before: string, after: string, context = 1): string =>
  diffLines(before.split(""), after.split(""), context)
    .map(({ sign, text: line }) => `${sign}${line}`)
    .join(" ");

describe("diffLines", () => {
  it.each([
    ["abc", "abc", ""],
    ["abc", "axc", " a -b +x  c"],
    ["abc", "ac", " a -b  c"],
    ["ac", "abc", " a +b  c"],
    ["abcdefgh", "abcdefgx", "@6 equal lines  g -h +x"],
    ["xbcdefgh", "ybcdefgh", "-x +y  b @6 equal lines"],
    ["abcdef", "bcdefa", "-a  b @3 equal lines  f +a"],
  ])("%s -> %s", (before, after, expected) => {
    expect(text(before, after)).toBe(expected);
  });

  it("rebuilds both sides from what stayed, went and came", () => {
    const before = "the quick brown fox jumps".split("");
    const after = "a quick red fox jumped".split("");
    const lines = diffLines(before, after, 100);
    const side = (drop: string): string[] =>
      lines.filter(({ sign }) => sign !== drop).map((line) => line.text);
    expect(side("+")).toEqual(before);
    expect(side("-")).toEqual(after);
  });

  it("replaces the middle as a whole when a finer difference would cost too much", () => {
    const numbered = (word: string): string[] => Array.from({ length: 3000 }, (_, at) => `${word} ${at}`);
    const lines = diffLines(["same", ...numbered("a")], ["same", ...numbered("b")]);
    expect(lines.filter(({ sign }) => sign === "-")).toHaveLength(3000);
    expect(lines.filter(({ sign }) => sign === "+")).toHaveLength(3000);
  });
});

describe("values", () => {
  it.each([
    [null, "(none)"],
    ["", "(empty)"],
    ["a\tb", "a\\tb"],
    [true, "true"],
    [["a", "b"], "(a, b)"],
    [[], "()"],
    [{ b: 1, a: "x" }, '{"a":"x","b":1}'],
  ])("%j is shown as %s", (value, shown) => {
    expect(valueText(value)).toBe(shown);
  });

  it("differ by option, in one line, or line by line", () => {
    expect(differenceOf({ a: "1" }, {}).form).toBe("options");
    expect(differenceOf("a", "b").form).toBe("inline");
    expect(differenceOf("a\nb", "a\nc").form).toBe("lines");
    expect(differenceOf(null, "x".repeat(500)).form).toBe("lines");
  });
});

describe("summary", () => {
  it("counts by severity and names the worst", () => {
    expect(summarizeFindings([{ severity: "low" }, { severity: "critical" }, { severity: "low" }])).toEqual({
      total: 3,
      worst: "critical",
      counts: { critical: 1, high: 0, medium: 0, low: 2, info: 0 },
    });
  });

  it("says it in a headline, worst first", () => {
    expect(headline({ critical: 2, high: 0, medium: 0, low: 1, info: 0 })).toBe("2 critical, 1 low");
    expect(headline({ critical: 0, high: 0, medium: 0, low: 0, info: 0 })).toBe("no differences");
  });

  it("counts folded objects by kind, in the plural where there are several", () => {
    const kinds = ["column", "column", "index", "index", "policy", "policy", "privilege"] as const;
    expect(includedText(kinds.map((kind) => ({ kind, path: ["a"] })))).toBe(
      "2 columns, 2 indexes, 2 policies, 1 privilege",
    );
  });
});

describe("renderMarkdown", () => {
  it("keeps every finding in one table row, whatever its names hold", () => {
    const rows = renderMarkdown(hostile())
      .split("\n")
      .filter((line) => /^\| (critical|high)/.test(line));
    expect(rows).toHaveLength(2);
    // Three cells have four bars that are not escaped.
    for (const row of rows) expect(row.match(/(?<!\\)\|/g)).toHaveLength(4);
  });

  it("lets no HTML and no mention through outside code", () => {
    const prose = renderMarkdown(hostile()).replace(/(`+)[^`].*?\1/gs, "");
    expect(prose).not.toMatch(/<(script|\/code|b)>/);
    expect(prose).not.toMatch(/@here/);
  });

  it("stays below the size that a comment may have, and says what it left out", () => {
    const one = badNight();
    const many = Array.from({ length: 900 }, (_, at) => {
      const [first] = one.findings;
      if (first === undefined) throw new Error("no finding");
      const key = { kind: "table", path: ["public", `t${at}`] } as const;
      return {
        ...first,
        change: {
          verb: "removed",
          kind: "table",
          key,
          object: { ...first.change.object, kind: "table", key, parent: key },
        },
      } as typeof first;
    });
    const markdown = renderMarkdown({ ...one, findings: many });
    expect(markdown.length).toBeLessThan(65_000);
    expect(markdown).toMatch(/and findings on \d+ more objects/);
  });
});
