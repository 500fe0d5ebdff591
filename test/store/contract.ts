/** What every store must keep, whichever PostgreSQL is behind it. Each test begins with an empty database. */
import pg from "pg";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Finding } from "../../src/model/change.ts";
import type { Baseline } from "../../src/model/check.ts";
import type { NotificationContent } from "../../src/model/notification.ts";
import type { SchemaObject } from "../../src/model/object.ts";
import type { Snapshot } from "../../src/model/snapshot.ts";
import type { CheckRecord, NewNotification } from "../../src/monitor/ports.ts";
import { createStore, type Store } from "../../src/store/store.ts";
import { aColumn, anIdentifiedSnapshot, anIndex, aSnapshot, aTable } from "../support/builders.ts";
import {
  aBaseline,
  aCheck,
  anAlteredColumn,
  anEnvironment,
  anIncident,
  aTrackedFinding,
  silentLogger,
} from "../support/model-builders.ts";

export interface StoreServer {
  readonly url: string;
  readonly poolSize: number;
}

const later = (seconds: number): string =>
  new Date(Date.parse("2026-11-21T09:00:00Z") + seconds * 1000).toISOString();

function aSchema(tables: number, columnType = "integer"): SchemaObject[] {
  return Array.from({ length: tables }, (_, index) => [
    aTable(`table_${index}`),
    aColumn(`table_${index}`, "id"),
    anIndex(`table_${index}`, `table_${index}_key`),
    ...(index === 0 ? [aColumn("table_0", "total", { type: columnType })] : []),
  ]).flat();
}

export function aRecord(overrides: Partial<CheckRecord> = {}): CheckRecord {
  const { check = aCheck({ id: `check-${overrides.runNumber ?? 1}` }) } = overrides;
  return {
    check,
    runNumber: 1,
    snapshot: null,
    environment: {
      outcome: "in-sync",
      lastSuccessAt: later(1),
      lastFullCheckAt: later(1),
      probeToken: "token-1",
      emptySince: null,
    },
    findings: null,
    incident: null,
    notifications: [],
    baseline: null,
    ...overrides,
  };
}

function aNotification(
  reason: NotificationContent["reason"],
  overrides: Partial<NewNotification> = {},
): NewNotification {
  const content: NotificationContent = {
    reason,
    environment: "shop",
    critical: true,
    labels: { team: "payments" },
    incidentId: "incident-1",
    dedupKey: "driftwatch/shop/incident-1",
    checkId: "check-1",
    worst: "high",
    counts: { critical: 0, high: 1, medium: 0, low: 0, info: 0 },
    findings: [anAlteredColumn()],
    findingCount: 1,
    openedAt: later(0),
    at: later(0),
    actor: null,
    acceptReason: null,
    error: null,
    link: null,
    version: "test",
  };
  return { channel: "slack", environment: "shop", incidentId: "incident-1", content, ...overrides };
}

function baselineOf(snapshot: Snapshot, overrides: Partial<Baseline> = {}): Omit<Baseline, "id"> {
  const { id: _id, ...baseline } = aBaseline({
    fingerprint: snapshot.fingerprint,
    modelVersion: snapshot.modelVersion,
    server: snapshot.server,
    visibility: snapshot.visibility,
    ...overrides,
  });
  return baseline;
}

/** Registers every test of the contract. `server` is asked when a test begins. */
export function storeContract(server: () => StoreServer): void {
  let store: Store;
  const stores: Store[] = [];

  async function open(): Promise<Store> {
    const { url, poolSize } = server();
    const opened = await createStore({
      url,
      poolSize,
      logger: silentLogger(),
      clock: { now: () => Date.now() },
    });
    stores.push(opened);
    return opened;
  }

  async function query<T extends object>(sql: string): Promise<readonly T[]> {
    const client = new pg.Client({ connectionString: server().url });
    await client.connect();
    try {
      return (await client.query<T>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  async function count(table: string): Promise<number> {
    const [row] = await query<{ count: number }>(`select count(*)::int as count from driftwatch.${table}`);
    return row?.count ?? -1;
  }

  /** Faster than dropping and migrating before every test. */
  async function empty(): Promise<void> {
    const tables = await query<{ name: string }>(
      "select oid::regclass::text as name from pg_class where relkind = 'r' and relnamespace = to_regnamespace('driftwatch') and relname not like 'migration%'",
    );
    if (tables.length === 0) return;
    await query(`truncate ${tables.map((table) => table.name).join(", ")} restart identity`);
    await query("delete from driftwatch.migrations where name = '9999-future'");
  }

  beforeEach(async () => {
    await empty();
    store = await open();
    await store.registerEnvironments([anEnvironment()], later(0));
  });

  afterEach(async () => {
    await Promise.all(stores.splice(0).map((opened) => opened.close()));
  });

  it("migrates once when several replicas start at the same time", async () => {
    await query("drop schema driftwatch cascade");
    const opened = await Promise.all([open(), open(), open()]);
    for (const one of opened) await one.ping();
    expect(await count("migrations")).toBe((await store.facts()).migrations.length);
  });

  it("refuses a store that a newer program has migrated, and leaves it alone", async () => {
    await query(
      `insert into driftwatch.migrations (name, timestamp) values ('9999-future', '2030-01-01T00:00:00.000Z')`,
    );
    await expect(open()).rejects.toMatchObject({
      code: "store.newer",
      retryable: false,
      message: expect.stringContaining("9999-future"),
    });
    expect(await count("environments")).toBe(1);
  });

  it("registers environments again without forgetting their state, and tells who is no longer configured", async () => {
    await store.recordCheck(aRecord());
    const gone = await store.registerEnvironments(
      [anEnvironment({ name: "other" }), anEnvironment({ name: "third", labels: { team: "x" } })],
      later(60),
    );
    expect(gone).toEqual(["shop"]);
    expect((await store.environments()).map((one) => one.name)).toEqual(["other", "shop", "third"]);
    expect(await store.environment("shop")).toMatchObject({ outcome: "in-sync", probeToken: "token-1" });
    expect(await store.environment("third")).toMatchObject({
      outcome: null,
      labels: { team: "x" },
      runNumber: 0,
    });
    expect(await store.environment("nobody")).toBeUndefined();
  });

  it("gives every run its own number, also to replicas that ask at once", async () => {
    const other = await open();
    const numbers = await Promise.all(
      [1, 2, 3, 4].flatMap(() => [store.nextRunNumber("shop"), other.nextRunNumber("shop")]),
    );
    expect(numbers.sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    await expect(store.nextRunNumber("nobody")).rejects.toMatchObject({ code: "environment.unknown" });
  });

  it.each([
    ["an older", 4],
    ["the same", 5],
  ])("writes nothing at all for %s run", async (_, runNumber) => {
    expect(await store.recordCheck(aRecord({ runNumber: 5 }))).toBe("recorded");
    const late = aRecord({
      runNumber,
      check: aCheck({ id: "late" }),
      snapshot: aSnapshot(aSchema(2)),
      findings: [aTrackedFinding()],
      incident: anIncident(),
      notifications: [aNotification("first")],
    });
    expect(await store.recordCheck(late)).toBe("stale");
    expect(await store.check("late")).toBeUndefined();
    for (const table of ["snapshots", "root_objects", "findings", "incidents", "notifications"]) {
      expect([table, await count(table)]).toEqual([table, 0]);
    }
    expect(await store.recordCheck(aRecord({ runNumber: 6 }))).toBe("recorded");
    expect((await store.environment("shop"))?.runNumber).toBe(6);
  });

  it("lets one of two replicas with the same run number win", async () => {
    const other = await open();
    const written = await Promise.all([
      store.recordCheck(aRecord({ check: aCheck({ id: "a" }) })),
      other.recordCheck(aRecord({ check: aCheck({ id: "b" }) })),
    ]);
    expect(written.sort()).toEqual(["recorded", "stale"]);
    expect(await count("checks")).toBe(1);
  });

  it("undoes the whole record when one part of it fails", async () => {
    await store.recordCheck(aRecord({ incident: anIncident() }));
    const second = aRecord({
      runNumber: 2,
      snapshot: aSnapshot(aSchema(2)),
      findings: [aTrackedFinding()],
      incident: anIncident({ id: "incident-2" }),
      notifications: [aNotification("first")],
    });
    await expect(store.recordCheck(second)).rejects.toMatchObject({
      code: "store.failed",
      message: expect.stringContaining("open incident"),
    });
    expect(await store.check("check-2")).toBeUndefined();
    expect([await count("snapshots"), await count("findings"), await count("notifications")]).toEqual([
      0, 0, 0,
    ]);
    expect(await store.recordCheck({ ...second, incident: null })).toBe("recorded");
  });

  it("gives a snapshot back exactly as it was", async () => {
    const objects = aSchema(700);
    const snapshot = anIdentifiedSnapshot(
      objects.map((object, index) => [object, index % 3 === 0 ? "" : String(16_384 + index)]),
      { takenAt: later(0), server: { settings: { "search path": '"$user", public' } }, modelVersion: 1 },
    );
    await store.recordCheck(aRecord({ snapshot }));
    expect(await store.snapshot(snapshot.fingerprint)).toEqual(snapshot);
    expect(await store.snapshot(snapshot.fingerprint, "shop")).toEqual(snapshot);
    expect(await store.snapshotAt("shop")).toEqual(snapshot);
    expect(await store.snapshot("0".repeat(64))).toBeUndefined();
  });

  it("keeps text that PostgreSQL's own text could not hold", async () => {
    const nasty = 'NUL \u0000, half a pair \ud83d, "quotes", back\\slash, \u2028';
    const snapshot = aSnapshot([aTable("odd", { storageParameters: { note: nasty } })]);
    const finding: Finding = anAlteredColumn({ sentence: nasty });
    await store.recordCheck(aRecord({ snapshot, findings: [aTrackedFinding({ finding })] }));
    expect(await store.snapshot(snapshot.fingerprint)).toEqual(snapshot);
    expect((await store.openFindings("shop"))[0]?.finding).toEqual(finding);
  });

  it("keeps an empty snapshot", async () => {
    const snapshot = aSnapshot([]);
    await store.recordCheck(aRecord({ snapshot }));
    expect(await store.snapshotAt("shop")).toEqual(snapshot);
  });

  it("keeps equal roots once, and an unchanged snapshot costs no row", async () => {
    const first = aSnapshot(aSchema(50), { takenAt: later(0) });
    const changed = aSnapshot(aSchema(50, "bigint"), { takenAt: later(120) });
    await store.recordCheck(aRecord({ snapshot: first }));
    expect([await count("root_objects"), await count("environment_snapshots")]).toEqual([50, 1]);
    await store.recordCheck(aRecord({ runNumber: 2, snapshot: { ...first, takenAt: later(60) } }));
    expect([await count("snapshots"), await count("environment_snapshots")]).toEqual([1, 1]);
    await store.recordCheck(aRecord({ runNumber: 3, snapshot: changed }));
    expect([await count("root_objects"), await count("snapshots")]).toEqual([51, 2]);
    await store.registerEnvironments([anEnvironment(), anEnvironment({ name: "twin" })], later(0));
    await store.recordCheck(
      aRecord({ check: aCheck({ id: "twin-1", environment: "twin" }), snapshot: first }),
    );
    expect([await count("root_objects"), await count("snapshots")]).toEqual([51, 2]);
  });

  it("answers what an environment showed at a time", async () => {
    const a = aSnapshot(aSchema(2), { takenAt: later(0) });
    const b = aSnapshot(aSchema(3), { takenAt: later(100) });
    await store.recordCheck(aRecord({ runNumber: 1, snapshot: a }));
    await store.recordCheck(aRecord({ runNumber: 2, snapshot: b }));
    await store.recordCheck(aRecord({ runNumber: 3, snapshot: { ...a, takenAt: later(200) } }));
    expect(await store.snapshotAt("shop", later(-1))).toBeUndefined();
    expect(await store.snapshotAt("shop", later(0))).toEqual(a);
    expect((await store.snapshotAt("shop", later(99)))?.fingerprint).toBe(a.fingerprint);
    expect(await store.snapshotAt("shop", "2026-11-21T11:02:30+02:00")).toEqual(b);
    expect(await store.snapshotAt("shop")).toEqual({ ...a, takenAt: later(200) });
  });

  it("never gives one environment's object ids to another that shows the same content", async () => {
    await store.registerEnvironments([anEnvironment(), anEnvironment({ name: "twin" })], later(0));
    const object = aTable("orders");
    const ours = anIdentifiedSnapshot([[object, "1"]], { server: { instance: "ours" } });
    const twins = anIdentifiedSnapshot([[object, "2"]], { server: { instance: "twins" } });
    await store.recordCheck(aRecord({ snapshot: ours, baseline: baselineOf(ours) }));
    const check = aCheck({ id: "twin-1", environment: "twin" });
    await store.recordCheck(
      aRecord({ check, snapshot: twins, baseline: baselineOf(twins, { environment: "twin" }) }),
    );
    expect(await store.snapshot(ours.fingerprint, "shop")).toEqual(ours);
    expect(await store.snapshot(ours.fingerprint, "twin")).toEqual(twins);
    expect((await store.snapshot(ours.fingerprint))?.roots[0]).not.toHaveProperty("identities");
  });

  it("keeps the newest object ids of an unchanged schema, and the baseline's server when that changes", async () => {
    const object = aTable("orders");
    const first = anIdentifiedSnapshot([[object, "1"]]);
    const recreated = anIdentifiedSnapshot([[object, "9"]]);
    const upgraded = anIdentifiedSnapshot([[object, "9"]], { server: { version: "18.5" } });
    await store.recordCheck(aRecord({ snapshot: first, baseline: baselineOf(first) }));
    await store.recordCheck(aRecord({ runNumber: 2, snapshot: recreated }));
    await store.recordCheck(aRecord({ runNumber: 3, snapshot: upgraded }));
    const baseline = await store.snapshot(first.fingerprint, "shop");
    expect(baseline?.server.version).toBe("18.4");
    expect(baseline?.roots[0]?.identities).toEqual(["9"]);
    expect((await store.snapshotAt("shop"))?.server.version).toBe("18.5");
  });

  it("follows findings from first sight to resolution and back", async () => {
    const seen = aTrackedFinding({ firstSeenAt: later(0), lastSeenAt: later(0) });
    const lasting = { ...seen, lastSeenAt: later(60) };
    const resolved = { ...lasting, lastSeenAt: later(60), resolvedAt: later(120) };
    const again = { ...seen, firstSeenAt: later(300), lastSeenAt: later(300), incidentId: "incident-2" };
    await store.recordCheck(aRecord({ findings: [seen] }));
    await store.recordCheck(aRecord({ runNumber: 2, findings: [lasting] }));
    expect(await store.openFindings("shop")).toEqual([lasting]);
    expect(await store.environment("shop")).toMatchObject({
      openFindings: { critical: 0, high: 1, medium: 0, low: 0, info: 0 },
      oldestFindingAt: later(0),
    });
    await store.recordCheck(aRecord({ runNumber: 3, findings: [resolved] }));
    expect(await store.openFindings("shop")).toEqual([]);
    expect((await store.environment("shop"))?.oldestFindingAt).toBeNull();
    await store.recordCheck(aRecord({ runNumber: 4, findings: [again] }));
    expect(await store.findings({ limit: 10 })).toEqual([again, resolved]);
    expect(await store.findings({ environment: "shop", open: true, limit: 10 })).toEqual([again]);
    expect(await store.findings({ open: false, limit: 10 })).toEqual([resolved]);
    expect(await store.findings({ environment: "nobody", limit: 10 })).toEqual([]);
  });

  it("keeps thousands of findings at once, also with ids longer than an index row", async () => {
    const findings = Array.from({ length: 2500 }, (_, index) =>
      aTrackedFinding({ id: `altered function:public.f(${"very_long_type, ".repeat(300)}${index})` }),
    );
    await store.recordCheck(aRecord({ findings }));
    expect((await store.environment("shop"))?.openFindings.high).toBe(2500);
    expect((await store.findings({ limit: 7 })).length).toBe(7);
  });

  it("keeps one open incident per environment and its whole life", async () => {
    await store.recordCheck(aRecord({ incident: anIncident() }));
    const notified = anIncident({
      notifiedAt: later(5),
      notifiedDigest: "digest",
      notifiedWorst: "high",
      worst: "critical",
    });
    await store.recordCheck(aRecord({ runNumber: 2, incident: notified }));
    expect(await store.openIncident("shop")).toEqual(notified);
    const closed = anIncident({ state: "resolved", closedAt: later(60), updatedAt: later(60) });
    await store.recordCheck(aRecord({ runNumber: 3, incident: closed }));
    expect(await store.openIncident("shop")).toBeUndefined();
    const next = anIncident({ id: "incident-2", openedAt: later(300), updatedAt: later(300) });
    await store.recordCheck(aRecord({ runNumber: 4, incident: next }));
    expect(await store.incidents({ limit: 5 })).toEqual([next, closed]);
    expect(await store.incidents({ state: "resolved", environment: "shop", limit: 5 })).toEqual([closed]);
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
      await store.recordCheck(aRecord({ check, runNumber: index + 1 }));
    const newest = await store.checks({ environment: "shop", limit: 2 });
    expect(newest).toEqual([checks[2], checks[1]]);
    expect(await store.checks({ limit: 2, before: newest[1]?.startedAt ?? "" })).toEqual([checks[0]]);
    expect(await store.check("c2")).toEqual(checks[1]);
    expect(await store.checks({ environment: "nobody", limit: 2 })).toEqual([]);
  });

  it("changes the baseline in one step with its audit entry, and makes checks under way stale", async () => {
    const first = aSnapshot(aSchema(2));
    const wanted = aSnapshot(aSchema(3));
    await store.recordCheck(
      aRecord({ snapshot: first, baseline: baselineOf(first), incident: anIncident() }),
    );
    const underWay = await store.nextRunNumber("shop");
    const audit = {
      at: later(50),
      actor: "ann",
      action: "baseline.accept",
      environment: "shop",
      detail: "release 7",
    };
    const accepted = await store.changeBaseline({
      baseline: baselineOf(wanted, { acceptedBy: "ann", origin: "accepted", acceptedAt: later(50) }),
      snapshot: wanted,
      audit,
      outcome: "in-sync",
      findings: [aTrackedFinding({ resolvedAt: later(50) })],
      incident: anIncident({ state: "accepted", closedAt: later(50) }),
      notifications: [aNotification("accepted")],
    });
    expect(await store.baseline("shop")).toEqual(accepted);
    expect((await store.baselineHistory("shop")).map((one) => one.origin)).toEqual(["accepted", "captured"]);
    expect(await store.snapshot(accepted.fingerprint, "shop")).toEqual(wanted);
    expect(await store.openIncident("shop")).toBeUndefined();
    expect(await store.audit({ environment: "shop", limit: 5 })).toEqual([audit]);
    expect((await store.notifications({ limit: 5 })).map((one) => one.content.reason)).toEqual(["accepted"]);
    expect(await store.recordCheck(aRecord({ runNumber: underWay }))).toBe("stale");
    const next = await store.nextRunNumber("shop");
    expect(await store.recordCheck(aRecord({ runNumber: next }))).toBe("recorded");
  });

  it("forgets the probe token with a new baseline, so that the next check looks", async () => {
    const snapshot = aSnapshot(aSchema(1));
    await store.recordCheck(aRecord({ snapshot, baseline: baselineOf(snapshot) }));
    await store.changeBaseline({
      baseline: baselineOf(snapshot),
      snapshot,
      audit: { at: later(9), actor: "ann", action: "baseline.accept", environment: "shop", detail: "" },
      outcome: "in-sync",
      findings: [],
      incident: null,
      notifications: [],
    });
    expect((await store.environment("shop"))?.probeToken).toBeNull();
  });

  it("leases a notification to one worker until the lease runs out", async () => {
    await store.recordCheck(aRecord({ notifications: [aNotification("first")] }));
    const other = await open();
    const claim = { now: later(10), limit: 10, leaseMs: 30_000 };
    const [ours, theirs] = await Promise.all([
      store.claimNotifications(claim),
      other.claimNotifications(claim),
    ]);
    expect([...ours, ...theirs]).toHaveLength(1);
    expect([...ours, ...theirs][0]).toMatchObject({
      ...aNotification("first"),
      state: "pending",
      attempts: 0,
      createdAt: "2026-11-21T09:00:01.000Z",
    });
    expect(await store.claimNotifications({ ...claim, now: later(39) })).toEqual([]);
    expect(await other.claimNotifications({ ...claim, now: later(41) })).toHaveLength(1);
  });

  it("never gives two workers the same notification", async () => {
    const many = Array.from({ length: 40 }, (_, index) =>
      aNotification("first", { incidentId: `incident-${index}` }),
    );
    await store.recordCheck(aRecord({ notifications: many }));
    const other = await open();
    const claim = { now: later(10), limit: 7, leaseMs: 30_000 };
    const claims = await Promise.all(
      Array.from({ length: 8 }, (_, index) => (index % 2 === 0 ? store : other).claimNotifications(claim)),
    );
    const ids = claims.flat().map((one) => one.id);
    expect(new Set(ids).size).toBe(ids.length);
    let left = await store.claimNotifications({ ...claim, limit: 100 });
    ids.push(...left.map((one) => one.id));
    left = await store.claimNotifications({ ...claim, limit: 100 });
    expect(left).toEqual([]);
    expect(new Set(ids).size).toBe(40);
  });

  it("holds a message back while an earlier one of its incident and channel is pending", async () => {
    await store.recordCheck(
      aRecord({ notifications: [aNotification("first"), aNotification("first", { channel: "pager" })] }),
    );
    await store.recordCheck(aRecord({ runNumber: 2, notifications: [aNotification("resolved")] }));
    const claim = { now: later(10), limit: 10, leaseMs: 1000 };
    const first = await store.claimNotifications(claim);
    expect(first.map((one) => `${one.channel} ${one.content.reason}`)).toEqual([
      "slack first",
      "pager first",
    ]);
    const slack = first[0]?.id ?? "";
    await store.settleNotification(slack, { kind: "retry", reason: "503" }, later(10), later(100));
    expect(await store.claimNotifications({ ...claim, now: later(50), channel: "slack" })).toEqual([]);
    const retried = await store.claimNotifications({ ...claim, now: later(100), channel: "slack" });
    expect(retried).toMatchObject([{ id: slack, attempts: 1, lastError: "503" }]);
    await store.settleNotification(slack, { kind: "delivered" }, later(101), null);
    const resolved = await store.claimNotifications({ ...claim, now: later(102), channel: "slack" });
    expect(resolved.map((one) => one.content.reason)).toEqual(["resolved"]);
  });

  it("settles a notification once, with its reason", async () => {
    const incidents = ["a", "b"].map((incidentId) => aNotification("first", { incidentId }));
    await store.recordCheck(aRecord({ notifications: incidents }));
    expect(await store.outboxState()).toEqual({ depth: 2, oldestAt: "2026-11-21T09:00:01.000Z", dead: 0 });
    const [a, b] = await store.claimNotifications({ now: later(10), limit: 2, leaseMs: 1000 });
    await store.settleNotification(a?.id ?? "", { kind: "delivered" }, later(11), null);
    await store.settleNotification(a?.id ?? "", { kind: "retry", reason: "late" }, later(12), later(20));
    await store.settleNotification(b?.id ?? "", { kind: "dead", reason: "404 no_service" }, later(11), null);
    expect(await store.notifications({ state: "delivered", limit: 5 })).toMatchObject([
      { id: a?.id, attempts: 1, deliveredAt: later(11), lastError: null, nextAttemptAt: null },
    ]);
    expect(await store.notifications({ state: "dead", environment: "shop", limit: 5 })).toMatchObject([
      { id: b?.id, attempts: 1, lastError: "404 no_service", deliveredAt: null },
    ]);
    expect(await store.outboxState()).toEqual({ depth: 0, oldestAt: null, dead: 1 });
    expect(await store.claimNotifications({ now: later(999), limit: 2, leaseMs: 1000 })).toEqual([]);
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
      await store.recordCheck(
        aRecord({ check, runNumber: index + 1, snapshot, baseline: isFirst ? baselineOf(snapshot) : null }),
      );
    }
    expect(await store.prune({ checksBefore: later(150) })).toEqual({ checks: 2, snapshots: 1 });
    expect(await store.snapshot(forgotten.fingerprint)).toBeUndefined();
    for (const kept of [baseline, remembered, latest]) {
      expect(await store.snapshot(kept.fingerprint)).toEqual(kept);
    }
    expect(await store.prune({ checksBefore: later(10_000) })).toEqual({ checks: 2, snapshots: 1 });
    expect(await store.snapshotAt("shop")).toEqual(latest);
    const used = new Set([...baseline.roots, ...latest.roots].map((root) => root.fingerprint));
    expect(await count("root_objects")).toBe(used.size);
  });

  it("tells what doctor and metrics ask for", async () => {
    await store.recordCheck(aRecord({ snapshot: aSnapshot(aSchema(3)) }));
    const facts = await store.facts();
    expect(facts).toMatchObject({ checks: 1, snapshots: 1, rootObjects: 3 });
    expect(facts.serverVersion).toMatch(/^\d+/);
    expect(facts.sizeBytes).toBeGreaterThan(8192);
    expect(Math.abs(facts.clockSkewMs)).toBeLessThan(5000);
    expect(store.poolState().total).toBeGreaterThan(0);
  });
}
