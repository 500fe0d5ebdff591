import { describe, expect, it } from "vitest";
import {
  type YoungRows,
  youngChanges,
  youngOf,
  youngSince,
} from "../../../../src/dialects/postgres/increment/young-rows.ts";

function rowsOf(names: string): YoungRows {
  return youngOf([], [["pg_class", "0", names === "" ? null : names]]).rows;
}

describe("young rows", () => {
  it("are counted by owner and transaction, and all rows together", () => {
    const young = youngOf(
      [
        ["pg_am", "7", null],
        ["pg_type", "90", "pg_type@9 pg_type@9"],
      ],
      [
        ["pg_class", "12", "r1@9 r2@9"],
        ["pg_trigger", "3", "r1@9 c5@9 r1@10"],
        ["pg_attribute", "0", "a1@9 a1@9"],
      ],
    );
    expect(Object.fromEntries(young.rows)).toEqual({
      "pg_type@9": 2,
      "r1@9": 2,
      "r2@9": 1,
      "c5@9": 1,
      "r1@10": 1,
      "a1@9": 2,
    });
    expect(young.total).toBe(15);
  });

  it.each([
    { horizon: "771", names: "r1@770 r2@771 r3@772", left: ["r2@771", "r3@772"] },
    { horizon: "771", names: "", left: [] },
    // Two rounds later, shortly before the ids of transactions go round.
    {
      horizon: String(3n * 2n ** 32n - 6n),
      names: "r1@4294967280 r2@4294967290 r3@3",
      left: ["r2@4294967290", "r3@3"],
    },
    { horizon: String(3n * 2n ** 32n + 3n), names: "r1@4294967290 r2@3 r3@900", left: ["r2@3", "r3@900"] },
  ])(
    "are young for a later horizon, $horizon, when it is not after them: $left",
    ({ horizon, names, left }) => {
      expect([...youngSince(rowsOf(names), horizon).keys()]).toEqual(left);
    },
  );

  it.each([
    { what: "nothing changed", before: "r1@9 r1@9 pg_type@8 a1@9", now: "a1@9 pg_type@8 r1@9 r1@9" },
    { what: "a row came", before: "r1@9", now: "r1@9 r1@10", owners: ["r1"] },
    { what: "a row went", before: "r1@9 r1@9 r2@9", now: "r1@9 r2@9", owners: ["r1"] },
    { what: "the last row of a transaction went", before: "p1@9 r2@9", now: "r2@9", owners: ["p1"] },
    { what: "a row was written again", before: "r1@9", now: "r1@10", owners: ["r1"] },
    { what: "a comment changed", before: "d1259.7@9", now: "d1259.7@10", owners: ["d1259.7"] },
    { what: "a column changed", before: "a1@9 r1@9", now: "a1@11 r1@9", owners: ["r1"], withColumns: ["1"] },
    { what: "a decisive row came", before: "", now: "pg_type@11", isDecisive: true },
    { what: "a decisive row went", before: "pg_type@11", now: "", isDecisive: true },
  ])("tell that $what", ({ before, now, owners = [], withColumns = [], isDecisive = false }) => {
    const changes = youngChanges(rowsOf(before), rowsOf(now));
    expect({ ...changes, owners: [...changes.owners], withColumns: [...changes.withColumns] }).toEqual({
      isDecisive,
      owners,
      withColumns,
    });
  });
});
