/** Expressions as MySQL keeps them with and without quoted names. */
import { expect, it } from "vitest";
import { withQuotedColumns } from "../../../../src/dialects/mysql/normalise/check-text.ts";

it.each([
  ["(id > 0)", "(`id` > 0)"],
  ["((a + Date) < year(date))", "((`a` + `Date`) < year(`date`))"],
  ["(cast(a as date) > '2020')", "(cast(`a` as date) > '2020')"],
  ["(date(a) in ('id','a'))", "(date(`a`) in ('id','a'))"],
  ["(`id` > a)", "(`id` > a)"],
  ["(1 = 1)", "(1 = 1)"],
  ["(a <> '`')", "(`a` <> '`')"],
  ["((`id` <> '`') or (1 = date))", "((`id` <> '`') or (1 = date))"],
])("%s is %s", (expression, expected) => {
  expect(withQuotedColumns(expression, ["id", "a", "date"])).toBe(expected);
});
