/**
 * The cheap questions of the probe: how many statements of each kind began on the server, and what stands around that
 * number. All of them are asked in one round trip where the user may ask all.
 */
import type { Connection } from "../connect.ts";
import { has } from "../version.ts";
import { type Row, text } from "../wire/cells.ts";
import { variablesOf, variablesSql } from "./server.ts";

/** Statements that can change what a snapshot holds. Com_truncate and the like move data only. */
const ddlCounter = /^Com_(?:alter|create|drop|rename|grant|revoke|import|install|uninstall|set_password)/i;
const replicationCounter =
  /^Com_(?:replica_start|slave_start|start_slave|start_all_slaves|change_replication_source|change_master|group_replication_start)/i;

export interface DdlCounters {
  /** All as one text; equal texts mean that no DDL began. */
  readonly all: string;
  /** Those of the statements that rename tables. */
  readonly renames: string;
  /** Those of the statements on triggers. */
  readonly triggers: string;
  /** Those of the statements that let a replica go on. */
  readonly replication: string;
}

export const countersSql = "SHOW GLOBAL STATUS LIKE 'Com\\_%'";

/** One query. A statement is counted when it begins, in whatever database and way it runs. */
export async function countDdl(connection: Connection): Promise<DdlCounters> {
  return countersOf(await connection.rows(countersSql));
}

export function countersOf(rows: readonly Row[]): DdlCounters {
  const values = (counter: RegExp): string =>
    rows
      .filter((row) => counter.test(text(row[0])))
      .map((row) => text(row[1]))
      .join(",");
  const replication = values(replicationCounter);
  return {
    all: `${values(ddlCounter)};${replication}`,
    renames: values(/^Com_(?:alter|rename)_table$/i),
    triggers: values(/^Com_(?:create|drop)_trigger$/i),
    replication,
  };
}

/** What the server says of itself as a source of DDL, at one moment. */
export interface Standing {
  readonly variables: ReadonlyMap<string, string>;
  /** Undefined where the user may not know. */
  readonly isReplica: boolean | undefined;
  /**
   * When the server started and when its counters were last reset (FLUSH STATUS), in seconds since the epoch; all values
   * are taken at the start of one statement. Undefined where the user may not know, and for two seconds after a reset:
   * counters that are reset twice within one second could count up to the same again.
   */
  readonly started: string | undefined;
  /** The rows of the statements that were asked along. */
  readonly more: readonly (readonly Row[])[];
}

/** Asked for with every standing: the probe refuses by them. */
const refusingVariables = ["wsrep_on", "aurora_version", "group_replication_group_name"];

/** Connections on which one of the statements is refused, and with it all that came in one round trip. */
const oneByOne = new WeakSet<Connection>();

/** One round trip where the user may ask all; the statements run in the order: variables, replica, start, `more`. */
export async function readStanding(
  connection: Connection,
  variables: readonly string[],
  more: readonly string[],
): Promise<Standing> {
  const ofVariables = variablesSql([...variables, ...refusingVariables]);
  const { replica, started } = queriesFor(connection);
  // MariaDB answers both by one query.
  const own = [...new Set([replica, started])];
  const rows = oneByOne.has(connection)
    ? undefined
    : await connection.rowsOfEach([ofVariables, ...own, ...more]);
  if (rows !== undefined) {
    const [variableRows = [], replicaRows = []] = rows;
    return {
      variables: variablesOf(variableRows),
      isReplica: isReplicaBy(connection, replicaRows),
      started: startedBy(rows[own.length] ?? []),
      more: rows.slice(1 + own.length),
    };
  }
  oneByOne.add(connection);
  const found = {
    variables: variablesOf(await connection.rows(ofVariables)),
    isReplica: await readIsReplica(connection),
    started: startedBy(await connection.rowsIfAllowed(started)),
  };
  const others: (readonly Row[])[] = [];
  for (const sql of more) others.push(await connection.rows(sql));
  return { ...found, more: others };
}

interface StandingQueries {
  readonly replica: string;
  readonly started: string;
}

function queriesFor(connection: Connection): StandingQueries {
  return connection.version.flavor === "mariadb" ? mariaDbQueries : mySqlQueries;
}

const uptimes = ["Uptime", "Uptime_since_flush_status"];

/** Rows of [name, value, the moment so many seconds ago]. Without ORDER BY, which has MariaDB make a table of all first. */
function statusIn(source: string, names: readonly string[]): string {
  const list = names.map((name) => `'${name}'`).join(", ");
  return (
    `SELECT VARIABLE_NAME AS n, VARIABLE_VALUE AS v, CAST(UNIX_TIMESTAMP() - VARIABLE_VALUE AS SIGNED) AS s FROM ${source} ` +
    `WHERE VARIABLE_NAME IN (${list})`
  );
}

const mySqlQueries: StandingQueries = {
  replica: "SELECT COUNT(*) AS n FROM performance_schema.replication_connection_configuration",
  started: statusIn("performance_schema.global_status", uptimes),
};

/** The status variables need no privilege. */
const mariaDbStatus = statusIn("information_schema.GLOBAL_STATUS", [...uptimes, "Slaves_running"]);
const mariaDbQueries: StandingQueries = { replica: mariaDbStatus, started: mariaDbStatus };

function startedBy(rows: readonly Row[] | undefined): string | undefined {
  const byName = new Map((rows ?? []).map((row) => [text(row[0]).toLowerCase(), row]));
  const moments: string[] = [];
  for (const name of uptimes) {
    const row = byName.get(name.toLowerCase());
    if (row === undefined) continue;
    if (Number(text(row[1])) < 2) return undefined;
    moments.push(text(row[2]));
  }
  return moments.length === 0 ? undefined : moments.join("-");
}

function isReplicaBy(connection: Connection, rows: readonly Row[]): boolean {
  if (connection.version.flavor === "mysql") return Number(rows[0]?.[0]) > 0;
  return rows.some((row) => /^slaves_running$/i.test(text(row[0])) && Number(text(row[1])) > 0);
}

async function readIsReplica(connection: Connection): Promise<boolean | undefined> {
  const configured = await connection.rowsIfAllowed(queriesFor(connection).replica);
  if (configured !== undefined) return isReplicaBy(connection, configured);
  const status = has(connection.version, "showReplicaStatus") ? "SHOW REPLICA STATUS" : "SHOW SLAVE STATUS";
  const rows = await connection.rowsIfAllowed(status);
  return rows === undefined ? undefined : rows.length > 0;
}
