import { describe, expect, it } from "vitest";
import { isAutomaticSequence } from "../../src/model/sequence-name.ts";

describe("the name of a column's sequence is automatic or not", () => {
  it.each<readonly [string, string, string, boolean]>([
    ["t_id_seq", "t", "id", true],
    ["t_id_seq7", "t", "id", true],
    ["t_id_seq", "renamed", "id", true],
    ["t_id_seq", "t", "renamed", true],
    ["t_id_seq", "renamed", "also", false],
    ["q", "t", "id", false],
    ["t_id", "t", "id", false],
    [`${"t".repeat(29)}_${"i".repeat(28)}_seq`, "t".repeat(50), "i".repeat(50), true],
    // 27 letters of two bytes: the server does not cut within one.
    [`${"é".repeat(14)}_id_seq`, "é".repeat(27), "renamed", true],
  ])("%s of %s.%s: %s", (name, table, column, expected) => {
    expect(isAutomaticSequence(name, table, column)).toBe(expected);
  });
});
