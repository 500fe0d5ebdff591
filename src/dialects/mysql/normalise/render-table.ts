/**
 * The safety net: the clauses of SHOW CREATE TABLE are made again from the model's objects and held against what the
 * server printed. A clause that the model does not carry makes the two differ; then the text itself is compared too.
 * Order inside a clause is no matter (MariaDB moved INVISIBLE, P18), nor is the order of keys.
 */
import type { SchemaObject } from "../../../model/object.ts";
import type { Flavor } from "../../../model/server.ts";
import { canonicalCharset, canonicalCollation } from "./canonical-text.ts";
import type { NamedColumn } from "./column-text.ts";
import { contextOf, elementOf, partitionWords, type RenderContext, tailWords } from "./render-clauses.ts";
import { maskComment, maskOption } from "./secrets.ts";
import { areWords, is, type Token } from "./sql-text.ts";
import type { TableText } from "./table-text.ts";

interface Charsets {
  readonly charset: string | null;
  readonly collation: string | null;
}

interface NetInput {
  readonly flavor: Flavor;
  /** The table, its comment and what was read of lines that are not plain. */
  readonly objects: readonly SchemaObject[];
  readonly text: TableText;
  readonly canonical: string;
  /** Of a column, as information_schema tells them; undefined where it does not. Quicker where the column's place is known. */
  readonly charsetsOf: (column: string, index?: number) => Charsets | undefined;
}

/** null when the model tells all that the server printed; the text, without counter and secrets, when it does not. */
export function unmodelledDefinition(input: NetInput): string | null {
  return isWhole(input) ? null : withoutSecrets(input);
}

function isWhole(input: NetInput): boolean {
  const { columns } = input.text;
  if (!columns.every((column, index) => !column.text.isPlain || hasResolvedCharsets(input, column, index)))
    return false;
  const { elements, tail, periods } = input.text;
  if (elements.length === 0 && tail === null && periods.length === 0) return true;
  const context = contextOf(input.objects, input.flavor);
  const printed = printedElements(input).sort();
  const made = input.objects
    .flatMap((object) => elementOf(object, context))
    .map(bagOf)
    .sort();
  return (
    printed.length === made.length &&
    printed.every((element, index) => element === made[index]) &&
    (tail === null || bagOf(printedTail(input.text, tail)) === bagOf(tailWords(input.objects, context))) &&
    isPartitioningWhole(input, context)
  );
}

/** P15: the charset clauses of a plain line, held against information_schema as withoutCharset does. */
function hasResolvedCharsets(input: NetInput, { name, text }: NamedColumn, index: number): boolean {
  const { charset, collation } = text;
  if (charset === null && collation === null) return true;
  const resolved = input.charsetsOf(name, index);
  return (
    (charset === null || isSame(canonicalCharset(charset), resolved?.charset, canonicalCharset)) &&
    (collation === null || isSame(canonicalCollation(collation), resolved?.collation, canonicalCollation))
  );
}

function withoutSecrets(input: NetInput): string {
  let text = input.canonical.replace(/ AUTO_INCREMENT=\d+/, "");
  for (const [name, value] of Object.entries(input.text.options)) {
    const masked = maskOption(name, value);
    if (masked !== value) text = text.replaceAll(value, masked);
  }
  return text.replaceAll(/password\s+"[^"]*"/gi, 'password "***"');
}

/** Words in one case and without "=", which some clauses print and others do not; strings as they are. */
function bagOf(words: readonly string[]): string {
  return words
    .filter((word) => word !== "=")
    .map((word) => (word.startsWith("'") ? word : word.toUpperCase()))
    .sort()
    .join("\u0001");
}

/** A token as both sides spell it: words in one case, names and strings by value. */
export function wordOf(token: Token): string {
  return token.kind === "string" ? `'${token.value}'` : token.value;
}

function printedElements(input: NetInput): string[] {
  return input.text.elements.map((element) => {
    const tokens = element[0]?.kind === "name" ? withoutCharset(input, element) : element;
    return bagOf(elementWords(tokens));
  });
}

/** The value of an option is a string to MariaDB 10, and what was written to MariaDB 11: both are taken for strings. */
function elementWords(tokens: readonly Token[]): string[] {
  let depth = 0;
  return tokens.map((token, at) => {
    if (token.text === "(") depth += 1;
    if (token.text === ")") depth -= 1;
    return depth === 0 && tokens[at - 1]?.text === "=" ? `'${token.value}'` : wordOf(token);
  });
}

/** P15: charset clauses of columns repeat what information_schema says; they are checked against it and left out. */
function withoutCharset(input: NetInput, element: readonly Token[]): readonly Token[] {
  const resolved = input.charsetsOf(element[0]?.value ?? "");
  const kept: Token[] = [];
  let depth = 0;
  let at = 0;
  while (at < element.length) {
    const token = element[at];
    if (token === undefined) break;
    if (token.text === "(") depth += 1;
    if (token.text === ")") depth -= 1;
    const isCharset = depth === 0 && areWords(element, at, ["CHARACTER", "SET"]);
    const isCollation = depth === 0 && is(token, "COLLATE");
    const value = element[at + (isCharset ? 2 : 1)]?.value ?? "";
    if (isCharset && isSame(canonicalCharset(value), resolved?.charset, canonicalCharset)) at += 3;
    else if (isCollation && isSame(canonicalCollation(value), resolved?.collation, canonicalCollation))
      at += 2;
    else {
      kept.push(token);
      at += 1;
    }
  }
  return kept;
}

function isSame(
  value: string,
  resolved: string | null | undefined,
  canonical: (name: string) => string,
): boolean {
  return resolved === undefined || resolved === null || canonical(resolved) === value;
}

/** The options' words without the counter, the charset (resolved elsewhere) and noise. */
function printedTail(text: TableText, tail: readonly Token[]): string[] {
  const words: string[] = [];
  for (let at = 0; at < tail.length; at += 1) {
    const token = tail[at];
    if (token === undefined || token.text === "=" || is(token, "DEFAULT")) continue;
    if (is(token, "AUTO_INCREMENT") || is(token, "CHARSET") || is(token, "COLLATE")) at += 2;
    else if (areWords(tail, at, ["WITH", "SYSTEM", "VERSIONING"])) at += 2;
    else words.push(tailWordOf(text, tail, at, token));
  }
  return words.map((word) => word.toUpperCase());
}

function tailWordOf(text: TableText, tail: readonly Token[], at: number, token: Token): string {
  const name = (tail[at - 2]?.value ?? "").toUpperCase();
  if (name === "COMMENT") return maskComment(text.options.ENGINE ?? null, token.value) ?? "";
  return tail[at - 1]?.text === "=" ? maskOption(name, token.value) : token.value;
}

function isPartitioningWhole(input: NetInput, context: RenderContext): boolean {
  const { partitioning } = input.text;
  if (partitioning === null) return true;
  return (
    partitioning.unknown.length === 0 &&
    bagOf(partitionWords(input.objects, context)) ===
      bagOf(partitioning.words.map((word) => word.toUpperCase()))
  );
}
