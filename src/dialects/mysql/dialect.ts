/** The mysql dialect as the monitor sees it: connect, probe, introspect, diagnose, close. */
import type { DatabaseDialect, DatabaseSession, ReadOptions } from "../../monitor/ports.ts";
import { openSession } from "./connect.ts";
import { diagnose } from "./diagnose.ts";
import { introspect } from "./introspect.ts";
import { probe } from "./probe.ts";
import { readServer } from "./queries/server.ts";

/** Throws DriftwatchError (errors.ts has the table). */
async function connect(url: string, options: ReadOptions): Promise<DatabaseSession> {
  const session = await openSession(url, options);
  try {
    const server = await readServer(session);
    return {
      server,
      probe: () => probe(session, server),
      introspect: (previous) => introspect(session, server, options, previous),
      diagnose: () => diagnose(session, options),
      close: () => session.close(),
    };
  } catch (error) {
    await session.close();
    throw error;
  }
}

/** MySQL 8.0 and newer, MariaDB 10.6 and newer; the server says which of the two it is. */
export const mysqlDialect: DatabaseDialect = { dialect: "mysql", connect };
