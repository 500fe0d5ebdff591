/** Merges the `defaults` block into each environment of the raw, already validated configuration. */

type Members = Readonly<Record<string, unknown>>;

const schedules = ["every", "cron", "schedule"];

/** Returns the configuration without `defaults`, with complete environments. */
export function mergeDefaults(raw: unknown): unknown {
  const { defaults, ...rest } = raw as {
    readonly defaults?: Members;
    readonly environments?: readonly Members[];
  };
  if (defaults === undefined) return rest;
  return { ...rest, environments: rest.environments?.map((environment) => mergeOne(defaults, environment)) };
}

function mergeOne(defaults: Members, environment: Members): Members {
  const merged: Record<string, unknown> = { ...defaults };
  if (schedules.some((key) => environment[key] !== undefined))
    for (const key of schedules) delete merged[key];
  for (const [key, value] of Object.entries(environment)) merged[key] = mergeValue(merged[key], value);
  return merged;
}

/** Sections are merged key by key, lists of rules put the environment's own last, as the last one that matches wins. */
function mergeValue(fallback: unknown, own: unknown): unknown {
  if (isRuleList(fallback) && isRuleList(own)) return [...fallback, ...own];
  if (!isSection(fallback) || !isSection(own)) return own;
  const merged: Record<string, unknown> = { ...fallback };
  for (const [key, value] of Object.entries(own)) merged[key] = mergeValue(merged[key], value);
  return merged;
}

function isRuleList(value: unknown): value is readonly Members[] {
  return Array.isArray(value) && value.every(isSection);
}

function isSection(value: unknown): value is Members {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
