/** What every store keeps of snapshots. */
import { expect, it } from "vitest";
import type { Finding } from "../../src/model/change.ts";
import { anIdentifiedSnapshot, aSnapshot, aTable } from "../support/builders.ts";
import { aCheck, anAlteredColumn, anEnvironment, aTrackedFinding } from "../support/model-builders.ts";
import { aRecord, aSchema, baselineOf, later } from "./records.ts";
import type { StoreWorld } from "./world.ts";

export function snapshotContract(world: StoreWorld): void {
  it("gives a snapshot back exactly as it was", async () => {
    const objects = aSchema(700);
    const snapshot = anIdentifiedSnapshot(
      objects.map((object, index) => [object, index % 3 === 0 ? "" : String(16_384 + index)]),
      { takenAt: later(0), server: { settings: { "search path": '"$user", public' } }, modelVersion: 1 },
    );
    await world.store.recordCheck(aRecord({ snapshot }));
    expect(await world.store.snapshot(snapshot.fingerprint)).toEqual(snapshot);
    expect(await world.store.snapshot(snapshot.fingerprint, "shop")).toEqual(snapshot);
    expect(await world.store.snapshotAt("shop")).toEqual(snapshot);
    expect(await world.store.snapshot("0".repeat(64))).toBeUndefined();
  });

  it("keeps text that PostgreSQL's own text could not hold", async () => {
    const nasty = 'NUL \u0000, half a pair \ud83d, "quotes", back\\slash, \u2028';
    const snapshot = aSnapshot([aTable("odd", { storageParameters: { note: nasty } })]);
    const finding: Finding = anAlteredColumn({ sentence: nasty });
    await world.store.recordCheck(aRecord({ snapshot, findings: [aTrackedFinding({ finding })] }));
    expect(await world.store.snapshot(snapshot.fingerprint)).toEqual(snapshot);
    expect((await world.store.openFindings("shop"))[0]?.finding).toEqual(finding);
  });

  it("keeps an empty snapshot", async () => {
    const snapshot = aSnapshot([]);
    await world.store.recordCheck(aRecord({ snapshot }));
    expect(await world.store.snapshotAt("shop")).toEqual(snapshot);
  });

  it("keeps equal roots once, and an unchanged snapshot costs no row", async () => {
    const first = aSnapshot(aSchema(50), { takenAt: later(0) });
    const changed = aSnapshot(aSchema(50, "bigint"), { takenAt: later(120) });
    await world.store.recordCheck(aRecord({ snapshot: first }));
    expect([await world.count("root_objects"), await world.count("environment_snapshots")]).toEqual([50, 1]);
    await world.store.recordCheck(aRecord({ runNumber: 2, snapshot: { ...first, takenAt: later(60) } }));
    expect([await world.count("snapshots"), await world.count("environment_snapshots")]).toEqual([1, 1]);
    await world.store.recordCheck(aRecord({ runNumber: 3, snapshot: changed }));
    expect([await world.count("root_objects"), await world.count("snapshots")]).toEqual([51, 2]);
    await world.store.registerEnvironments([anEnvironment(), anEnvironment({ name: "twin" })], later(0));
    await world.store.recordCheck(
      aRecord({ check: aCheck({ id: "twin-1", environment: "twin" }), snapshot: first }),
    );
    expect([await world.count("root_objects"), await world.count("snapshots")]).toEqual([51, 2]);
  });

  it("answers what an environment showed at a time", async () => {
    const a = aSnapshot(aSchema(2), { takenAt: later(0) });
    const b = aSnapshot(aSchema(3), { takenAt: later(100) });
    await world.store.recordCheck(aRecord({ runNumber: 1, snapshot: a }));
    await world.store.recordCheck(aRecord({ runNumber: 2, snapshot: b }));
    await world.store.recordCheck(aRecord({ runNumber: 3, snapshot: { ...a, takenAt: later(200) } }));
    expect(await world.store.snapshotAt("shop", later(-1))).toBeUndefined();
    expect(await world.store.snapshotAt("shop", later(0))).toEqual(a);
    expect((await world.store.snapshotAt("shop", later(99)))?.fingerprint).toBe(a.fingerprint);
    expect(await world.store.snapshotAt("shop", "2026-11-21T11:02:30+02:00")).toEqual(b);
    expect(await world.store.snapshotAt("shop")).toEqual({ ...a, takenAt: later(200) });
  });

  it("never gives one environment's object ids to another that shows the same content", async () => {
    await world.store.registerEnvironments([anEnvironment(), anEnvironment({ name: "twin" })], later(0));
    const object = aTable("orders");
    const ours = anIdentifiedSnapshot([[object, "1"]], { server: { instance: "ours" } });
    const twins = anIdentifiedSnapshot([[object, "2"]], { server: { instance: "twins" } });
    await world.store.recordCheck(aRecord({ snapshot: ours, baseline: baselineOf(ours) }));
    const check = aCheck({ id: "twin-1", environment: "twin" });
    await world.store.recordCheck(
      aRecord({ check, snapshot: twins, baseline: baselineOf(twins, { environment: "twin" }) }),
    );
    expect(await world.store.snapshot(ours.fingerprint, "shop")).toEqual(ours);
    expect(await world.store.snapshot(ours.fingerprint, "twin")).toEqual(twins);
    expect((await world.store.snapshot(ours.fingerprint))?.roots[0]).not.toHaveProperty("identities");
  });

  it("keeps the newest object ids of an unchanged schema, and the baseline's server when that changes", async () => {
    const object = aTable("orders");
    const first = anIdentifiedSnapshot([[object, "1"]]);
    const recreated = anIdentifiedSnapshot([[object, "9"]]);
    const upgraded = anIdentifiedSnapshot([[object, "9"]], { server: { version: "18.5" } });
    await world.store.recordCheck(aRecord({ snapshot: first, baseline: baselineOf(first) }));
    await world.store.recordCheck(aRecord({ runNumber: 2, snapshot: recreated }));
    await world.store.recordCheck(aRecord({ runNumber: 3, snapshot: upgraded }));
    const baseline = await world.store.snapshot(first.fingerprint, "shop");
    expect(baseline?.server.version).toBe("18.4");
    expect(baseline?.roots[0]?.identities).toEqual(["9"]);
    expect((await world.store.snapshotAt("shop"))?.server.version).toBe("18.5");
  });

  it("keeps a baseline that a check completed beside the snapshot of the check, which stays the latest", async () => {
    const first = aSnapshot(aSchema(2), { takenAt: later(0) });
    const completed = aSnapshot(aSchema(3), { takenAt: later(60) });
    const drifted = aSnapshot(aSchema(4), { takenAt: later(60) });
    await world.store.recordCheck(aRecord({ snapshot: first, baseline: baselineOf(first) }));
    const baseline = { ...baselineOf(completed, { origin: "completed" }), snapshot: completed };
    await world.store.recordCheck(aRecord({ runNumber: 2, snapshot: drifted, baseline }));
    expect(await world.store.baseline("shop")).toMatchObject({
      origin: "completed",
      fingerprint: completed.fingerprint,
    });
    expect(await world.store.baseline("shop")).not.toHaveProperty("snapshot");
    expect(await world.store.snapshot(completed.fingerprint, "shop")).toEqual(completed);
    expect(await world.store.snapshotAt("shop")).toEqual(drifted);
    expect(await world.store.snapshotAt("shop", later(60))).toEqual(drifted);
  });

  it("prunes old checks and what only they referred to, never a baseline's or the latest snapshot", async () => {
    const baseline = aSnapshot(aSchema(1), { takenAt: later(0) });
    const forgotten = aSnapshot(aSchema(2, "text"), { takenAt: later(100) });
    const remembered = aSnapshot(aSchema(3, "date"), { takenAt: later(200) });
    const latest = aSnapshot(aSchema(4, "uuid"), { takenAt: later(300) });
    const all = [baseline, forgotten, remembered, latest];
    for (const [index, snapshot] of all.entries()) {
      const check = aCheck({
        id: `c${index}`,
        startedAt: snapshot.takenAt,
        snapshotFingerprint: snapshot.fingerprint,
      });
      const isFirst = index === 0;
      await world.store.recordCheck(
        aRecord({ check, runNumber: index + 1, snapshot, baseline: isFirst ? baselineOf(snapshot) : null }),
      );
    }
    expect(await world.store.prune({ checksBefore: later(200) })).toEqual({ checks: 2, snapshots: 1 });
    expect(await world.store.snapshot(forgotten.fingerprint)).toBeUndefined();
    for (const kept of [baseline, remembered, latest]) {
      expect(await world.store.snapshot(kept.fingerprint)).toEqual(kept);
    }
    expect(await world.store.prune({ checksBefore: later(10_000) })).toEqual({ checks: 2, snapshots: 1 });
    expect(await world.store.snapshotAt("shop")).toEqual(latest);
    const used = new Set([...baseline.roots, ...latest.roots].map((root) => root.fingerprint));
    expect(await world.count("root_objects")).toBe(used.size);
  });
}
