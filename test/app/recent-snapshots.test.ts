import { describe, expect, it } from "vitest";
import { createRecentSnapshots } from "../../src/app/recent-snapshots.ts";
import { aColumn, aSnapshot, aTable } from "../support/builders.ts";

const small = { ...aSnapshot([aTable("a"), aColumn("a", "id")]), reading: { full: true, state: "s" } };

describe("recent snapshots", () => {
  it("keep the latest per environment and let the least recently used go", () => {
    const recent = createRecentSnapshots(5);
    recent.put("one", small);
    recent.put("two", small);
    recent.get("one");
    recent.put("three", small);
    expect(["one", "two", "three"].map((name) => recent.get(name) !== undefined)).toEqual([
      true,
      false,
      true,
    ]);
  });

  it("replace without leaking room", () => {
    const recent = createRecentSnapshots(4);
    for (let turn = 0; turn < 10; turn++) recent.put("one", small);
    recent.put("two", small);
    expect(recent.get("one")).toBeDefined();
    expect(recent.get("two")).toBeDefined();
  });

  it.each([
    { name: "larger than everything allowed", snapshot: small, room: 1 },
    { name: "that no dialect could continue from", snapshot: aSnapshot([aTable("a")]), room: 10 },
  ])("do not keep one $name", ({ snapshot, room }) => {
    const recent = createRecentSnapshots(room);
    recent.put("one", snapshot);
    expect(recent.get("one")).toBeUndefined();
  });
});
