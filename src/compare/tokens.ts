/** Splits what a server printed into tokens, so that texts are compared word by word. It knows no grammar. */
import type { AttributeValue } from "../model/attribute.ts";
import { canonicalText } from "../model/attribute.ts";

// Identifiers as any of the servers quotes them ("x", `x`), words, and every other character by itself.
const tokenPattern = /"(?:[^"\\]|\\.|"")*"|`(?:[^`]|``)*`|[\p{L}\p{N}_$]+|[^\s]/gu;
const literalPattern = /('(?:[^']|'')*')/u;
const tokenOrSpace = new RegExp(`${tokenPattern.source}|\\s`, "gu");

/**
 * Texts are split as they are; structured values through their canonical text, whose quotes are taken off first. Space counts
 * only inside text constants, which are split as well: a constant may be the name of something.
 */
export function tokensOf(value: AttributeValue): readonly string[] {
  const text =
    typeof value === "string"
      ? value
      : canonicalText(value).replaceAll('\\"', "\u0001").replaceAll('"', " ").replaceAll("\u0001", '"');
  return text
    .split(literalPattern)
    .flatMap((part, index) => part.match(index % 2 === 1 ? tokenOrSpace : tokenPattern) ?? []);
}

/** The same with every text constant as one token. */
export function phrasesOf(text: string): readonly string[] {
  return text
    .split(literalPattern)
    .flatMap((part, index) => (index % 2 === 1 ? [part] : (part.match(tokenPattern) ?? [])));
}

const writtenAttributes: ReadonlySet<string> = new Set(["text", "label", "value"]);

/** Whether a server prints the value from what it has parsed. What people wrote (comments, bodies of routines) it keeps as it is. */
export function isPrinted(attribute: string, value: AttributeValue): boolean {
  return !writtenAttributes.has(attribute) && !(typeof value === "string" && /^AS [$'E]/.test(value));
}

/** A token without the quotes of an identifier. */
export function bare(token: string | undefined): string {
  if (token === undefined) return "";
  if (token.startsWith('"') && token.endsWith('"')) return token.slice(1, -1).replaceAll('""', '"');
  if (token.startsWith("`") && token.endsWith("`")) return token.slice(1, -1).replaceAll("``", "`");
  return token;
}

/** Whether `path` stands somewhere in the tokens, its parts joined by dots. */
export function mentions(tokens: readonly string[], path: readonly string[]): boolean {
  return tokens.some((_, index) => isAt(tokens, index, path));
}

/** Whether `path`, joined by dots, stands at this place. */
export function isAt(tokens: readonly string[], index: number, path: readonly string[]): boolean {
  return path.every(
    (part, place) =>
      bare(tokens[index + 2 * place]) === part && (place === 0 || tokens[index + 2 * place - 1] === "."),
  );
}
