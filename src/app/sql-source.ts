/** A PostgreSQL SQL file as a snapshot: loaded into a throw-away embedded PostgreSQL and read like any database. */

import { startEmbeddedPostgres } from "../embedded/embedded-postgres.ts";
import { loadSql } from "../embedded/load-sql.ts";
import type { Snapshot } from "../model/snapshot.ts";
import { type TakeSnapshotOptions, takeSnapshot } from "./take-snapshot.ts";

/**
 * The schema that PostgreSQL SQL (also of pg_dump) makes in an empty, embedded PostgreSQL. `place` names the file in errors. Throws DriftwatchError sql.invalid with the line and the
 * server's message.
 */
export async function snapshotOfSqlFile(
  text: string,
  place: string,
  options: TakeSnapshotOptions = {},
): Promise<Snapshot> {
  const scratch = await startEmbeddedPostgres({ extensions: true });
  try {
    await loadSql(scratch.url, text, place);
    const snapshot = await takeSnapshot(scratch.url, options);
    return { ...snapshot, visibility: { ...snapshot.visibility, contentOnly: true } };
  } finally {
    await scratch.close();
  }
}
