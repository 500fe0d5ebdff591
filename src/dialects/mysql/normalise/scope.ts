/** Which schemas a read covers: the one of the URL, or all but the server's own, narrowed by globs; no leftovers. */
import { DriftwatchError } from "../../../model/errors.ts";
import { matchesAny } from "../../../model/glob.ts";
import { nameCaseOf, type Scope, type ServerInfo } from "../../../model/server.ts";
import type { Connection } from "../connect.ts";

/** Sorted by name. Throws connection.database-missing when the URL's database is hidden or gone. */
export function schemasInScope<T extends { readonly name: string }>(
  schemas: readonly T[],
  connection: Pick<Connection, "database" | "place">,
  scope: Scope | undefined,
  server: Pick<ServerInfo, "settings">,
): readonly T[] {
  const wanted = scope?.schemas ?? (connection.database === null ? ["*"] : [connection.database]);
  const isLiteral = scope?.schemas === undefined && connection.database !== null;
  const excluded = scope?.excludeSchemas ?? [];
  const nameCase = nameCaseOf(server);
  const chosen = schemas.filter((schema) => {
    const isWanted = isLiteral
      ? schema.name === connection.database
      : matchesAny(wanted, schema.name, nameCase);
    return isWanted && !matchesAny(excluded, schema.name, nameCase);
  });
  // P34: with lower_case_table_names = 2 the current database keeps the URL's spelling, the catalog the creator's.
  if (chosen.length === 0 && isLiteral) {
    const folded = schemas.filter(
      (schema) => schema.name.toLowerCase() === connection.database?.toLowerCase(),
    );
    if (folded.length === 1) return folded;
    throw new DriftwatchError(
      "connection.database-missing",
      `${connection.place}: the database ${connection.database} is not among those that the user sees`,
      {
        remedy: "Check the name, and grant the monitoring user SELECT on the database.",
      },
    );
  }
  return [...chosen].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * P37, P41: what a crashed ALTER or full-text search left behind is no schema. The server composes such names itself
 * (`#sql-1f2c_8`, `#sql-ib1063-3094`, `#sql-alter-1f2c-8`); `#sql1` is a table that someone made.
 */
export function isLeftover(name: string): boolean {
  return /^(?:#sql2?-(?:[0-9a-f]+[-_]|ib\d|[a-z]+-)|#mysql50#|FTS_[0-9a-f]{16})/i.test(name);
}
