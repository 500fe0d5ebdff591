/** The first shape of the store: environments, content-addressed snapshots, checks, findings, incidents, the outbox. */
import { type Kysely, type Migration, sql } from "kysely";

export const foundation: Migration = { up };

async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements: readonly string[] = [
  `create table driftwatch.environments (
    name text primary key,
    dialect text not null,
    critical boolean not null,
    labels json not null,
    configured boolean not null,
    registered_at timestamptz not null,
    outcome text,
    last_check_at timestamptz,
    last_success_at timestamptz,
    last_full_check_at timestamptz,
    probe_token text,
    empty_since timestamptz,
    unknown_since timestamptz,
    unknown_told_at timestamptz,
    run_number bigint not null default 0,
    recorded_run bigint not null default 0
  )`,
  `create table driftwatch.root_objects (
    fingerprint bytea primary key,
    content bytea not null
  )`,
  `create table driftwatch.snapshots (
    fingerprint text primary key,
    root_fingerprints bytea[] not null,
    outline bytea not null
  )`,
  // The content is deflated already: compressing it again would only cost time.
  `alter table driftwatch.root_objects alter column content set storage external`,
  `alter table driftwatch.snapshots alter column outline set storage external`,
  `create table driftwatch.environment_snapshots (
    id bigint generated always as identity primary key,
    environment text not null references driftwatch.environments (name),
    fingerprint text not null references driftwatch.snapshots (fingerprint),
    taken_at timestamptz not null,
    last_seen_at timestamptz not null,
    meta json not null,
    identities bytea,
    identities_digest text
  )`,
  `create index environment_snapshots_by_time
    on driftwatch.environment_snapshots (environment, taken_at desc, id desc)`,
  `create index environment_snapshots_by_fingerprint on driftwatch.environment_snapshots (fingerprint, environment)`,
  `create table driftwatch.baselines (
    id bigint generated always as identity primary key,
    environment text not null references driftwatch.environments (name),
    fingerprint text not null references driftwatch.snapshots (fingerprint),
    environment_snapshot_id bigint not null references driftwatch.environment_snapshots (id),
    model_version integer not null,
    accepted_at timestamptz not null,
    accepted_by text not null,
    reason text not null,
    origin text not null,
    server json not null,
    visibility json not null
  )`,
  `create index baselines_by_environment on driftwatch.baselines (environment, id desc)`,
  `create index baselines_by_snapshot on driftwatch.baselines (environment_snapshot_id)`,
  `create table driftwatch.checks (
    id text primary key,
    environment text not null references driftwatch.environments (name),
    run_number bigint not null,
    started_at timestamptz not null,
    finished_at timestamptz not null,
    outcome text not null,
    worst text,
    finding_counts json not null,
    probe_hit boolean not null,
    snapshot_fingerprint text,
    error_code text,
    error_message text,
    hidden_changes integer not null,
    durations json not null
  )`,
  `create index checks_by_environment on driftwatch.checks (environment, started_at desc)`,
  `create index checks_by_time on driftwatch.checks (started_at desc)`,
  `create table driftwatch.incidents (
    id text primary key,
    environment text not null references driftwatch.environments (name),
    state text not null,
    worst text not null,
    opened_at timestamptz not null,
    updated_at timestamptz not null,
    closed_at timestamptz,
    notified_digest text,
    notified_at timestamptz,
    notified_worst text
  )`,
  `create unique index one_open_incident on driftwatch.incidents (environment) where state = 'open'`,
  `create index incidents_by_time on driftwatch.incidents (opened_at desc)`,
  `create table driftwatch.findings (
    environment text not null references driftwatch.environments (name),
    id text not null,
    id_digest text not null,
    incident_id text,
    severity text not null,
    finding json not null,
    first_seen_at timestamptz not null,
    last_seen_at timestamptz not null,
    resolved_at timestamptz,
    primary key (environment, id_digest, first_seen_at)
  )`,
  `create index open_findings on driftwatch.findings (environment) where resolved_at is null`,
  `create index findings_by_time on driftwatch.findings (first_seen_at desc)`,
  `create table driftwatch.notifications (
    id bigint generated always as identity primary key,
    channel text not null,
    environment text not null,
    incident_id text not null,
    content json not null,
    state text not null,
    attempts integer not null default 0,
    created_at timestamptz not null,
    next_attempt_at timestamptz,
    locked_until timestamptz,
    delivered_at timestamptz,
    last_error text
  )`,
  `create index pending_notifications on driftwatch.notifications (incident_id, channel, id) where state = 'pending'`,
  `create index notifications_by_environment on driftwatch.notifications (environment, id desc)`,
  `create table driftwatch.audit (
    id bigint generated always as identity primary key,
    at timestamptz not null,
    actor text not null,
    action text not null,
    environment text not null,
    detail text not null
  )`,
];
