/** Ignore rules and comparison modes: what they hide is counted, never lost without a trace. */
import type { Change } from "../model/change.ts";
import type { CompareModes, IgnoreRule } from "../model/environment.ts";
import { matchesAny } from "../model/glob.ts";
import { pathText } from "../model/key.ts";
import type { ObjectKind } from "../model/kind.ts";
import type { CompareOptions, Comparison } from "./options.ts";

/** The modes that are plain filters on changes, one row each. */
const modeFilters: { readonly [M in keyof CompareModes]-?: (change: Change) => boolean } = {
  ignoreComments: (change) => change.kind === "comment",
  ignoreColumnOrder: (change) =>
    change.kind === "column" && change.verb === "altered" && change.attribute === "position",
  ignoreIndexNames: (change) => change.verb === "renamed" && change.kind === "index",
  ignoreConstraintNames: (change) => change.verb === "renamed" && constraintKinds.has(change.kind),
};

const constraintKinds: ReadonlySet<ObjectKind> = new Set([
  "primary-key",
  "unique",
  "foreign-key",
  "check",
  "exclusion",
]);

export function hideChanges(changes: readonly Change[], options: CompareOptions): Comparison {
  const filters = [...ignoreFilters(options.ignore ?? [], options.now), ...activeModes(options.modes ?? {})];
  if (filters.length === 0) return { changes, hidden: [] };
  const counts = new Map<string, number>();
  const visible = changes.filter((change) => {
    const filter = filters.find((candidate) => candidate.hides(change));
    if (filter !== undefined) counts.set(filter.rule, (counts.get(filter.rule) ?? 0) + 1);
    return filter === undefined;
  });
  return { changes: visible, hidden: [...counts].map(([rule, count]) => ({ rule, count })) };
}

interface Filter {
  readonly rule: string;
  readonly hides: (change: Change) => boolean;
}

function activeModes(modes: CompareModes): Filter[] {
  const names = Object.keys(modeFilters) as (keyof CompareModes)[];
  return names.filter((name) => modes[name]).map((name) => ({ rule: name, hides: modeFilters[name] }));
}

function ignoreFilters(rules: readonly IgnoreRule[], now: string | undefined): Filter[] {
  return rules.flatMap((rule, index) => {
    const expired = rule.expires !== undefined && now !== undefined && now >= rule.expires;
    // Rules that name codes speak of findings and are applied by classify.
    if (expired || rule.codes !== undefined) return [];
    return [{ rule: `ignore[${index}]`, hides: (change: Change) => matches(rule, change) }];
  });
}

function matches(rule: IgnoreRule, change: Change): boolean {
  if (rule.kinds !== undefined && !rule.kinds.includes(change.kind)) return false;
  if (rule.attributes !== undefined) {
    if (change.verb !== "altered" || !rule.attributes.includes(change.attribute)) return false;
  }
  return (
    rule.objects === undefined ||
    addressesOf(change).some((address) => matchesAny(rule.objects ?? [], address))
  );
}

/** An object's own address and those of everything it lies in, so that "public.tmp" hides its columns too. */
function addressesOf(change: Change): string[] {
  const { path } = change.key;
  return path.map((_, index) => pathText(path.slice(0, index + 1)));
}
