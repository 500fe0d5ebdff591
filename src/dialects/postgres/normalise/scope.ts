/** Which schemas a read covers. */
import type { Scope } from "../../../model/server.ts";

/** Globs know `*` and `?`; everything else is literal. A system schema is never in scope. */
export function isSchemaInScope(name: string, scope: Scope | undefined): boolean {
  const { schemas, excludeSchemas } = scope ?? {};
  if (schemas !== undefined && schemas.length > 0 && !schemas.some((pattern) => matches(pattern, name)))
    return false;
  return !(excludeSchemas ?? []).some((pattern) => matches(pattern, name));
}

function matches(pattern: string, name: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "u").test(name);
}
