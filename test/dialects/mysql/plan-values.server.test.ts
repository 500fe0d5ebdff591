/** What becomes of values when a plan changes the type of their column: it keeps them, fails, or says that they lose. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { planMigration } from "../../../src/app/plan-migration.ts";
import type { HazardKind } from "../../../src/model/plan.ts";
import { connect, openTestServer, type TestServer, testFlavors } from "./support.ts";

type Fate = "keeps" | "fails" | "loses";

type Row = readonly [before: string, value: string, after: string, fate: Fate];

const rows: readonly Row[] = [
  ["VARCHAR(10)", "'abcdef'", "VARCHAR(20)", "keeps"],
  ["VARCHAR(10)", "'abcdef'", "VARCHAR(4)", "fails"],
  ["TEXT", "'abcdef'", "CHAR(4)", "fails"],
  ["VARBINARY(10)", "'abcdef'", "VARBINARY(4)", "fails"],
  ["BIT(8)", "b'10101010'", "BIT(4)", "fails"],
  ["BIGINT", "5000000000", "INT", "fails"],
  ["INT", "-5", "INT UNSIGNED", "fails"],
  ["INT", "5", "BIGINT", "keeps"],
  ["DECIMAL(10,2)", "12345678.25", "DECIMAL(6,2)", "fails"],
  ["DECIMAL(10,4)", "1.2345", "DECIMAL(10,2)", "loses"],
  ["DECIMAL(10,2)", "1.50", "DECIMAL(12,2)", "keeps"],
  ["DECIMAL(10,2)", "1.55", "INT", "loses"],
  ["DOUBLE", "1.23456789012", "FLOAT", "loses"],
  ["DATETIME(6)", "'2020-01-01 10:00:00.123456'", "DATETIME", "loses"],
  ["DATETIME", "'2020-01-01 10:00:00'", "DATE", "loses"],
  ["DATETIME", "'2080-01-01 10:00:00'", "TIMESTAMP NULL", "fails"],
  ["VARCHAR(20)", "'2020-01-01 10:00:00'", "DATE", "loses"],
  ["VARCHAR(20)", "'abc'", "INT", "fails"],
  ["ENUM('a','b')", "'b'", "ENUM('a','c')", "fails"],
  ["ENUM('a','b')", "'b'", "ENUM('a','b','c')", "keeps"],
];

describe.each(testFlavors)("a plan for another type on %s", (flavor) => {
  let server: TestServer;
  let one: string;
  let other: string;
  beforeAll(async () => {
    server = await openTestServer(flavor);
    one = await server.createDatabase("values");
    other = await server.createDatabase("others");
  });
  afterAll(() => server.close());

  /** What the plan did to the value on the server. */
  async function fateOf(statements: readonly string[]): Promise<Fate> {
    const connection = await connect(flavor);
    const value = async (): Promise<unknown> => (await connection.query("SELECT HEX(c) AS h, c FROM t"))[0];
    try {
      await connection.query(`USE \`${one}\``);
      const before = JSON.stringify(await value());
      for (const sql of statements) await connection.query(sql);
      return JSON.stringify(await value()) === before ? "keeps" : "loses";
    } catch (error) {
      expect(String(error)).toMatch(/data|value|range/i);
      return "fails";
    } finally {
      await connection.end();
    }
  }

  describe.each(rows)("of %s holding %s to %s", (before, value, after, fate) => {
    it(`${fate}, and says so`, async () => {
      await server.reset(one);
      await server.reset(other);
      await server.run(one, `CREATE TABLE t (c ${before}); INSERT INTO t VALUES (${value})`);
      await server.run(other, `CREATE TABLE t (c ${after})`);
      const plan = planMigration(await server.snapshot(one), await server.snapshot(other));
      expect(plan.unplanned).toEqual([]);
      expect(await fateOf([...plan.session, ...plan.statements.map(({ sql }) => sql)])).toBe(fate);
      const hazards = new Set<HazardKind>(
        plan.statements.flatMap(({ hazards: all }) => all.map(({ kind }) => kind)),
      );
      if (fate === "loses") expect(hazards).toContain("data-loss");
      if (fate === "fails") expect(hazards).toContain("may-fail");
      if (fate === "keeps") expect(hazards.has("data-loss") || hazards.has("may-fail")).toBe(false);
    });
  });
});
