/**
 * Tells a real change of a text from one that only follows a rename: the server prints the new name wherever the
 * renamed object is mentioned. Token by token, both values must be equal but for old names become new ones.
 */
import type { AttributeValue } from "../model/attribute.ts";
import { canonicalText } from "../model/attribute.ts";

export interface NameChange {
  readonly from: string;
  readonly to: string;
}

// Identifiers as any of the servers quotes them ("x", `x`), words, and every other character by itself.
const tokenPattern = /"(?:[^"\\]|\\.|"")*"|`(?:[^`]|``)*`|[\p{L}\p{N}_$]+|\s+|[^\s]/gu;

export function isConsequence(
  before: AttributeValue,
  after: AttributeValue,
  names: readonly NameChange[],
): boolean {
  const old = tokensOf(before);
  const now = tokensOf(after);
  if (old.length !== now.length) return false;
  return old.every((token, index) => {
    const other = now[index];
    if (token === other) return true;
    return names.some((name) => bare(token) === name.from && bare(other ?? "") === name.to);
  });
}

/** Texts are tokenised as they are; structured values through their canonical text, whose quotes are stripped first. */
function tokensOf(value: AttributeValue): string[] {
  const text =
    typeof value === "string"
      ? value
      : canonicalText(value).replaceAll('\\"', "\u0001").replaceAll('"', " ").replaceAll("\u0001", '"');
  return (text.match(tokenPattern) ?? []).filter((token) => token.trim() !== "");
}

function bare(token: string): string {
  if (token.startsWith('"') && token.endsWith('"')) return token.slice(1, -1).replaceAll('""', '"');
  if (token.startsWith("`") && token.endsWith("`")) return token.slice(1, -1).replaceAll("``", "`");
  return token;
}
