/**
 * Puts operations in an order in which each finds what it needs: what makes comes before what mentions it, what drops
 * after what mentioned it. Where texts tell nothing the kinds' stages decide, and they also break circles.
 */
import { addressText, keyId } from "../model/key.ts";
import { type Mentions, mentionsIn, namedBy } from "./mentions.ts";
import type { Operation } from "./operation.ts";
import { type Draft, isRefusal, type Refusal } from "./renderer.ts";

/** The same operations; equal input gives equal order. */
export function inOrder(operations: readonly Operation[]): readonly Operation[] {
  const waitsFor = new Map<Operation, Set<Operation>>();
  const add = (first: Operation, then: Operation): void => {
    if (first !== then) waitsFor.get(then)?.add(first);
  };
  for (const operation of operations) {
    waitsFor.set(operation, new Set(operation.after === undefined ? [] : [operation.after]));
  }
  addMentions(operations, add);
  addReplacements(operations, add);
  return sorted(operations, waitsFor);
}

function addMentions(
  operations: readonly Operation[],
  add: (first: Operation, then: Operation) => void,
): void {
  const needing = mentionsIn(operations, ({ forward }) => textOf(forward));
  const leaving = mentionsIn(operations, ({ backward }) => textOf(backward));
  const needingIt = mentionsIn(operations, ({ forward }) => coreOf(forward));
  const leavingIt = mentionsIn(operations, ({ backward }) => coreOf(backward));
  for (const operation of operations) {
    // What is said about an object shares its path and is needed by nobody.
    if (operation.key.of !== undefined) continue;
    const path = namedBy(operation.key);
    // A check that belongs to a column has its name: who names the one says nothing of the other.
    const isNamesake = (other: Operation): boolean =>
      other.key.of === undefined &&
      other.key.kind !== operation.key.kind &&
      addressText(other.key) === addressText(operation.key);
    switch (operation.role) {
      case "make":
        for (const other of needing.of(path))
          if (isOneOf(other, "make", "alter") && !isNamesake(other)) add(operation, other);
        break;
      case "alter": {
        // What is built from it is made after it changes and dropped before, unless the change itself names that.
        const names = (other: Operation, mentions: Mentions<Operation>): boolean =>
          mentions.of(namedBy(other.key)).includes(operation);
        for (const other of needing.of(path)) if (isKeyOf(other, operation)) add(operation, other);
        const isMove = operation.forward.some(({ moves }) => moves === true);
        for (const other of (isMove ? needing : needingIt).of(path))
          if (
            other.role === "make" &&
            !isInside(other, operation) &&
            (other.rank >= operation.rank || other.again === true) &&
            !names(other, needing)
          )
            add(operation, other);
        for (const other of (isMove ? leaving : leavingIt).of(path))
          if (
            other.role === "drop" &&
            other.rank <= operation.rank &&
            !isInside(other, operation) &&
            !names(other, leaving)
          )
            add(other, operation);
        break;
      }
      case "drop":
        for (const other of leaving.of(path))
          if (isOneOf(other, "drop", "alter") && !isNamesake(other)) add(other, operation);
        break;
      case "rename":
        break;
    }
  }
}

function isOneOf(operation: Operation, ...roles: readonly Operation["role"][]): boolean {
  return roles.includes(operation.role);
}

/** What lies in an object is not built from its settings. */
function isInside(other: Operation, { key }: Operation): boolean {
  return (
    other.key.path.length > key.path.length && key.path.every((part, index) => other.key.path[index] === part)
  );
}

/** A key that is altered takes its columns as they become. */
function isKeyOf(other: Operation, column: Operation): boolean {
  const [table, own] = [column.key.path.slice(0, -1), other.key.path.slice(0, -1)];
  return (
    column.key.kind === "column" &&
    other.role === "alter" &&
    other.rank > column.rank &&
    other.key.kind !== "column" &&
    own.length === table.length &&
    own.every((part, index) => table[index] === part)
  );
}

/** A name is free again before another object, of whatever kind, takes it. */
function addReplacements(
  operations: readonly Operation[],
  add: (first: Operation, then: Operation) => void,
): void {
  const namesOf = ({ key, names = [] }: Operation): readonly string[] =>
    key.of === undefined ? [addressText(key), ...names] : [];
  const drops = new Map<string, Operation[]>();
  for (const operation of operations) {
    if (operation.role !== "drop") continue;
    for (const name of namesOf(operation)) drops.set(name, [...(drops.get(name) ?? []), operation]);
  }
  for (const operation of operations) {
    if (operation.role !== "make") continue;
    for (const name of namesOf(operation)) for (const drop of drops.get(name) ?? []) add(drop, operation);
  }
}

function textOf(drafts: readonly Draft[] | Refusal): string {
  return isRefusal(drafts) ? "" : drafts.map(({ sql }) => sql).join("\n");
}

function coreOf(drafts: readonly Draft[] | Refusal): string {
  return isRefusal(drafts) ? "" : drafts.map(({ sql, core = sql }) => core).join("\n");
}

/** Where nothing else tells. A privilege on a table comes before those on its columns, which REVOKE would take along. */
export function byRank(a: Operation, b: Operation): number {
  return a.rank - b.rank || a.key.path.length - b.key.path.length || compareText(keyId(a.key), keyId(b.key));
}

function sorted(
  operations: readonly Operation[],
  waitsFor: ReadonlyMap<Operation, ReadonlySet<Operation>>,
): readonly Operation[] {
  const ranked = [...operations].sort(byRank);
  const placeOf = new Map(ranked.map((operation, place) => [operation, place]));
  const open = ranked.map((operation) => waitsFor.get(operation)?.size ?? 0);
  const waiters = ranked.map((): number[] => []);
  for (const [operation, before] of waitsFor) {
    for (const other of before) waiters[placeOf.get(other) ?? 0]?.push(placeOf.get(operation) ?? 0);
  }
  const free = ranked.flatMap((_, place) => (open[place] === 0 ? [place] : []));
  const done = new Set<Operation>();
  while (done.size < ranked.length) {
    const operation = ranked[free.shift() ?? inCircle(ranked, done)];
    if (operation === undefined || done.has(operation)) continue;
    done.add(operation);
    for (const waiter of waiters[placeOf.get(operation) ?? 0] ?? []) {
      open[waiter] = (open[waiter] ?? 0) - 1;
      if (open[waiter] === 0) insertSorted(free, waiter);
    }
  }
  return [...done];
}

/** In a circle the first by rank goes, except that the steps of one object keep their order. */
function inCircle(ranked: readonly Operation[], done: ReadonlySet<Operation>): number {
  return ranked.findIndex(
    (operation) => !done.has(operation) && (operation.after === undefined || done.has(operation.after)),
  );
}

function insertSorted(places: number[], place: number): void {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle] ?? 0) < place) low = middle + 1;
    else high = middle;
  }
  places.splice(low, 0, place);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
