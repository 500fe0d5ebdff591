/** What every store must keep, whichever PostgreSQL is behind it. Each test begins with an empty database. */
import { expect, it } from "vitest";
import { aSnapshot } from "../support/builders.ts";
import { aCheck, anEnvironment, anIncident, aTrackedFinding } from "../support/model-builders.ts";
import { historyContract } from "./history-contract.ts";
import { outboxContract } from "./outbox-contract.ts";
import { pruneContract } from "./prune-contract.ts";
import { aNotification, aRecord, aSchema, later } from "./records.ts";
import { snapshotContract } from "./snapshot-contract.ts";
import { createStoreWorld, type StoreServer, type StoreWorld } from "./world.ts";

/** Registers every test of the contract. */
export function storeContract(server: () => StoreServer): void {
  const world = createStoreWorld(server);
  foundationContract(world);
  snapshotContract(world);
  historyContract(world);
  outboxContract(world);
  pruneContract(world);
}

function foundationContract(world: StoreWorld): void {
  it("migrates once when several replicas start at the same time", async () => {
    await world.query("drop schema driftwatch cascade");
    const opened = await Promise.all([world.open(), world.open(), world.open()]);
    for (const one of opened) await one.ping();
    expect(await world.count("migrations")).toBe((await world.store.facts()).migrations.length);
  });

  it("refuses a store that a newer program has migrated, and leaves it alone", async () => {
    await world.query(
      `insert into driftwatch.migrations (name, timestamp) values ('9999-future', '2030-01-01T00:00:00.000Z')`,
    );
    await expect(world.open()).rejects.toMatchObject({
      code: "store.newer",
      retryable: false,
      message: expect.stringContaining("9999-future"),
    });
    expect(await world.count("environments")).toBe(1);
  });

  it("registers environments again without forgetting their state, and tells who is no longer configured", async () => {
    await world.store.recordCheck(aRecord());
    const gone = await world.store.registerEnvironments(
      [anEnvironment({ name: "other" }), anEnvironment({ name: "third", labels: { team: "x" } })],
      later(60),
    );
    expect(gone).toEqual(["shop"]);
    expect((await world.store.environments()).map((one) => one.name)).toEqual(["other", "shop", "third"]);
    expect(await world.store.environment("shop")).toMatchObject({
      outcome: "in-sync",
      probeToken: "token-1",
    });
    expect(await world.store.environment("third")).toMatchObject({
      outcome: null,
      labels: { team: "x" },
      runNumber: 0,
    });
    expect(await world.store.environment("nobody")).toBeUndefined();
  });

  it("gives every run its own number, also to replicas that ask at once", async () => {
    const other = await world.open();
    const numbers = await Promise.all(
      [1, 2, 3, 4].flatMap(() => [world.store.nextRunNumber("shop"), other.nextRunNumber("shop")]),
    );
    expect(numbers.sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    await expect(world.store.nextRunNumber("nobody")).rejects.toMatchObject({ code: "environment.unknown" });
  });

  it.each([
    ["an older", 4],
    ["the same", 5],
  ])("writes nothing at all for %s run", async (_, runNumber) => {
    expect(await world.store.recordCheck(aRecord({ runNumber: 5 }))).toBe("recorded");
    const late = aRecord({
      runNumber,
      check: aCheck({ id: "late" }),
      snapshot: aSnapshot(aSchema(2)),
      findings: [aTrackedFinding()],
      incident: anIncident(),
      notifications: [aNotification("first")],
    });
    expect(await world.store.recordCheck(late)).toBe("stale");
    expect(await world.store.check("late")).toBeUndefined();
    for (const table of ["snapshots", "root_objects", "findings", "incidents", "notifications"]) {
      expect([table, await world.count(table)]).toEqual([table, 0]);
    }
    expect(await world.store.recordCheck(aRecord({ runNumber: 6 }))).toBe("recorded");
    expect((await world.store.environment("shop"))?.runNumber).toBe(6);
  });

  it("lets one of two replicas with the same run number win", async () => {
    const other = await world.open();
    const written = await Promise.all([
      world.store.recordCheck(aRecord({ check: aCheck({ id: "a" }) })),
      other.recordCheck(aRecord({ check: aCheck({ id: "b" }) })),
    ]);
    expect(written.sort()).toEqual(["recorded", "stale"]);
    expect(await world.count("checks")).toBe(1);
  });

  it("undoes the whole record when one part of it fails", async () => {
    await world.store.recordCheck(aRecord({ incident: anIncident() }));
    const second = aRecord({
      runNumber: 2,
      snapshot: aSnapshot(aSchema(2)),
      findings: [aTrackedFinding()],
      incident: anIncident({ id: "incident-2" }),
      notifications: [aNotification("first")],
    });
    await expect(world.store.recordCheck(second)).rejects.toMatchObject({
      code: "store.failed",
      message: expect.stringContaining("open incident"),
    });
    expect(await world.store.check("check-2")).toBeUndefined();
    expect([
      await world.count("snapshots"),
      await world.count("findings"),
      await world.count("notifications"),
    ]).toEqual([0, 0, 0]);
    expect(await world.store.recordCheck({ ...second, incident: null })).toBe("recorded");
  });

  it("tells what doctor and metrics ask for", async () => {
    await world.store.recordCheck(aRecord({ snapshot: aSnapshot(aSchema(3)) }));
    const facts = await world.store.facts();
    expect(facts).toMatchObject({ checks: 1, snapshots: 1, rootObjects: 3 });
    expect(facts.serverVersion).toMatch(/^\d+/);
    expect(facts.sizeBytes).toBeGreaterThan(8192);
    expect(Math.abs(facts.clockSkewMs)).toBeLessThan(5000);
    expect(world.store.poolState().total).toBeGreaterThan(0);
  });
}
