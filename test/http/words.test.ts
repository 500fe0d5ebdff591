/** Words of the pages and the line diff, at their edges. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { diffLines } from "../../src/http/pages/line-diff.ts";
import { attributeWords, intervalWords, relativeTime, valueText } from "../../src/http/pages/words.ts";

const now = Date.parse("2026-11-21T10:00:00.000Z");

it.each([
  [0, "just now"],
  [999, "just now"],
  [-999, "in a moment"],
  [59_000, "59 s ago"],
  [60_000, "1 min ago"],
  [3_599_000, "59 min ago"],
  [3_600_000, "1 h ago"],
  [47 * 3_600_000, "47 h ago"],
  [48 * 3_600_000, "2 d ago"],
  [-21_000, "in 21 s"],
])("says what was %i ms ago as %s", (ms, expected) => {
  expect(relativeTime(new Date(now - ms).toISOString(), now)).toBe(expected);
});

it.each([
  [30, "30 s"],
  [60, "1 min"],
  [90, "90 s"],
  [3600, "1 h"],
])("says an interval of %i s as %s", (seconds, expected) => {
  expect(intervalWords(seconds)).toBe(expected);
});

it.each([
  ["notNull", "not null"],
  ["row-security", "row security"],
  ["nullsNotDistinct", "nulls not distinct"],
])("says the attribute %s as %s", (name, expected) => {
  expect(attributeWords(name)).toBe(expected);
});

it.each([
  [null, "none"],
  ["", "(empty)"],
  [true, "yes"],
  [[], "none"],
  [["a", "b"], "a\nb"],
  [{ fillfactor: "70", x: null }, "fillfactor = 70\nx = none"],
])("shows the value %j as %j", (value, expected) => {
  expect(valueText(value)).toBe(expected);
});

describe("the line diff", () => {
  it("shows what went and what came between the lines around it", () => {
    expect(diffLines("a\nb\nc", "a\nx\nc")).toEqual([
      { sign: " ", text: "a" },
      { sign: "-", text: "b" },
      { sign: "+", text: "x" },
      { sign: " ", text: "c" },
    ]);
  });

  it("folds lines far from every change", () => {
    const lines = Array.from({ length: 20 }, (_none, index) => `line ${index}`);
    const changed = [...lines.slice(0, 19), "other"];
    const diff = diffLines(lines.join("\n"), changed.join("\n"));
    expect(diff[0]).toEqual({ sign: "…", text: "16 equal lines" });
    expect(diff).toHaveLength(6);
  });

  it("always gives back both texts", () => {
    const text = fc.array(fc.constantFrom("a", "b", "c", ""), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(text, text, (before, after) => {
        const diff = diffLines(before.join("\n"), after.join("\n"));
        const side = (sign: string): string[] =>
          diff.filter((line) => line.sign === " " || line.sign === sign).map((line) => line.text);
        if (diff.some((line) => line.sign === "…")) return;
        expect(side("-")).toEqual(before);
        expect(side("+")).toEqual(after);
      }),
    );
  });

  it("stays quick on long texts", () => {
    const long = (word: string): string =>
      Array.from({ length: 5000 }, (_none, i) => `${word} ${i}`).join("\n");
    const startedAt = performance.now();
    expect(diffLines(long("a"), long("b"))).toHaveLength(10_000);
    expect(performance.now() - startedAt).toBeLessThan(2000);
  });
});
