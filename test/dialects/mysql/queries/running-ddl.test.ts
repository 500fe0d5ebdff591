import { describe, expect, it } from "vitest";
import { cannotChangeSchema } from "../../../../src/dialects/mysql/queries/running-ddl.ts";

describe("a running statement", () => {
  it.each([
    ["SELECT 1", true],
    ["  (select 1)", true],
    ["/* app:shop */ UPDATE t SET a = 1", true],
    ["-- note\nINSERT INTO t VALUES (1)", true],
    ["SET @x = 1", true],
    ["COMMIT", true],
    ["ALTER TABLE t ADD a int", false],
    ["/* app */ create index i on t (a)", false],
    ["/*!80000 ALTER TABLE t ADD a int */", false],
    ["CALL deploy()", false],
    ["EXECUTE s", false],
    ["BEGIN NOT ATOMIC CREATE TABLE t (a int); END", false],
    ["SET STATEMENT max_statement_time = 1 FOR DROP TABLE t", false],
    ["SELECTED", false],
    ["", false],
  ])("%j leaves the schema alone: %s", (statement, expected) => {
    expect(cannotChangeSchema(statement)).toBe(expected);
  });
});
