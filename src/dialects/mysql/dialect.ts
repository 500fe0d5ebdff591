/** The mysql dialect as the monitor sees it: connect, probe, introspect, diagnose, close. */
import type { DatabaseDialect, DatabaseSession, ReadOptions } from "../../monitor/ports.ts";
import { openConnection } from "./connect.ts";
import { diagnose } from "./diagnose.ts";
import { probe } from "./probe.ts";
import { readServer } from "./queries/server.ts";
import { readSchema } from "./read-schema.ts";

/** Throws DriftwatchError (errors.ts has the table). */
async function connect(url: string, options: ReadOptions): Promise<DatabaseSession> {
  const connection = await openConnection(url, options);
  try {
    const server = await readServer(connection);
    const read = { connection, server, options };
    return {
      server,
      probe: () => probe(read),
      introspect: (previous) => readSchema(read, previous),
      diagnose: () => diagnose({ connection, introspect: () => readSchema(read) }),
      close: () => connection.close(),
    };
  } catch (error) {
    await connection.close();
    throw error;
  }
}

/** MySQL 8.0 and newer, MariaDB 10.6 and newer; the server says which of the two it is. */
export const mysqlDialect: DatabaseDialect = { dialect: "mysql", connect };
