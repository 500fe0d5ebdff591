/** Whether a baseline and a snapshot speak of the same part of a database. Pure. */
import type { Environment } from "../model/environment.ts";
import { DriftwatchError } from "../model/errors.ts";
import type { Scope, Visibility } from "../model/server.ts";

/** Baselines that do not tell their scope are taken to have the present one. */
export function hasOtherScope(baseline: Visibility, scope: Scope): boolean {
  return baseline.scope !== undefined && textOf(baseline.scope) !== textOf(scope);
}

function textOf({ schemas, excludeSchemas = [], roles = false }: Scope): string {
  return JSON.stringify([
    schemas === undefined ? null : [...schemas].sort(),
    [...excludeSchemas].sort(),
    roles,
  ]);
}

/** What came into scope or left it would read as added or removed. */
export function scopeChanged({ name }: Pick<Environment, "name">): DriftwatchError {
  return new DriftwatchError(
    "baseline.scope",
    `what is watched of ${name} (schemas, excludeSchemas, roles) has changed since its baseline was taken`,
    { remedy: `Look at the difference and accept it: \`driftwatch baseline accept ${name}\`.` },
  );
}

/**
 * The error that says that nothing is watched at all, or undefined. Where the baseline knows schemas, that they are gone
 * is a matter of drift.
 */
export function nothingInScope(
  { name, scope }: Pick<Environment, "name" | "scope">,
  baseline: Visibility | undefined,
  live: Visibility,
): DriftwatchError | undefined {
  if (live.schemas.length > 0 || (baseline !== undefined && baseline.schemas.length > 0)) return undefined;
  const { schemas = [], excludeSchemas = [] } = scope;
  const wanted = [
    ...(schemas.length === 0 ? [] : [`schemas: ${schemas.join(", ")}`]),
    ...(excludeSchemas.length === 0 ? [] : [`excludeSchemas: ${excludeSchemas.join(", ")}`]),
  ].join("; ");
  return new DriftwatchError(
    "check.no-schema",
    `${live.user} sees no schema of ${name} that is to be watched`,
    {
      remedy:
        wanted === ""
          ? "Check that the URL names the right database, and the grants of the user."
          : `Check the names in the configuration (${wanted}), and the grants of the user.`,
    },
  );
}
