/** What a server says of itself before anything is read from it. */
import type { Options } from "../../../model/attribute.ts";
import { DriftwatchError } from "../../../model/errors.ts";
import type { ServerInfo } from "../../../model/server.ts";
import type { ReadOptions } from "../../../monitor/ports.ts";
import type { Connection } from "../connect.ts";
import { rollback, withinLimits } from "../introspect.ts";
import { majorOf, minimumVersion } from "../version.ts";
import { step } from "../wire/batch.ts";
import { lettingGo } from "../wire/letting-go.ts";
import { type ServerRow, serverSql, systemIdentifierSql } from "./session.ts";

export interface ServerFacts {
  readonly server: ServerInfo;
  /** server_version_num. */
  readonly version: number;
  readonly user: string;
  readonly deadlockTimeoutMs: number;
}

/**
 * Within limits: even these questions read catalogs that somebody may hold a lock on. Throws DriftwatchError
 * server.unsupported, and read.* or connection.* where the server does not answer.
 */
export async function readServer(connection: Connection, options: ReadOptions): Promise<ServerFacts> {
  const row = await askServer(connection, options);
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

async function askServer(connection: Connection, options: ReadOptions): Promise<ServerRow | undefined> {
  let row: ServerRow | undefined;
  const question = step<ServerRow>("the server", serverSql, (found) => {
    row = found;
  });
  const patience = { connection, options: { ...options, lockTimeoutMs: connection.loginLockTimeoutMs } };
  await lettingGo(patience, (brief) => connection.runFirst(withinLimits(brief, [question])));
  return row;
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
