import { describe, expect, it } from "vitest";
import {
  canonicalBody,
  canonicalCharset,
  canonicalCollation,
  stripIntroducers,
  unwrapVersionComments,
} from "../../../../src/dialects/mysql/normalise/canonical-text.ts";
import { withoutOwnSchema } from "../../../../src/dialects/mysql/normalise/own-schema.ts";
import {
  quotedString,
  shownName,
  splitByCommas,
  tokenise,
  unquote,
} from "../../../../src/dialects/mysql/normalise/sql-text.ts";

describe("tokens of the server's output", () => {
  it.each([
    ["`a``b`", [["name", "a`b"]]],
    ["'it''s \\\\ \\n'", [["string", "it's \\ \n"]]],
    [
      "a (1.5, -2)",
      [
        ["word", "a"],
        ["symbol", "("],
        ["number", "1.5"],
        ["symbol", ","],
        ["symbol", "-"],
        ["number", "2"],
        ["symbol", ")"],
      ],
    ],
    [
      "b'101'",
      [
        ["word", "b"],
        ["string", "101"],
      ],
    ],
    ["0xF09F92A9", [["number", "0xF09F92A9"]]],
    [
      "select /* ) ' */ 1 -- )\n, 2 # '\n;",
      [
        ["word", "select"],
        ["number", "1"],
        ["symbol", ","],
        ["number", "2"],
        ["symbol", ";"],
      ],
    ],
    ["größe", [["word", "größe"]]],
  ])("of %s", (text, expected) => {
    expect(tokenise(text).map((token) => [token.kind, token.value])).toEqual(expected);
  });

  it("point at their place, so that slices are the server's own text", () => {
    const text = "  `a`  (  'x)'  )";
    expect(tokenise(text).map((token) => text.slice(token.start, token.end))).toEqual([
      "`a`",
      "(",
      "'x)'",
      ")",
    ]);
  });

  it("are split by commas outside parentheses and quotes only", () => {
    const tokens = tokenise("a, b(1, 2), 'c,d'");
    expect(
      splitByCommas(tokens, 0, tokens.length).map((part) => part.map((token) => token.text).join("")),
    ).toEqual(["a", "b(1,2)", "'c,d'"]);
  });

  it.each(["plain", "it's", "a\\b", "line\nbreak", "nul\0"])("quote and unquote %j without loss", (value) => {
    expect(unquote(quotedString(value))).toBe(value);
  });

  it("show names bare where they can be", () => {
    expect(["id", "größe", "a b", "1a", "x`y"].map(shownName)).toEqual([
      "id",
      "größe",
      "`a b`",
      "`1a`",
      "`x``y`",
    ]);
  });
});

describe("canonical text", () => {
  it.each([
    ["`g` point /*!80003 SRID 4326 */", "`g` point   SRID 4326  "],
    ["`b` blob /*M!100301 COMPRESSED*/", "`b` blob   COMPRESSED "],
    ["`a` int COMMENT '/*!80003 no */'", "`a` int COMMENT '/*!80003 no */'"],
  ])("unwraps version comments of %s", (text, expected) => {
    expect(unwrapVersionComments(text)).toBe(expected);
  });

  it.each([
    ["(concat(_utf8mb4'a',_utf8mb3'é'))", "(concat('a','é'))"],
    ["_latin1'abc'", "'abc'"],
    ["_latin1'\\xe9'", "_latin1'\\xe9'"],
    ["_binary'abc'", "_binary'abc'"],
    ["_utf16'ab'", "_utf16'ab'"],
    ["my_utf8mb4 'x'", "my_utf8mb4 'x'"],
    ["'_utf8mb4' = `_utf8mb4`", "'_utf8mb4' = `_utf8mb4`"],
  ])("strips the introducers of %s where they say nothing (P9)", (text, expected) => {
    expect(stripIntroducers(text)).toBe(expected);
  });

  it("knows utf8 as utf8mb3 (P13)", () => {
    expect([
      canonicalCharset("utf8"),
      canonicalCharset("utf8mb4"),
      canonicalCollation("utf8_bin"),
      canonicalCollation("utf8mb4_bin"),
    ]).toEqual(["utf8mb3", "utf8mb4", "utf8mb3_bin", "utf8mb4_bin"]);
  });

  it("trims what a client leaves at the end of a body (P5)", () => {
    expect(canonicalBody("BEGIN\r\n  SELECT 1;\r\nEND; \n")).toBe("BEGIN\n  SELECT 1;\nEND");
  });

  it.each([
    ["select `db`.`t`.`a` AS `a` from `t`", "select `t`.`a` AS `a` from `t`"],
    ["select `db`.`a` AS `a` from `x` `db`", "select `db`.`a` AS `a` from `x` `db`"],
    ["`a` int DEFAULT nextval(`db`.`s`)", "`a` int DEFAULT nextval(`s`)"],
    ["select '`db`.`t`.`a`' AS `x`", "select '`db`.`t`.`a`' AS `x`"],
    ["select `other`.`t`.`a` AS `a`", "select `other`.`t`.`a` AS `a`"],
  ])("leaves the own schema out of %s", (text, expected) => {
    expect(withoutOwnSchema(text, "db")).toBe(expected);
  });
});
