/** Reads one database once. */
import type { Snapshot } from "../model/snapshot.ts";
import type { ReadOptions } from "../monitor/ports.ts";
import { createReader } from "./reader.ts";

export type TakeSnapshotOptions = ReadOptions;

/**
 * All objects of the database behind `url` (postgres://, mysql://, mariadb://) at one moment, canonical, with
 * fingerprints. The session is read-only and closed at the end. Timeouts are in milliseconds.
 * Throws DriftwatchError with a `connection.*`, `server.*` or `read.*` code and a remedy; never with a password in it.
 */
export async function takeSnapshot(url: string, options: TakeSnapshotOptions = {}): Promise<Snapshot> {
  const session = await createReader().connect(url, options);
  try {
    return await session.introspect();
  } finally {
    await session.close();
  }
}
