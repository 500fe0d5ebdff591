/** What a server prints in two ways is one thing; what only looks like that is a change. Both directions, case by case. */
import { describe, expect, it } from "vitest";
import { isReread, isRespelled } from "../../src/compare/spelling.ts";

describe("a text that was dumped and restored", () => {
  it.each([
    [
      "a list of varchars",
      "((kind)::text = ANY ((ARRAY['a'::character varying, 'b, c'::character varying])::text[]))",
      "((kind)::text = ANY (ARRAY[('a'::character varying)::text, ('b, c'::character varying)::text]))",
    ],
    [
      "two lists",
      "((a = ANY ((ARRAY['x'::s.t])::text[])) OR (b = ANY ((ARRAY[f(1, 2)])::s.\"T\"[])))",
      "((a = ANY (ARRAY[('x'::s.t)::text])) OR (b = ANY (ARRAY[(f(1, 2))::s.\"T\"])))",
    ],
    [
      "an unnamed column of the second SELECT",
      "SELECT a FROM s.t UNION ALL SELECT NULL::integer FROM s.u",
      "SELECT a FROM s.t UNION ALL SELECT NULL::integer AS int4 FROM s.u",
    ],
    [
      "a constant in a subquery that is a condition",
      "(EXISTS ( SELECT 'x'::text, NULL::character varying, a, '{}'::s.\"T\"[], '1'::numeric(3,1) FROM t))",
      '(EXISTS ( SELECT \'x\'::text AS text, NULL::character varying AS "varchar", a, \'{}\'::s."T"[] AS "T", \'1\'::numeric(3,1) AS "numeric" FROM t))',
    ],
    [
      "a constant in a subquery that is a value",
      "SELECT a, ( SELECT 'it''s'::text) AS b FROM t WHERE (c IN ( SELECT 'x'::text UNION SELECT 'y'::text))",
      "SELECT a, ( SELECT 'it''s'::text AS text) AS b FROM t WHERE (c IN ( SELECT 'x'::text AS text UNION SELECT 'y'::text AS text))",
    ],
    [
      "BETWEEN before AND",
      "(((b >= 0) AND (b <= 10)) AND (a >= 0))",
      "((b >= 0) AND (b <= 10) AND (a >= 0))",
    ],
    ["a key of a locale that is on", "und-u-kf-lower-kn", "und-u-kf-lower-kn-true"],
    [
      "a join without a condition",
      "SELECT 1 FROM ((a LEFT JOIN b ON TRUE) JOIN c ON TRUE) WHERE true",
      "SELECT 1 FROM ((a LEFT JOIN b ON (true)) JOIN c ON (true)) WHERE true",
    ],
    ["NOT BETWEEN before OR", "(((a < 1) OR (a > 2)) OR (b = 1))", "((a < 1) OR (a > 2) OR (b = 1))"],
    [
      "rows that are compared, inside NOT",
      "(NOT ((((a IS DISTINCT FROM 1) OR (b IS DISTINCT FROM 2)) OR c) OR d))",
      "(NOT ((a IS DISTINCT FROM 1) OR (b IS DISTINCT FROM 2) OR c OR d))",
    ],
    [
      "BETWEEN in several places of a view",
      "SELECT CASE WHEN (((a > 0) AND (a < 9)) AND b) THEN 1 END FROM t WHERE (x OR (((c > 0) AND (c < 9)) AND d))",
      "SELECT CASE WHEN ((a > 0) AND (a < 9) AND b) THEN 1 END FROM t WHERE (x OR ((c > 0) AND (c < 9) AND d))",
    ],
    [
      "BETWEEN before a list of varchars",
      "(((a >= 1) AND (a <= 2)) AND ((v)::text = ANY ((ARRAY['a'::x])::text[])))",
      "((a >= 1) AND (a <= 2) AND ((v)::text = ANY (ARRAY[('a'::x)::text])))",
    ],
  ])("is the same: %s", (_, before, after) => {
    expect(isReread(before, after)).toBe(true);
    expect(isReread(after, before)).toBe(true);
    expect(isReread(["x", before], ["x", after])).toBe(true);
    expect(isReread({ x: before, y: "z" }, { y: "z", x: after })).toBe(true);
  });

  it.each([
    [
      "another element",
      "ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[])",
      "ANY (ARRAY[('a'::character varying)::text, ('c'::character varying)::text])",
    ],
    ["one element more", "ANY ((ARRAY['a'::x])::text[])", "ANY (ARRAY[('a'::x)::text, ('b'::x)::text])"],
    ["another type", "ANY ((ARRAY['a'::x])::text[])", "ANY (ARRAY[('a'::x)::bytea])"],
    ["brackets inside a constant", "ANY ((ARRAY['a])::text[]'::x])::text[])", "ANY (ARRAY[('a'::x)::text])"],
    ["the name of a column of the first SELECT", "SELECT a FROM t", "SELECT a AS b FROM t"],
    [
      "a name inside a subquery",
      "SELECT a UNION SELECT (SELECT b FROM u)",
      "SELECT a UNION SELECT (SELECT b AS c FROM u)",
    ],
    ["the name of a column", "( SELECT a::text)", "( SELECT a::text AS b)"],
    ["the name of a column after a constant", "SELECT NULL::text AS a, b", "SELECT NULL::text AS a, b AS c"],
    [
      "the name of a column after DISTINCT ON",
      "SELECT DISTINCT ON ('x'::text) b",
      "SELECT DISTINCT ON ('x'::text) b AS c",
    ],
    ["another name of a constant", "SELECT 'x'::text AS a", "SELECT 'x'::text AS b"],
    ["another constant", "( SELECT 'x'::text)", "( SELECT 'y'::text AS text)"],
    ["another type of a constant", "( SELECT 'x'::text)", "( SELECT 'x'::bytea AS bytea)"],
    ["space inside a constant", "'a b'::text", "'a  b'::text"],
    ["space alone", "(a > 0)", "(a  > 0)"],
    ["one list entry instead of two", ["a, b"], ["a", "b"]],
    ["another name beside it", { x: "((a AND b) AND c)" }, { y: "(a AND b AND c)" }],
    ["one name more", { x: "((a AND b) AND c)" }, { x: "(a AND b AND c)", y: "d" }],
    ["AND grouped to the right, which stays", "(a AND (b AND c))", "(a AND b AND c)"],
    ["OR before AND", "((a OR b) AND c)", "(a OR b AND c)"],
    ["AND before OR", "((a AND b) OR c)", "(a AND b OR c)"],
    ["another operand", "((a AND b) AND c)", "(a AND b AND d)"],
    ["an operand less", "((a AND b) AND c)", "(a AND b)"],
    ["a key of a locale that is off", "und-u-kn", "und-u-kn-false"],
    ["another key of a locale", "und-u-kn-true", "und-u-kb-true"],
    ["what is no locale", "it-is-true", "it-is"],
    ["a join on something else", "a JOIN b ON TRUE", "a JOIN b ON (false)"],
    ["a join on a column", "a JOIN b ON TRUE", "a JOIN b ON (truth)"],
    ["AND inside a constant", "('((a AND b) AND c)'::text)", "('(a AND b AND c)'::text)"],
  ])("is another: %s", (_, before, after) => {
    expect(isReread(before, after)).toBe(false);
    expect(isReread(after, before)).toBe(false);
  });
});

describe("a text that another major version prints", () => {
  const all = ["DELETE", "INSERT", "REFERENCES", "SELECT", "TRIGGER", "TRUNCATE", "UPDATE"];
  it.each([
    [
      "a view over one table",
      "SELECT t.a, t.b FROM s.t WHERE (t.a > 0)",
      "SELECT a, b FROM s.t WHERE (a > 0)",
    ],
    ["a view over one table with an alias", "SELECT x.a AS b FROM s.t x", "SELECT a AS b FROM s.t x"],
    [
      "a subquery, which keeps its qualifiers",
      "SELECT t.a FROM s.t WHERE (EXISTS (SELECT u.b FROM s.u))",
      "SELECT a FROM s.t WHERE (EXISTS (SELECT u.b FROM s.u))",
    ],
    ["XMLSERIALIZE", "XMLSERIALIZE(CONTENT x AS text)", "XMLSERIALIZE(CONTENT x AS text NO INDENT)"],
    ["an ICU locale", "@colCaseFirst=lower;colNumeric=yes", "und-u-kf-lower-kn-true"],
    ["an ICU locale with a language", "de_DE@colStrength=secondary", "de-DE-u-ks-level2"],
    ["GRANT ALL", all, [...all, "MAINTAIN"]],
  ])("is the same: %s", (_, before, after) => {
    expect(isRespelled(before, after)).toBe(true);
    expect(isRespelled(after, before)).toBe(true);
  });

  it.each([
    ["another column", "SELECT t.a FROM s.t", "SELECT b FROM s.t"],
    ["another table", "SELECT t.a FROM s.t", "SELECT a FROM s.u"],
    ["qualifiers of two tables", "SELECT t.a, u.b FROM s.t, s.u", "SELECT a, b FROM s.t, s.u"],
    ["a qualifier that is no table of it", "SELECT x.a FROM s.t", "SELECT a FROM s.t"],
    ["the schema of a table", "SELECT t.a FROM s.t", "SELECT a FROM t"],
    ["another constant", "SELECT t.a FROM s.t WHERE (t.a = 'x  y')", "SELECT a FROM s.t WHERE (a = 'x y')"],
    ["INDENT", "XMLSERIALIZE(CONTENT x AS text)", "XMLSERIALIZE(CONTENT x AS text INDENT)"],
    ["another ICU option", "@colNumeric=yes", "und-u-kn-false"],
    ["MAINTAIN beside a part of all", all.slice(1), [...all.slice(1), "MAINTAIN"]],
    ["another privilege", all, [...all, "OTHER"]],
  ])("is another: %s", (_, before, after) => {
    expect(isRespelled(before, after)).toBe(false);
    expect(isRespelled(after, before)).toBe(false);
  });
});
