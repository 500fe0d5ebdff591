/**
 * The cheap proof that nothing changed: the server's counters of DDL statements, with its identity, its start and the
 * settings that give SQL its meaning. Refused where it is not proved: replicas, Galera, group replication, Aurora.
 */
import { createHash } from "node:crypto";
import type { ServerInfo } from "../../model/server.ts";
import type { ProbeToken } from "../../monitor/ports.ts";
import { type Catalog, text } from "./connect.ts";
import { readServer, readVariables } from "./queries/server.ts";
import { has } from "./version.ts";

/** Statements that can change what a snapshot holds. Com_truncate and the like move data only. */
const ddlCounter =
  /^Com_(?:alter|create|drop|rename|grant|revoke|import|install|uninstall|set_password|replica_start|slave_start|start_all_slaves|change_replication_source|change_master)/i;

/** One query: the DDL counters as one text; equal texts mean that no DDL ran. */
export async function countDdl(catalog: Catalog): Promise<string> {
  const rows = await catalog.rows("SHOW GLOBAL STATUS LIKE 'Com\\_%'");
  return rows
    .filter((row) => ddlCounter.test(text(row[0])))
    .map((row) => text(row[1]))
    .join(",");
}

/** Undefined where the counters prove nothing. Five small queries. */
export async function probe(catalog: Catalog, server: ServerInfo): Promise<ProbeToken | undefined> {
  if ((await refusal(catalog)) !== null) return undefined;
  const started = await startedAt(catalog);
  if (started === undefined) return undefined;
  const counters = await countDdl(catalog);
  const { settings } = await readServer(catalog);
  const digest = createHash("sha256")
    .update(JSON.stringify([counters, settings, server.version]))
    .digest("hex")
    .slice(0, 32);
  return `mysql-ddl-1/${server.instance ?? ""}/${started}/${digest}`;
}

/** When the server started, in seconds since the epoch; both values are taken at the start of one statement. */
async function startedAt(catalog: Catalog): Promise<string | undefined> {
  const source =
    catalog.version.flavor === "mariadb"
      ? "information_schema.GLOBAL_STATUS"
      : "performance_schema.global_status";
  const rows = await catalog.rowsIfAllowed(
    `SELECT CAST(UNIX_TIMESTAMP() - VARIABLE_VALUE AS SIGNED) AS s FROM ${source} WHERE VARIABLE_NAME = 'Uptime'`,
  );
  const cell = rows?.[0]?.[0];
  return cell === undefined || cell === null ? undefined : text(cell);
}

/** Why the probe is not to be trusted on this server, in one sentence, or null when it is. */
export async function refusal(catalog: Catalog): Promise<string | null> {
  const variables = await readVariables(catalog, [
    "wsrep_on",
    "aurora_version",
    "group_replication_group_name",
  ]);
  if (/^(?:ON|1)$/i.test(variables.get("wsrep_on") ?? ""))
    return "Galera applies DDL of other nodes without counting it";
  if (variables.has("aurora_version")) return "Aurora's counters are not proved";
  if ((variables.get("group_replication_group_name") ?? "") !== "")
    return "group replication applies DDL of other members";
  const isReplica =
    catalog.version.flavor === "mariadb" ? await isMariaDbReplica(catalog) : await isMySqlReplica(catalog);
  if (isReplica === undefined) return "the user may not see whether the server is a replica";
  return isReplica ? "the server is a replica" : null;
}

/** The status variable needs no privilege. */
async function isMariaDbReplica(catalog: Catalog): Promise<boolean> {
  const rows = await catalog.rows(
    "SHOW GLOBAL STATUS WHERE Variable_name IN ('Slaves_running', 'Slave_connections')",
  );
  return rows.some((row) => text(row[0]) === "Slaves_running" && Number(text(row[1])) > 0);
}

async function isMySqlReplica(catalog: Catalog): Promise<boolean | undefined> {
  const configured = await catalog.rowsIfAllowed(
    "SELECT COUNT(*) AS n FROM performance_schema.replication_connection_configuration",
  );
  if (configured !== undefined) return Number(configured[0]?.[0]) > 0;
  const status = has(catalog.version, "showReplicaStatus") ? "SHOW REPLICA STATUS" : "SHOW SLAVE STATUS";
  const rows = await catalog.rowsIfAllowed(status);
  return rows === undefined ? undefined : rows.length > 0;
}
