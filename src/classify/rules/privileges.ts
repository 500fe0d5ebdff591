/**
 * Rules for privileges (PRV) and default privileges (DPR). An object without privilege objects has what the server gives
 * by default, so whether rights were won or lost is told against `defaults`.
 */

import { describeKey, type ObjectKey, subjectOf } from "../../model/key.ts";
import type { DefaultPrivilegesAttributes, PrivilegeAttributes } from "../../model/kinds/access.ts";
import { type AlteredFacts, evenInside, type Facts, type KindRules, onlyIf, rule } from "../rule.ts";
import { differs, renamedFrom, shown } from "../words.ts";

type Held = PrivilegeAttributes | DefaultPrivilegesAttributes;
type ListFacts = AlteredFacts<Held, "privileges">;

/** Rights that came and went with a change, as lists of privileges. */
interface Shift {
  readonly gained: readonly string[];
  readonly lost: readonly string[];
}

export const privilegeRules: KindRules<PrivilegeAttributes> = {
  added: [
    onlyIf(
      (facts) => toEveryone(facts, added),
      evenInside(rule("PRV004 critical security: privilege granted to everyone", sentenceOf(added))),
    ),
    onlyIf(
      (facts) => added(facts).gained.length > 0,
      rule("PRV001 high security: privilege granted", sentenceOf(added)),
    ),
    rule("PRV005 medium security: default privilege revoked", sentenceOf(added)),
  ],
  removed: [
    onlyIf(
      (facts) => toEveryone(facts, removed),
      rule("PRV006 critical security: everyone's privilege restored", sentenceOf(removed)),
    ),
    onlyIf(
      (facts) => removed(facts).gained.length > 0,
      rule("PRV007 high security: default privilege restored", sentenceOf(removed)),
    ),
    rule("PRV002 medium security: privilege revoked", sentenceOf(removed)),
  ],
  renamed: rule("PRV003 low security: privilege moved to another name", renamedFrom()),
  altered: {
    privileges: [
      onlyIf(
        (facts) => toEveryone(facts, altered),
        rule("PRV008 critical security: everyone's privileges widened", sentenceOf(altered)),
      ),
      onlyIf(
        (facts) => altered(facts).gained.length > 0,
        rule("PRV009 high security: privileges widened", sentenceOf(altered)),
      ),
      rule("PRV010 medium security: privileges narrowed", sentenceOf(altered)),
    ],
    grantable: [
      onlyIf(
        (facts) => altered(facts).gained.length > 0,
        rule(
          "PRV011 high security: grant option widened",
          differs("list of privileges WITH GRANT OPTION", "the grantee can pass them on"),
        ),
      ),
      rule("PRV012 medium security: grant option narrowed", differs("list of privileges WITH GRANT OPTION")),
    ],
    defaults: rule(
      "PRV013 info security: server's default privileges changed",
      differs("list of default privileges"),
    ),
    grantee: rule("PRV014 high security: grantee changed", differs("grantee")),
  },
};

export const defaultPrivilegesRules: KindRules<DefaultPrivilegesAttributes> = {
  added: [
    onlyIf(
      (facts) => toEveryone(facts, added),
      rule("DPR004 critical security: default privilege for everyone added", sentenceOf(added)),
    ),
    onlyIf(
      (facts) => added(facts).gained.length > 0,
      rule("DPR001 high security: default privilege added", sentenceOf(added)),
    ),
    rule("DPR005 medium security: default privilege withheld", sentenceOf(added)),
  ],
  removed: [
    onlyIf(
      (facts) => toEveryone(facts, removed),
      rule("DPR006 critical security: everyone's default privilege restored", sentenceOf(removed)),
    ),
    rule("DPR002 medium security: default privilege removed", sentenceOf(removed)),
  ],
  renamed: rule("DPR003 low security: default privilege moved to another name", renamedFrom()),
  altered: {
    privileges: [
      onlyIf(
        (facts) => toEveryone(facts, altered),
        rule("DPR007 critical security: everyone's default privileges widened", sentenceOf(altered)),
      ),
      onlyIf(
        (facts) => altered(facts).gained.length > 0,
        rule("DPR008 high security: default privileges widened", sentenceOf(altered)),
      ),
      rule("DPR009 medium security: default privileges narrowed", sentenceOf(altered)),
    ],
    grantable: [
      onlyIf(
        (facts) => altered(facts).gained.length > 0,
        rule(
          "DPR010 high security: default grant option widened",
          differs("list of privileges WITH GRANT OPTION"),
        ),
      ),
      rule(
        "DPR011 medium security: default grant option narrowed",
        differs("list of privileges WITH GRANT OPTION"),
      ),
    ],
    defaults: rule(
      "DPR012 info security: server's defaults for new objects changed",
      differs("list of the server's defaults"),
    ),
    role: rule("DPR013 high security: default privileges' creator changed", differs("creating role")),
    grantee: rule("DPR014 high security: default privileges' grantee changed", differs("grantee")),
  },
};

function without(some: readonly string[], others: readonly string[]): readonly string[] {
  return some.filter((privilege) => !others.includes(privilege));
}

function shift(before: readonly string[], after: readonly string[]): Shift {
  return { gained: without(after, before), lost: without(before, after) };
}

function added({ attributes }: Facts<Held>): Shift {
  return shift(attributes.defaults, attributes.privileges);
}

function removed({ attributes }: Facts<Held>): Shift {
  return shift(attributes.privileges, attributes.defaults);
}

function altered({ before, after }: Pick<ListFacts, "before" | "after">): Shift {
  return shift(before, after);
}

function toEveryone<F extends Facts<Held>>(facts: F, shiftOf: (facts: F) => Shift): boolean {
  return isEveryone(facts.attributes.grantee) && shiftOf(facts).gained.length > 0;
}

/** PUBLIC, or MySQL's anonymous user: whoever connects. */
export function isEveryone(grantee: string): boolean {
  return /^public$/i.test(grantee) || /^(''|``|""|)@/.test(grantee) || /^['"`]?%['"`]?$/.test(grantee);
}

function sentenceOf<F extends Facts<Held>>(shiftOf: (facts: NoInfer<F>) => Shift): (facts: F) => string {
  return (facts) => {
    const { gained, lost } = shiftOf(facts);
    const { grantee } = facts.attributes;
    const who = isEveryone(grantee) ? `Everyone (${grantee === "" ? "anonymous" : grantee})` : grantee;
    const where = placeOf(facts.key, facts.the);
    if (gained.length === 0 && lost.length === 0) {
      return `What ${who} may do ${where} is granted otherwise than in the baseline, with the same rights.`;
    }
    const parts = [
      ...(gained.length > 0 ? [`may ${shown(gained)} ${where}, which the baseline does not allow`] : []),
      ...(lost.length > 0 ? [`may no longer ${shown(lost)} ${where}`] : []),
    ];
    return `${who} ${parts.join(", and ")}.`;
  };
}

function placeOf(key: ObjectKey, the: string): string {
  if (key.kind === "default-privileges") return `on objects to come (${the})`;
  const subject = subjectOf(key);
  return subject === undefined ? `in the ${the}` : `on ${describeKey(subject)}`;
}
