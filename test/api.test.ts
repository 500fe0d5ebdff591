import { describe, expect, it } from "vitest";
import * as api from "../src/api.ts";
import { aColumn, aSnapshot, aTable } from "./support/builders.ts";

describe("the public API", () => {
  it("gives what the documentation promises, and nothing by accident", () => {
    expect(Object.keys(api).sort()).toEqual([
      "DriftwatchError",
      "categories",
      "classifyChanges",
      "compareSnapshots",
      "compareWithHidden",
      "createApp",
      "describeKey",
      "errorCodes",
      "jsonReport",
      "keyId",
      "loadConfig",
      "parseSnapshot",
      "planJson",
      "planMigration",
      "renderFindings",
      "renderPlan",
      "renderRollback",
      "rollbackOf",
      "serializeSnapshot",
      "severities",
      "snapshotOfSqlFile",
      "takeSnapshot",
    ]);
  });

  it("compares and classifies two snapshots", () => {
    const baseline = aSnapshot([aTable("orders"), aColumn("orders", "total", { type: "numeric(10,2)" })]);
    const live = aSnapshot([aTable("orders"), aColumn("orders", "total", { type: "numeric(8,2)" })]);
    const changes = api.compareSnapshots(
      baseline,
      api.parseSnapshot(api.serializeSnapshot(live), "live.json"),
    );
    const findings = api.classifyChanges(changes, { baseline, live });
    expect(findings).toMatchObject([{ severity: "critical", change: { attribute: "type" } }]);
  });

  it("refuses a URL of no known database with a coded error", async () => {
    await expect(api.takeSnapshot("oracle://h/db")).rejects.toBeInstanceOf(api.DriftwatchError);
  });
});
