/**
 * Tables of MariaDB whose rows are on another server. To tell their times and their row format the server asks that other one:
 * where it is away, a FEDERATED table fails the list of all tables (after 30 seconds, where it is silent), a Spider table waits.
 */
import type { Connection } from "../connect.ts";
import type { Row } from "../wire/cells.ts";

const remoteEngines = "'FEDERATED', 'SPIDER'";

/** Few servers have such an engine; each session asks once. */
const mayBeRemote = new WeakMap<Connection, Promise<boolean>>();

/** The rows of `list` that are such tables; `list` is a SELECT from information_schema.TABLES with a WHERE. */
export async function readRemoteTables(connection: Connection, list: string): Promise<readonly Row[]> {
  if (connection.version.flavor !== "mariadb") return [];
  let asked = mayBeRemote.get(connection);
  if (asked === undefined) {
    asked = hasRemoteEngines(connection);
    mayBeRemote.set(connection, asked);
  }
  return (await asked) ? await connection.rows(`${list} AND ENGINE IN (${remoteEngines})`) : [];
}

async function hasRemoteEngines(connection: Connection): Promise<boolean> {
  const rows = await connection.rows(
    `SELECT ENGINE AS e FROM information_schema.ENGINES WHERE ENGINE IN (${remoteEngines}) AND SUPPORT <> 'NO'`,
  );
  return rows.length > 0;
}
