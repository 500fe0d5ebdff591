/** Plans against a real PostgreSQL: there, compared, and back again. */
import { Client } from "pg";
import { beforeAll, describe, expect, it } from "vitest";
import { planMigration } from "../../../src/app/plan-migration.ts";
import type { Snapshot } from "../../../src/model/snapshot.ts";
import {
  applyEach,
  expectEveryChangeTold,
  expectPlannedRoundTrip,
  expectRoundTrip,
  type LiveDatabase,
} from "../../plan/round-trip.ts";
import { describeServer } from "../../support/servers/urls.ts";
import { type PostgresCase, sharedPostgresCases } from "../../support/shared-cases.ts";
import { type PlanCase, planCases, unplannedCases } from "./plan-cases.ts";
import { createDatabase, createRole, load } from "./support.ts";

/** PostgreSQL adds columns at the end only; plans say so as a hazard. */
const anyOrder = { modes: { ignoreColumnOrder: true } };

/**
 * Pairs that a complete plan does not bring there, and the server's words. A partition's own constraint whose index is
 * attached to an index of the parent tells nothing of it in the snapshot.
 */
const known: Readonly<Record<string, string>> = {
  "pg-schema-diff/partitioned_index/Add unique constraint with existing matching base-table index (matching non-local index exists that backs local matching unique constraint)":
    "cannot drop index public.foobar_foo_id_key because other objects depend on it",
};

/** Of the pairs that differ, how many have a complete plan: no less than this, so that plans cannot rot. */
const leastShare = 0.9;

const pairs = sharedPostgresCases();

/** Roles and subscriptions belong to the whole cluster, where both sides would share them. */
function isOfCluster({ before_sql, after_sql, facets }: PostgresCase): boolean {
  return facets?.role !== undefined || /create (?:role|user |subscription)/i.test(before_sql + after_sql);
}

describeServer("postgres-18", "plans for PostgreSQL", (server) => {
  beforeAll(() => createRole(server, "dwplan_reader"));

  describe("make and take back", () => {
    it.for(planCases)("$name", async (each) => {
      await withDatabases(server, sqlOf(each, "before"), sqlOf(each, "after"), async ({ live, from, to }) => {
        await expectPlannedRoundTrip(live, from, to);
      });
    });
  });

  it("add the values of an enum in their places, and say that nothing takes them back", async () => {
    const [before, after] = [
      "create type e as enum ('b', 'd')",
      "create type e as enum ('a', 'b', 'c', 'd', 'it''s')",
    ];
    await withDatabases(server, before, after, async ({ live, from, to }) => {
      const plan = await expectPlannedRoundTrip(live, from, to);
      expect(plan.statements.map(({ reverse, transactional }) => ({ reverse, transactional }))).toEqual(
        Array.from({ length: 3 }, () => ({ reverse: "irreversible", transactional: false })),
      );
    });
  });

  it.for(unplannedCases)("leave $name unplanned and say why", async (each) => {
    await withDatabases(server, sqlOf(each, "before"), sqlOf(each, "after"), async ({ from, to }) => {
      const { unplanned } = planMigration(from, to);
      expect(unplanned.map(({ reason }) => reason).join("\n")).toContain(each.reason);
    });
  });

  it("say that a column between others comes last", async () => {
    const [before, after] = ["create table t (a int, b int)", "create table t (a int, c int, b int)"];
    await withDatabases(server, before, after, async ({ live, from, to }) => {
      const plan = await expectPlannedRoundTrip(live, from, to, anyOrder);
      expect(plan.statements.flatMap(({ hazards }) => hazards.map(({ kind }) => kind))).toEqual([
        "column-order",
      ]);
    });
  });

  describe("between the shared pairs", () => {
    if (pairs.length === 0) it.skip("../shared/cases/postgres.jsonl is not there", () => {});
    const wanted = pairs.filter((pair) => pair.expect === "diff" && !isOfCluster(pair));
    let complete = 0;
    let seen = 0;

    it.for(wanted)("$id", async (pair) => {
      await withDatabases(server, pair.before_sql, pair.after_sql, async ({ live, from, to }) => {
        seen += 1;
        const plan = planMigration(from, to);
        expectEveryChangeTold(from, to, plan);
        if (plan.unplanned.length > 0) return;
        complete += 1;
        const trip = expectRoundTrip(live, from, to, plan, anyOrder);
        const words = known[pair.id];
        if (words === undefined) await trip;
        else await expect(trip).rejects.toThrow(words);
      });
    });

    it("have a complete plan nearly always", (context) => {
      if (seen === 0 || seen < wanted.length) context.skip("not all pairs ran");
      expect(complete / seen).toBeGreaterThanOrEqual(leastShare);
    });
  });
});

function sqlOf(each: PlanCase, side: "before" | "after"): string {
  return `${each.both ?? ""};${each[side] ?? ""}`;
}

interface Sides {
  readonly live: LiveDatabase;
  readonly from: Snapshot;
  readonly to: Snapshot;
}

async function withDatabases(
  server: string,
  before: string,
  after: string,
  work: (sides: Sides) => Promise<void>,
): Promise<void> {
  const [one, other] = [await createDatabase(server), await createDatabase(server)];
  try {
    await load(one, before);
    await load(other, after);
    const live: LiveDatabase = {
      apply: (statements) => apply(one.url, statements),
      snapshot: () => one.snapshot(),
    };
    await work({ live, from: await one.snapshot(), to: await other.snapshot() });
  } finally {
    await one.drop();
    await other.drop();
  }
}

async function apply(url: string, statements: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await applyEach(statements, (sql) => client.query(sql));
  } finally {
    await client.end();
  }
}
