import { describe, expect, it } from "vitest";
import { readDictionaryOptions } from "../../../../src/dialects/postgres/normalise/dictionary-options.ts";

describe("options of a text search dictionary", () => {
  it.each<readonly [string, string | null, Record<string, string> | undefined]>([
    ["none", null, {}],
    ["several", "stopwords = 'english', accept = 'false'", { stopwords: "english", accept: "false" }],
    ["a number", "accept = 1, maxlen = -6.5", { accept: "1", maxlen: "-6.5" }],
    ["quotes", "a = 'it''s, b = ''c'''", { a: "it's, b = 'c'" }],
    ["backslashes", "a = E'\\\\x''', b = ''", { a: "\\x'", b: "" }],
    ["a quoted name", `"Odd "" = , name" = 'x', b = 'y'`, { 'Odd " = , name': "x", b: "y" }],
    ["one that is given twice", "a = '1', b = '2', a = '3'", { a: "1, 3", b: "2" }],
    ["no such list", "whatever 'this", undefined],
  ])("reads %s", (_what, text, expected) => {
    expect(readDictionaryOptions(text)).toEqual(expected);
  });
});
