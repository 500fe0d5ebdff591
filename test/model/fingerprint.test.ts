import { describe, expect, it } from "vitest";
import { createFingerprinter } from "../../src/model/fingerprint.ts";
import { keyId } from "../../src/model/key.ts";
import type { SchemaObject } from "../../src/model/object.ts";
import { aColumn } from "../support/builders.ts";

function column(name: string, attributes: object): SchemaObject {
  const { key } = aColumn("t", name);
  return { kind: "column", key, attributes } as unknown as SchemaObject;
}

function fingerprint(...objects: readonly SchemaObject[]): string {
  return createFingerprinter()(objects.map((object) => ({ id: keyId(object.key), object })));
}

describe("a fingerprint", () => {
  it.each([
    { name: "the order attributes were set in", one: { a: 1, b: "x" }, two: { b: "x", a: 1 } },
    { name: "the order of members within", one: { a: { x: 1, y: [2] } }, two: { a: { y: [2], x: 1 } } },
    {
      name: "whether a member is absent or undefined",
      one: { a: 1, b: undefined, c: 2 },
      two: { a: 1, c: 2 },
    },
  ])("does not depend on $name", ({ one, two }) => {
    expect(fingerprint(column("c", two))).toBe(fingerprint(column("c", one)));
    // The outline remembered from the first object must not spoil the second.
    expect(fingerprint(column("c", one), column("d", two))).toBe(
      fingerprint(column("c", two), column("d", one)),
    );
  });

  it.each([
    { name: "null and absent", one: { a: null }, two: {} },
    { name: "null and the word", one: { a: null }, two: { a: "n" } },
    { name: "true and the word", one: { a: true }, two: { a: "true" } },
    { name: "true and false", one: { a: true }, two: { a: false } },
    { name: "a number and its digits", one: { a: 1 }, two: { a: "1" } },
    { name: "an empty list and an empty map", one: { a: [] }, two: { a: {} } },
    { name: "a list and its JSON", one: { a: ["x"] }, two: { a: '["x"]' } },
    { name: "a value under another name", one: { a: "x", b: "y" }, two: { b: "x", a: "y" } },
    { name: "where one text ends", one: { a: "xs1:y", b: "" }, two: { a: "x", b: "s1:y" } },
    { name: "another name", one: { a: 1 }, two: { b: 1 } },
  ])("tells apart $name", ({ one, two }) => {
    expect(fingerprint(column("c", two))).not.toBe(fingerprint(column("c", one)));
  });

  it.each([
    { name: "few objects", count: 3 },
    { name: "more objects than tell whether attributes are shared", count: 500 },
  ])("does not depend on whether equal attributes are one: $name", ({ count }) => {
    const one = { a: 1, b: ["x"], c: null };
    const names = Array.from({ length: count }, (_, index) => `c${index}`);
    const sharing = names.map((name) => column(name, one));
    const apart = names.map((name) => column(name, { ...one }));
    const mixed = names.map((name, index) => column(name, index % 2 === 0 ? one : { ...one }));
    expect(fingerprint(...sharing)).toBe(fingerprint(...apart));
    expect(fingerprint(...mixed)).toBe(fingerprint(...apart));
  });

  it("tells which object has which attributes", () => {
    const swapped = fingerprint(column("c", { a: 1 }), column("d", { a: 2 }));
    expect(fingerprint(column("c", { a: 2 }), column("d", { a: 1 }))).not.toBe(swapped);
  });
});
