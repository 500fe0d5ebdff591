/** What a server says of itself before anything is read from it: identity, and settings that give SQL its meaning. */
import { createHash } from "node:crypto";
import type { Options } from "../../../model/attribute.ts";
import type { ServerInfo } from "../../../model/server.ts";
import type { Connection } from "../connect.ts";
import { type Row, text } from "../wire/cells.ts";

/** Each changes what a CREATE means or whether a rollback can run; a change is a finding of its own. */
const recordedSettings = [
  "sql_mode",
  "lower_case_table_names",
  "explicit_defaults_for_timestamp",
  "character_set_server",
  "collation_server",
  "default_collation_for_utf8mb4",
  "character_set_collations",
  "default_storage_engine",
  "innodb_default_row_format",
  "innodb_strict_mode",
  "innodb_file_per_table",
  "sql_generate_invisible_primary_key",
  "sql_require_primary_key",
  "restrict_fk_on_non_standard_key",
  "default_table_encryption",
  "event_scheduler",
  "log_bin_trust_function_creators",
  "check_constraint_checks",
  "time_zone",
  "system_time_zone",
  "version_comment",
];

const identityVariables = ["server_uuid", "server_uid", "server_id", "datadir", "hostname", "port"];

/** Global values (P1: a session's sql_mode may be the driver's), by name; what the server does not have is left out. */
export async function readVariables(
  connection: Connection,
  names: readonly string[],
): Promise<Map<string, string>> {
  return variablesOf(await connection.rows(variablesSql(names)));
}

export function variablesSql(names: readonly string[]): string {
  const list = names.map((name) => `'${name}'`).join(", ");
  return `SHOW GLOBAL VARIABLES WHERE Variable_name IN (${list})`;
}

export function variablesOf(rows: readonly Row[]): Map<string, string> {
  return new Map(rows.map((row) => [text(row[0]).toLowerCase(), text(row[1])]));
}

/** The variables that serverOf needs. */
export const serverVariables: readonly string[] = [...recordedSettings, ...identityVariables];

/** One query. */
export async function readServer(connection: Connection): Promise<ServerInfo> {
  return serverOf(connection, await readVariables(connection, serverVariables));
}

export function serverOf(connection: Connection, variables: ReadonlyMap<string, string>): ServerInfo {
  const settings: Record<string, string> = {};
  for (const name of [...recordedSettings].sort()) {
    const value = variables.get(name);
    if (value !== undefined) settings[name] = value;
  }
  const { flavor, version, major } = connection.version;
  return {
    flavor,
    version,
    major,
    instance: `${serverIdentity(variables)}/${connection.database ?? ""}`,
    database: connection.database ?? "",
    settings: settings as Options,
  };
}

/** server_uuid; MariaDB before it had server_uid is told apart by where its data lies. */
function serverIdentity(variables: ReadonlyMap<string, string>): string {
  const own = variables.get("server_uuid") || variables.get("server_uid");
  if (own) return own;
  const parts = ["server_id", "hostname", "port", "datadir"].map((name) => variables.get(name) ?? "");
  return createHash("sha256").update(parts.join("\n")).digest("hex").slice(0, 32);
}
