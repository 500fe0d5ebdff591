/** Lists that the server puts together while this process works on definitions: they are asked for once, and all at once. */
import type { ColumnRow } from "../normalise/columns.ts";
import type { Heads } from "./heads.ts";

interface Underway {
  /** By tableId. */
  readonly columns: Promise<ReadonlyMap<string, readonly ColumnRow[]>>;
  readonly heads: Promise<Heads>;
  /** InnoDB's ids of tables; undefined where they cannot be had. */
  readonly ids: Promise<ReadonlyMap<string, string> | undefined>;
}

export interface AskedLists extends Underway {
  /** Until then no definition may be asked for: it would change the character set under a list that is still to come. */
  readonly all: Promise<unknown>;
}

export interface Asking {
  /** Whether the queries were sent. */
  readonly isUnderway: boolean;
  /** Sends the queries, the first time. */
  lists(): AskedLists;
}

export function askOnce(send: () => Underway): Asking {
  let asked: AskedLists | undefined;
  return {
    get isUnderway() {
      return asked !== undefined;
    },
    lists() {
      if (asked !== undefined) return asked;
      const lists = send();
      const each: readonly Promise<unknown>[] = [lists.columns, lists.heads, lists.ids];
      asked = { ...lists, all: Promise.all(each) };
      // Where the reader fails before it waits for them, nobody hears of theirs.
      for (const list of [...each, asked.all]) list.catch(() => {});
      return asked;
    },
  };
}
