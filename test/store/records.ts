/** Builders of what is written to a store in one go. */
import type { Baseline } from "../../src/model/check.ts";
import type { NotificationContent } from "../../src/model/notification.ts";
import type { SchemaObject } from "../../src/model/object.ts";
import type { Snapshot } from "../../src/model/snapshot.ts";
import type { CheckRecord, NewNotification } from "../../src/monitor/ports.ts";
import { aColumn, anIndex, aTable } from "../support/builders.ts";
import { aBaseline, aCheck, anAlteredColumn } from "../support/model-builders.ts";

/** A time so many seconds after the builders' own. */
export const later = (seconds: number): string =>
  new Date(Date.parse("2026-11-21T09:00:00Z") + seconds * 1000).toISOString();

export function aSchema(tables: number, columnType = "integer"): SchemaObject[] {
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
      unknownSince: null,
      unknownToldAt: null,
    },
    findings: null,
    incident: null,
    notifications: [],
    baseline: null,
    ...overrides,
  };
}

export function aNotification(
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

export function baselineOf(snapshot: Snapshot, overrides: Partial<Baseline> = {}): Omit<Baseline, "id"> {
  const { id: _id, ...baseline } = aBaseline({
    fingerprint: snapshot.fingerprint,
    modelVersion: snapshot.modelVersion,
    server: snapshot.server,
    visibility: snapshot.visibility,
    ...overrides,
  });
  return baseline;
}
