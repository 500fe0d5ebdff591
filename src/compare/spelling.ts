/**
 * Texts that differ although nothing does: what a server prints otherwise once it has read its own print again (dump and
 * restore), and what two major versions print differently. Each case is one known habit of a server and fits only where
 * it can be nothing else; whatever does not fit is a change.
 */
import type { AttributeValue } from "../model/attribute.ts";
import { bare, phrasesOf } from "./tokens.ts";

/** Whether both texts are one expression, before and after a dump was restored. */
export function isReread(before: AttributeValue, after: AttributeValue): boolean {
  if (typeof before === "string" && typeof after === "string") return isRereadText(before, after);
  if (before === null || typeof before !== "object" || after === null || typeof after !== "object")
    return false;
  if (Array.isArray(before) !== Array.isArray(after)) return false;
  const [old, now] = [Object.entries(before), new Map<string, unknown>(Object.entries(after))];
  return old.length === now.size && old.every(([name, part]) => isSamePart(part, now.get(name)));
}

function isSamePart(part: unknown, other: unknown): boolean {
  return (
    part === other || (typeof part === "string" && typeof other === "string" && isRereadText(part, other))
  );
}

function isRereadText(before: string, after: string): boolean {
  if (before !== after && shortTag(before) === shortTag(after)) return true;
  const old = phrasesOf(before);
  const now = phrasesOf(after);
  // Texts that differ in nothing but space are no case of this.
  if (sameList(old, now)) return false;
  const [one, other] = [reread(old), reread(now)];
  return sameWithoutNames(one, other) || sameWithoutNames(other, one);
}

/** "kn" and "kn-true" are one key of a language tag (UTS 35); PostgreSQL keeps what its ICU makes of it, and newer ones leave "true" out. */
function shortTag(text: string): string {
  const isTag = /^[a-z]{2,8}(?:-[a-z\d]{1,8})*?-u(?:-[a-z\d]{2,8})+$/i.test(text);
  return isTag ? text.replace(/-true(?=-|$)/gi, "") : text;
}

/** As the server prints it once it has read its own print. */
function reread(tokens: readonly string[]): readonly string[] {
  return castInside(ungrouped(joinedOnTrue(tokens)));
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((token, index) => token === b[index]);
}

/**
 * "(ARRAY[a, b])::text[]" is read as "ARRAY[(a)::text, (b)::text]": the parser casts the elements of an array constructor. It is
 * what PostgreSQL makes of "varchar_column IN ('a', 'b')".
 */
function castInside(tokens: readonly string[]): readonly string[] {
  const start = tokens.findIndex(
    (token, index) => token === "(" && tokens[index + 1] === "ARRAY" && tokens[index + 2] === "[",
  );
  if (start < 0) return tokens;
  const head = tokens.slice(0, start);
  const close = closing(tokens, start + 2);
  const type = close < 0 || tokens[close + 1] !== ")" ? [] : arrayType(tokens, close + 2);
  if (type.length === 0) return [...head, tokens[start] ?? "", ...castInside(tokens.slice(start + 1))];
  const elements = split(castInside(tokens.slice(start + 3, close)));
  const cast = elements.flatMap((element, index) => [
    ...(index === 0 ? [] : [","]),
    "(",
    ...element,
    ")",
    ":",
    ":",
    ...type,
  ]);
  return [...head, "ARRAY", "[", ...cast, "]", ...castInside(tokens.slice(close + 2 + type.length + 4))];
}

const pairs: Readonly<Record<string, number>> = { "(": 1, "[": 1, ")": -1, "]": -1 };

/** Where the bracket that opens at `start` is closed; -1 when it is not. */
function closing(tokens: readonly string[], start: number): number {
  let depth = 0;
  for (let index = start; index < tokens.length; index++) {
    depth += pairs[tokens[index] ?? ""] ?? 0;
    if (depth === 0) return index;
  }
  return -1;
}

/** The words of T where "::T[]" stands at `start`; none where it does not. */
function arrayType(tokens: readonly string[], start: number): readonly string[] {
  if (tokens[start] !== ":" || tokens[start + 1] !== ":") return [];
  const end = tokens.indexOf("[", start);
  const words = end < 0 ? [] : tokens.slice(start + 2, end);
  return tokens[end + 1] === "]" && words.every((word) => word === "." || /^[\p{L}_"]/u.test(word))
    ? words
    : [];
}

/** Splits at the commas that lie in no bracket. */
function split(tokens: readonly string[]): string[][] {
  const parts: string[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    depth += pairs[token] ?? 0;
    if (token === "," && depth === 0) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts;
}

/** A join without a condition (NATURAL without common columns) is printed as "ON TRUE", and that is read as "ON (true)". */
function joinedOnTrue(tokens: readonly string[]): readonly string[] {
  return tokens.flatMap((token, index) =>
    token === "TRUE" && tokens[index - 1] === "ON" ? ["(", "true", ")"] : [token],
  );
}

interface Group {
  readonly start: number;
  /** What joins its operands: AND, OR, or both where it is "mixed". */
  operator: string | undefined;
  /** The group that it begins with. */
  first: { readonly group: Group; readonly end: number } | undefined;
}

/**
 * "((a >= 1) AND (a <= 2)) AND b" is read as "(a >= 1) AND (a <= 2) AND b": the parser joins what its left operand joins
 * (makeAndExpr and makeOrExpr of gram.y), and prints it so from then on. It is what PostgreSQL makes of "a BETWEEN 1 AND 2
 * AND b" and of rows that are compared. What is grouped on the right stays grouped.
 */
function ungrouped(tokens: readonly string[]): readonly string[] {
  const removed = new Set<number>();
  const open: Group[] = [{ start: -1, operator: undefined, first: undefined }];
  for (const [index, token] of tokens.entries()) {
    const current = open.at(-1);
    if (current === undefined) return tokens;
    if (token === "(" || token === "[") open.push({ start: index, operator: undefined, first: undefined });
    else if (token === ")" || token === "]") {
      open.pop();
      const outer = open.at(-1);
      if (outer?.start === current.start - 1 && token === ")") outer.first = { group: current, end: index };
    } else if (token === "AND" || token === "OR") {
      const { first } = current;
      if (first?.end === index - 1 && first.group.operator === token) {
        removed.add(first.group.start).add(first.end);
      }
      current.operator = (current.operator ?? token) === token ? token : "mixed";
    }
  }
  return removed.size === 0 ? tokens : tokens.filter((_, index) => !removed.has(index));
}

/**
 * "UNION SELECT NULL::integer" is read as "UNION SELECT NULL::integer AS int4", and "EXISTS (SELECT 'x')" as "EXISTS (SELECT
 * 'x'::text AS text)": the parser calls a column by the type that it is cast to. Nobody sees such a name.
 */
function sameWithoutNames(fewer: readonly string[], more: readonly string[]): boolean {
  let i = 0;
  for (let j = 0; j < more.length; j++) {
    if (fewer[i] === more[j]) i += 1;
    else if (more[j] === "AS" && (isInLaterLeg(more, j) || followsConstant(more, j))) j += 1;
    else return false;
  }
  return i === fewer.length;
}

/**
 * 'x'::character varying, NULL::s.t[]: where anyone sees the name of a column that is a constant, the server always prints it
 * (get_target_list of ruleutils.c), so a print without a name is one of a subquery inside an expression.
 */
function followsConstant(tokens: readonly string[], place: number): boolean {
  let index = place - 1;
  let depth = 0;
  for (; index > 1; index--) {
    const token = tokens[index] ?? "";
    if (token === ")" || token === "(") depth += token === ")" ? 1 : -1;
    else if (depth === 0 ? !isOfTypeName(token) : !/^[\p{L}\p{N},]/u.test(token)) break;
  }
  const constant = tokens[index - 2];
  if (depth !== 0 || tokens[index] !== ":" || tokens[index - 1] !== ":") return false;
  return constant === "NULL" || constant?.startsWith("'") === true;
}

function isOfTypeName(token: string): boolean {
  return token !== "AS" && /^[\p{L}_".[\]]/u.test(token);
}

/** Only the first SELECT of a UNION names columns. */
function isInLaterLeg(tokens: readonly string[], place: number): boolean {
  let depth = 0;
  for (let index = place - 1; index >= 0; index--) {
    const token = tokens[index] ?? "";
    depth -= pairs[token] ?? 0;
    if (depth < 0 || token === "FROM") return false;
    if (depth === 0 && token === "SELECT") {
      const before = tokens[index - 1] === "ALL" ? tokens[index - 2] : tokens[index - 1];
      return before === "UNION" || before === "INTERSECT" || before === "EXCEPT";
    }
  }
  return false;
}

/** Whether two servers of different major versions print the same thing. */
export function isRespelled(before: AttributeValue, after: AttributeValue): boolean {
  if (Array.isArray(before) && Array.isArray(after)) {
    return gainsMaintain(before, after) || gainsMaintain(after, before);
  }
  if (typeof before !== "string" || typeof after !== "string") return false;
  if (languageTag(before) === languageTag(after)) return true;
  const old = castInside(plainTokens(before));
  const now = castInside(plainTokens(after));
  return losesQualifier(old, now) || losesQualifier(now, old);
}

/** Every privilege that a table had before PostgreSQL 17. */
const all = ["DELETE", "INSERT", "REFERENCES", "SELECT", "TRIGGER", "TRUNCATE", "UPDATE"];

/** GRANT ALL includes MAINTAIN since PostgreSQL 17, so a dump that says ALL grants it there. */
function gainsMaintain(fewer: readonly AttributeValue[], more: readonly AttributeValue[]): boolean {
  return (
    fewer.length === all.length &&
    more.length === all.length + 1 &&
    more.includes("MAINTAIN") &&
    all.every((privilege) => fewer.includes(privilege) && more.includes(privilege))
  );
}

/** PostgreSQL 16 and later say NO INDENT in XMLSERIALIZE, which is what its absence meant. */
function plainTokens(text: string): readonly string[] {
  const tokens = phrasesOf(text);
  if (!tokens.includes("INDENT")) return tokens;
  return tokens.filter(
    (token, index) =>
      !(token === "NO" && tokens[index + 1] === "INDENT") &&
      !(token === "INDENT" && tokens[index - 1] === "NO"),
  );
}

const icuKeys: Readonly<Record<string, string>> = {
  colalternate: "ka",
  colbackwards: "kb",
  colcasefirst: "kf",
  colcaselevel: "kc",
  collation: "co",
  colnormalization: "kk",
  colnumeric: "kn",
  colreorder: "kr",
  colstrength: "ks",
};

const icuValues: Readonly<Record<string, string>> = {
  yes: "true",
  no: "false",
  primary: "level1",
  secondary: "level2",
  tertiary: "level3",
  quaternary: "level4",
  identical: "identic",
  "non-ignorable": "noignore",
};

/**
 * PostgreSQL 16 and later keep ICU locales as language tags (its commit ea1db8ae7): "de_DE@colNumeric=yes" is "de-DE-u-kn-true".
 * Text that is no locale stays as it is.
 */
function languageTag(text: string): string {
  const [, language = "", keywords = ""] =
    /^([A-Za-z_]{0,16})@(\w+=[\w-]+(?:;\w+=[\w-]+)*)$/.exec(text) ?? [];
  if (keywords === "") return text;
  const parts = keywords
    .toLowerCase()
    .split(";")
    .map((part) => {
      const [key = "", value = ""] = part.split("=");
      return `${icuKeys[key] ?? key}-${icuValues[value] ?? value}`;
    });
  return `${language === "" ? "und" : language.replaceAll("_", "-")}-u-${parts.sort().join("-")}`;
}

/**
 * A view over one relation: "SELECT t.a FROM s.t" until PostgreSQL 15, "SELECT a FROM s.t" since 16 (its commit 47bb9db75 took the
 * hidden entries for OLD and NEW out of views). Only columns of the one relation of the outermost query lose their
 * qualifier, so all must have lost the same one, and everything else must be equal, with what it stands for in FROM.
 */
function losesQualifier(old: readonly string[], now: readonly string[]): boolean {
  let qualifier: string | undefined;
  let i = 0;
  for (const token of now) {
    if (old[i] !== token) {
      if (old[i + 1] !== "." || old[i + 2] !== token || isPart(old[i - 1])) return false;
      qualifier ??= old[i];
      if (qualifier !== old[i]) return false;
      i += 2;
    }
    i += 1;
  }
  if (i !== old.length) return false;
  return qualifier === undefined || namesRelation(now, qualifier);
}

/** What follows is no column of a query: a part of a longer name, or a relation. */
function isPart(token: string | undefined): boolean {
  return token === "." || token === "FROM" || token === "JOIN" || token === "ONLY";
}

/** "FROM s.t", "FROM ONLY s.t x", "FROM s.f() x": the name stands somewhere after FROM. */
function namesRelation(tokens: readonly string[], name: string): boolean {
  const from = tokens.indexOf("FROM");
  return from >= 0 && tokens.slice(from + 1).some((token) => token === name || bare(token) === bare(name));
}
