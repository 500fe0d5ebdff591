/** The fake store answers as the real one does: both are given the same history and asked the same questions. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../../src/embedded/embedded-postgres.ts";
import type { MonitorStore } from "../../src/monitor/ports.ts";
import { createStore } from "../../src/store/store.ts";
import { fillBelievably } from "./believable-store.ts";
import { createFakeStore } from "./fake-store.ts";
import { anIncident, aTrackedFinding, silentLogger } from "./model-builders.ts";

const nowMs = Date.parse("2026-11-21T10:00:00.000Z");
const cacheFolder = join(import.meta.dirname, "../../node_modules/.cache/driftwatch");
const shop = { environment: "shop-production" };
const olderPage = { at: "2026-11-21T09:50:00.000Z", skip: null };

describe("the fake store", () => {
  let embedded: EmbeddedPostgres;
  let real: MonitorStore;
  const fake = createFakeStore();

  beforeAll(async () => {
    embedded = await startEmbeddedPostgres({ cacheFolder });
    real = await createStore({
      url: embedded.url,
      logger: silentLogger(),
      poolSize: 1,
      clock: { now: () => nowMs },
    });
    await fillBelievably(real, nowMs);
    await fillBelievably(fake, nowMs);
  }, 60_000);

  afterAll(async () => {
    await real?.close();
    await embedded?.close();
  });

  it.each<[string, (store: MonitorStore) => Promise<unknown>]>([
    ["environments", (store) => store.environments()],
    ["one environment", (store) => store.environment("billing")],
    ["an unknown environment", (store) => store.environment("nope")],
    ["the baseline", (store) => store.baseline("shop-production")],
    ["no baseline", (store) => store.baseline("analytics")],
    ["earlier baselines", (store) => store.baselineHistory("shop-production")],
    ["the latest snapshot", (store) => store.snapshotAt("shop-production")],
    ["a snapshot at a time", (store) => store.snapshotAt("shop-production", "2026-11-20T10:00:00.000Z")],
    ["a snapshot before the first", (store) => store.snapshotAt("shop-production", "2020-01-01T00:00:00Z")],
    ["checks of one", (store) => store.checks({ ...shop, limit: 30 })],
    ["older checks", (store) => store.checks({ ...shop, limit: 5, from: olderPage })],
    ["one check", (store) => store.check("billing-3")],
    ["open findings", async (store) => sorted(await store.openFindings("shop-production"))],
    ["resolved findings", (store) => store.findings({ open: false, limit: 10 })],
    ["the open incident", (store) => store.openIncident("shop-production")],
    ["incidents", (store) => store.incidents({ limit: 10 })],
    ["incidents by state", (store) => store.incidents({ state: "resolved", limit: 10 })],
    ["the audit log", (store) => store.audit({ limit: 10 })],
    ["the outbox", (store) => store.outboxState()],
  ])("tells %s as the real one does", async (_what, ask) => {
    const [expected, told] = await Promise.all([ask(real), ask(fake)]);
    expect(withoutIds(told)).toEqual(withoutIds(expected));
  });

  it("refuses an old run and a second open incident as the real one does", async () => {
    for (const store of [real, fake]) {
      const [check] = await store.checks({ ...shop, limit: 1 });
      if (check === undefined) throw new Error("the history has checks");
      const record = {
        check: { ...check, id: "another" },
        runNumber: 1,
        snapshot: null,
        environment: {
          outcome: "drifted" as const,
          lastSuccessAt: null,
          lastFullCheckAt: null,
          probeToken: null,
          emptySince: null,
          unknownSince: null,
          unknownToldAt: null,
        },
        findings: [aTrackedFinding({ environment: "shop-production", incidentId: null })],
        incident: anIncident({ id: "i-3", environment: "shop-production" }),
        notifications: [],
        baseline: null,
      };
      expect(await store.recordCheck(record)).toBe("stale");
      const runNumber = await store.nextRunNumber("shop-production");
      await expect(store.recordCheck({ ...record, runNumber })).rejects.toMatchObject({
        code: "store.failed",
      });
      expect(await store.check("another")).toBeUndefined();
    }
  });
});

/** Ids are the store's own. */
function withoutIds(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? null), (name, member) =>
    name === "id" && /^(?:baseline-)?\d+$/u.test(String(member)) ? "id" : member,
  );
}

function sorted<T extends { readonly id: string }>(items: readonly T[]): readonly T[] {
  return [...items].sort((a, b) => (a.id < b.id ? -1 : 1));
}
