/** What becomes of values when a plan changes the type of their column: it keeps them, fails, or says that they lose. */
import pg from "pg";
import { beforeAll, describe, expect, it } from "vitest";
import { planMigration } from "../../../src/app/plan-migration.ts";
import type { HazardKind } from "../../../src/model/plan.ts";
import { describeServer } from "../../support/servers/urls.ts";
import { createDatabase, type TestDatabase } from "./support.ts";

type Fate = "keeps" | "fails" | "loses";

type Row = readonly [before: string, value: string, after: string, fate: Fate];

const rows: readonly Row[] = [
  ["varchar(10)", "'abcdef'", "varchar(20)", "keeps"],
  ["varchar(10)", "'abcdef'", "varchar(4)", "fails"],
  ["text", "'abcdef'", "varchar(4)", "fails"],
  ["text", "'abcdef'", "character(4)", "fails"],
  ["varchar(10)[]", "'{abcdef}'", "varchar(4)[]", "fails"],
  ["bit(8)", "'10101010'", "bit(4)", "fails"],
  ["bit varying(8)", "'10101010'", "bit(4)", "fails"],
  ["bit varying(8)", "'10101010'", "bit varying(4)", "fails"],
  ["bigint", "5000000000", "integer", "fails"],
  ["integer", "5", "bigint", "keeps"],
  ["numeric(10,2)", "12345678.25", "numeric(6,2)", "fails"],
  ["numeric(10,4)", "1.2345", "numeric(10,2)", "loses"],
  ["numeric(10,2)", "1.5", "numeric(12,4)", "keeps"],
  ["numeric(10,2)", "1.55", "integer", "loses"],
  ["double precision", "1.23456789012", "real", "loses"],
  ["double precision", "1.5", "bigint", "loses"],
  ["timestamp(6)", "'2020-01-01 10:00:00.123456'", "timestamp(0)", "loses"],
  ["timestamp", "'2020-01-01 10:00:00'", "date", "loses"],
  ["date", "'2020-01-01'", "timestamp", "keeps"],
  ["interval", "'1 day 02:03:04.5'", "interval(0)", "loses"],
  ["text", "'2020-01-01 10:00'", "date", "loses"],
  ["text", "'abc'", "integer", "fails"],
  ["integer", "7", "text", "keeps"],
  ["integer", "12345", "varchar(3)", "fails"],
  ["integer", "12345", "character(3)", "fails"],
  ["integer[]", "'{12345}'", "varchar(3)[]", "fails"],
  ["json", `'{"a": 1}'`, "varchar(3)", "fails"],
  ["boolean", "true", "varchar(4)", "keeps"],
  ["varchar(9)", "'abcdef'", "bit(4)", "fails"],
  ["json", `'{"a": 1, "a": 2}'`, "jsonb", "loses"],
  ["inet", "'10.0.0.1/8'", "cidr", "loses"],
];

describeServer("postgres-18", "a plan for another type", (server) => {
  let database: TestDatabase;
  let other: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase(server);
    other = await createDatabase(server);
    return async () => {
      await database.drop();
      await other.drop();
    };
  });

  async function textOf(client: pg.Client): Promise<string> {
    const { rows: found } = await client.query<{ value: string }>("select c::text as value from t");
    return found[0]?.value ?? "";
  }

  /** What the plan did to the value on the server. */
  async function fateOf(statements: readonly string[]): Promise<Fate> {
    const client = new pg.Client(database.url);
    await client.connect();
    try {
      const before = await textOf(client);
      for (const sql of statements) await client.query(sql);
      const after = await textOf(client);
      const isSame = after.startsWith(before) || before.replace(/0+$/, "") === after.replace(/0+$/, "");
      return isSame ? "keeps" : "loses";
    } catch (error) {
      expect(error).toBeInstanceOf(pg.DatabaseError);
      return "fails";
    } finally {
      await client.end();
    }
  }

  describe.each(rows)("of %s holding %s to %s", (before, value, after, fate) => {
    it(`${fate}, and says so`, async () => {
      await database.sql(
        `drop table if exists t; create table t (c ${before}); insert into t values (${value})`,
      );
      await other.sql(`drop table if exists t; create table t (c ${after})`);
      const plan = planMigration(await database.snapshot(), await other.snapshot());
      expect(await fateOf(plan.statements.map(({ sql }) => sql))).toBe(fate);
      const hazards = new Set<HazardKind>(
        plan.statements.flatMap(({ hazards: all }) => all.map(({ kind }) => kind)),
      );
      if (fate === "loses") expect(hazards).toContain("data-loss");
      if (fate === "fails") expect(hazards).toContain("may-fail");
      const isWarned = hazards.has("data-loss") || hazards.has("may-fail");
      if (fate === "keeps" && !/^(?:text|varchar)/.test(after)) expect(isWarned).toBe(false);
    });
  });
});
