/**
 * The probe: a token far cheaper than a snapshot, of the server's own counters of DDL statements, with its identity, its
 * start and the settings that give SQL its meaning. Refused where it is not proved: replicas, Galera, group replication,
 * Aurora, while DDL runs, and where the user may not see whether it does. Equal tokens prove that nothing changed.
 */
import { createHash } from "node:crypto";
import type { ServerInfo } from "../../model/server.ts";
import type { ProbeToken } from "../../monitor/ports.ts";
import type { Connection } from "./connect.ts";
import { countersOf, countersSql, readStanding, type Standing } from "./queries/probe.ts";
import { maySeeProcesses, processListSql, readRunningDdl, runningDdlAmong } from "./queries/running-ddl.ts";
import { serverOf, serverVariables } from "./queries/server.ts";
import { type Rights, readRights } from "./visibility.ts";

export interface ProbeInput {
  readonly connection: Connection;
  readonly server: ServerInfo;
}

export interface Refusal {
  /** One sentence, without its full stop. */
  readonly reason: string;
  /** The privilege that would let the probe work. */
  readonly privilege?: string;
}

/**
 * Why not every DDL is counted here, or not stamped with this server's own time: what replication brings bears the time at
 * which it ran elsewhere. Null when all is.
 */
export function refusalOf({ variables, isReplica }: Standing): Refusal | null {
  if (/^(?:ON|1)$/i.test(variables.get("wsrep_on") ?? ""))
    return { reason: "Galera applies DDL of other nodes" };
  if (variables.has("aurora_version")) return { reason: "Aurora's counters are not proved" };
  if ((variables.get("group_replication_group_name") ?? "") !== "")
    return { reason: "group replication applies DDL of other members" };
  if (isReplica === undefined)
    return {
      reason: "the user may not see whether the server is a replica",
      privilege: "REPLICATION CLIENT",
    };
  return isReplica ? { reason: "the server is a replica" } : null;
}

/** Why the probe is not to be trusted on this server, or null when it is. */
export async function readRefusal(connection: Connection): Promise<Refusal | null> {
  const refused = refusalOf(await readStanding(connection, [], []));
  if (refused !== null || (await readRunningDdl(connection, await rightsOnce(connection))) !== "unknown")
    return refused;
  return { reason: "the user may not see whether a schema change is running", privilege: "PROCESS" };
}

/**
 * Undefined where the counters prove nothing. One round trip, and two more at the first time in a session; one for each of
 * five small queries where the user may not ask all of them. Throws the DriftwatchErrors of a read.
 */
export async function probe({ connection, server }: ProbeInput): Promise<ProbeToken | undefined> {
  const rights = await rightsOnce(connection);
  if (!maySeeProcesses(rights)) return undefined;
  // The counters before the running statements: what starts later is counted later.
  const standing = await readStanding(connection, serverVariables, [countersSql, processListSql]);
  const { variables, started, more } = standing;
  if (refusalOf(standing) !== null || started === undefined) return undefined;
  const counters = countersOf(more[0] ?? []).all;
  if ((await runningDdlAmong(connection, more[1] ?? [])) !== "none") return undefined;
  const { settings } = serverOf(connection, variables);
  const digest = createHash("sha256")
    .update(JSON.stringify([counters, settings, server.version]))
    .digest("hex")
    .slice(0, 32);
  return `mysql-ddl-1/${server.instance ?? ""}/${started}/${digest}`;
}

const rightsOfConnection = new WeakMap<Connection, Promise<Rights>>();

/** A session lives for one check; asking twice for what the user may do would cost more than the probe itself. */
function rightsOnce(connection: Connection): Promise<Rights> {
  const known = rightsOfConnection.get(connection) ?? readRights(connection);
  rightsOfConnection.set(connection, known);
  return known;
}
