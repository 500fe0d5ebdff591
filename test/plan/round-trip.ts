/**
 * The truth of a plan: a database holding `from` reads as `to` after the plan, and as `from` again after its rollback.
 */
import { expect } from "vitest";
import { planMigration } from "../../src/app/plan-migration.ts";
import { compareSnapshots } from "../../src/compare/compare.ts";
import type { CompareOptions } from "../../src/compare/options.ts";
import { type Change, changeId } from "../../src/model/change.ts";
import { type Plan, rollbackOf } from "../../src/model/plan.ts";
import type { Snapshot } from "../../src/model/snapshot.ts";
import { planJson } from "../../src/report/plan-json.ts";
import { errorsOf, publishedSchema } from "../support/published-schema.ts";

/** A database that holds `from`. */
export interface LiveDatabase {
  /** Runs the statements one by one in one session. */
  apply(statements: readonly string[]): Promise<void>;
  snapshot(): Promise<Snapshot>;
}

/** Runs statements one by one; an error names the one that failed. */
export async function applyEach(
  statements: readonly string[],
  query: (sql: string) => Promise<unknown>,
): Promise<void> {
  for (const sql of statements) {
    await query(sql).catch((error: unknown) => {
      throw new Error(`${(error as Error).message}, of ${sql}`, { cause: error });
    });
  }
}

/** Runs the plan and, where nothing is irreversible, its rollback. Expects no difference either way. */
export async function expectRoundTrip(
  database: LiveDatabase,
  from: Snapshot,
  to: Snapshot,
  plan: Plan,
  options: CompareOptions = {},
): Promise<void> {
  expectEveryChangeTold(from, to, plan);
  const differences = async (wanted: Snapshot): Promise<string[]> =>
    compareSnapshots(wanted, await database.snapshot(), { ...options, server: false }).map(told);
  await database.apply([...plan.session, ...plan.statements.map(({ sql }) => sql)]);
  expect(await differences(to), "after the plan").toEqual([]);
  const { statements, irreversible } = rollbackOf(plan);
  if (irreversible.length > 0) return;
  await database.apply([...plan.session, ...statements]);
  expect(await differences(from), "after the rollback").toEqual([]);
}

const validatePlan = publishedSchema("plan");

/** No change is dropped in silence, and what is printed keeps to the published schema. */
export function expectEveryChangeTold(from: Snapshot, to: Snapshot, plan: Plan): void {
  const told = new Set(
    [
      ...plan.statements.flatMap(({ because, includes = [] }) => [because, ...includes]),
      ...plan.brought,
      ...plan.unplanned.map(({ change }) => change),
    ].map(changeId),
  );
  const changes = compareSnapshots(from, to, { server: false }).map(changeId);
  expect(
    changes.filter((id) => !told.has(id)),
    "changes that the plan says nothing of",
  ).toEqual([]);
  expect(errorsOf(validatePlan, planJson({ from: "from", to: "to", plan })), "the plan as JSON").toEqual([]);
}

/** The same, for a pair whose plan must be complete. */
export async function expectPlannedRoundTrip(
  database: LiveDatabase,
  from: Snapshot,
  to: Snapshot,
  options: CompareOptions = {},
): Promise<Plan> {
  const plan = planMigration(from, to);
  expect(plan.unplanned.map(({ change, reason }) => `${changeId(change)}: ${reason}`)).toEqual([]);
  expect(plan.statements.length).toBeGreaterThan(0);
  await expectRoundTrip(database, from, to, plan, options);
  return plan;
}

function told(change: Change): string {
  const values = change.verb === "altered" ? ` ${JSON.stringify([change.before, change.after])}` : "";
  return `${changeId(change)}${values}`;
}
