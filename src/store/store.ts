/**
 * The store: what the monitor keeps, in PostgreSQL or in the embedded one, by the same SQL. It puts the pieces together,
 * draws the transactions and turns every failure into a store error. It decides nothing.
 */

import { Kysely, PostgresDialect, sql } from "kysely";
import pg from "pg";
import type { DriftwatchError } from "../model/errors.ts";
import { ownSchema } from "../model/own-schema.ts";
import type { Clock, HistoryReader, Logger, MonitorStore } from "../monitor/ports.ts";
import { insertAudit, listAudit } from "./audit.ts";
import { insertBaseline, listBaselines } from "./baselines.ts";
import { insertCheck, listChecks, pruneChecks } from "./checks.ts";
import type { Database, Tables } from "./database.ts";
import {
  advanceRun,
  listEnvironments,
  registerEnvironments,
  settleOutcome,
  takeRunNumber,
} from "./environments.ts";
import { placeOf, toStoreError } from "./errors.ts";
import { listFindings, pruneFindings, upsertFindings } from "./findings.ts";
import { listIncidents, pruneIncidents, upsertIncident } from "./incidents.ts";
import { appliedMigrations, migrate } from "./migrations.ts";
import {
  claimNotifications,
  insertNotifications,
  listNotifications,
  listTroubles,
  pruneNotifications,
  readOutboxState,
  settleNotification,
} from "./outbox.ts";
import { loadSnapshot, loadSnapshotAt, pruneSnapshots, saveSnapshot } from "./snapshots.ts";

export interface StoreDeps {
  /** PostgreSQL URL, or that of the embedded one. */
  readonly url: string;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Connections at most; 10 by default. The embedded PostgreSQL has one backend, so 1 there. */
  readonly poolSize?: number;
  /** A single backend such as the embedded one has no autovacuum and no checkpointer: pruning then does their work too. */
  readonly upkeep?: boolean;
  /** What errors call the store; by default host, port and database of its URL. */
  readonly place?: string;
}

/** Facts for doctor and metrics. */
export interface StoreFacts {
  readonly serverVersion: string;
  readonly migrations: readonly string[];
  readonly sizeBytes: number;
  readonly checks: number;
  readonly snapshots: number;
  readonly rootObjects: number;
  /** Server time minus ours; leases and due times assume that it is small. */
  readonly clockSkewMs: number;
}

export interface Store extends MonitorStore {
  facts(): Promise<StoreFacts>;
  /** Connections of the pool: all, idle, and requests that wait for one. */
  poolState(): { readonly total: number; readonly idle: number; readonly waiting: number };
}

const connectTimeoutMs = 10_000;
const statementTimeoutMs = 60_000;

/**
 * Connects, migrates and returns the store. Throws DriftwatchError: store.unreachable (retryable where waiting helps),
 * store.newer, store.failed.
 */
export async function createStore(deps: StoreDeps): Promise<Store> {
  const place = deps.place ?? placeOf(deps.url);
  try {
    await migrateStore(deps);
  } catch (error) {
    throw toStoreError(error, place);
  }
  const pool = createPool(deps, { max: deps.poolSize ?? 10, statement_timeout: statementTimeoutMs });
  const db = databaseOf(pool);
  const store = {
    ...environmentCalls(db),
    ...historyCalls(db),
    ...outboxCalls(db),
    ...recordingCalls(db, deps.upkeep === true),
    ping: () => ping(db),
    close: () => db.destroy(),
    facts: () => readFacts(db, deps.clock),
  };
  const poolState: Store["poolState"] = () => ({
    total: pool.totalCount,
    idle: pool.idleCount,
    waiting: pool.waitingCount,
  });
  return { ...withStoreErrors(store, place, createOutageLog(deps.logger)), poolState };
}

/** With a connection of its own: waiting for another replica's migration may take longer than any statement should. */
async function migrateStore(deps: StoreDeps): Promise<void> {
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: createPool(deps, { max: 1 }) }) });
  try {
    await migrate(db, deps.logger);
  } finally {
    await db.destroy();
  }
}

function createPool(deps: StoreDeps, options: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool({
    connectionString: deps.url,
    application_name: "driftwatch",
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    types: { getTypeParser },
    ...options,
  });
  // Without a listener a connection that breaks while idle would end the process; the pool replaces it by itself.
  pool.on("error", (error) => {
    deps.logger.warn({ code: toStoreError(error, placeOf(deps.url)).code }, "idle store connection lost");
  });
  // pg-pool 3 listens to idle connections only; one that is killed between two statements of a transaction emits as well.
  pool.on("connect", (client) => client.on("error", () => undefined));
  return pool;
}

/** Our bigints are counters and ids far below 2^53; `pg` gives them as text. */
const getTypeParser: typeof pg.types.getTypeParser = (oid: number, format?: unknown) =>
  oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format as "text");

function databaseOf(pool: pg.Pool): Database {
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) }).withSchema(ownSchema);
}

type EnvironmentCalls = Pick<
  MonitorStore,
  "registerEnvironments" | "environments" | "environment" | "nextRunNumber"
>;

function environmentCalls(db: Database): EnvironmentCalls {
  return {
    registerEnvironments: (environments, at) => registerEnvironments(db, environments, at),
    environments: () => listEnvironments(db),
    environment: async (name) => (await listEnvironments(db, name))[0],
    nextRunNumber: (environment) => takeRunNumber(db, environment),
  };
}

function historyCalls(db: Database): HistoryReader {
  return {
    baseline: async (environment) => (await listBaselines(db, environment, 1))[0],
    baselineHistory: (environment) => listBaselines(db, environment),
    snapshot: (fingerprint, environment) => loadSnapshot(db, fingerprint, environment),
    snapshotAt: (environment, at) => loadSnapshotAt(db, environment, at),
    checks: (filter) => listChecks(db, filter),
    check: async (id) => (await listChecks(db, { id, limit: 1 }))[0],
    openFindings: (environment) => listFindings(db, { environment, open: true }),
    findings: (filter) => listFindings(db, filter),
    openIncident: async (environment) =>
      (await listIncidents(db, { environment, state: "open", limit: 1 }))[0],
    incidents: (filter) => listIncidents(db, filter),
    audit: (filter) => listAudit(db, filter),
  };
}

type OutboxCalls = Pick<
  MonitorStore,
  "claimNotifications" | "settleNotification" | "notifications" | "undelivered" | "outboxState"
>;

function outboxCalls(db: Database): OutboxCalls {
  return {
    claimNotifications: (input) => claimNotifications(db, input),
    settleNotification: (id, delivery, at, nextAttemptAt) =>
      settleNotification(db, id, delivery, at, nextAttemptAt),
    notifications: (filter) => listNotifications(db, filter),
    undelivered: () => listTroubles(db),
    outboxState: () => readOutboxState(db),
  };
}

type RecordingCalls = Pick<MonitorStore, "recordCheck" | "changeBaseline" | "prune">;

function recordingCalls(db: Database, upkeep: boolean): RecordingCalls {
  return {
    recordCheck: (record) =>
      db.transaction().execute(async (trx) => {
        const { check, snapshot, incident } = record;
        if (!(await advanceRun(trx, record))) return "stale";
        // Before the snapshot of the check, which is to be the newest.
        const completed = record.baseline?.snapshot;
        const ofBaseline =
          completed === undefined ? undefined : await saveSnapshot(trx, check.environment, completed);
        const moment = snapshot === null ? undefined : await saveSnapshot(trx, check.environment, snapshot);
        await insertCheck(trx, check, record.runNumber);
        if (incident !== null) await upsertIncident(trx, incident);
        await upsertFindings(trx, record.findings ?? []);
        await insertNotifications(trx, record.notifications, check.finishedAt);
        if (record.baseline !== null) await insertBaseline(trx, record.baseline, ofBaseline ?? moment);
        return "recorded";
      }),
    changeBaseline: (change) =>
      db.transaction().execute(async (trx) => {
        const { environment } = change.baseline;
        if (!(await settleOutcome(trx, environment, change))) return "stale";
        const moment = await saveSnapshot(trx, environment, change.snapshot);
        const baseline = await insertBaseline(trx, change.baseline, moment);
        if (change.incident !== null) await upsertIncident(trx, change.incident);
        await upsertFindings(trx, change.findings);
        await insertNotifications(trx, change.notifications, change.audit.at);
        await insertAudit(trx, change.audit);
        return baseline;
      }),
    async prune({ checksBefore }) {
      const before = new Date(checksBefore).toISOString();
      const removed = await db.transaction().execute((trx) => pruneAll(trx, before));
      if (upkeep) await keepUp(db);
      return removed;
    },
  };
}

async function pruneAll(
  trx: Database,
  before: string,
): Promise<{ readonly checks: number; readonly snapshots: number }> {
  const checks = await pruneChecks(trx, before);
  await pruneNotifications(trx, before);
  await pruneFindings(trx, before);
  await pruneIncidents(trx, before);
  return { checks, snapshots: await pruneSnapshots(trx, before) };
}

/** The room of deleted rows is used again, and the log of changes is cut off. */
async function keepUp(db: Database): Promise<void> {
  await sql`vacuum (analyze)`.execute(db);
  await sql`checkpoint`.execute(db);
}

/** Reachable, and of the shape this program knows. */
async function ping(db: Database): Promise<void> {
  await db.selectFrom("environments").select("name").limit(1).execute();
}

async function readFacts(db: Database, clock: Clock): Promise<StoreFacts> {
  const { rows } = await sql<{
    version: string;
    size: number;
    checks: number;
    snapshots: number;
    roots: number;
    now: Date;
  }>`
    select current_setting('server_version') as version,
      (select coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = ${ownSchema} and c.relkind = 'r') as size,
      (select count(*) from driftwatch.checks) as checks,
      (select count(*) from driftwatch.snapshots) as snapshots,
      (select count(*) from driftwatch.root_objects) as roots,
      clock_timestamp() as now`.execute(db);
  const row = rows[0];
  return {
    serverVersion: row?.version ?? "",
    migrations: await appliedMigrations(db),
    sizeBytes: row?.size ?? 0,
    checks: row?.checks ?? 0,
    snapshots: row?.snapshots ?? 0,
    rootObjects: row?.roots ?? 0,
    clockSkewMs: row === undefined ? 0 : row.now.getTime() - clock.now(),
  };
}

type Calls = Record<string, (...given: never[]) => Promise<unknown>>;

/** Every call fails with a DriftwatchError or not at all. */
function withStoreErrors<T extends { [K in keyof T]: Calls[string] }>(
  calls: T,
  place: string,
  outages: OutageLog,
): T {
  const wrapped = Object.entries(calls as unknown as Calls).map(([name, call]) => [
    name,
    async (...given: never[]): Promise<unknown> => {
      try {
        const result = await call(...given);
        outages.answered();
        return result;
      } catch (error) {
        const failure = toStoreError(error, place);
        outages.failed(failure);
        throw failure;
      }
    },
  ]);
  return Object.fromEntries(wrapped) as T;
}

interface OutageLog {
  answered(): void;
  failed(error: DriftwatchError): void;
}

/** An outage is told once when it begins and once when it is over, however many calls it fails. */
function createOutageLog(logger: Logger): OutageLog {
  let away = false;
  return {
    answered() {
      if (away) logger.info({}, "store can be reached again");
      away = false;
    },
    failed(error) {
      if (error.code !== "store.unreachable") return;
      if (!away) logger.error({ error: error.message, remedy: error.remedy }, "store cannot be reached");
      away = true;
    },
  };
}
