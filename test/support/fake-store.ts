/**
 * A MonitorStore in memory that keeps every promise of the port: fencing, one open incident per environment, leases
 * and per-incident order in the outbox. Serves before mocks; nothing survives the process.
 */
import type { Baseline, Check, Incident, TrackedFinding } from "../../src/model/check.ts";
import type { Environment } from "../../src/model/environment.ts";
import { DriftwatchError } from "../../src/model/errors.ts";
import type { Delivery, Notification } from "../../src/model/notification.ts";
import { type Severity, severities } from "../../src/model/severity.ts";
import type { Snapshot } from "../../src/model/snapshot.ts";
import type {
  AuditEntry,
  BaselineChange,
  ChannelTrouble,
  CheckRecord,
  MonitorStore,
  NewNotification,
  PageStart,
  StoredEnvironment,
} from "../../src/monitor/ports.ts";

interface EnvironmentRow {
  environment: StoredEnvironment;
  /** The newest run that was recorded; `environment.runNumber` is the newest that was taken. */
  recordedRun: number;
}

interface OutboxRow {
  notification: Notification;
  lockedUntilMs: number;
}

interface Tables {
  environments: Map<string, EnvironmentRow>;
  checks: Check[];
  snapshots: Map<string, Snapshot>;
  snapshotTimes: { environment: string; at: string; fingerprint: string }[];
  baselines: Baseline[];
  findings: Map<string, TrackedFinding>;
  incidents: Map<string, Incident>;
  outbox: OutboxRow[];
  audit: AuditEntry[];
  nextId: number;
}

export interface FakeStore extends MonitorStore {
  /** While set, every call fails with this error: the store is down. */
  failWith(error: Error | null): void;
}

/** An empty store. Lists come newest first; `before` is an ISO time, exclusive, on a check's start. */
export function createFakeStore(): FakeStore {
  const tables = emptyTables();
  let failure: Error | null = null;
  const store: MonitorStore = {
    ...environmentCalls(tables),
    ...snapshotCalls(tables),
    ...historyCalls(tables),
    ...outboxCalls(tables),
    recordCheck: async (record) => recordCheck(tables, record),
    changeBaseline: async (change) => changeBaseline(tables, change),
    prune: async ({ checksBefore }) => prune(tables, checksBefore),
    ping: async () => undefined,
    close: async () => undefined,
  };
  const guarded = Object.fromEntries(
    Object.entries(store).map(([name, call]) => [
      name,
      async (...args: unknown[]) => {
        if (failure !== null && name !== "close") throw failure;
        return structuredClone(
          await (call as (...given: unknown[]) => Promise<unknown>)(...structuredClone(args)),
        );
      },
    ]),
  ) as unknown as MonitorStore;
  return {
    ...guarded,
    failWith: (error) => {
      failure = error;
    },
  };
}

function emptyTables(): Tables {
  return {
    environments: new Map(),
    checks: [],
    snapshots: new Map(),
    snapshotTimes: [],
    baselines: [],
    findings: new Map(),
    incidents: new Map(),
    outbox: [],
    audit: [],
    nextId: 1,
  };
}

type EnvironmentCalls = Pick<
  MonitorStore,
  "registerEnvironments" | "environments" | "environment" | "nextRunNumber"
>;

function environmentCalls(tables: Tables): EnvironmentCalls {
  return {
    async registerEnvironments(environments) {
      for (const environment of environments) register(tables, environment);
      const configured = new Set(environments.map((environment) => environment.name));
      return [...tables.environments.keys()].filter((name) => !configured.has(name)).sort();
    },
    async environments() {
      const rows = [...tables.environments.values()].map((row) => withFlavor(tables, row.environment));
      return rows.sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    async environment(name) {
      const row = tables.environments.get(name);
      return row === undefined ? undefined : withFlavor(tables, row.environment);
    },
    async nextRunNumber(name) {
      const row = rowOf(tables, name);
      const runNumber = row.environment.runNumber + 1;
      row.environment = { ...row.environment, runNumber };
      return runNumber;
    },
  };
}

function withFlavor(tables: Tables, environment: StoredEnvironment): StoredEnvironment {
  const baseline = tables.baselines.findLast((one) => one.environment === environment.name);
  return { ...environment, flavor: baseline?.server.flavor ?? null };
}

type SnapshotCalls = Pick<MonitorStore, "baseline" | "baselineHistory" | "snapshot" | "snapshotAt">;

function snapshotCalls(tables: Tables): SnapshotCalls {
  const history = (environment: string): Baseline[] =>
    tables.baselines.filter((baseline) => baseline.environment === environment).reverse();
  return {
    async baseline(environment) {
      return history(environment)[0];
    },
    async baselineHistory(environment) {
      return history(environment);
    },
    async snapshot(fingerprint) {
      return tables.snapshots.get(fingerprint);
    },
    async snapshotAt(environment, at) {
      const entry = tables.snapshotTimes
        .filter((row) => row.environment === environment && (at === undefined || row.at <= isoOf(at)))
        .sort((a, b) => (a.at < b.at ? 1 : -1))[0];
      return entry === undefined ? undefined : tables.snapshots.get(entry.fingerprint);
    },
  };
}

type HistoryCalls = Pick<
  MonitorStore,
  "checks" | "check" | "openFindings" | "findings" | "openIncident" | "incidents" | "audit"
>;

function historyCalls(tables: Tables): HistoryCalls {
  return {
    async checks({ environment, limit, from }) {
      return tables.checks
        .filter((check) => environment === undefined || check.environment === environment)
        .sort((a, b) => newestFirst(a.startedAt, b.startedAt))
        .filter(isFrom(from, (check) => check.startedAt))
        .slice(from?.skip ?? 0, (from?.skip ?? 0) + limit);
    },
    async check(id) {
      return tables.checks.find((check) => check.id === id);
    },
    async openFindings(environment) {
      return openFindingsOf(tables, environment);
    },
    async findings({ environment, open, limit, from }) {
      return [...tables.findings.values()]
        .filter((finding) => environment === undefined || finding.environment === environment)
        .filter((finding) => open === undefined || (finding.resolvedAt === null) === open)
        .sort((a, b) => newestFirst(a.firstSeenAt, b.firstSeenAt))
        .filter(isFrom(from, (finding) => finding.firstSeenAt))
        .slice(from?.skip ?? 0, (from?.skip ?? 0) + limit);
    },
    async openIncident(environment) {
      return [...tables.incidents.values()].find(
        (incident) => incident.environment === environment && incident.state === "open",
      );
    },
    async incidents({ environment, state, limit, from }) {
      return [...tables.incidents.values()]
        .filter((incident) => environment === undefined || incident.environment === environment)
        .filter((incident) => state === undefined || incident.state === state)
        .sort((a, b) => newestFirst(a.openedAt, b.openedAt))
        .filter(isFrom(from, (incident) => incident.openedAt))
        .slice(from?.skip ?? 0, (from?.skip ?? 0) + limit);
    },
    async audit({ environment, limit, from }) {
      return tables.audit
        .filter((entry) => environment === undefined || entry.environment === environment)
        .reverse()
        .filter(isFrom(from, (entry) => entry.at))
        .slice(from?.skip ?? 0, (from?.skip ?? 0) + limit);
    },
  };
}

function isFrom<T>(from: PageStart | undefined, timeOf: (item: T) => string): (item: T) => boolean {
  return (item) =>
    from === undefined || (from.skip === null ? timeOf(item) < from.at : timeOf(item) <= from.at);
}

type OutboxCalls = Pick<
  MonitorStore,
  "claimNotifications" | "settleNotification" | "notifications" | "undelivered" | "outboxState"
>;

function outboxCalls(tables: Tables): OutboxCalls {
  return {
    async claimNotifications({ now, limit, leaseMs, channel }) {
      const nowMs = Date.parse(now);
      const claimed = tables.outbox
        .filter((row) => channel === undefined || row.notification.channel === channel)
        .filter((row) => isDue(row, nowMs) && !hasPendingBefore(tables, row))
        .slice(0, limit);
      for (const row of claimed) row.lockedUntilMs = nowMs + leaseMs;
      return claimed.map((row) => row.notification);
    },
    async settleNotification(id, delivery, at, nextAttemptAt) {
      const row = tables.outbox.find((candidate) => candidate.notification.id === id);
      if (row === undefined || row.notification.state !== "pending") return;
      row.notification = settled(row.notification, delivery, at, nextAttemptAt);
      row.lockedUntilMs = 0;
    },
    async notifications({ environment, state, limit }) {
      return tables.outbox
        .map((row) => row.notification)
        .filter((one) => environment === undefined || one.environment === environment)
        .filter((one) => state === undefined || one.state === state)
        .reverse()
        .slice(0, limit);
    },
    async undelivered() {
      return [...new Set(tables.outbox.map((row) => row.notification.channel))]
        .sort()
        .flatMap((channel) => troubleOf(tables, channel));
    },
    async outboxState() {
      const pending = tables.outbox.filter((row) => row.notification.state === "pending");
      const dead = tables.outbox.filter((row) => row.notification.state === "dead").length;
      return { depth: pending.length, oldestAt: pending[0]?.notification.createdAt ?? null, dead };
    },
  };
}

function troubleOf(tables: Tables, channel: string): ChannelTrouble[] {
  const all = tables.outbox.map((row) => row.notification).filter((one) => one.channel === channel);
  const arrived = all.findLastIndex((one) => one.state === "delivered");
  const troubled = all.filter(
    (one, index) =>
      (one.state === "pending" && one.attempts > 0) || (one.state === "dead" && index > arrived),
  );
  const [oldest] = troubled;
  if (oldest === undefined) return [];
  const waiting = troubled.filter((one) => one.state === "pending").length;
  return [
    {
      channel,
      waiting,
      givenUp: troubled.length - waiting,
      since: oldest.createdAt,
      lastError: troubled.at(-1)?.lastError ?? null,
    },
  ];
}

function register(tables: Tables, environment: Environment): void {
  const { name, dialect, critical, labels } = environment;
  const known = tables.environments.get(name);
  if (known !== undefined) {
    known.environment = { ...known.environment, dialect, critical, labels };
    return;
  }
  tables.environments.set(name, {
    recordedRun: 0,
    environment: {
      name,
      dialect,
      flavor: null,
      critical,
      labels,
      outcome: null,
      lastCheckAt: null,
      lastSuccessAt: null,
      lastFullCheckAt: null,
      probeToken: null,
      emptySince: null,
      unknownSince: null,
      unknownToldAt: null,
      openFindings: countBySeverity([]),
      oldestFindingAt: null,
      runNumber: 0,
    },
  });
}

function recordCheck(tables: Tables, record: CheckRecord): "recorded" | "stale" {
  const { check } = record;
  const row = rowOf(tables, check.environment);
  if (record.runNumber <= row.recordedRun) return "stale";
  refuseSecondIncident(tables, record.incident);
  row.recordedRun = record.runNumber;
  tables.checks.push(check);
  if (record.baseline?.snapshot !== undefined)
    keepSnapshot(tables, check.environment, record.baseline.snapshot);
  if (record.snapshot !== null) keepSnapshot(tables, check.environment, record.snapshot);
  row.environment = {
    ...row.environment,
    ...record.environment,
    lastCheckAt: check.finishedAt,
    runNumber: Math.max(row.environment.runNumber, record.runNumber),
  };
  keepFindings(tables, row, record.findings ?? []);
  if (record.incident !== null) tables.incidents.set(record.incident.id, record.incident);
  keepNotifications(tables, record.notifications, check.finishedAt);
  if (record.baseline !== null) {
    const { snapshot: _content, ...baseline } = record.baseline;
    keepBaseline(tables, baseline);
  }
  return "recorded";
}

function changeBaseline(tables: Tables, change: BaselineChange): Baseline | "stale" {
  const row = rowOf(tables, change.baseline.environment);
  if (change.runNumber <= row.recordedRun) return "stale";
  refuseSecondIncident(tables, change.incident);
  keepSnapshot(tables, change.baseline.environment, change.snapshot);
  const baseline = keepBaseline(tables, change.baseline);
  // A check that was under way compared with the old baseline; its run must count as stale.
  const runNumber = row.environment.runNumber + 1;
  row.recordedRun = runNumber;
  row.environment = { ...row.environment, outcome: change.outcome, probeToken: null, runNumber };
  keepFindings(tables, row, change.findings);
  if (change.incident !== null) tables.incidents.set(change.incident.id, change.incident);
  keepNotifications(tables, change.notifications, change.audit.at);
  tables.audit.push(change.audit);
  return baseline;
}

function prune(tables: Tables, checksBefore: string): { checks: number; snapshots: number } {
  const limit = isoOf(checksBefore);
  const kept = tables.checks.filter((check) => check.startedAt >= limit);
  const checks = tables.checks.length - kept.length;
  tables.checks = kept;
  const latest = new Map<string, string>();
  for (const row of tables.snapshotTimes) latest.set(row.environment, row.fingerprint);
  const referenced = new Set<string | null>([
    ...tables.baselines.map((baseline) => baseline.fingerprint),
    ...kept.map((check) => check.snapshotFingerprint),
    ...latest.values(),
  ]);
  let snapshots = 0;
  for (const fingerprint of tables.snapshots.keys()) {
    if (referenced.has(fingerprint)) continue;
    tables.snapshots.delete(fingerprint);
    snapshots += 1;
  }
  tables.snapshotTimes = tables.snapshotTimes.filter((row) => tables.snapshots.has(row.fingerprint));
  for (const [id, { resolvedAt }] of tables.findings)
    if (resolvedAt !== null && resolvedAt < limit) tables.findings.delete(id);
  for (const [id, { closedAt }] of tables.incidents)
    if (closedAt !== null && closedAt < limit) tables.incidents.delete(id);
  return { checks, snapshots };
}

function keepSnapshot(tables: Tables, environment: string, snapshot: Snapshot): void {
  if (!tables.snapshots.has(snapshot.fingerprint)) tables.snapshots.set(snapshot.fingerprint, snapshot);
  tables.snapshotTimes.push({ environment, at: snapshot.takenAt, fingerprint: snapshot.fingerprint });
}

function keepBaseline(tables: Tables, baseline: Omit<Baseline, "id">): Baseline {
  const kept = { id: newId(tables, "baseline"), ...baseline };
  tables.baselines.push(kept);
  return kept;
}

function keepFindings(tables: Tables, row: EnvironmentRow, findings: readonly TrackedFinding[]): void {
  for (const finding of findings) {
    tables.findings.set(`${finding.environment} ${finding.id} ${finding.firstSeenAt}`, finding);
  }
  const open = openFindingsOf(tables, row.environment.name);
  row.environment = {
    ...row.environment,
    openFindings: countBySeverity(open),
    oldestFindingAt: open.map((finding) => finding.firstSeenAt).sort()[0] ?? null,
  };
}

function keepNotifications(tables: Tables, notifications: readonly NewNotification[], at: string): void {
  for (const notification of notifications) {
    tables.outbox.push({
      lockedUntilMs: 0,
      notification: {
        id: newId(tables, "notification"),
        ...notification,
        state: "pending",
        attempts: 0,
        createdAt: at,
        nextAttemptAt: at,
        deliveredAt: null,
        lastError: null,
      },
    });
  }
}

function settled(
  notification: Notification,
  delivery: Delivery,
  at: string,
  nextAttemptAt: string | null,
): Notification {
  const attempts = notification.attempts + 1;
  if (delivery.kind === "delivered") {
    return {
      ...notification,
      state: "delivered",
      attempts,
      deliveredAt: at,
      nextAttemptAt: null,
      lastError: null,
    };
  }
  if (delivery.kind === "dead" || nextAttemptAt === null) {
    return { ...notification, state: "dead", attempts, nextAttemptAt: null, lastError: delivery.reason };
  }
  return { ...notification, attempts, nextAttemptAt, lastError: delivery.reason };
}

function isDue(row: OutboxRow, nowMs: number): boolean {
  const { state, nextAttemptAt } = row.notification;
  if (state !== "pending" || row.lockedUntilMs > nowMs) return false;
  return nextAttemptAt === null || Date.parse(nextAttemptAt) <= nowMs;
}

/** An earlier message of the same incident to the same channel must be settled first. */
function hasPendingBefore(tables: Tables, row: OutboxRow): boolean {
  const earlier = tables.outbox.slice(0, tables.outbox.indexOf(row));
  return earlier.some(
    ({ notification }) =>
      notification.state === "pending" &&
      notification.channel === row.notification.channel &&
      notification.incidentId === row.notification.incidentId,
  );
}

function refuseSecondIncident(tables: Tables, incident: Incident | null): void {
  if (incident === null || incident.state !== "open") return;
  for (const other of tables.incidents.values()) {
    if (other.environment !== incident.environment || other.state !== "open" || other.id === incident.id)
      continue;
    throw new DriftwatchError(
      "store.failed",
      `environment ${incident.environment} has an open incident already`,
    );
  }
}

function rowOf(tables: Tables, name: string): EnvironmentRow {
  const row = tables.environments.get(name);
  if (row === undefined) throw new DriftwatchError("environment.unknown", `no environment is called ${name}`);
  return row;
}

function openFindingsOf(tables: Tables, environment: string): TrackedFinding[] {
  return [...tables.findings.values()].filter(
    (finding) => finding.environment === environment && finding.resolvedAt === null,
  );
}

function countBySeverity(findings: readonly TrackedFinding[]): Record<Severity, number> {
  const counts = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  for (const severity of severities) {
    counts[severity] = findings.filter(({ finding }) => finding.severity === severity).length;
  }
  return counts;
}

function newId(tables: Tables, prefix: string): string {
  const id = `${prefix}-${tables.nextId}`;
  tables.nextId += 1;
  return id;
}

function newestFirst(a: string, b: string): number {
  return a < b ? 1 : a > b ? -1 : 0;
}

/** Times are compared as text, so every spelling of a moment is brought to one. */
function isoOf(time: string): string {
  return new Date(time).toISOString();
}
