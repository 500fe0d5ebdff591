/**
 * What a rule is, and the shape of the rule table: per kind, a rule (or a list, first match wins) for every verb and every
 * attribute. The last of a list has no condition, so that no change is ever without a finding.
 */
import type { AttributeValue } from "../model/attribute.ts";
import type { ObjectKey } from "../model/key.ts";
import type { AttributesOf, ObjectKind } from "../model/kind.ts";
import type { SchemaObject } from "../model/object.ts";
import type { Category, Severity } from "../model/severity.ts";

/** What one side of the comparison holds, for rules whose severity depends on the neighbours. */
export interface SchemaLookup {
  /** The objects whose parent is the root object with this key; empty when there are none. */
  childrenOf(parent: ObjectKey): readonly SchemaObject[];
}

/** Sides are absent when the caller gave no snapshots; rules then take the graver reading. */
export interface RuleContext {
  readonly baseline?: SchemaLookup;
  readonly live?: SchemaLookup;
}

/** `attributes` are the live ones, except on `removed`, where they are the baseline's. */
export interface Facts<A> {
  readonly key: ObjectKey;
  readonly parent: ObjectKey | undefined;
  readonly attributes: Readonly<A>;
  /** "table public.orders" */
  readonly the: string;
  readonly context: RuleContext;
}

export interface AlteredFacts<A, N extends keyof A> extends Facts<A> {
  readonly before: Exclude<A[N], undefined>;
  readonly after: Exclude<A[N], undefined>;
}

/** What every altered attribute offers, for sentences that fit any of them. */
export interface AlteredValue {
  readonly the: string;
  readonly before: AttributeValue;
  readonly after: AttributeValue;
}

export interface RenamedFacts<A> extends Facts<A> {
  readonly from: ObjectKey;
}

export interface Rule<F> {
  /** Stable: kind prefix and number. Never reused for another meaning. */
  readonly code: string;
  readonly severity: Severity;
  readonly category: Category;
  /** A few words: "table removed". */
  readonly title: string;
  /** One sentence for people, with what live has and what the baseline has. */
  readonly sentence: (facts: F) => string;
  readonly when?: (facts: F) => boolean;
  /** Has a finding of its own even when its parent was added, too. */
  readonly evenInside?: true;
}

export interface GuardedRule<F> extends Rule<F> {
  readonly when: (facts: F) => boolean;
}

export interface LastRule<F> extends Rule<F> {
  readonly when?: never;
}

export type Rules<F> = LastRule<F> | readonly [...GuardedRule<F>[], LastRule<F>];

/** The names of the attributes; an open index signature is not a name. */
type NameOf<A> = keyof { [N in keyof A as string extends N ? never : N]: A[N] } & keyof A;

export interface KindRules<A> {
  readonly added: Rules<Facts<A>>;
  readonly removed: Rules<Facts<A>>;
  readonly renamed: Rules<RenamedFacts<A>>;
  readonly altered: { readonly [N in NameOf<A>]-?: Rules<AlteredFacts<A, N>> };
}

/** A kind, verb or attribute without a rule does not compile. */
export type RuleTable = { readonly [K in ObjectKind]: KindRules<AttributesOf[K]> };

/** "COL005 high integrity: NOT NULL dropped" */
export type RuleHeading = `${string} ${Severity} ${Category}: ${string}`;

/** One row of the table. The heading's severity and category are checked by the compiler. */
export function rule<F>(heading: RuleHeading, sentence: (facts: NoInfer<F>) => string): LastRule<F> {
  const [head = "", title = ""] = heading.split(/: (.*)/su);
  const [code = "", severity, category] = head.split(" ");
  return { code, severity: severity as Severity, category: category as Category, title, sentence };
}

/** A row that holds only under a condition; rows after it hold otherwise. */
export function onlyIf<F>(when: (facts: NoInfer<F>) => boolean, row: LastRule<NoInfer<F>>): GuardedRule<F> {
  const { when: _none, ...rest } = row;
  return { ...rest, when };
}

/** A row whose finding stands even when the object came with an added parent. */
export function evenInside<F>(row: LastRule<NoInfer<F>>): LastRule<F> {
  return { ...row, evenInside: true };
}
