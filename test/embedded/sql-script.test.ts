import { describe, expect, it } from "vitest";
import { scriptParts } from "../../src/embedded/sql-script.ts";

function cut(script: string): string[] {
  return [...scriptParts(script)].map((part) =>
    part.kind === "data" ? `${part.line}: data of ${part.rows} rows` : `${part.line}: ${part.text}`,
  );
}

describe("cutting a SQL script where psql does", () => {
  it.each<readonly [title: string, script: string, parts: readonly string[]]>([
    ["at semicolons", "select 1; select 2;", ["1: select 1", "1: select 2"]],
    ["with a last statement that has none", "select 1;\nselect 2", ["1: select 1", "2: select 2"]],
    ["without empty statements", ";;\n ; -- nothing\n/* at all; */;", []],
    ["not inside a string", "select 'a;''b;', \"c;\"\"d\";", [`1: select 'a;''b;', "c;""d"`]],
    [
      "not inside an escape string",
      "select E'it\\'s; \\\\';select 2;",
      ["1: select E'it\\'s; \\\\'", "1: select 2"],
    ],
    [
      "where a plain string ends in a backslash",
      "select 'c:\\'; select 2;",
      ["1: select 'c:\\'", "1: select 2"],
    ],
    [
      "not inside a dollar body",
      "do $$ begin; end $$; do $x$ ; $$ ; $x$;",
      ["1: do $$ begin; end $$", "1: do $x$ ; $$ ; $x$"],
    ],
    [
      "where a name holds a dollar sign",
      "select a$b$ from t; select 2;",
      ["1: select a$b$ from t", "1: select 2"],
    ],
    [
      "where a parameter is named",
      "prepare p as select $1; select 2;",
      ["1: prepare p as select $1", "1: select 2"],
    ],
    [
      "not inside nested comments",
      "/* a /* b; */ c; */ select 1; -- x;\nselect 2;",
      ["1: select 1", "2: select 2"],
    ],
    ["with a comment inside a statement", "select -- one;\n 1;", ["1: select -- one;\n 1"]],
    [
      "not inside the parentheses of a rule",
      "create rule r as on insert to t do also (delete from a; delete from b); select 1;",
      ["1: create rule r as on insert to t do also (delete from a; delete from b)", "1: select 1"],
    ],
    [
      "not inside a body in BEGIN ATOMIC, whatever CASE it holds",
      "create or replace function f() returns int begin atomic\nselect case when true then 1 end;\nselect 2; end;\nselect 3;",
      [
        "1: create or replace function f() returns int begin atomic\nselect case when true then 1 end;\nselect 2; end",
        "4: select 3",
      ],
    ],
    ["where BEGIN is a transaction", "begin; select 1; end;", ["1: begin", "1: select 1", "1: end"]],
    [
      "with the lines of psql's own",
      "\\restrict abc\nselect 1;\n\\connect shop\n",
      ["1: \\restrict abc", "2: select 1", "3: \\connect shop"],
    ],
    [
      "around the rows of COPY",
      "copy public.t (a, b) from stdin;\n1\tone; two\n2\t'\n\\.\n\nselect 1;",
      ["1: copy public.t (a, b) from stdin", "2: data of 2 rows", "6: select 1"],
    ],
    ["after a byte order mark", "\ufeffselect 1;", ["1: select 1"]],
    ["with Windows line ends", "select 1;\r\nselect\r\n2;\r\n", ["1: select 1", "2: select\r\n2"]],
    [
      "with an unfinished string as the last part",
      "select 1; select 'oops;\nselect 2;",
      ["1: select 1", "1: select 'oops;\nselect 2;"],
    ],
  ])("%s", (_, script, parts) => {
    expect(cut(script)).toEqual(parts);
  });

  it("reads strings of megabytes", () => {
    const text = "it''s ".repeat(1_000_000);
    expect(cut(`select '${text}'; select 2;`)).toHaveLength(2);
  });
});
