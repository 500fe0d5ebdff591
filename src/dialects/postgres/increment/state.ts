/**
 * What a read leaves behind so that the next one need only look at what changed: the moment, the circumstances, and how
 * many catalog rows each root object has. Text, because it travels in the snapshot and nobody else looks inside.
 */

import type { Scope } from "../../../model/environment.ts";
import { modelVersion } from "../../../model/model-version.ts";
import type { CountRow, DecisiveRow } from "../queries/increment.ts";
import type { Rights } from "../visibility.ts";

/** Rows by owner: "r16384" -> 7. */
export type Counts = ReadonlyMap<string, number>;

export interface RowState {
  /** Equal text: same server process, database, user, rights, scope, version of the reader. */
  readonly circumstances: string;
  /** xid8: every transaction before it had ended when the snapshot was taken. */
  readonly horizon: string;
  /** What is compared as a whole: rows of decisive catalogs, and digests of those that not everyone may read. */
  readonly decisive: string;
  /** Whether the connections of subscriptions are part of it. */
  readonly readsConnections: boolean;
  readonly counts: Counts;
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

/** Of each decisive catalog how many rows; whether any is young is not part of it. */
export function decisiveText(rows: readonly DecisiveRow[], contents: readonly string[]): string {
  return [...rows.map(([catalog, count]) => `${catalog} ${count}`), ...contents].sort().join("\n");
}

export function ownerName([tag, of, owner]: CountRow): string {
  return tag === "d" ? `d${of}.${owner}` : `${tag}${owner}`;
}

export function encodeState(state: RowState): string {
  const counts: string[] = [];
  for (const [owner, rows] of state.counts) counts.push(`${owner}=${rows}`);
  return JSON.stringify({ ...state, counts: counts.join(" ") });
}

/** What was left, with the counts still as text: they are long, and the first questions do not need them. */
export type LeftState = Omit<RowState, "counts"> & { readonly countsText: string };

/** Undefined when there is none, or none that this reader left. */
export function decodeState(text: string | undefined): LeftState | undefined {
  if (text === undefined) return undefined;
  const { circumstances, horizon, decisive, readsConnections, counts } = JSON.parse(text) as Record<
    string,
    unknown
  >;
  if (
    typeof circumstances !== "string" ||
    typeof horizon !== "string" ||
    typeof decisive !== "string" ||
    typeof readsConnections !== "boolean" ||
    typeof counts !== "string"
  )
    return undefined;
  return { circumstances, horizon, decisive, readsConnections, countsText: counts };
}

export function decodeCounts({ countsText, ...state }: LeftState): RowState {
  const counts = new Map<string, number>();
  for (const entry of countsText.split(" ")) {
    const at = entry.indexOf("=");
    if (at > 0) counts.set(entry.slice(0, at), Number(entry.slice(at + 1)));
  }
  return { ...state, counts };
}

export function totalOf(counts: Counts): number {
  let total = 0;
  for (const rows of counts.values()) total += rows;
  return total;
}
