import { describe, expect, it } from "vitest";
import { DriftwatchError } from "../../src/model/errors.ts";
import { keyId, type ObjectKey } from "../../src/model/key.ts";
import type { SchemaObject } from "../../src/model/object.ts";
import { buildSnapshot, objectsOfRoot, patchSnapshot } from "../../src/model/snapshot.ts";
import { parseSnapshot, serializeSnapshot } from "../../src/model/snapshot-file.ts";
import { aColumn, aComment, anIdentifiedSnapshot, anIndex, aSnapshot, aTable } from "../support/builders.ts";

const orders = aTable("orders");
const objects = [
  orders,
  aColumn("orders", "id"),
  anIndex("orders", "i"),
  aComment(orders, "all"),
  aTable("other"),
];

describe("a snapshot", () => {
  it("has one fingerprint whatever the order its objects came in", () => {
    expect(aSnapshot([...objects].reverse()).fingerprint).toBe(aSnapshot(objects).fingerprint);
  });

  it("groups what lies in a table under that table", () => {
    const snapshot = aSnapshot(objects);
    expect(snapshot.roots.map((root) => [keyId(root.key), root.count])).toEqual([
      ["table:public.orders", 4],
      ["table:public.other", 1],
    ]);
  });

  it("changes the fingerprint of just the root that changed", () => {
    const before = aSnapshot(objects);
    const after = aSnapshot([...objects, aColumn("other", "x")]);
    const changed = before.roots.filter(
      (root, index) => root.fingerprint !== after.roots[index]?.fingerprint,
    );
    expect(changed.map((root) => keyId(root.key))).toEqual(["table:public.other"]);
    expect(after.fingerprint).not.toBe(before.fingerprint);
  });

  it("keeps the server's ids beside the objects and out of the fingerprint", () => {
    const one = anIdentifiedSnapshot([
      [aTable("t"), "1"],
      [aColumn("t", "a"), "1.1"],
    ]);
    const two = anIdentifiedSnapshot([
      [aTable("t"), "2"],
      [aColumn("t", "a"), "2.1"],
    ]);
    expect(one.fingerprint).toBe(two.fingerprint);
    expect(one.roots[0]?.identities).toEqual(["1.1", "1"]);
  });

  it("refuses two objects with one key", () => {
    expect(() => aSnapshot([aTable("t"), aTable("t")])).toThrow("two objects have the key table:public.t");
  });
});

describe("patchSnapshot", () => {
  it("equals a full build: roots replaced, added, removed and taken over", () => {
    const previous = aSnapshot([aTable("a"), aTable("b"), aColumn("b", "x"), aTable("c"), aColumn("c", "y")]);
    const read = [aTable("b"), aColumn("b", "z"), aTable("d")];
    const full = aSnapshot([aTable("b"), aColumn("b", "z"), aTable("c"), aColumn("c", "y"), aTable("d")]);
    const { dialect, server, takenAt, visibility } = previous;
    const patched = patchSnapshot(
      previous,
      { dialect, server, takenAt, visibility, objects: read },
      new Set(["table:public.a"]),
    );
    expect(patched).toEqual(full);
    expect(objectsOfRoot(patched, patched.roots[1] as (typeof patched.roots)[0])).toEqual([
      aColumn("c", "y"),
      aTable("c"),
    ]);
  });
});

describe("a snapshot file", () => {
  const snapshot = aSnapshot(objects);

  it("reads back as it was written, without how it was read", () => {
    const text = serializeSnapshot({ ...snapshot, reading: { full: true, state: "x" } });
    expect(parseSnapshot(text, "f.json")).toEqual(snapshot);
  });

  it.each([
    { name: "is not JSON", text: "{", code: "snapshot.invalid", says: "f.json is not JSON" },
    {
      name: "is another JSON",
      text: "[]",
      code: "snapshot.invalid",
      says: "f.json is not a Driftwatch snapshot",
    },
    {
      name: "was damaged",
      text: serializeSnapshot(snapshot).replace('"integer"', '"bigint"'),
      code: "snapshot.invalid",
      says: "does not match its fingerprint",
    },
    {
      name: "comes from a newer program",
      text: serializeSnapshot({ ...snapshot, modelVersion: 999 }),
      code: "snapshot.newer",
      says: "model version 999",
    },
  ])("that $name is refused with its name and a remedy", ({ text, code, says }) => {
    let caught: unknown;
    try {
      parseSnapshot(text, "f.json");
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(DriftwatchError);
    expect(caught).toMatchObject({
      code,
      message: expect.stringContaining(says),
      remedy: expect.any(String),
    });
  });
});

describe("buildSnapshot", () => {
  const table: ObjectKey = { kind: "table", path: ["public", "t"] };
  const column: ObjectKey = { kind: "column", path: ["public", "t", "a"] };
  const copyOf = (key: ObjectKey): ObjectKey => ({ ...key, path: [...key.path] });
  it.each([
    { name: "the very keys of their parents", of: (key: ObjectKey) => key },
    { name: "copies of them", of: copyOf },
    { name: "some of either", of: (key: ObjectKey) => (key === table ? key : copyOf(key)) },
  ])("finds the root of children that hold $name", ({ of }) => {
    const own = [
      { ...aTable("t"), key: table },
      { ...aColumn("t", "a"), key: column, parent: of(table) },
      { ...aComment(aColumn("t", "a"), "on a column"), parent: of(column) },
      { ...aColumn("t", "b"), parent: of(table) },
    ] as readonly SchemaObject[];
    for (const each of [own, [...own].reverse()]) {
      const { dialect, server, takenAt, visibility } = aSnapshot([]);
      const { roots } = buildSnapshot({ dialect, server, takenAt, visibility, objects: each });
      expect(roots.map((root) => [keyId(root.key), root.count])).toEqual([["table:public.t", 4]]);
    }
  });

  it("makes a root of an object whose parent is not there", () => {
    const { dialect, server, takenAt, visibility } = aSnapshot([]);
    const snapshot = buildSnapshot({ dialect, server, takenAt, visibility, objects: [aColumn("t", "a")] });
    expect(snapshot.roots.map((root) => keyId(root.key))).toEqual(["column:public.t.a"]);
  });
});
