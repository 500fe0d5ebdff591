/** Statements about the session and the server: who we are, what it is, and how our transaction behaves. */
import type { ReadOptions } from "../../../monitor/ports.ts";
import { defaultLockTimeoutMs, defaultStatementTimeoutMs } from "../../limits.ts";

export type ServerRow = readonly [
  version: string,
  versionText: string,
  database: string,
  databaseOid: string,
  user: string,
  superuser: string,
  inRecovery: string,
  trackCounts: string,
  startedAt: string,
  /** Of the server, of this database and of what all databases share: each is set back alone. */
  statisticsResetAt: string,
  settings: string,
  deadlockTimeoutMs: string,
];

/** One row. Settings are those that give schema text or new objects their meaning, never a session's own. */
export const serverSql = `select current_setting('server_version_num'), current_setting('server_version'), current_database(),
  (select oid from pg_catalog.pg_database where datname = current_database()), current_user,
  (select rolsuper from pg_catalog.pg_roles where rolname = current_user), pg_catalog.pg_is_in_recovery(), current_setting('track_counts'),
  extract(epoch from pg_catalog.pg_postmaster_start_time()),
  (select concat_ws(' ', extract(epoch from b.stats_reset), extract(epoch from pg_catalog.pg_stat_get_db_stat_reset_time(d.oid)), extract(epoch from pg_catalog.pg_stat_get_db_stat_reset_time(0)))
    from pg_catalog.pg_stat_bgwriter b, pg_catalog.pg_database d where d.datname = current_database()),
  (select pg_catalog.json_object_agg(name, value) from (select name, coalesce(reset_val, setting) as value from pg_catalog.pg_settings
    where name in ('default_table_access_method', 'default_toast_compression', 'server_encoding', 'wal_level', 'password_encryption')) s),
  extract(epoch from current_setting('deadlock_timeout')::interval) * 1000`;

/** Restricted on some managed servers, so it is asked alone. */
export const systemIdentifierSql = "select system_identifier from pg_catalog.pg_control_system()";

/** No longer than the login itself may take; zero, no limit, is for neither. */
export function loginLockTimeoutMs(
  { lockTimeoutMs = defaultLockTimeoutMs }: ReadOptions,
  connectTimeoutMs: number,
): number {
  const limits = [lockTimeoutMs, connectTimeoutMs].map(milliseconds).filter((limit) => limit > 0);
  return Math.min(...limits, defaultLockTimeoutMs * 2);
}

/**
 * Begins a transaction that waits for nothing longer than the options allow. Everything is LOCAL, so that it works
 * behind a pooler that gives each transaction another session; and nothing here is newer than the oldest server.
 */
export function beginLimitedSql(options: ReadOptions): string[] {
  const { statementTimeoutMs = defaultStatementTimeoutMs, lockTimeoutMs = defaultLockTimeoutMs } = options;
  return [
    "begin isolation level repeatable read read only",
    `set local statement_timeout = ${milliseconds(statementTimeoutMs)}`,
    `set local lock_timeout = ${milliseconds(lockTimeoutMs)}`,
    // Behind a pooler it may be anybody's, with functions of theirs before the server's own.
    "set local search_path = ''",
  ];
}

/** Begins the read, with the settings that change how the server prints expressions, names and constants. */
export function beginSql(options: ReadOptions): string[] {
  const statementTimeout = milliseconds(options.statementTimeoutMs ?? defaultStatementTimeoutMs);
  return [
    ...beginLimitedSql(options),
    `set local idle_in_transaction_session_timeout = ${Math.max(statementTimeout, 10_000)}`,
    "set local quote_all_identifiers = off",
    "set local standard_conforming_strings = on",
    "set local timezone = 'UTC'",
    "set local datestyle = 'ISO, YMD'",
    "set local intervalstyle = 'postgres'",
    "set local extra_float_digits = 1",
    "set local bytea_output = 'hex'",
    "set local xmlbinary = 'base64'",
    "set local lc_monetary = 'C'",
    "set local jit = off",
    "set local max_parallel_workers_per_gather = 0",
  ];
}

function milliseconds(ms: number): number {
  return Math.max(0, Math.trunc(ms));
}

export const commitSql = "commit";
export const rollbackSql = "rollback";
