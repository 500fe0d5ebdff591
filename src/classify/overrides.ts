/** Severities that the configuration says: by rule code and by object. */
import type { RuleCode } from "../model/change.ts";
import type { SeverityOverride } from "../model/environment.ts";
import { matchesAny, matchesGlob, type NameCase } from "../model/glob.ts";
import { type ObjectKey, pathText } from "../model/key.ts";
import type { Severity } from "../model/severity.ts";

/**
 * The severity that an override gives, or undefined. `code` is exact or a prefix that ends in `*`. The last override that
 * matches wins: a special one stands after a general one, and an environment's own after the defaults'.
 */
export function overriddenSeverity(
  overrides: readonly SeverityOverride[],
  code: RuleCode,
  key: ObjectKey,
  nameCase: NameCase,
): Severity | undefined {
  return overrides.findLast((override) => matchesGlob(override.code, code) && covers(override, key, nameCase))
    ?.severity;
}

/** A pattern that names a table covers its columns and indexes, too. */
function covers({ objects }: SeverityOverride, { path }: ObjectKey, nameCase: NameCase): boolean {
  if (objects === undefined) return true;
  return path.some((_, index) => matchesAny(objects, pathText(path.slice(0, index + 1)), nameCase));
}
