/**
 * What a read leaves behind so that the next one need only look at what changed: the moment, the circumstances, and how
 * many catalog rows each root object has. It travels in the snapshot, within one process, and nobody else looks inside.
 */

import { modelVersion } from "../../../model/model-version.ts";
import type { Scope } from "../../../model/server.ts";
import type { CountRow, DecisiveRow } from "../queries/increment.ts";
import type { Rights } from "../visibility.ts";
import type { Counts } from "./counts.ts";
import type { YoungRows } from "./young-rows.ts";

export interface ReadingState {
  /** Equal text: same server process, database, user, rights, scope, version of the reader. */
  readonly circumstances: string;
  /** xid8: every transaction before it had ended when the snapshot was taken. */
  readonly horizon: string;
  /** What is compared as a whole: rows of decisive catalogs, and digests of those that not everyone may read. */
  readonly decisive: string;
  /** Whether the connections of subscriptions are part of it. */
  readonly readsConnections: boolean;
  readonly counts: Counts;
  /** Rows that the reading saw though their transactions had not ended before the horizon; the next one sees them again. */
  readonly young: YoungRows;
  /** Owners that are only ever read along with everything. */
  readonly others: ReadonlySet<string>;
  /** Tells it from what somebody else left. */
  readonly leftBy: typeof reader;
}

const reader: unique symbol = Symbol("PostgreSQL reader");

export function readingState(state: Omit<ReadingState, "leftBy">): ReadingState {
  return { ...state, leftBy: reader };
}

export function isReadingState(state: unknown): state is ReadingState {
  return typeof state === "object" && state !== null && "leftBy" in state && state.leftBy === reader;
}

export interface Circumstances {
  readonly version: number;
  readonly user: string;
  readonly scope: Scope | undefined;
  readonly origin: string;
  readonly rights: Rights;
}

export function circumstancesText(facts: Circumstances): string {
  const { version, user, scope, origin, rights } = facts;
  return JSON.stringify([modelVersion, version, user, scope ?? {}, origin, rights]);
}

/** Of each decisive catalog how many rows; which of them are young is not part of it. */
export function decisiveText(rows: readonly DecisiveRow[], contents: readonly string[]): string {
  return [...rows.map(([catalog, count]) => `${catalog} ${count}`), ...contents].sort().join("\n");
}

export function ownerName([tag, of, owner]: CountRow): string {
  return tag === "d" ? `d${of}.${owner}` : `${tag}${owner}`;
}
