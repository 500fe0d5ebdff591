/** The tables of the daemon's own database as Kysely sees them; the migrations make them. All live in one schema. */
import { type ColumnType, type Generated, type Kysely, type RawBuilder, type SqlBool, sql } from "kysely";
import type { Finding } from "../model/change.ts";
import type { Baseline, IncidentState, OutcomeKind, PhaseDurations } from "../model/check.ts";
import type { ErrorCode } from "../model/errors.ts";
import type { DeliveryState, NotificationContent } from "../model/notification.ts";
import type { Dialect, ServerInfo, Visibility } from "../model/server.ts";
import type { Severity } from "../model/severity.ts";
import type { PageStart } from "../monitor/ports.ts";

/** Read as a Date, written as ISO 8601. */
type Time = ColumnType<Date, string, string>;
type TimeOrNull = ColumnType<Date | null, string | null, string | null>;
/**
 * Column type `json`, not `jsonb`: the text is kept as it is, with the order of members and with `\u0000`, which names
 * and comments of MySQL may hold and jsonb refuses. Read parsed, written as text.
 */
type Json<T> = ColumnType<T, string, string>;

export interface EnvironmentTable {
  name: string;
  dialect: Dialect;
  critical: boolean;
  labels: Json<Readonly<Record<string, string>>>;
  configured: boolean;
  registered_at: Time;
  outcome: OutcomeKind | null;
  last_check_at: TimeOrNull;
  last_success_at: TimeOrNull;
  last_full_check_at: TimeOrNull;
  probe_token: string | null;
  empty_since: TimeOrNull;
  unknown_since: TimeOrNull;
  unknown_told_at: TimeOrNull;
  /** The newest run that was taken, and the newest that was recorded. */
  run_number: Generated<number>;
  recorded_run: Generated<number>;
}

/** The objects of one root, once for all snapshots of all environments. */
export interface RootObjectTable {
  fingerprint: Buffer;
  /** Deflated JSON: SchemaObject[]. */
  content: Buffer;
}

/** What is in a snapshot, once per fingerprint. */
export interface SnapshotTable {
  fingerprint: string;
  root_fingerprints: Buffer[];
  /** Deflated JSON: [key, count] of each root, in the order of root_fingerprints. */
  outline: Buffer;
}

export interface SnapshotMeta {
  readonly modelVersion: number;
  readonly dialect: Dialect;
  readonly server: ServerInfo;
  readonly visibility: Visibility;
}

/** Which snapshot an environment showed from when on, and from which server it was read. */
export interface EnvironmentSnapshotTable {
  id: Generated<number>;
  environment: string;
  fingerprint: string;
  taken_at: Time;
  last_seen_at: Time;
  meta: Json<SnapshotMeta>;
  /** Deflated JSON: the identities of each root or null. */
  identities: Buffer | null;
  identities_digest: string | null;
}

export interface BaselineTable {
  id: Generated<number>;
  environment: string;
  fingerprint: string;
  environment_snapshot_id: number;
  model_version: number;
  accepted_at: Time;
  accepted_by: string;
  reason: string;
  origin: Baseline["origin"];
  server: Json<ServerInfo>;
  visibility: Json<Visibility>;
}

export interface CheckTable {
  id: string;
  environment: string;
  run_number: number;
  started_at: Time;
  finished_at: Time;
  outcome: OutcomeKind;
  worst: Severity | null;
  finding_counts: Json<Readonly<Record<Severity, number>>>;
  probe_hit: boolean;
  snapshot_fingerprint: string | null;
  error_code: ErrorCode | null;
  error_message: string | null;
  hidden_changes: number;
  durations: Json<PhaseDurations>;
}

export interface FindingTable {
  environment: string;
  id: string;
  /** SHA-256 of `id`, which may be longer than an index row (a routine's signature). */
  id_digest: string;
  incident_id: string | null;
  severity: Severity;
  finding: Json<Finding>;
  first_seen_at: Time;
  last_seen_at: Time;
  resolved_at: TimeOrNull;
}

export interface IncidentTable {
  id: string;
  environment: string;
  state: IncidentState;
  worst: Severity;
  opened_at: Time;
  updated_at: Time;
  closed_at: TimeOrNull;
  notified_digest: string | null;
  notified_at: TimeOrNull;
  notified_worst: Severity | null;
}

export interface NotificationTable {
  id: Generated<number>;
  channel: string;
  environment: string;
  incident_id: string;
  content: Json<NotificationContent>;
  state: DeliveryState;
  attempts: Generated<number>;
  created_at: Time;
  next_attempt_at: TimeOrNull;
  /** The lease of the worker that is delivering it. */
  locked_until: TimeOrNull;
  delivered_at: TimeOrNull;
  last_error: string | null;
}

export interface AuditTable {
  id: Generated<number>;
  at: Time;
  actor: string;
  action: string;
  environment: string;
  detail: string;
}

export interface Tables {
  environments: EnvironmentTable;
  root_objects: RootObjectTable;
  snapshots: SnapshotTable;
  environment_snapshots: EnvironmentSnapshotTable;
  baselines: BaselineTable;
  checks: CheckTable;
  findings: FindingTable;
  incidents: IncidentTable;
  notifications: NotificationTable;
  audit: AuditTable;
}

/** A database or a transaction in it, with the schema already set. */
export type Database = Kysely<Tables>;

export function isoOf(time: Date): string;
export function isoOf(time: Date | null): string | null;
export function isoOf(time: Date | null): string | null {
  return time === null ? null : time.toISOString();
}

/** PostgreSQL's text holds no NUL character; in words for people it may go. */
export function storable(text: string): string;
export function storable(text: string | null): string | null;
export function storable(text: string | null): string | null {
  return text === null ? null : text.replaceAll("\0", "");
}

/** Where a page begins, as a condition on the time that its list is sorted by; what is skipped is left to an offset. */
export function since(column: string, { at, skip }: PageStart): RawBuilder<SqlBool> {
  const time = new Date(at);
  return skip === null ? sql`${sql.ref(column)} < ${time}` : sql`${sql.ref(column)} <= ${time}`;
}
