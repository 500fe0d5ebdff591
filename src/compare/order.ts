/**
 * Order attributes are compared relatively: dropping the second column moves no other. Of the siblings that exist on
 * both sides, the fewest that explain the new order count as moved (all but a longest run that kept its order).
 */
import { keyId } from "../model/key.ts";
import type { ObjectKind } from "../model/kind.ts";
import type { SchemaObject } from "../model/object.ts";

/** The same object on both sides; its key differs only when it was renamed. */
export interface Pair {
  readonly before: SchemaObject;
  readonly after: SchemaObject;
}

const orderAttributes: ReadonlySet<string> = new Set(["position", "order"]);

export function isOrderAttribute(attribute: string): boolean {
  return orderAttributes.has(attribute);
}

interface Ordered {
  readonly pair: Pair;
  readonly before: number;
  readonly after: number;
}

/** The live objects whose place among their siblings changed. */
export function movedObjects(pairs: readonly Pair[]): ReadonlySet<SchemaObject> {
  const siblings = new Map<string, Ordered[]>();
  for (const pair of pairs) {
    const before = orderOf(pair.before);
    const after = orderOf(pair.after);
    if (before === undefined || after === undefined || pair.after.parent === undefined) continue;
    const group: `${ObjectKind} ${string}` = `${pair.after.kind} ${keyId(pair.after.parent)}`;
    const list = siblings.get(group);
    if (list === undefined) siblings.set(group, [{ pair, before, after }]);
    else list.push({ pair, before, after });
  }
  const moved = new Set<SchemaObject>();
  for (const group of siblings.values()) {
    group.sort((a, b) => a.before - b.before || a.after - b.after);
    const fewest = itemsOutOfOrder(group);
    // A column can stand elsewhere among its siblings under its old number; then the others tell the move.
    const isTold = fewest.every((item) => item.before !== item.after);
    for (const item of isTold ? fewest : itemsOutOfOrder(group, unmovedOf(group))) moved.add(item.pair.after);
  }
  return moved;
}

function unmovedOf(group: readonly Ordered[]): readonly Ordered[] {
  return group.filter((item) => item.before === item.after);
}

/** All but a longest run that kept its order. What `fixed` holds is part of that run; it must be in order itself. */
function itemsOutOfOrder(group: readonly Ordered[], fixed: readonly Ordered[] = []): readonly Ordered[] {
  const open = group.filter((item) =>
    fixed.every(({ before }) => (item.before - before) * (item.after - before) >= 0),
  );
  const kept = longestNonDecreasing(open.map((item) => item.after));
  const run = new Set(open.filter((_, index) => kept.has(index)));
  return group.filter((item) => !run.has(item));
}

function orderOf(object: SchemaObject): number | undefined {
  const attributes = object.attributes as { readonly position?: unknown; readonly order?: unknown };
  const value = attributes.position ?? attributes.order;
  return typeof value === "number" ? value : undefined;
}

/** Indexes of one longest non-decreasing subsequence, by patience sorting in O(n log n). */
function longestNonDecreasing(values: readonly number[]): ReadonlySet<number> {
  const tails: number[] = [];
  const previous: number[] = [];
  for (const [index, value] of values.entries()) {
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((values[tails[middle] ?? 0] ?? 0) <= value) low = middle + 1;
      else high = middle;
    }
    previous[index] = low > 0 ? (tails[low - 1] ?? -1) : -1;
    tails[low] = index;
  }
  const kept = new Set<number>();
  for (let at = tails.at(-1) ?? -1; at >= 0; at = previous[at] ?? -1) kept.add(at);
  return kept;
}
