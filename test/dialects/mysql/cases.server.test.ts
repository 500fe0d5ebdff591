/** Before/after pairs of the shared cases on real servers: "diff" must show changes, "same" none. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compareSnapshots } from "../../../src/compare/compare.ts";
import type { Snapshot } from "../../../src/model/snapshot.ts";
import { type MysqlCase, sharedMysqlCases } from "../../support/shared-cases.ts";
import { openTestServer, type TestServer, testFlavors } from "./support.ts";

const cases = sharedMysqlCases();

/** Differences that this tool does not call one, each with its reason in docs/coverage. */
const deliberate: Readonly<Record<string, string>> = {
  "only:auto_increment": "the counter is no schema",
  "show-only:column-charset-clause": "the clause repeats the resolved charset (P15)",
};

function isDeliberate(each: MysqlCase): boolean {
  return each.tags.some((tag) => deliberate[tag] !== undefined);
}

describe.each(testFlavors)("the shared cases on %s", (flavor) => {
  let server: TestServer;
  let before: string;
  let after: string;
  beforeAll(async () => {
    server = await openTestServer(flavor);
    before = await server.createDatabase("before");
    after = await server.createDatabase("after");
  });
  afterAll(() => server.close());

  async function load(database: string, sql: string): Promise<Snapshot> {
    await server.reset(database);
    await server.run(database, sql);
    return await server.snapshot(database);
  }

  if (cases.length === 0) it.skip("the shared cases are not here (../shared/cases/mysql.jsonl)", () => {});

  it.each(cases.filter((each) => each.flavor === "any" || each.flavor === flavor))(
    "$id is $expect",
    async (each) => {
      const baseline = await load(before, each.before_sql);
      const live = await load(after, each.after_sql);
      const changes = compareSnapshots(baseline, live);
      const shown = changes.map((change) => `${change.verb} ${change.kind} ${change.key.path.join(".")}`);
      const isExpected = each.expect === "diff" && !isDeliberate(each);
      expect({ differs: shown.length > 0, changes: shown }).toEqual({
        differs: isExpected,
        changes: isExpected ? expect.anything() : [],
      });
      const unmodelled = [baseline, live].flatMap((snapshot) => snapshot.visibility.unmodelled);
      expect(unmodelled).toEqual([]);
    },
  );
});
