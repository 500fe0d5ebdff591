/**
 * Rows that transactions wrote which had not ended when an earlier reading began, or began later, told apart by owner and
 * transaction. What one transaction wrote is seen as a whole or not at all, and later it can only become less: as long as an
 * owner has as many rows of each transaction as before, it has the same rows. Pure; the queries are in queries/increment.ts.
 */
import type { DecisiveRow, YoungRow } from "../queries/increment.ts";

/** How many rows by owner and transaction: "r16384@771" (a table), "pg_type@771" (all of a decisive catalog). */
export type YoungRows = ReadonlyMap<string, number>;

export interface Young {
  readonly rows: YoungRows;
  /** How many rows there are that are counted by owner, young or not. */
  readonly total: number;
}

export function youngOf(decisive: readonly DecisiveRow[], owned: readonly YoungRow[]): Young {
  const rows = new Map<string, number>();
  let total = 0;
  const add = (names: string | null): void => {
    for (const name of names === null ? [] : names.split(" ")) rows.set(name, (rows.get(name) ?? 0) + 1);
  };
  for (const [, , names] of decisive) add(names);
  for (const [, count, names] of owned) {
    total += Number(count);
    add(names);
  }
  return { rows, total };
}

/** Those that are still young for a later horizon (xid8). */
export function youngSince(rows: YoungRows, horizon: string): YoungRows {
  const since = Number(BigInt.asUintN(32, BigInt(horizon)));
  const young = new Map<string, number>();
  for (const [name, count] of rows) {
    // Ids of transactions go round: one is later when it is less than half of them ahead.
    const transaction = Number(name.slice(name.indexOf("@") + 1));
    if (((transaction - since) | 0) >= 0) young.set(name, count);
  }
  return young;
}

export interface YoungChanges {
  /** Whether a row of a decisive catalog came or went. */
  readonly isDecisive: boolean;
  /** Owners whose young rows differ, as they are named in the counts; "c12" is a constraint. */
  readonly owners: ReadonlySet<string>;
  /** Object ids of relations among them whose columns differ. */
  readonly withColumns: ReadonlySet<string>;
}

export function youngChanges(before: YoungRows, now: YoungRows): YoungChanges {
  const owners = new Set<string>();
  const withColumns = new Set<string>();
  let isDecisive = false;
  const add = (name: string): void => {
    const owner = name.slice(0, name.indexOf("@"));
    if (owner.startsWith("pg_")) isDecisive = true;
    else if (owner.startsWith("a")) {
      owners.add(`r${owner.slice(1)}`);
      withColumns.add(owner.slice(1));
    } else owners.add(owner);
  };
  for (const [name, count] of now) if (before.get(name) !== count) add(name);
  for (const name of before.keys()) if (!now.has(name)) add(name);
  return { isDecisive, owners, withColumns };
}
