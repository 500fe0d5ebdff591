/** Rules for row security policies (POL): whether a change shows more rows to more people, or fewer. */
import type { PolicyAttributes } from "../../model/kinds/constraints.ts";
import { type AlteredFacts, evenInside, type Facts, type KindRules, onlyIf, rule } from "../rule.ts";
import { differs, missing, renamedFrom, says, sentenceCase, shown, unexpected } from "../words.ts";

export const policyRules: KindRules<PolicyAttributes> = {
  added: [
    onlyIf(
      isRestrictive,
      rule("POL001 medium security: restrictive policy added", unexpected("it hides rows or refuses writes")),
    ),
    evenInside(rule("POL004 high security: permissive policy added", grantSentence)),
  ],
  removed: [
    onlyIf(
      isRestrictive,
      rule("POL005 critical security: restrictive policy removed", missing("what it forbade is allowed")),
    ),
    rule(
      "POL002 critical security: permissive policy removed",
      missing("rows that it showed disappear for programs"),
    ),
  ],
  renamed: rule("POL003 low cosmetic: policy renamed", renamedFrom()),
  altered: {
    permissive: [
      onlyIf(
        ({ after }) => after,
        rule(
          "POL006 critical security: policy made permissive",
          says("is permissive, the baseline's is restrictive: it grants rows where it used to withhold them"),
        ),
      ),
      rule(
        "POL007 high security: policy made restrictive",
        says("is restrictive, the baseline's is permissive: rows may disappear for programs"),
      ),
    ],
    command: rule("POL008 high security: policy command changed", differs("command")),
    roles: [
      onlyIf(
        ({ before, after }) => after.some(isEveryone) && !before.some(isEveryone),
        rule(
          "POL009 critical security: policy opened to PUBLIC",
          differs("list of roles", "it holds for everyone"),
        ),
      ),
      onlyIf(
        ({ before, after }) => after.some((role) => !before.includes(role)),
        rule("POL010 high security: policy holds for more roles", differs("list of roles")),
      ),
      rule("POL011 high security: policy holds for fewer roles", differs("list of roles")),
    ],
    using: [
      onlyIf(
        isLoosened,
        rule(
          "POL012 critical security: policy USING loosened",
          differs("USING expression", "more rows are visible"),
        ),
      ),
      rule(
        "POL013 high security: policy USING changed",
        differs("USING expression", "other rows are visible"),
      ),
    ],
    withCheck: [
      onlyIf(
        isLoosened,
        rule(
          "POL014 critical security: policy WITH CHECK loosened",
          differs("WITH CHECK expression", "more rows can be written"),
        ),
      ),
      rule(
        "POL015 high security: policy WITH CHECK changed",
        differs("WITH CHECK expression", "other rows can be written"),
      ),
    ],
  },
};

function isRestrictive({ attributes }: Facts<PolicyAttributes>): boolean {
  return !attributes.permissive;
}

function isEveryone(role: string): boolean {
  return role.toLowerCase() === "public";
}

function grantSentence({ the, attributes }: Facts<PolicyAttributes>): string {
  const rows = attributes.using ?? attributes.withCheck;
  const where = rows === null || isTrue(rows) ? "every row" : `rows where ${shown(rows)}`;
  return `${sentenceCase(the)} is unexpected: it opens ${where} to ${shown(attributes.roles)} (${attributes.command.toUpperCase()}).`;
}

/**
 * Surely lets more through: no condition any more, a further alternative, or one condition of several gone. What cannot
 * be told from the text is not called loosened.
 */
function isLoosened({ before, after }: AlteredFacts<PolicyAttributes, "using" | "withCheck">): boolean {
  if (before === null) return false;
  if (after === null || isTrue(after)) return true;
  const old = stripped(before);
  const now = stripped(after);
  return termsOf(now, " OR ").includes(old) || isProperSubset(termsOf(now, " AND "), termsOf(old, " AND "));
}

function isTrue(expression: string): boolean {
  return stripped(expression).toLowerCase() === "true";
}

function isProperSubset(some: readonly string[], all: readonly string[]): boolean {
  return some.length < all.length && some.every((term) => all.includes(term));
}

/** Without the parentheses that enclose the whole. */
function stripped(expression: string): string {
  let text = expression.trim();
  while (text.startsWith("(") && closesAt(text) === text.length - 1) text = text.slice(1, -1).trim();
  return text;
}

/** The operands of a chain of one operator outside parentheses and quotes; the text itself when there is no such chain. */
function termsOf(text: string, operator: " OR " | " AND "): string[] {
  const terms: string[] = [];
  let start = 0;
  for (const { at, depth } of outsideQuotes(text)) {
    if (depth !== 0 || at < start || !text.startsWith(operator, at)) continue;
    terms.push(stripped(text.slice(start, at)));
    start = at + operator.length;
  }
  return [...terms, stripped(text.slice(start))];
}

/** Where the parenthesis that the text begins with closes. */
function closesAt(text: string): number {
  for (const { at, depth } of outsideQuotes(text)) if (depth === 0 && text[at] === ")") return at;
  return -1;
}

/** The characters outside quotes, with how many parentheses are open after each. */
function* outsideQuotes(text: string): Generator<{ readonly at: number; readonly depth: number }> {
  let depth = 0;
  let quote = "";
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (quote !== "") {
      if (character === quote) quote = "";
      continue;
    }
    if (character === "'" || character === '"') quote = character;
    else if (character === "(") depth += 1;
    else if (character === ")") depth -= 1;
    yield { at, depth };
  }
}
