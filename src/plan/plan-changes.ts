/** Change[] -> Plan. Pure: knows no SQL and no kind of object, only the renderer it is handed. */
import type { Change } from "../model/change.ts";
import type { Plan, Statement, Unplanned } from "../model/plan.ts";
import type { Snapshot } from "../model/snapshot.ts";
import type { Operation } from "./operation.ts";
import { operationsFor } from "./operations.ts";
import { inOrder } from "./order.ts";
import { type Draft, isRefusal, type Renderer } from "./renderer.ts";
import { sideOf } from "./side.ts";

/**
 * The statements that turn `from` into `to`, as far as `changes` (a comparison of the two, in this order) and the
 * renderer go. Every change is made by a statement, is brought along by one, or is `unplanned` with its reason.
 */
export function planChanges(
  changes: readonly Change[],
  from: Snapshot,
  to: Snapshot,
  renderer: Renderer,
): Plan {
  const { operations, unplanned } = operationsFor(changes, sideOf(from), sideOf(to), renderer);
  const statements = inOrder(operations).flatMap(statementsOf);
  return {
    dialect: renderer.dialect,
    from: from.fingerprint,
    to: to.fingerprint,
    session: renderer.session,
    statements,
    brought: broughtAlong(operations, statements),
    unplanned: inOrderOf(changes, unplanned),
  };
}

/** The changes of operations that need no statement of their own. */
function broughtAlong(operations: readonly Operation[], statements: readonly Statement[]): readonly Change[] {
  const made = new Set(statements.flatMap(({ because, includes = [] }) => [because, ...includes]));
  const silent = operations.filter(({ forward }) => forward.length === 0);
  const changes = silent.flatMap(({ because, includes }) => [because, ...includes]);
  return [...new Set(changes)].filter((change) => !made.has(change));
}

/** What is not planned, in the order of the comparison. */
function inOrderOf(changes: readonly Change[], unplanned: readonly Unplanned[]): readonly Unplanned[] {
  const places = new Map(changes.map((change, index) => [change, index]));
  return unplanned.toSorted((a, b) => (places.get(a.change) ?? 0) - (places.get(b.change) ?? 0));
}

/**
 * With as many statements back as forth, each takes back its own; else the first carries all of the way back, which
 * runs when everything after it is taken back already.
 */
function statementsOf(operation: Operation): readonly Statement[] {
  const { forward, backward, because, includes, onNew } = operation;
  const isPaired = !isRefusal(backward) && backward.length === forward.length;
  return forward.map((draft, index): Statement => {
    const own = isRefusal(backward)
      ? []
      : isPaired
        ? backward.slice(-1 - index, backward.length - index)
        : index === 0
          ? backward
          : [];
    return {
      sql: draft.sql,
      reverse: isRefusal(backward) ? "irreversible" : own.map(({ sql }) => sql),
      hazards: onNew ? [] : (draft.hazards ?? []),
      lock: draft.lock ?? null,
      transactional: isTransactional(draft),
      because,
      ...(index > 0 || includes.length === 0 ? {} : { includes }),
    };
  });
}

function isTransactional(draft: Draft): boolean {
  return draft.transactional ?? true;
}
