/**
 * The safety net: the clauses of SHOW CREATE TABLE are made again from the model's objects and held against what the
 * server printed. A clause that the model does not carry makes the two differ; then the text itself is compared too.
 * Order inside a clause is no matter (MariaDB moved INVISIBLE, P18), nor is the order of keys.
 */
import type { SchemaObject } from "../../../model/object.ts";
import type { Flavor } from "../../../model/server.ts";
import { canonicalCharset, canonicalCollation } from "./canonical-text.ts";
import { contextOf, elementOf, partitionWords, type RenderContext, tailWords } from "./render-clauses.ts";
import { maskComment, maskOption } from "./secrets.ts";
import { areWords, is, type Token } from "./sql-text.ts";
import type { TableText } from "./table-text.ts";

interface NetInput {
  readonly flavor: Flavor;
  readonly objects: readonly SchemaObject[];
  readonly text: TableText;
  readonly canonical: string;
  readonly charsets: ReadonlyMap<
    string,
    { readonly charset: string | null; readonly collation: string | null }
  >;
}

/** null when the model tells all that the server printed; the text, without counter and secrets, when it does not. */
export function unmodelledDefinition(input: NetInput): string | null {
  const context = contextOf(input.objects, input.flavor);
  const printed = printedElements(input).sort();
  const made = input.objects
    .flatMap((object) => elementOf(object, context))
    .map(bagOf)
    .sort();
  const isWhole =
    printed.length === made.length &&
    printed.every((element, index) => element === made[index]) &&
    bagOf(printedTail(input.text)) === bagOf(tailWords(input.objects, context)) &&
    isPartitioningWhole(input, context);
  return isWhole ? null : withoutSecrets(input);
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
    return bagOf(tokens.map(wordOf));
  });
}

/** P15: charset clauses of columns repeat what information_schema says; they are checked against it and left out. */
function withoutCharset(input: NetInput, element: readonly Token[]): readonly Token[] {
  const resolved = input.charsets.get(element[0]?.value ?? "");
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
function printedTail(text: TableText): string[] {
  const words: string[] = [];
  for (let at = 0; at < text.tail.length; at += 1) {
    const token = text.tail[at];
    if (token === undefined || token.text === "=" || is(token, "DEFAULT")) continue;
    if (is(token, "AUTO_INCREMENT") || is(token, "CHARSET") || is(token, "COLLATE")) at += 2;
    else if (areWords(text.tail, at, ["WITH", "SYSTEM", "VERSIONING"])) at += 2;
    else words.push(tailWordOf(text, at, token));
  }
  return words.map((word) => word.toUpperCase());
}

function tailWordOf(text: TableText, at: number, token: Token): string {
  const name = (text.tail[at - 2]?.value ?? "").toUpperCase();
  if (name === "COMMENT") return maskComment(text.options.ENGINE ?? null, token.value) ?? "";
  return text.tail[at - 1]?.text === "=" ? maskOption(name, token.value) : token.value;
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
