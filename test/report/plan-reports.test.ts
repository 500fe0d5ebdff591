/** Plans as a script and as JSON. */
import { describe, expect, it } from "vitest";
import { planMigration } from "../../src/app/plan-migration.ts";
import type { Plan } from "../../src/model/plan.ts";
import { planJson } from "../../src/report/plan-json.ts";
import { renderPlan, renderRollback } from "../../src/report/sql.ts";
import { aColumn, aSnapshot, aTable, aView } from "../support/builders.ts";
import { errorsOf, publishedSchema } from "../support/published-schema.ts";

const from = aSnapshot([
  aTable("orders", { tablespace: null }),
  aColumn("orders", "id"),
  aView("old\n; drop table x; --", "select 1"),
]);
const to = aSnapshot([
  aTable("orders", { tablespace: "fast" }),
  aColumn("orders", "id", { type: "bigint" }),
  aColumn("orders", "note", { type: "text", position: 2 }),
]);
const input = { from: "shop\n-- x", to: "shop@baseline", plan: planMigration(from, to) };

describe("a plan as SQL", () => {
  it("says what each statement is for, what is dangerous and the lock, in comments of one line", () => {
    const lines = renderPlan(input).split("\n");
    expect(lines[0]).toBe("-- Plan: shop\\n-- x -> shop@baseline: 3 statements");
    expect(lines).toContain("-- column public.orders.note: added");
    expect(lines).toContain("ALTER TABLE public.orders ADD COLUMN note text;");
    expect(lines).toContain("-- table-rewrite: Writes the whole table and its indexes anew.");
    expect(lines).toContain("-- lock: ACCESS EXCLUSIVE");
    // Nothing that a name holds begins a line of its own, outside the quotes of the statement that needs it.
    expect(lines.filter((line) => line.startsWith("; drop table x"))).toEqual(['; drop table x; --";']);
  });

  it("wraps what may share a transaction, and nothing else", () => {
    const statement = {
      reverse: [],
      hazards: [],
      lock: null,
      because: { verb: "added", kind: "table", key: aTable("t").key, object: aTable("t") },
    } as const;
    const plan: Plan = {
      ...input.plan,
      session: [],
      unplanned: [],
      statements: [
        { ...statement, sql: "one", transactional: true },
        { ...statement, sql: "two", transactional: false },
        { ...statement, sql: "three", transactional: true },
      ],
    };
    const lines = renderPlan({ ...input, plan }).split("\n");
    expect(lines.filter((line) => line !== "" && !line.startsWith("--"))).toEqual([
      "BEGIN;",
      "one;",
      "COMMIT;",
      "two;",
      "BEGIN;",
      "three;",
      "COMMIT;",
    ]);
  });

  it("gives programs of MySQL a delimiter that their text does not hold", () => {
    const [first] = input.plan.statements;
    const statements =
      first === undefined ? [] : [{ ...first, sql: "CREATE PROCEDURE p() BEGIN SELECT 1; -- //\nEND" }];
    const text = renderPlan({ ...input, plan: { ...input.plan, dialect: "mysql", statements } });
    expect(text).toContain(
      "DELIMITER ///\nCREATE PROCEDURE p() BEGIN SELECT 1; -- //\nEND///\nDELIMITER ;\n",
    );
  });

  it("writes the rollback from the last statement to the first", () => {
    const lines = renderRollback(input)
      .split("\n")
      .filter((line) => /^(?:ALTER|CREATE|DROP)/.test(line));
    expect(lines[0]).toBe("ALTER TABLE public.orders DROP COLUMN note;");
    expect(lines.at(-1)).toMatch(/^CREATE VIEW public\."old/);
  });

  it("lists what is not planned, with the reason", () => {
    expect(renderPlan(input)).toContain(
      "-- NOT PLANNED: table public.orders: tablespace altered: plans do not change the tablespace of a table yet",
    );
  });
});

describe("a plan as JSON", () => {
  it("keeps to the published schema, which refuses what is missing, wrong or unknown", () => {
    const validate = publishedSchema("plan");
    const json = planJson(input);
    expect(errorsOf(validate, json)).toEqual([]);
    const [first] = json.statements;
    for (const broken of [{ reverse: "no way" }, { because: undefined }, { lock: 1 }, { surprise: 1 }])
      expect(errorsOf(validate, { ...json, statements: [{ ...first, ...broken }] })).not.toEqual([]);
  });

  it("has every statement with its reverse, its change, and the whole rollback", () => {
    const json = planJson(input);
    expect(json).toMatchObject({ from: input.from, dialect: "postgres", rollback: { complete: true } });
    expect(json.statements.at(-1)).toMatchObject({
      sql: "ALTER TABLE public.orders ADD COLUMN note text",
      reverse: ["ALTER TABLE public.orders DROP COLUMN note"],
      lock: "ACCESS EXCLUSIVE",
      transactional: true,
      because: { verb: "added", key: "column:public.orders.note", attribute: null },
    });
    expect(json.unplanned).toMatchObject([{ key: "table:public.orders", attribute: "tablespace" }]);
    expect(json.rollback.statements.length).toBe(json.statements.length);
  });
});
