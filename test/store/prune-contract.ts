/** What forgetting leaves behind: never a wrong answer about the past, never something that is still open. */
import { expect, it } from "vitest";
import { aSnapshot } from "../support/builders.ts";
import { aCheck, anIncident, aTrackedFinding } from "../support/model-builders.ts";
import { aRecord, aSchema, baselineOf, later } from "./records.ts";
import type { StoreWorld } from "./world.ts";

export function pruneContract(world: StoreWorld): void {
  it("says nothing of a time whose snapshot was pruned, instead of showing an older one", async () => {
    const baseline = aSnapshot(aSchema(1), { takenAt: later(0) });
    const forgotten = aSnapshot(aSchema(2, "text"), { takenAt: later(100) });
    const reigning = aSnapshot(aSchema(3, "date"), { takenAt: later(200) });
    const latest = aSnapshot(aSchema(4, "uuid"), { takenAt: later(300) });
    for (const [index, snapshot] of [baseline, forgotten, reigning, latest].entries()) {
      const check = aCheck({ id: `c${index}`, startedAt: snapshot.takenAt });
      await world.store.recordCheck(
        aRecord({
          check,
          runNumber: index + 1,
          snapshot,
          baseline: index === 0 ? baselineOf(snapshot) : null,
        }),
      );
    }
    const probed = aCheck({ id: "probed", startedAt: later(255), probeHit: true, snapshotFingerprint: null });
    await world.store.recordCheck(aRecord({ check: probed, runNumber: 5 }));
    expect(await world.store.snapshotAt("shop", later(150))).toEqual(forgotten);
    await world.store.prune({ checksBefore: later(250) });
    expect(await world.store.snapshotAt("shop", later(0))).toEqual(baseline);
    expect(await world.store.snapshotAt("shop", later(150))).toBeUndefined();
    // What was shown when the time that is kept begins is kept too, though it was seen before.
    expect(await world.store.snapshotAt("shop", later(260))).toEqual(reigning);
    expect(await world.store.snapshotAt("shop", later(300))).toEqual(latest);
    expect(await world.store.snapshotAt("shop", later(9_000))).toEqual(latest);
  });

  it("prunes old resolved findings and closed incidents, never open ones nor the audit log", async () => {
    const closed = anIncident({ id: "closed", state: "resolved", openedAt: later(1), closedAt: later(2) });
    const recent = anIncident({ id: "recent", state: "resolved", openedAt: later(3), closedAt: later(500) });
    const open = anIncident({ id: "open", openedAt: later(4) });
    const findings = [
      aTrackedFinding({ incidentId: "closed", firstSeenAt: later(1), resolvedAt: later(2) }),
      aTrackedFinding({ incidentId: "recent", firstSeenAt: later(3), resolvedAt: later(500) }),
      aTrackedFinding({ incidentId: "open", firstSeenAt: later(4), resolvedAt: null }),
    ];
    for (const [index, incident] of [closed, recent, open].entries()) {
      const check = aCheck({ id: `c${index}`, startedAt: later(index) });
      await world.store.recordCheck(aRecord({ check, runNumber: index + 1, incident, findings }));
    }
    const snapshot = aSnapshot(aSchema(1), { takenAt: later(5) });
    const audit = { at: later(5), actor: "ann", action: "baseline.import", environment: "shop", detail: "7" };
    await world.store.changeBaseline({
      runNumber: await world.store.nextRunNumber("shop"),
      baseline: baselineOf(snapshot),
      snapshot,
      audit,
      outcome: null,
      findings: [],
      incident: null,
      notifications: [],
    });
    await world.store.prune({ checksBefore: later(100) });
    const kept = await world.store.findings({ limit: 10 });
    expect(kept.map(({ incidentId }) => incidentId).sort()).toEqual(["open", "recent"]);
    const incidents = await world.store.incidents({ limit: 10 });
    expect(incidents.map(({ id }) => id).sort()).toEqual(["open", "recent"]);
    expect(await world.store.audit({ limit: 10 })).toEqual([audit]);
    expect(await world.store.baseline("shop")).toMatchObject({ fingerprint: snapshot.fingerprint });
  });
}
