/** The same bytes as each server prints them. */
import { describe, expect, it } from "vitest";
import { canonicalBinaryDefaults } from "../../../../src/dialects/mysql/normalise/binary-defaults.ts";

function defaultOf(literal: string, type = "varbinary(9)"): string {
  const text = canonicalBinaryDefaults(
    `CREATE TABLE \`t\` (\n  \`a\` ${type} NOT NULL DEFAULT ${literal},\n)`,
  );
  return /DEFAULT (.*),\n/.exec(text)?.[1] ?? "";
}

describe("a default of a binary column", () => {
  it.each([
    ["plain text", "'abc'", "x'616263'", "'abc'"],
    ["nothing", "''", "x''", "''"],
    ["padding", "'a\\0\\0'", "x'610000'", "x'610000'"],
    ["a quote and a backslash", "'''\\\\'", "x'275c'", "x'275c'"],
    ["line ends", "'\\n\\r'", "x'0a0d'", "x'0a0d'"],
    ["letters that are not ASCII", "'é'", "x'c3a9'", "x'c3a9'"],
    ["bytes that are no text", "'\\xff\\0'", "0xFF00", "x'ff00'"],
    ["an introducer", "_binary 'abc'", "'abc'", "'abc'"],
  ])("of %s is one, whoever prints it", (_, first, second, expected) => {
    expect(defaultOf(first)).toBe(expected);
    expect(defaultOf(second)).toBe(expected);
  });

  it("of an ENUM or SET is printed as its members are", () => {
    expect(defaultOf("x'61'", "enum('a','b,''c')")).toBe("'a'");
    expect(defaultOf("x'c3a9'", "set('é')")).toBe("'é'");
    expect(defaultOf("'é'", "enum('é')")).toBe("'é'");
    expect(defaultOf("x'ff'", "enum('\\xff')")).toBe("x'ff'");
  });

  it.each([
    ["an expression", "concat('a\\0','b')", "varbinary(9)"],
    ["a column of text", "'a\\0'", "varchar(9)"],
    ["a bit field", "b'101'", "bit(3)"],
    ["NULL", "NULL", "binary(3)"],
  ])("stays as it is for %s", (_, literal, type) => {
    expect(defaultOf(literal, type)).toBe(literal);
  });

  it("is not looked for in comments and names", () => {
    const text =
      "CREATE TABLE `t` (\n  `x` int COMMENT '`a` binary(3) DEFAULT ''a\\\\0''',\n  `b binary(2) DEFAULT '\\0'` int\n)";
    expect(canonicalBinaryDefaults(text)).toBe(text);
  });
});
