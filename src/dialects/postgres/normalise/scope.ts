/** Which schemas a read covers. */
import { matchesAny } from "../../../model/glob.ts";
import type { Scope } from "../../../model/server.ts";

/** A system schema is never in scope. */
export function isSchemaInScope(name: string, scope: Scope | undefined): boolean {
  const { schemas, excludeSchemas } = scope ?? {};
  if (schemas !== undefined && schemas.length > 0 && !matchesAny(schemas, name)) return false;
  return !matchesAny(excludeSchemas ?? [], name);
}
