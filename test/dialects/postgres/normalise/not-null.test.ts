import { describe, expect, it } from "vitest";
import { isAutomaticNotNull } from "../../../../src/dialects/postgres/normalise/not-null.ts";

describe("an automatic NOT NULL name", () => {
  it.each([
    ["t_a_not_null", true, true],
    ["t_a_not_null1", true, true],
    ["older_names_of_both_not_null", true, true],
    [`${"a".repeat(26)}_${"b".repeat(26)}_not_null`, true, true],
    ["chosen", true, false],
    ["chosen_not_null", true, false],
    ["d_not_null", false, true],
    ["chosen", false, false],
  ])("%s (of a column: %s): %s", (name, ofColumn, expected) => {
    expect(isAutomaticNotNull(name, ofColumn)).toBe(expected);
  });
});
