/** The PostgreSQL dialect: opens a session and ties its parts together. */

import type { Options } from "../../model/attribute.ts";
import { DriftwatchError } from "../../model/errors.ts";
import type { ServerInfo } from "../../model/server.ts";
import type { DatabaseDialect, DatabaseSession, ReadOptions } from "../../monitor/ports.ts";
import { type Connection, openConnection } from "./connect.ts";
import { diagnose } from "./diagnose.ts";
import { readSchema } from "./increment/read-schema.ts";
import { rollback, withinLimits } from "./introspect.ts";
import { probe } from "./probe.ts";
import { type ServerRow, serverSql, systemIdentifierSql } from "./queries/session.ts";
import { majorOf, minimumVersion } from "./version.ts";
import { step } from "./wire/batch.ts";

export const postgresDialect: DatabaseDialect = { dialect: "postgres", connect };

async function connect(url: string, options: ReadOptions): Promise<DatabaseSession> {
  const connection = await openConnection(url, options);
  try {
    const { server, version, user, deadlockTimeoutMs } = await readServer(connection, options);
    const read = { connection, server, version, user, options, deadlockTimeoutMs };
    return {
      server,
      probe: () => probe(read),
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

interface ServerFacts {
  readonly server: ServerInfo;
  /** server_version_num. */
  readonly version: number;
  readonly user: string;
  readonly deadlockTimeoutMs: number;
}

/** Within limits: even these questions read catalogs that somebody may hold a lock on. */
async function readServer(connection: Connection, options: ReadOptions): Promise<ServerFacts> {
  let row: ServerRow | undefined;
  await connection.runFirst(
    withinLimits(options, [
      step<ServerRow>("the server", serverSql, (found) => {
        row = found;
      }),
    ]),
  );
  if (row === undefined)
    throw new DriftwatchError("read.failed", `${connection.place} told nothing of itself`);
  const [versionNumber, versionText, database, databaseOid, user, , , , , , settings, deadlockTimeout] = row;
  const version = Number(versionNumber);
  if (version < minimumVersion) {
    throw new DriftwatchError(
      "server.unsupported",
      `${connection.place} runs PostgreSQL ${versionText}; 14 is the oldest supported`,
      {
        remedy: "Upgrade the server.",
      },
    );
  }
  const system = await readSystemIdentifier(connection, options);
  const server: ServerInfo = {
    flavor: "postgresql",
    version: versionText.split(" ")[0] ?? versionText,
    major: majorOf(version),
    instance: system === undefined ? null : `${system}/${databaseOid}`,
    database,
    settings: JSON.parse(settings) as Options,
  };
  return { server, version, user, deadlockTimeoutMs: Number(deadlockTimeout) };
}

/** Undefined where the function is restricted or absent, as on some managed servers. */
async function readSystemIdentifier(
  connection: Connection,
  options: ReadOptions,
): Promise<string | undefined> {
  let identifier: string | undefined;
  try {
    await connection.run(
      withinLimits(options, [
        step<readonly [string]>("the system identifier", systemIdentifierSql, ([text]) => {
          identifier = text;
        }),
      ]),
    );
  } catch (error) {
    await rollback(connection);
    if (
      error instanceof DriftwatchError &&
      (error.code === "read.forbidden" || error.code === "read.failed" || error.code === "read.inconsistent")
    )
      return undefined;
    throw error;
  }
  return identifier;
}
