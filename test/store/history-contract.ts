/** What every store keeps of findings, incidents, checks and baselines. */
import { expect, it } from "vitest";
import { aSnapshot } from "../support/builders.ts";
import { aCheck, anIncident, aTrackedFinding } from "../support/model-builders.ts";
import { aNotification, aRecord, aSchema, baselineOf, later } from "./records.ts";
import type { StoreWorld } from "./world.ts";

export function historyContract(world: StoreWorld): void {
  it("follows findings from first sight to resolution and back", async () => {
    const seen = aTrackedFinding({ firstSeenAt: later(0), lastSeenAt: later(0) });
    const lasting = { ...seen, lastSeenAt: later(60) };
    const resolved = { ...lasting, lastSeenAt: later(60), resolvedAt: later(120) };
    const again = { ...seen, firstSeenAt: later(300), lastSeenAt: later(300), incidentId: "incident-2" };
    await world.store.recordCheck(aRecord({ findings: [seen] }));
    await world.store.recordCheck(aRecord({ runNumber: 2, findings: [lasting] }));
    expect(await world.store.openFindings("shop")).toEqual([lasting]);
    expect(await world.store.environment("shop")).toMatchObject({
      openFindings: { critical: 0, high: 1, medium: 0, low: 0, info: 0 },
      oldestFindingAt: later(0),
    });
    await world.store.recordCheck(aRecord({ runNumber: 3, findings: [resolved] }));
    expect(await world.store.openFindings("shop")).toEqual([]);
    expect((await world.store.environment("shop"))?.oldestFindingAt).toBeNull();
    await world.store.recordCheck(aRecord({ runNumber: 4, findings: [again] }));
    expect(await world.store.findings({ limit: 10 })).toEqual([again, resolved]);
    expect(await world.store.findings({ environment: "shop", open: true, limit: 10 })).toEqual([again]);
    expect(await world.store.findings({ open: false, limit: 10 })).toEqual([resolved]);
    expect(await world.store.findings({ environment: "nobody", limit: 10 })).toEqual([]);
  });

  it("keeps thousands of findings at once, also with ids longer than an index row", async () => {
    const findings = Array.from({ length: 2500 }, (_, index) =>
      aTrackedFinding({ id: `altered function:public.f(${"very_long_type, ".repeat(300)}${index})` }),
    );
    await world.store.recordCheck(aRecord({ findings }));
    expect((await world.store.environment("shop"))?.openFindings.high).toBe(2500);
    expect((await world.store.findings({ limit: 7 })).length).toBe(7);
  });

  it("keeps one open incident per environment and its whole life", async () => {
    await world.store.recordCheck(aRecord({ incident: anIncident() }));
    const notified = anIncident({
      notifiedAt: later(5),
      notifiedDigest: "digest",
      notifiedWorst: "high",
      worst: "critical",
    });
    await world.store.recordCheck(aRecord({ runNumber: 2, incident: notified }));
    expect(await world.store.openIncident("shop")).toEqual(notified);
    const closed = anIncident({ state: "resolved", closedAt: later(60), updatedAt: later(60) });
    await world.store.recordCheck(aRecord({ runNumber: 3, incident: closed }));
    expect(await world.store.openIncident("shop")).toBeUndefined();
    const next = anIncident({ id: "incident-2", openedAt: later(300), updatedAt: later(300) });
    await world.store.recordCheck(aRecord({ runNumber: 4, incident: next }));
    expect(await world.store.incidents({ limit: 5 })).toEqual([next, closed]);
    expect(await world.store.incidents({ state: "resolved", environment: "shop", limit: 5 })).toEqual([
      closed,
    ]);
  });

  it("lists checks newest first, in pages", async () => {
    const checks = [1, 2, 3].map((n) =>
      aCheck({
        id: `c${n}`,
        startedAt: later(n * 60),
        finishedAt: later(n * 60 + 1),
        durations: { connect: n, probe: 0.25 },
      }),
    );
    for (const [index, check] of checks.entries())
      await world.store.recordCheck(aRecord({ check, runNumber: index + 1 }));
    const newest = await world.store.checks({ environment: "shop", limit: 2 });
    expect(newest).toEqual([checks[2], checks[1]]);
    expect(await world.store.checks({ limit: 2, from: { at: later(120), skip: null } })).toEqual([checks[0]]);
    expect(await world.store.checks({ limit: 2, from: { at: later(120), skip: 0 } })).toEqual([
      checks[1],
      checks[0],
    ]);
    expect(await world.store.checks({ limit: 2, from: { at: later(120), skip: 1 } })).toEqual([checks[0]]);
    expect(await world.store.check("c2")).toEqual(checks[1]);
    expect(await world.store.checks({ environment: "nobody", limit: 2 })).toEqual([]);
  });

  it("lists findings, incidents and audit from a place on, also in the middle of one time", async () => {
    const findings = ["a", "b", "c"].map((id) => aTrackedFinding({ id, firstSeenAt: later(5) }));
    const snapshot = aSnapshot(aSchema(1));
    for (const [index, id] of ["i1", "i2"].entries()) {
      const incident = anIncident({ id, state: "resolved", openedAt: later(5), closedAt: later(6) });
      const check = aCheck({ id: `c${index}` });
      await world.store.recordCheck(aRecord({ check, runNumber: index + 1, findings, incident }));
    }
    for (const detail of ["first", "second"]) {
      await world.store.changeBaseline({
        runNumber: await world.store.nextRunNumber("shop"),
        baseline: baselineOf(snapshot),
        snapshot,
        audit: { at: later(5), actor: "ann", action: "baseline.accept", environment: "shop", detail },
        outcome: "in-sync",
        findings: [],
        incident: null,
        notifications: [],
      });
    }
    const from = { at: later(5), skip: 1 };
    const older = { at: later(5), skip: null };
    expect((await world.store.findings({ limit: 1, from })).map(({ id }) => id)).toEqual(["b"]);
    expect((await world.store.findings({ limit: 9, from })).map(({ id }) => id)).toEqual(["b", "c"]);
    expect((await world.store.incidents({ limit: 9, from })).map(({ id }) => id)).toEqual(["i2"]);
    expect((await world.store.audit({ limit: 9, from })).map(({ detail }) => detail)).toEqual(["first"]);
    expect(await world.store.findings({ limit: 9, from: older })).toEqual([]);
    expect(await world.store.incidents({ limit: 9, from: older })).toEqual([]);
    expect(await world.store.audit({ limit: 9, from: older })).toEqual([]);
  });

  it("changes the baseline in one step with its audit entry, and makes checks under way stale", async () => {
    const first = aSnapshot(aSchema(2));
    const wanted = aSnapshot(aSchema(3));
    await world.store.recordCheck(
      aRecord({ snapshot: first, baseline: baselineOf(first), incident: anIncident() }),
    );
    const underWay = await world.store.nextRunNumber("shop");
    const audit = {
      at: later(50),
      actor: "ann",
      action: "baseline.accept",
      environment: "shop",
      detail: "release 7",
    };
    const change = {
      runNumber: await world.store.nextRunNumber("shop"),
      baseline: baselineOf(wanted, { acceptedBy: "ann", origin: "accepted", acceptedAt: later(50) }),
      snapshot: wanted,
      audit,
      outcome: "in-sync" as const,
      findings: [aTrackedFinding({ resolvedAt: later(50) })],
      incident: anIncident({ state: "accepted", closedAt: later(50) }),
      notifications: [aNotification("accepted")],
    };
    const accepted = await world.store.changeBaseline(change);
    if (accepted === "stale") throw new Error("nobody was faster");
    expect(await world.store.changeBaseline(change)).toBe("stale");
    expect(await world.store.baseline("shop")).toEqual(accepted);
    expect(await world.store.environment("shop")).toMatchObject({ flavor: wanted.server.flavor });
    expect((await world.store.baselineHistory("shop")).map((one) => one.origin)).toEqual([
      "accepted",
      "captured",
    ]);
    expect(await world.store.snapshot(accepted.fingerprint, "shop")).toEqual(wanted);
    expect(await world.store.openIncident("shop")).toBeUndefined();
    expect(await world.store.audit({ environment: "shop", limit: 5 })).toEqual([audit]);
    expect((await world.store.notifications({ limit: 5 })).map((one) => one.content.reason)).toEqual([
      "accepted",
    ]);
    expect(await world.store.recordCheck(aRecord({ runNumber: underWay }))).toBe("stale");
    const next = await world.store.nextRunNumber("shop");
    expect(await world.store.recordCheck(aRecord({ runNumber: next }))).toBe("recorded");
  });

  it("forgets the probe token with a new baseline, so that the next check looks", async () => {
    const snapshot = aSnapshot(aSchema(1));
    await world.store.recordCheck(aRecord({ snapshot, baseline: baselineOf(snapshot) }));
    await world.store.changeBaseline({
      runNumber: await world.store.nextRunNumber("shop"),
      baseline: baselineOf(snapshot),
      snapshot,
      audit: { at: later(9), actor: "ann", action: "baseline.accept", environment: "shop", detail: "" },
      outcome: "in-sync",
      findings: [],
      incident: null,
      notifications: [],
    });
    expect((await world.store.environment("shop"))?.probeToken).toBeNull();
  });
}
