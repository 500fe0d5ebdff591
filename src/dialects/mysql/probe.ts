/**
 * The cheap proof that nothing changed: the server's counters of DDL statements, with its identity, its start and the
 * settings that give SQL its meaning. Refused where it is not proved: replicas, Galera, group replication, Aurora, while
 * DDL runs, and where the user may not see whether it does.
 */
import { createHash } from "node:crypto";
import type { ServerInfo } from "../../model/server.ts";
import type { ProbeToken } from "../../monitor/ports.ts";
import { type Catalog, text } from "./connect.ts";
import { readRunningDdl } from "./queries/running-ddl.ts";
import { readVariables, serverOf, serverVariables } from "./queries/server.ts";
import { has } from "./version.ts";
import { type Grants, readGrants } from "./visibility.ts";

/** Statements that can change what a snapshot holds. Com_truncate and the like move data only. */
const ddlCounter = /^Com_(?:alter|create|drop|rename|grant|revoke|import|install|uninstall|set_password)/i;
const replicationCounter =
  /^Com_(?:replica_start|slave_start|start_slave|start_all_slaves|change_replication_source|change_master|group_replication_start)/i;

export interface DdlCounters {
  /** All as one text; equal texts mean that no DDL began. */
  readonly all: string;
  /** Those of the statements that rename tables. */
  readonly renames: string;
  /** Those of the statements that let a replica go on. */
  readonly replication: string;
}

/** One query. A statement is counted when it begins, in whatever database and way it runs. */
export async function countDdl(catalog: Catalog): Promise<DdlCounters> {
  const rows = await catalog.rows("SHOW GLOBAL STATUS LIKE 'Com\\_%'");
  const values = (counter: RegExp): string =>
    rows
      .filter((row) => counter.test(text(row[0])))
      .map((row) => text(row[1]))
      .join(",");
  const replication = values(replicationCounter);
  return {
    all: `${values(ddlCounter)};${replication}`,
    renames: values(/^Com_(?:alter|rename)_table$/i),
    replication,
  };
}

/** Undefined where the counters prove nothing. Five small queries, and two more at the first time in a session. */
export async function probe(catalog: Catalog, server: ServerInfo): Promise<ProbeToken | undefined> {
  const variables = await readVariables(catalog, [...serverVariables, ...refusingVariables]);
  if ((await refusalBy(catalog, variables)) !== null) return undefined;
  const started = await startedAt(catalog);
  if (started === undefined) return undefined;
  const counters = (await countDdl(catalog)).all;
  if ((await readRunningDdl(catalog, await grantsOnce(catalog))) !== "none") return undefined;
  const { settings } = serverOf(catalog, variables);
  const digest = createHash("sha256")
    .update(JSON.stringify([counters, settings, server.version]))
    .digest("hex")
    .slice(0, 32);
  return `mysql-ddl-1/${server.instance ?? ""}/${started}/${digest}`;
}

/**
 * When the server started and when its counters were last reset (FLUSH STATUS), in seconds since the epoch; all values are
 * taken at the start of one statement.
 */
export async function startedAt(catalog: Catalog): Promise<string | undefined> {
  const source =
    catalog.version.flavor === "mariadb"
      ? "information_schema.GLOBAL_STATUS"
      : "performance_schema.global_status";
  const rows = await catalog.rowsIfAllowed(
    `SELECT CAST(UNIX_TIMESTAMP() - VARIABLE_VALUE AS SIGNED) AS s FROM ${source} ` +
      "WHERE VARIABLE_NAME IN ('Uptime', 'Uptime_since_flush_status') ORDER BY VARIABLE_NAME",
  );
  return rows === undefined || rows.length === 0 ? undefined : rows.map((row) => text(row[0])).join("-");
}

export interface Refusal {
  /** One sentence. */
  readonly reason: string;
  /** The privilege that would let the probe work. */
  readonly privilege?: string;
}

const refusingVariables = ["wsrep_on", "aurora_version", "group_replication_group_name"];

/** Why the probe is not to be trusted on this server, or null when it is. */
export async function refusal(catalog: Catalog): Promise<Refusal | null> {
  const refused = await refusalBy(catalog, await readVariables(catalog, refusingVariables));
  if (refused !== null || (await readRunningDdl(catalog, await grantsOnce(catalog))) !== "unknown")
    return refused;
  return { reason: "the user may not see whether a schema change is running", privilege: "PROCESS" };
}

/**
 * Whether every DDL is counted here, and stamped with this server's own time: what replication brings bears the time at
 * which it ran elsewhere. Two or three small queries.
 */
export async function seesEveryDdl(catalog: Catalog): Promise<boolean> {
  return (await refusalBy(catalog, await readVariables(catalog, refusingVariables))) === null;
}

const grantsOfSession = new WeakMap<Catalog, Promise<Grants>>();

/** A session lives for one check; asking twice for what the user may do would cost more than the probe itself. */
function grantsOnce(catalog: Catalog): Promise<Grants> {
  const known = grantsOfSession.get(catalog) ?? readGrants(catalog);
  grantsOfSession.set(catalog, known);
  return known;
}

async function refusalBy(catalog: Catalog, variables: ReadonlyMap<string, string>): Promise<Refusal | null> {
  if (/^(?:ON|1)$/i.test(variables.get("wsrep_on") ?? ""))
    return { reason: "Galera applies DDL of other nodes without counting it" };
  if (variables.has("aurora_version")) return { reason: "Aurora's counters are not proved" };
  if ((variables.get("group_replication_group_name") ?? "") !== "")
    return { reason: "group replication applies DDL of other members" };
  const isReplica =
    catalog.version.flavor === "mariadb" ? await isMariaDbReplica(catalog) : await isMySqlReplica(catalog);
  if (isReplica === undefined)
    return {
      reason: "the user may not see whether the server is a replica",
      privilege: "REPLICATION CLIENT",
    };
  return isReplica ? { reason: "the server is a replica" } : null;
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
