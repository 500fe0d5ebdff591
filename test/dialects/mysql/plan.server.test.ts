/** Plans against a real MySQL and a real MariaDB: there, compared, and back again. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { planMigration } from "../../../src/app/plan-migration.ts";
import { compareSnapshots } from "../../../src/compare/compare.ts";
import type { Snapshot } from "../../../src/model/snapshot.ts";
import {
  applyEach,
  expectEveryChangeTold,
  expectPlannedRoundTrip,
  expectRoundTrip,
  type LiveDatabase,
} from "../../plan/round-trip.ts";
import { sharedMysqlCases } from "../../support/shared-cases.ts";
import { type PlanCase, planCases, unplannedCases } from "./plan-cases.ts";
import { connect, openTestServer, type TestServer, testFlavors } from "./support.ts";

/** Of the pairs that differ, how many have a complete plan: no less than this, so that plans cannot rot. */
const leastShare = { mysql: 0.88, mariadb: 0.92 };

const pairs = sharedMysqlCases();

describe.each(testFlavors)("plans for %s", (flavor) => {
  let server: TestServer;
  let one: string;
  let other: string;
  beforeAll(async () => {
    server = await openTestServer(flavor);
    one = await server.createDatabase("from");
    other = await server.createDatabase("to");
  });
  afterAll(() => server.close());

  async function load(database: string, sql: string): Promise<Snapshot> {
    await server.reset(database);
    await server.run(database, sql);
    return await server.snapshot(database);
  }

  const live: LiveDatabase = {
    snapshot: () => server.snapshot(one),
    async apply(statements) {
      const connection = await connect(flavor);
      try {
        await connection.query(`USE \`${one}\``);
        await applyEach(statements, (sql) => connection.query(sql));
      } finally {
        await connection.end();
      }
    },
  };

  const isHere = ({ only }: PlanCase): boolean => only === undefined || only === flavor;

  describe("make and take back", () => {
    it.for(planCases.filter(isHere))("$name", async (each) => {
      const from = await load(one, sqlOf(each, "before"));
      const to = await load(other, sqlOf(each, "after"));
      await expectPlannedRoundTrip(live, from, to);
    });
  });

  it.for(unplannedCases.filter(isHere))("leave $name unplanned and say why", async (each) => {
    const from = await load(one, sqlOf(each, "before"));
    const to = await load(other, sqlOf(each, "after"));
    const { unplanned } = planMigration(from, to);
    expect(unplanned.map(({ reason }) => reason).join("\n")).toContain(each.reason);
  });

  describe("between the shared pairs", () => {
    if (pairs.length === 0) it.skip("../shared/cases/mysql.jsonl is not there", () => {});
    const wanted = pairs.filter((pair) => pair.flavor === "any" || pair.flavor === flavor);
    let seen = 0;
    let different = 0;
    let complete = 0;

    it.for(wanted)("$id", async (pair) => {
      const from = await load(one, pair.before_sql);
      const to = await load(other, pair.after_sql);
      seen += 1;
      const plan = planMigration(from, to);
      if (compareSnapshots(from, to, { server: false }).length === 0) {
        expect(plan).toMatchObject({ statements: [], unplanned: [] });
        return;
      }
      different += 1;
      expectEveryChangeTold(from, to, plan);
      if (plan.unplanned.length > 0) return;
      complete += 1;
      await expectRoundTrip(live, from, to, plan);
    });

    it("have a complete plan nearly always", (context) => {
      if (seen === 0 || seen < wanted.length) context.skip("not all pairs ran");
      expect(complete / different).toBeGreaterThanOrEqual(leastShare[flavor]);
    });
  });
});

function sqlOf(each: PlanCase, side: "before" | "after"): string {
  return [each.both?.replace(/;$/, ""), each[side]].filter((sql) => sql !== undefined).join(";\n");
}
