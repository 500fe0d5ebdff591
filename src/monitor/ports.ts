/** The ports of the use cases: what they need of databases, the store, channels, the queue and telemetry. Types only. */
import type { Baseline, Check, Incident, OutcomeKind, TrackedFinding } from "../model/check.ts";
import type { Environment } from "../model/environment.ts";
import type { Delivery, DeliveryState, Notification, NotificationContent } from "../model/notification.ts";
import type { Dialect, Flavor, Scope, ServerInfo } from "../model/server.ts";
import type { Severity } from "../model/severity.ts";
import type { Snapshot } from "../model/snapshot.ts";

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
}

/** The part of a pino logger that rooms use. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  child(fields: object): Logger;
}

// ---- dialects -------------------------------------------------------------------------------------------------

export interface ReadOptions {
  readonly scope?: Scope;
  readonly statementTimeoutMs?: number;
  readonly lockTimeoutMs?: number;
  readonly connectTimeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** A cheap proof: equal tokens prove that nothing changed. `undefined` when the server offers no trustworthy one. */
export type ProbeToken = string;

/** One thing doctor checked. */
export interface Diagnosis {
  readonly check: string;
  readonly ok: boolean;
  readonly message: string;
  readonly remedy?: string;
}

/** An open, read-only session with one monitored database. Errors are DriftwatchError, mapped by the dialect. */
export interface DatabaseSession {
  readonly server: ServerInfo;
  probe(): Promise<ProbeToken | undefined>;
  /**
   * Everything at one moment. Given the snapshot before, a dialect may read only what changed since then; whatever it
   * cannot prove unchanged it reads, and the result always equals that of a full read. `reading` tells which it was.
   */
  introspect(previous?: Snapshot): Promise<Snapshot>;
  diagnose(): Promise<readonly Diagnosis[]>;
  close(): Promise<void>;
}

/** A dialect: twins in dialects/postgres and dialects/mysql. */
export interface DatabaseDialect {
  readonly dialect: Dialect;
  connect(url: string, options: ReadOptions): Promise<DatabaseSession>;
}

/** Chooses the dialect by the URL's scheme. */
export interface DatabaseReader {
  connect(url: string, options: ReadOptions): Promise<DatabaseSession>;
}

/** The latest snapshot per environment that this process read; bounded, and empty after a start. */
export interface RecentSnapshots {
  get(environment: string): Snapshot | undefined;
  put(environment: string, snapshot: Snapshot): void;
}

// ---- store ----------------------------------------------------------------------------------------------------

export interface StoredEnvironment {
  readonly name: string;
  readonly dialect: Dialect;
  /** What the server really is, as the baseline knows it; null before there is one. */
  readonly flavor: Flavor | null;
  readonly critical: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly outcome: OutcomeKind | null;
  /** Last check of any outcome, and last one that was not `unknown`. */
  readonly lastCheckAt: string | null;
  readonly lastSuccessAt: string | null;
  readonly lastFullCheckAt: string | null;
  readonly probeToken: ProbeToken | null;
  /** The empty snapshot that waits for a second check to confirm it. */
  readonly emptySince: string | null;
  /** First of the unknown checks in a row, and when people were told of them. */
  readonly unknownSince: string | null;
  readonly unknownToldAt: string | null;
  readonly openFindings: Readonly<Record<Severity, number>>;
  readonly oldestFindingAt: string | null;
  readonly runNumber: number;
}

/** What one check changes, written in one transaction. All decisions were made before; the store only keeps them. */
export interface CheckRecord {
  readonly check: Check;
  /** Rises with each check of an environment; an older run never overwrites a newer one. */
  readonly runNumber: number;
  readonly snapshot: Snapshot | null;
  readonly environment: {
    readonly outcome: OutcomeKind;
    readonly lastSuccessAt: string | null;
    readonly lastFullCheckAt: string | null;
    readonly probeToken: ProbeToken | null;
    readonly emptySince: string | null;
    readonly unknownSince: string | null;
    readonly unknownToldAt: string | null;
  };
  /** Present when the findings are known (not on `unknown` or a probe hit). */
  readonly findings: readonly TrackedFinding[] | null;
  readonly incident: Incident | null;
  readonly notifications: readonly NewNotification[];
  /** A baseline to be captured or completed. */
  readonly baseline: NewBaseline | null;
}

/** `snapshot` is what it is of; where that is missing, the snapshot of the same check. */
export type NewBaseline = Omit<Baseline, "id"> & { readonly snapshot?: Snapshot };

export interface NewNotification {
  readonly channel: string;
  readonly environment: string;
  readonly incidentId: string;
  readonly content: NotificationContent;
}

/** A channel that does not deliver: messages that were tried and wait, and those given up since the last that arrived. */
export interface ChannelTrouble {
  readonly channel: string;
  readonly waiting: number;
  readonly givenUp: number;
  /** ISO time at which the oldest of them was made. */
  readonly since: string;
  /** Of the newest of them. */
  readonly lastError: string | null;
}

export interface AuditEntry {
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly environment: string;
  readonly detail: string;
}

export interface BaselineChange {
  /** Taken before the findings and the incident were read: whoever records meanwhile makes the change stale. */
  readonly runNumber: number;
  readonly baseline: Omit<Baseline, "id">;
  readonly snapshot: Snapshot;
  readonly audit: AuditEntry;
  /** Null until a check has compared the schema with the new baseline. */
  readonly outcome: OutcomeKind | null;
  readonly findings: readonly TrackedFinding[];
  readonly incident: Incident | null;
  readonly notifications: readonly NewNotification[];
}

/** Where a page of a list begins that goes from new to old. */
export interface PageStart {
  /** ISO time. */
  readonly at: string;
  /** Null: what is older than the time. A number: what is not newer, without so many of it that came before. */
  readonly skip: number | null;
}

/** What the store tells of the environments' past. */
export interface HistoryReader {
  baseline(environment: string): Promise<Baseline | undefined>;
  baselineHistory(environment: string): Promise<readonly Baseline[]>;
  /**
   * Two environments may show the same content on different servers: with an environment, `server`, `visibility` and
   * `identities` are those of its newest baseline with this content, else of its newest snapshot with it.
   * Without one, `identities` are left out when several environments show this content.
   */
  snapshot(fingerprint: string, environment?: string): Promise<Snapshot | undefined>;
  /** What an environment showed at a time (ISO), or last of all; undefined before its first one and where it was pruned. */
  snapshotAt(environment: string, at?: string): Promise<Snapshot | undefined>;
  checks(filter: { environment?: string; limit: number; from?: PageStart }): Promise<readonly Check[]>;
  check(id: string): Promise<Check | undefined>;
  openFindings(environment: string): Promise<readonly TrackedFinding[]>;
  findings(filter: {
    environment?: string;
    open?: boolean;
    limit: number;
    from?: PageStart;
  }): Promise<readonly TrackedFinding[]>;
  openIncident(environment: string): Promise<Incident | undefined>;
  incidents(filter: {
    environment?: string;
    state?: Incident["state"];
    limit: number;
    from?: PageStart;
  }): Promise<readonly Incident[]>;
  audit(filter: { environment?: string; limit: number; from?: PageStart }): Promise<readonly AuditEntry[]>;
}

export interface MonitorStore extends HistoryReader {
  /** Registers the configured environments and forgets nothing; returns names that are stored but no longer configured. */
  registerEnvironments(environments: readonly Environment[], at: string): Promise<readonly string[]>;
  environments(): Promise<readonly StoredEnvironment[]>;
  environment(name: string): Promise<StoredEnvironment | undefined>;
  /** Takes the next run number of an environment (fencing). */
  nextRunNumber(environment: string): Promise<number>;

  /** "stale" when a newer run was recorded first; nothing is written then. */
  recordCheck(record: CheckRecord): Promise<"recorded" | "stale">;
  /** "stale" when a newer run or another baseline was recorded first; nothing is written then. */
  changeBaseline(change: BaselineChange): Promise<Baseline | "stale">;

  /** Leases due notifications to this worker until `leaseMs` from now; a crashed worker's lease runs out. */
  claimNotifications(input: {
    now: string;
    limit: number;
    leaseMs: number;
    channel?: string;
  }): Promise<readonly Notification[]>;
  settleNotification(id: string, delivery: Delivery, at: string, nextAttemptAt: string | null): Promise<void>;
  notifications(filter: {
    environment?: string;
    state?: DeliveryState;
    limit: number;
  }): Promise<readonly Notification[]>;
  /** By channel; none when every channel delivers. Channels that are no longer configured are among them. */
  undelivered(): Promise<readonly ChannelTrouble[]>;
  outboxState(): Promise<{ readonly depth: number; readonly oldestAt: string | null; readonly dead: number }>;

  /**
   * Deletes checks, settled notifications, resolved findings, closed incidents and snapshots that nothing refers to, older
   * than the time. Baselines, what is open and the audit log stay. Returns how many checks and snapshots went.
   */
  prune(input: { checksBefore: string }): Promise<{ readonly checks: number; readonly snapshots: number }>;
  /** Readiness: reachable and migrated. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

// ---- alerts ---------------------------------------------------------------------------------------------------

/** A place notifications go. Never throws for what the far side answers: that is a Delivery. */
export interface Channel {
  readonly name: string;
  readonly type: string;
  deliver(content: NotificationContent, signal: AbortSignal): Promise<Delivery>;
}

/** A route sends what matches to its channels. */
export interface Route {
  readonly channels: readonly string[];
  /** Globs over environment names; all when absent. */
  readonly environments?: readonly string[];
  readonly minimumSeverity: Severity;
}

// ---- queue ----------------------------------------------------------------------------------------------------

export interface JobQueue {
  /** Asks for a check now; at most one waits per environment. */
  requestCheck(environment: string, reason: "schedule" | "manual"): Promise<void>;
  /** Wakes the delivery of notifications. */
  requestDelivery(): Promise<void>;
}

// ---- telemetry ------------------------------------------------------------------------------------------------

/** Use cases report what happened; the room behind it decides what becomes a metric. */
export interface Telemetry {
  checkFinished(check: Check): void;
  probe(environment: string, hit: boolean): void;
  delivery(channel: string, delivery: Delivery["kind"], seconds: number): void;
}
