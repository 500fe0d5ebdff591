import { describe, expect, it } from "vitest";
import { createRecentSnapshots } from "../../src/app/recent-snapshots.ts";
import type { Snapshot } from "../../src/model/snapshot.ts";
import { aColumn, aSnapshot, aTable } from "../support/builders.ts";

/** A snapshot of two objects per table. */
function readOf(...tables: readonly string[]): Snapshot {
  const objects = tables.flatMap((table) => [aTable(table), aColumn(table, "id")]);
  return { ...aSnapshot(objects), reading: { full: true, state: "s" } };
}

describe("recent snapshots", () => {
  it("keep the latest per environment and let the least recently used go", () => {
    const recent = createRecentSnapshots(5);
    recent.put("one", readOf("a"));
    recent.put("two", readOf("b"));
    recent.get("one");
    recent.put("three", readOf("c"));
    expect(["one", "two", "three"].map((name) => recent.get(name) !== undefined)).toEqual([
      true,
      false,
      true,
    ]);
  });

  it("replace without leaking room", () => {
    const recent = createRecentSnapshots(4);
    for (let turn = 0; turn < 10; turn++) recent.put("one", readOf(`a${turn}`));
    recent.put("two", readOf("b"));
    recent.put("two", readOf("c"));
    expect(recent.get("one")).toBeDefined();
    expect(recent.get("two")).toEqual(readOf("c"));
  });

  it("keep what several environments have in common once, until none has it", () => {
    const recent = createRecentSnapshots(6);
    recent.put("one", readOf("a", "b"));
    recent.put("two", readOf("a", "b"));
    recent.put("three", readOf("a", "c"));
    expect(recent.get("two")?.objects[0]).toBe(recent.get("one")?.objects[0]);
    expect(recent.get("three")).toEqual(readOf("a", "c"));
    recent.put("one", readOf("d"));
    // a, b, c and d are too many: "two", used before "three", goes with b.
    expect(["one", "two", "three"].map((name) => recent.get(name) !== undefined)).toEqual([
      true,
      false,
      true,
    ]);
  });

  it.each([
    { name: "larger than everything allowed", snapshot: readOf("a"), room: 1 },
    { name: "that no dialect could continue from", snapshot: aSnapshot([aTable("a")]), room: 10 },
  ])("do not keep one $name, nor what it follows", ({ snapshot, room }) => {
    const recent = createRecentSnapshots(room);
    recent.put("one", { ...aSnapshot([aTable("z")]), reading: { full: true, state: "s" } });
    recent.put("one", snapshot);
    expect(recent.get("one")).toBeUndefined();
  });
});
