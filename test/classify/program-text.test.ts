import { describe, expect, it } from "vitest";
import { isSameCode, type Language } from "../../src/classify/program-text.ts";

const mysql: Language = { sqlMode: "STRICT_TRANS_TABLES" };
const plpgsql: Language = { language: "plpgsql" };

/** As pg_get_functiondef prints a body. */
function body(text: string): string {
  return `AS $function$${text}$function$`;
}

type Row = readonly [title: string, before: string, after: string, written?: Language];

function rows(
  all: readonly Row[],
): readonly { title: string; before: string; after: string; written: Language | undefined }[] {
  return all.map(([title, before, after, written]) => ({ title, before, after, written }));
}

describe("on MySQL and MariaDB the code is the same", () => {
  it.each(
    rows([
      ["with a line comment of dashes", "BEGIN -- why\n SELECT 1; END", "BEGIN\n SELECT 1; END"],
      ["with a line comment behind #", "BEGIN # why\n SELECT 1; END", "BEGIN SELECT 1; END"],
      ["with a comment at the very end", "SELECT 1 --", "SELECT 1"],
      ["with a comment over lines", "BEGIN /* it's\n so */ SELECT 1; END", "BEGIN  SELECT 1; END"],
      ["with other words in a comment", "BEGIN /* a */ SELECT 1; END", "BEGIN /* b */ SELECT 1; END"],
      ["with other space", "BEGIN\n\tSELECT 1;\r\nEND", "BEGIN SELECT 1; END"],
      ["with a quote that a backslash escapes", "SET @a = 'it\\'s'; -- x", "SET @a = 'it\\'s';"],
      ["with names in backticks", "SELECT `a``-- b` /* x */ FROM t", "SELECT `a``-- b` FROM t"],
      [
        "with a backslash that is none",
        "SET @a = '\\'; -- it's",
        "SET @a = '\\';",
        { sqlMode: "ANSI_QUOTES,NO_BACKSLASH_ESCAPES" },
      ],
      [
        "with a name that ends in a backslash",
        'SELECT "a\\" /* " */ FROM t',
        'SELECT "a\\" FROM t',
        { sqlMode: "ANSI_QUOTES" },
      ],
      ["in a language named SQL", "SELECT 1 -- x", "SELECT 1", { sqlMode: "", language: "SQL" }],
    ]),
  )("$title", ({ before, after, written = mysql }) => {
    expect(isSameCode(before, after, written)).toBe(true);
    expect(isSameCode(after, before, written)).toBe(true);
  });
});

describe("on MySQL and MariaDB the code is another", () => {
  it.each(
    rows([
      ["with another statement", "BEGIN SELECT 1; END", "BEGIN SELECT 2; END"],
      ["when a statement became a comment", "SELECT 1; SELECT 2;", "SELECT 1; -- SELECT 2;"],
      ["with dashes that are arithmetic", "SELECT 5--1", "SELECT 5--2"],
      ["with other dashes in a string", "SELECT '-- a'", "SELECT '-- b'"],
      ["with other space in a string", "SELECT 'a  b'", "SELECT 'a b'"],
      ["with a # in a string", "SELECT 'a#b'", "SELECT 'a#c'"],
      ["with another version comment", "SELECT /*!50000 1 + */ 2", "SELECT /*!50000 3 + */ 2"],
      ["with another comment for MariaDB", "SELECT /*M! 1 + */ 2", "SELECT 2"],
      ["with another hint", "SELECT /*+ NO_ICP(t) */ a FROM t", "SELECT a FROM t"],
      ["when a quote ends elsewhere", "SELECT 'a\\', -- '", "SELECT 'a\\', -- b'"],
      [
        "with a comment mark in what is a string without backslashes",
        "SET @a = '\\'; SELECT ' -- x'",
        "SET @a = '\\'; SELECT ' -- y'",
        { sqlMode: "NO_BACKSLASH_ESCAPES" },
      ],
      ["in another language", "// a\n1", "// b\n1", { sqlMode: "", language: "JAVASCRIPT" }],
      ["with a comment in text between dollars", "SELECT $$ -- a\n$$", "SELECT $$ -- b\n$$"],
      ["when a string never ends", "SELECT 'a -- b", "SELECT 'a -- c"],
      ["when a comment never ends", "SELECT 1 /* a", "SELECT 1 /* b"],
    ]),
  )("$title", ({ before, after, written = mysql }) => {
    expect(isSameCode(before, after, written)).toBe(false);
    expect(isSameCode(after, before, written)).toBe(false);
  });
});

describe("on PostgreSQL the code is the same", () => {
  it.each(
    rows([
      ["with a line comment", "begin --why\n return 1; end", "begin\n return 1; end"],
      ["with a comment over lines", "begin /* it's\n $$ */ return 1; end", "begin return 1; end"],
      ["with other space", "begin\n\treturn 1;\r\nend", "begin return 1; end"],
      ["with an escaped quote", "return E'it\\'s' /* x */;", "return E'it\\'s' ;"],
      ["with a type's name before a string", "return date'2020-01-01' -- x\n;", "return date'2020-01-01' ;"],
      [
        "with text between dollars",
        "execute $q$ select 1 -- a $q$ /* x */;",
        "execute $q$ select 1 -- a $q$ ;",
      ],
      ["with a parameter", "select $1 -- first\n + $2", "select $1 + $2", { language: "sql" }],
      ["with a name of dollars", "select a$b$c -- x\n, a$b$d", "select a$b$c , a$b$d", { language: "sql" }],
    ]),
  )("$title", ({ before, after, written = plpgsql }) => {
    expect(isSameCode(body(before), body(after), written)).toBe(true);
    expect(isSameCode(body(after), body(before), written)).toBe(true);
  });

  it("between other dollars", () => {
    expect(isSameCode("AS $a$ return 1; $a$", "AS $functionx$ return 1; -- $a$ $functionx$", plpgsql)).toBe(
      true,
    );
  });
});

describe("on PostgreSQL the code is another", () => {
  it.each(
    rows([
      ["with another statement", "return 1;", "return 2;"],
      ["with an operator that has a #", "return a #> '{x}';", "return a #> '{y}';"],
      [
        "with another option of PL/pgSQL",
        "#variable_conflict use_column\nbegin",
        "#variable_conflict error\nbegin",
      ],
      ["with other text between dollars", "execute $q$ select 1 -- a $q$;", "execute $q$ select 1 -- b $q$;"],
      ["with other space in a name", 'select "a  b"', 'select "a b"'],
      ["with a backslash before a quote", "return 'a\\' -- ';", "return 'a\\' -- b';"],
      ["with a comment in a comment", "/* a /* b */ return 1; -- */", "/* a /* b */ return 2; -- */"],
      ["with a hint of pg_hint_plan", "/*+ SeqScan(t) */ select 1", "/*+ IndexScan(t) */ select 1"],
      ["in another language", "# a\nreturn 1", "# b\nreturn 1", { language: "plpython3u" }],
    ]),
  )("$title", ({ before, after, written = plpgsql }) => {
    expect(isSameCode(body(before), body(after), written)).toBe(false);
    expect(isSameCode(body(after), body(before), written)).toBe(false);
  });

  it("when a library is", () => {
    expect(isSameCode("AS 'lib', $$a -- b$$", "AS 'lib', $$a -- c$$", { language: "c" })).toBe(false);
  });
});
