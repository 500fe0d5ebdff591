/** Statements about the session: who we are, what it is, and how it behaves. */
import type { ReadOptions } from "../../../monitor/ports.ts";
import { defaultLockTimeoutMs, defaultStatementTimeoutMs } from "../../limits.ts";
import { has, type ServerVersion } from "../version.ts";

export const versionSql = "SELECT VERSION(), @@version_comment";
export const namesSql = "SELECT DATABASE(), CURRENT_USER()";
export const cipherSql = "SHOW SESSION STATUS LIKE 'Ssl_cipher'";
export const readOnlySql = "SET SESSION TRANSACTION READ ONLY";

/**
 * The session's settings, so that the same schema reads the same from every server and for every user, and nothing is waited
 * for longer than the options allow.
 */
export function settingsSql(version: ServerVersion, options: ReadOptions): string {
  const { statementTimeoutMs = defaultStatementTimeoutMs, lockTimeoutMs = defaultLockTimeoutMs } = options;
  const lockSeconds = Math.max(1, Math.ceil(lockTimeoutMs / 1000));
  const settings = [
    // A server may be told to overlook what the client speaks.
    "NAMES utf8mb4",
    // Without autocommit a table that rows are read from stays locked against DDL until the session ends.
    "SESSION autocommit = 1",
    "SESSION completion_type = NO_CHAIN",
    // Servers that are careful with SELECT would cut lists short, or refuse them.
    "SESSION sql_select_limit = 18446744073709551615",
    "SESSION sql_big_selects = 1",
    // P4: ANSI modes and NO_*_OPTIONS change SHOW CREATE.
    "SESSION sql_mode = ''",
    "SESSION sql_quote_show_create = 1",
    // TIMESTAMP literals in defaults and partitions are printed in the session's zone.
    "SESSION time_zone = '+00:00'",
    "SESSION lc_messages = 'en_US'",
    `SESSION lock_wait_timeout = ${lockSeconds}`,
    version.flavor === "mariadb"
      ? `SESSION max_statement_time = ${statementTimeoutMs / 1000}`
      : `SESSION max_execution_time = ${Math.ceil(statementTimeoutMs)}`,
    // P33: what MySQL keeps of statistics for a day is neither trusted nor written anew.
    ...(has(version, "statisticsExpiry") ? ["SESSION information_schema_stats_expiry = 0"] : []),
    // P36: the invisible primary key that the server made by itself is part of the table.
    ...(has(version, "generatedInvisiblePrimaryKey")
      ? ["SESSION show_gipk_in_create_table_and_information_schema = ON"]
      : []),
  ];
  return `SET ${settings.join(", ")}`;
}
