/** Whether a baseline and a snapshot speak of the same part of a database, and of the same kind of database. Pure. */
import type { Baseline } from "../model/check.ts";
import type { Environment } from "../model/environment.ts";
import { DriftwatchError } from "../model/errors.ts";
import { type Flavor, flavorNames, type Scope, type ServerInfo, type Visibility } from "../model/server.ts";

/**
 * The error that says that the baseline speaks of something else, or undefined. What came into scope or left it would read
 * as added or removed. Baselines that do not tell their scope are taken to have the present one.
 */
export function otherSubject(
  baseline: Pick<Baseline, "server" | "visibility">,
  { name, scope }: Pick<Environment, "name" | "scope">,
  live: ServerInfo,
): DriftwatchError | undefined {
  const [was, is] = [baseline.server.flavor, live.flavor];
  const told = baseline.visibility.scope;
  const refuse = (problem: string): DriftwatchError =>
    new DriftwatchError("baseline.scope", problem, {
      remedy: `Look at the difference and accept it: \`driftwatch baseline accept ${name}\`.`,
    });
  if (!areComparable(was, is))
    return refuse(
      `the baseline of ${name} was taken from ${flavorNames[was]}, and its database is ${flavorNames[is]} now`,
    );
  if (told !== undefined && textOf(told) !== textOf(scope))
    return refuse(
      `what is watched of ${name} (schemas, excludeSchemas, roles) has changed since its baseline was taken`,
    );
  // Paths begin with the schema's name just where neither the URL nor the scope says which one it is.
  const [wasNamed, isNamed] = [baseline.server.database !== "", live.database !== ""];
  if (scope.schemas === undefined && wasNamed !== isNamed)
    return refuse(
      `the URL of ${name} ${isNamed ? "names a database now, and named none" : "names no database now, and named one"} when its baseline was taken`,
    );
  return undefined;
}

/** MySQL and MariaDB are flavors of one dialect. */
function areComparable(a: Flavor, b: Flavor): boolean {
  return (a === "postgresql") === (b === "postgresql");
}

function textOf({ schemas, excludeSchemas = [], roles = false }: Scope): string {
  return JSON.stringify([
    schemas === undefined ? null : [...schemas].sort(),
    [...excludeSchemas].sort(),
    roles,
  ]);
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
