/** Builders of what the store keeps: environments, checks, findings, incidents; and a logger that says nothing. */

import type { Finding } from "../../src/model/change.ts";
import { changeId } from "../../src/model/change.ts";
import type { Baseline, Check, Incident, TrackedFinding } from "../../src/model/check.ts";
import type { Environment } from "../../src/model/environment.ts";
import type { Logger, StoredEnvironment } from "../../src/monitor/ports.ts";
import { aColumn } from "./builders.ts";

const at = "2026-11-21T09:00:00.000Z";

export function silentLogger(): Logger {
  const logger: Logger = {
    debug: () => undefined,
    info: () => undefined,
    warn: () => undefined,
    error: () => undefined,
    child: () => logger,
  };
  return logger;
}

export function aStoredEnvironment(overrides: Partial<StoredEnvironment> = {}): StoredEnvironment {
  return {
    name: "shop",
    dialect: "postgres",
    flavor: null,
    critical: false,
    labels: {},
    outcome: "in-sync",
    lastCheckAt: at,
    lastSuccessAt: at,
    lastFullCheckAt: at,
    probeToken: null,
    emptySince: null,
    unknownSince: null,
    unknownToldAt: null,
    openFindings: { critical: 0, high: 0, medium: 0, low: 0, info: 0 },
    oldestFindingAt: null,
    runNumber: 1,
    ...overrides,
  };
}

export function anEnvironment(overrides: Partial<Environment> = {}): Environment {
  return {
    name: "shop",
    dialect: "postgres",
    url: "postgres://monitor@db/shop",
    critical: false,
    cron: null,
    everyMs: 60_000,
    timezone: "UTC",
    deadlineMs: 60_000,
    statementTimeoutMs: 30_000,
    lockTimeoutMs: 1000,
    fullCheckEveryMs: 3_600_000,
    baseline: "capture",
    scope: {},
    partitions: { default: "compare", tables: {} },
    ignore: [],
    severities: [],
    modes: {},
    labels: {},
    ...overrides,
  };
}

export function aCheck(overrides: Partial<Check> = {}): Check {
  return {
    id: "check-1",
    environment: "shop",
    startedAt: at,
    finishedAt: "2026-11-21T09:00:01.000Z",
    outcome: "in-sync",
    worst: null,
    findingCounts: { critical: 0, high: 0, medium: 0, low: 0, info: 0 },
    probeHit: false,
    snapshotFingerprint: null,
    errorCode: null,
    errorMessage: null,
    hiddenChanges: 0,
    durations: {},
    ...overrides,
  };
}

export function anAlteredColumn(overrides: Partial<Finding> = {}): Finding {
  const object = aColumn("orders", "total", { type: "real" });
  return {
    code: "COL003",
    severity: "high",
    category: "data-loss",
    change: {
      verb: "altered",
      kind: "column",
      key: object.key,
      object,
      attribute: "type",
      before: "numeric(12,2)",
      after: "real",
    },
    sentence: "column public.orders.total changed its type from numeric(12,2) to real",
    ...overrides,
  };
}

export function aTrackedFinding(overrides: Partial<TrackedFinding> = {}): TrackedFinding {
  const finding = overrides.finding ?? anAlteredColumn();
  return {
    id: changeId(finding.change),
    environment: "shop",
    incidentId: "incident-1",
    finding,
    firstSeenAt: at,
    lastSeenAt: at,
    resolvedAt: null,
    ...overrides,
  };
}

export function anIncident(overrides: Partial<Incident> = {}): Incident {
  return {
    id: "incident-1",
    environment: "shop",
    state: "open",
    worst: "high",
    openedAt: at,
    updatedAt: at,
    closedAt: null,
    notifiedDigest: null,
    notifiedAt: null,
    notifiedWorst: null,
    ...overrides,
  };
}

export function aBaseline(overrides: Partial<Baseline> = {}): Baseline {
  return {
    id: "baseline-1",
    environment: "shop",
    fingerprint: "a".repeat(64),
    modelVersion: 1,
    acceptedAt: at,
    acceptedBy: "driftwatch",
    reason: "first check",
    origin: "captured",
    server: {
      flavor: "postgresql",
      version: "18.4",
      major: "18",
      instance: null,
      database: "shop",
      settings: {},
    },
    visibility: { user: "monitor", schemas: ["public"], hidden: [], unmodelled: [] },
    ...overrides,
  };
}
