/** Ignore rules and comparison modes: what they hide is counted, never lost without a trace. */
import { canonicalText } from "../model/attribute.ts";
import type { Change } from "../model/change.ts";
import type { CompareModes, IgnoreRule } from "../model/environment.ts";
import { matchesAny, type NameCase } from "../model/glob.ts";
import { keyId, pathText } from "../model/key.ts";
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

export function hideChanges(
  changes: readonly Change[],
  options: CompareOptions,
  nameCase: NameCase,
): Comparison {
  const nameless = namelessPairs(changes, options.modes ?? {});
  const filters = [
    ...ignoreFilters(options.ignore ?? [], options.now, nameCase),
    ...activeModes(options.modes ?? {}),
    ...nameless,
  ];
  if (filters.length === 0) return { changes, hidden: [] };
  const counts = new Map<string, number>();
  const visible = changes.filter((change) => {
    const filter = filters.find((candidate) => candidate.hides(change));
    if (filter !== undefined) counts.set(filter.rule, (counts.get(filter.rule) ?? 0) + 1);
    return filter === undefined;
  });
  return { changes: visible, hidden: [...counts].map(([rule, count]) => ({ rule, count })) };
}

/** What was dropped and made again under another name, as two changes: equal but for the name, in the same table. */
function namelessPairs(changes: readonly Change[], modes: CompareModes): Filter[] {
  const wanted = (kind: ObjectKind): keyof CompareModes | undefined => {
    if (kind === "index") return modes.ignoreIndexNames ? "ignoreIndexNames" : undefined;
    return constraintKinds.has(kind) && modes.ignoreConstraintNames ? "ignoreConstraintNames" : undefined;
  };
  const removed = new Map<string, Change[]>();
  for (const change of changes) {
    if (change.verb !== "removed" || wanted(change.kind) === undefined) continue;
    const content = contentOf(change);
    removed.set(content, [...(removed.get(content) ?? []), change]);
  }
  const hidden = new Map<Change, string>();
  for (const change of changes) {
    const mode = wanted(change.kind);
    if (change.verb !== "added" || mode === undefined) continue;
    const partner = removed.get(contentOf(change))?.pop();
    if (partner === undefined) continue;
    hidden.set(change, mode);
    hidden.set(partner, mode);
  }
  return [...new Set(hidden.values())].map((rule) => ({
    rule,
    hides: (change: Change) => hidden.get(change) === rule,
  }));
}

function contentOf({ kind, object }: Change): string {
  const parent = object.parent === undefined ? "" : keyId(object.parent);
  return `${kind} ${parent} ${canonicalText({ ...object.attributes })}`;
}

interface Filter {
  readonly rule: string;
  readonly hides: (change: Change) => boolean;
}

function activeModes(modes: CompareModes): Filter[] {
  const names = Object.keys(modeFilters) as (keyof CompareModes)[];
  return names.filter((name) => modes[name]).map((name) => ({ rule: name, hides: modeFilters[name] }));
}

function ignoreFilters(rules: readonly IgnoreRule[], now: string | undefined, nameCase: NameCase): Filter[] {
  return rules.flatMap((rule, index) => {
    const expired = rule.expires !== undefined && now !== undefined && now >= rule.expires;
    // Rules that name codes speak of findings and are applied by classify.
    if (expired || rule.codes !== undefined) return [];
    const hides = (change: Change): boolean => ignoreRuleMatches(rule, change, nameCase);
    return [{ rule: `ignore[${index}]`, hides }];
  });
}

/** Whether a rule speaks of this change, as far as kinds, objects and attributes go; its codes and its date are not looked at. */
export function ignoreRuleMatches(rule: IgnoreRule, change: Change, nameCase: NameCase): boolean {
  if (rule.kinds !== undefined && !rule.kinds.includes(change.kind)) return false;
  if (rule.attributes !== undefined) {
    if (change.verb !== "altered" || !matchesAny(rule.attributes, change.attribute)) return false;
  }
  return (
    rule.objects === undefined ||
    addressesOf(change).some((address) => matchesAny(rule.objects ?? [], address, nameCase))
  );
}

/** An object's own address and those of everything it lies in, so that "public.tmp" hides its columns too. */
function addressesOf(change: Change): string[] {
  const { path } = change.key;
  return path.map((_, index) => pathText(path.slice(0, index + 1)));
}
