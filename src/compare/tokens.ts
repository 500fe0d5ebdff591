/** Splits what a server printed into tokens, so that texts are compared word by word. It knows no grammar. */
import type { AttributeValue } from "../model/attribute.ts";

// Identifiers as any of the servers quotes them ("x", `x`), words, and every other character by itself.
const tokenPattern = /"(?:[^"]|"")*"|`(?:[^`]|``)*`|[\p{L}\p{N}_$]+|[^\s]/gu;
const phrasePattern = new RegExp(`'(?:[^']|'')*'|${tokenPattern.source}`, "gu");
const tokenOrSpace = new RegExp(`${tokenPattern.source}|\\s`, "gu");

/**
 * Of structured values the texts in them, one after the other with a comma between. Space counts only inside text constants,
 * which are split as well: a constant may be the name of something.
 */
export function tokensOf(value: AttributeValue): readonly string[] {
  if (value === null || typeof value !== "object") {
    return phrasesOf(String(value)).flatMap((phrase) =>
      isConstant(phrase) ? (phrase.match(tokenOrSpace) ?? []) : [phrase],
    );
  }
  const parts: readonly (AttributeValue | undefined)[] = Array.isArray(value)
    ? value
    : Object.entries(value).flat();
  return parts.flatMap((part) => [...tokensOf(part ?? null), ","]);
}

/** The same with every text constant as one token. */
export function phrasesOf(text: string): readonly string[] {
  return text.match(phrasePattern) ?? [];
}

function isConstant(phrase: string): boolean {
  return phrase.length > 1 && phrase.startsWith("'");
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
function isAt(tokens: readonly string[], index: number, path: readonly string[]): boolean {
  return lengthAt(tokens, index, path) !== undefined;
}

/** How many tokens `path`, joined by dots, takes at this place; undefined where it does not stand. */
export function lengthAt(
  tokens: readonly string[],
  index: number,
  path: readonly string[],
): number | undefined {
  let at = index;
  for (const [place, part] of path.entries()) {
    if (place > 0 && tokens[at++] !== ".") return undefined;
    const length = lengthOf(tokens, at, part);
    if (length === undefined) return undefined;
    at += length;
  }
  return at - index;
}

/** A name is one token, quoted where need be; an operator, which nobody quotes, is one token per character. */
function lengthOf(tokens: readonly string[], index: number, name: string): number | undefined {
  if (bare(tokens[index]) === name) return 1;
  if (tokens[index] !== name[0] || !operatorPattern.test(name)) return undefined;
  for (let place = 0; place < name.length; place++)
    if (tokens[index + place] !== name[place]) return undefined;
  return name.length;
}

const operatorPattern = /^[-+*/<>=~!@#%^&|`?]+$/;
