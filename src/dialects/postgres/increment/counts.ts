/** How many catalog rows each owner has. A reading changes few of them, so what follows it shares the rest. */

export interface Counts {
  /** Of all owners together. */
  readonly total: number;
  has(owner: string): boolean;
  /** Owners by name with their rows: "r16384" and 7. */
  entries(): Iterable<readonly [owner: string, rows: number]>;
  /** The counts once these owners have `now` rows; those not in it have none any more. */
  after(owners: Iterable<string>, now: ReadonlyMap<string, number>): Counts;
}

/** Beyond so many changes it is cheaper to have one list again. */
const mostChanges = 1_000;

/** The map must not change any more. */
export function countsOf(rows: ReadonlyMap<string, number>): Counts {
  let total = 0;
  for (const count of rows.values()) total += count;
  return changedCounts(rows, new Map(), total);
}

/** `changes` overrule `rows`; undefined: no row any more. */
function changedCounts(
  rows: ReadonlyMap<string, number>,
  changes: ReadonlyMap<string, number | undefined>,
  total: number,
): Counts {
  const get = (owner: string): number | undefined =>
    changes.has(owner) ? changes.get(owner) : rows.get(owner);
  function* entries(): Iterable<readonly [string, number]> {
    for (const entry of rows) if (!changes.has(entry[0])) yield entry;
    for (const [owner, count] of changes) if (count !== undefined) yield [owner, count];
  }
  return {
    total,
    has: (owner) => get(owner) !== undefined,
    entries,
    after(owners, now) {
      const next = new Map(changes);
      let sum = total;
      const set = (owner: string, count: number | undefined): void => {
        sum += (count ?? 0) - ((next.has(owner) ? next.get(owner) : rows.get(owner)) ?? 0);
        next.set(owner, count);
      };
      for (const owner of owners) set(owner, undefined);
      for (const [owner, count] of now) set(owner, count);
      return next.size > mostChanges
        ? countsOf(new Map(changedCounts(rows, next, sum).entries()))
        : changedCounts(rows, next, sum);
    },
  };
}
