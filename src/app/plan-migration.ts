/** Two snapshots -> the plan that turns the first into the second, rendered in the words of its server. */
import { compareSnapshots } from "../compare/compare.ts";
import type { CompareOptions } from "../compare/options.ts";
import { createRenderer as createMysqlRenderer } from "../dialects/mysql/renderer.ts";
import { createRenderer as createPostgresRenderer } from "../dialects/postgres/renderer.ts";
import type { Change } from "../model/change.ts";
import { DriftwatchError } from "../model/errors.ts";
import type { Plan } from "../model/plan.ts";
import type { Dialect } from "../model/server.ts";
import type { Snapshot } from "../model/snapshot.ts";
import { planChanges } from "../plan/plan-changes.ts";
import type { Renderer } from "../plan/renderer.ts";

const renderers: Readonly<Record<Dialect, () => Renderer>> = {
  postgres: createPostgresRenderer,
  mysql: createMysqlRenderer,
};

/** Ignore rules and modes leave changes out of the plan as they leave them out of a comparison. */
export type PlanOptions = Omit<CompareOptions, "server">;

/**
 * The ordered statements that turn a database holding `from` into `to`, each with its reverse, hazards and lock. What
 * the plan does not make stands in `unplanned` with a reason. Nothing is run. Throws DriftwatchError source.invalid when
 * the two come from different kinds of server.
 */
export function planMigration(from: Snapshot, to: Snapshot, options: PlanOptions = {}): Plan {
  return planSelected(compareSnapshots(from, to, { ...options, server: false }), from, to);
}

/** The same for changes that somebody else chose from the comparison of `from` and `to`. */
export function planSelected(changes: readonly Change[], from: Snapshot, to: Snapshot): Plan {
  const [a, b] = [from.server.flavor, to.server.flavor];
  if (a !== b) {
    throw new DriftwatchError("source.invalid", `no plan leads from ${a} to ${b}`, {
      remedy: "Plan between two databases of the same kind of server.",
    });
  }
  return planChanges(changes, from, to, renderers[from.dialect]());
}
