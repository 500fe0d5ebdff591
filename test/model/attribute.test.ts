import { describe, expect, it } from "vitest";
import { type AttributeValue, canonicalText, sameValue } from "../../src/model/attribute.ts";

describe("the canonical text of a value", () => {
  const values: readonly AttributeValue[] = [
    null,
    true,
    0,
    -1.5,
    "",
    "plain text, (x) = 'y' [z] ~",
    'quotes " and \\ backslashes',
    "\n\t\u0000\u007f",
    "é 表 \u{1f600}",
    "\ud800",
    [],
    ["a", ["b", null], { c: 1 }],
    {},
    { "a b": "x", nested: { list: [] }, 'é"': ["y"] },
  ];
  it.each(values.map((value) => [value]))("is its JSON: %j", (value) => {
    expect(canonicalText(value)).toBe(JSON.stringify(value));
  });

  it("has the names of every map in order, and none that is undefined", () => {
    const value = { b: [{ d: 1, c: undefined, a: 2 }], a: "x" };
    expect(canonicalText(value)).toBe('{"a":"x","b":[{"a":2,"d":1}]}');
  });

  it("tells equal values from others", () => {
    expect(sameValue({ a: 1, b: undefined }, { a: 1 })).toBe(true);
    expect(sameValue(["a,b"], ["a", "b"])).toBe(false);
  });
});
