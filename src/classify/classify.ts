/** Change[] -> Finding[]: applies the rule table, folds what belongs together, applies overrides, orders. Pure. */
import { type Change, changeId, type Finding } from "../model/change.ts";
import type { SeverityOverride } from "../model/environment.ts";
import { describeKey, keyId, type ObjectKey } from "../model/key.ts";
import { nameCaseOf } from "../model/server.ts";
import { compareSeverity } from "../model/severity.ts";
import type { Snapshot } from "../model/snapshot.ts";
import { visibleLine } from "../model/visible-text.ts";
import { foldChanges } from "./fold.ts";
import { lookupIn } from "./lookup.ts";
import { overriddenSeverity } from "./overrides.ts";
import { type AlteredValue, type Facts, type Rule, type RuleContext, rule } from "./rule.ts";
import { ruleTable } from "./rule-table.ts";
import { differs } from "./words.ts";

/** What decides beside the rule table. */
export interface ClassifyPolicy {
  readonly overrides?: readonly SeverityOverride[];
  /** Both sides, for rules that look at the neighbours (duplicate indexes). Without them the graver reading holds. */
  readonly baseline?: KnownSide;
  readonly live?: KnownSide;
}

/** The server says whether overrides that name objects look at case. */
type KnownSide = Pick<Snapshot, "objects" | "roots"> & Partial<Pick<Snapshot, "server">>;

/**
 * One finding per change, worst first, then by key. What came or went with its parent is listed in the parent finding's
 * `includes` and has no finding of its own, unless its rule says so.
 */
export function classifyChanges(changes: readonly Change[], policy: ClassifyPolicy = {}): readonly Finding[] {
  const context: RuleContext = {
    ...(policy.baseline === undefined ? {} : { baseline: lookupIn(policy.baseline) }),
    ...(policy.live === undefined ? {} : { live: lookupIn(policy.live) }),
  };
  const folding = foldChanges(changes);
  const chosen = changes.map((change) => ({ change, ...ruleFor(change, context) }));
  const own = chosen.filter(({ change, row }) => !folding.isInside(change) || speaksInside(change, row));
  const spared = new Set(own.map(({ change }) => change));
  const findings = own.map(({ change, row, facts }) =>
    findingOf(change, row, facts, policy, folding.includesOf(change, spared)),
  );
  return worstFirst(findings);
}

/** Rules about being inside speak of what was added; what went with its parent does no harm of its own. */
function speaksInside(change: Change, row: Rule<AnyFacts>): boolean {
  return change.verb === "added" && row.evenInside === true;
}

function findingOf(
  change: Change,
  row: Rule<AnyFacts>,
  facts: AnyFacts,
  policy: ClassifyPolicy,
  includes: readonly ObjectKey[],
): Finding {
  const servers = [policy.baseline?.server, policy.live?.server];
  const nameCase = nameCaseOf(...servers.filter((server) => server !== undefined));
  return {
    code: row.code,
    severity: overriddenSeverity(policy.overrides ?? [], row.code, change.key, nameCase) ?? row.severity,
    category: row.category,
    change,
    sentence: visibleLine(row.sentence(facts)),
    ...(includes.length === 0 ? {} : { includes }),
  };
}

function worstFirst(findings: readonly Finding[]): Finding[] {
  const keyed = findings.map((finding) => ({
    finding,
    id: `${keyId(finding.change.key)} ${changeId(finding.change)}`,
  }));
  keyed.sort((a, b) => compareSeverity(a.finding.severity, b.finding.severity) || (a.id < b.id ? -1 : 1));
  return keyed.map(({ finding }) => finding);
}

/** Facts of any kind and verb. The mapped type of the table has already held rules and attributes together. */
type AnyFacts = Facts<object> &
  AlteredValue & { readonly from: ObjectKey; readonly attribute: string | undefined };
type AnyRules = Rule<AnyFacts> | readonly Rule<AnyFacts>[];
interface AnyKindRules {
  readonly added: AnyRules;
  readonly removed: AnyRules;
  readonly renamed: AnyRules;
  readonly altered: Readonly<Record<string, AnyRules>>;
}

const otherAttribute: Rule<AnyFacts> = rule<AnyFacts>(
  "GEN001 medium behaviour: other attribute changed",
  (facts) => differs(facts.attribute ?? "attribute")(facts),
);

/** The rule for attributes that a server names and the model leaves open. */
export const fallbackRule: Pick<Rule<never>, "code" | "severity" | "category" | "title"> = otherAttribute;

function ruleFor(change: Change, context: RuleContext): { row: Rule<AnyFacts>; facts: AnyFacts } {
  const facts = factsOf(change, context);
  const rules = rulesOf(change);
  if (!Array.isArray(rules)) return { row: rules as Rule<AnyFacts>, facts };
  const list = rules as readonly Rule<AnyFacts>[];
  const row = list.find((candidate) => candidate.when === undefined || candidate.when(facts));
  return { row: row ?? otherAttribute, facts };
}

function rulesOf(change: Change): AnyRules {
  const kindRules = ruleTable[change.kind] as unknown as AnyKindRules;
  if (change.verb !== "altered") return kindRules[change.verb];
  return Object.hasOwn(kindRules.altered, change.attribute)
    ? (kindRules.altered[change.attribute] ?? otherAttribute)
    : otherAttribute;
}

function factsOf(change: Change, context: RuleContext): AnyFacts {
  return {
    key: change.key,
    parent: change.object.parent,
    attributes: change.object.attributes,
    the: nameOf(change.key),
    context,
    before: change.verb === "altered" ? change.before : null,
    after: change.verb === "altered" ? change.after : null,
    attribute: change.verb === "altered" ? change.attribute : undefined,
    from: change.verb === "renamed" ? change.from : change.key,
  };
}

/** "table public.orders"; what has no name of its own is "this server". */
function nameOf(key: ObjectKey): string {
  return key.path.length === 0 && key.of === undefined ? `this ${describeKey(key)}` : describeKey(key);
}
