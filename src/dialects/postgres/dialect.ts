/** The postgres dialect as the monitor sees it: connect, probe, introspect, diagnose, close. */
import type { DatabaseDialect, DatabaseSession, ReadOptions } from "../../monitor/ports.ts";
import { openConnection } from "./connect.ts";
import { diagnose } from "./diagnose.ts";
import { probe } from "./probe.ts";
import { readServer } from "./queries/server.ts";
import { readSchema } from "./read-schema.ts";
import { lettingGo } from "./wire/letting-go.ts";

/** Throws DriftwatchError (errors.ts has the table). */
async function connect(url: string, options: ReadOptions): Promise<DatabaseSession> {
  const connection = await openConnection(url, options);
  try {
    const { server, version, user, deadlockTimeoutMs } = await readServer(connection, options);
    const read = { connection, server, version, user, options, deadlockTimeoutMs };
    return {
      server,
      probe: () => lettingGo(read, (brief) => probe({ ...read, options: brief })),
      introspect: (previous) => readSchema(read, previous),
      diagnose: () =>
        diagnose({
          connection,
          version,
          instance: server.instance,
          options,
          introspect: () => readSchema(read),
        }),
      close: () => connection.close(),
    };
  } catch (error) {
    await connection.close();
    throw error;
  }
}

/** PostgreSQL 14 and newer. */
export const postgresDialect: DatabaseDialect = { dialect: "postgres", connect };
