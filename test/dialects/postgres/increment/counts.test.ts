import { describe, expect, it } from "vitest";
import { type Counts, countsOf } from "../../../../src/dialects/postgres/increment/counts.ts";

function contentOf(counts: Counts): unknown {
  return { total: counts.total, rows: Object.fromEntries(counts.entries()) };
}

describe("rows by owner", () => {
  const before = countsOf(new Map(Object.entries({ r1: 3, r2: 4, p7: 1 })));

  it.each<{ name: string; owners: string[]; now: Record<string, number>; rows: Record<string, number> }>([
    { name: "with more rows", owners: ["r1"], now: { r1: 5 }, rows: { r1: 5, r2: 4, p7: 1 } },
    { name: "without rows", owners: ["r1"], now: {}, rows: { r2: 4, p7: 1 } },
    { name: "that is new", owners: ["r9"], now: { r9: 2 }, rows: { r1: 3, r2: 4, p7: 1, r9: 2 } },
    { name: "that nobody knew and that has none", owners: ["r9"], now: {}, rows: { r1: 3, r2: 4, p7: 1 } },
  ])("change for an owner $name", ({ owners, now, rows }) => {
    const after = before.after(owners, new Map(Object.entries(now)));
    const total = Object.values(rows).reduce((sum, count) => sum + count, 0);
    expect(contentOf(after)).toEqual({ total, rows });
    expect(Object.keys({ r1: 0, r2: 0, p7: 0, r9: 0 }).filter((owner) => after.has(owner))).toEqual(
      Object.keys(rows),
    );
    expect(contentOf(before)).toEqual({ total: 8, rows: { r1: 3, r2: 4, p7: 1 } });
  });

  it("are the same after thousands of changes, one after the other", () => {
    const expected = new Map<string, number>();
    let counts = countsOf(new Map());
    for (let turn = 0; turn < 5_000; turn++) {
      const owner = `r${(turn * 7919) % 1_700}`;
      const rows = turn % 3 === 0 ? undefined : turn;
      if (rows === undefined) expected.delete(owner);
      else expected.set(owner, rows);
      counts = counts.after([owner], rows === undefined ? new Map() : new Map([[owner, rows]]));
    }
    const total = [...expected.values()].reduce((sum, count) => sum + count, 0);
    expect(contentOf(counts)).toEqual({ total, rows: Object.fromEntries(expected) });
  });
});
