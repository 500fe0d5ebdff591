/** Reads the lines of SHOW CREATE TABLE that are not columns: keys, foreign keys, checks and periods. */
import { areWords, closing, is, shownName, slice, splitByCommas, type Token } from "./sql-text.ts";

export interface KeyText {
  /** "primary" | "unique" | "ordinary" | "fulltext" | "spatial" | "vector". */
  readonly form: string;
  readonly name: string;
  /** Names bare where they can be, followed by prefix length and order; expressions in parentheses. */
  readonly columns: readonly string[];
  readonly parser: string | null;
  /** INVISIBLE of MySQL, IGNORED of MariaDB. */
  readonly invisible: boolean;
  readonly comment: string | null;
  readonly options: Readonly<Record<string, string>>;
  readonly unknown: readonly string[];
  /** Whether the line says nothing but what stands here (plain-lines.ts). */
  readonly isPlain: boolean;
}

export interface ForeignKeyText {
  readonly name: string;
  readonly columns: readonly string[];
  /** null when it is the table's own schema. */
  readonly referencedSchema: string | null;
  readonly referencedTable: string;
  readonly referencedColumns: readonly string[];
  readonly onDelete: string | null;
  readonly onUpdate: string | null;
  readonly match: string | null;
  readonly unknown: readonly string[];
  readonly isPlain: boolean;
}

export interface CheckText {
  readonly name: string;
  readonly expression: string;
  readonly enforced: boolean;
  readonly unknown: readonly string[];
  /** Whether the line says nothing but what stands here (plain-lines.ts). */
  readonly isPlain: boolean;
}

const forms: Readonly<Record<string, string>> = {
  PRIMARY: "primary",
  UNIQUE: "unique",
  KEY: "ordinary",
  FULLTEXT: "fulltext",
  SPATIAL: "spatial",
  VECTOR: "vector",
};

/** Undefined when the line is no key. */
export function readKey(text: string, tokens: readonly Token[]): KeyText | undefined {
  const first = tokens[0];
  if (first?.kind !== "word") return undefined;
  const form = forms[first.text.toUpperCase()];
  if (form === undefined) return undefined;
  let at = form === "ordinary" ? 1 : 2;
  let name = "PRIMARY";
  if (form !== "primary") {
    name = tokens[at]?.value ?? "";
    at += 1;
  }
  const end = closing(tokens, at);
  const columns = splitByCommas(tokens, at + 1, end).map((part) => keyPart(text, part));
  return { form, name, columns, ...readKeyOptions(tokens, end + 1), isPlain: false };
}

function keyPart(text: string, part: readonly Token[]): string {
  const first = part[0];
  if (first?.kind !== "name") return slice(text, first, part.at(-1));
  const rest = part.length === 1 ? "" : text.slice(first.end, part.at(-1)?.end);
  return `${shownName(first.value)}${rest}`;
}

type KeyOptions = Pick<KeyText, "parser" | "invisible" | "comment" | "options" | "unknown">;

function readKeyOptions(tokens: readonly Token[], from: number): KeyOptions {
  const found = { parser: null as string | null, invisible: false, comment: null as string | null };
  const options: Record<string, string> = {};
  const unknown: string[] = [];
  let at = from;
  while (at < tokens.length) {
    const token = tokens[at];
    if (token === undefined) break;
    const value = tokens[at + 1]?.value ?? "";
    if (is(token, "USING")) options.USING = value.toUpperCase();
    else if (is(token, "COMMENT")) found.comment = value;
    else if (areWords(tokens, at, ["WITH", "PARSER"])) {
      found.parser = tokens[at + 2]?.value ?? "";
      at += 1;
    } else if (is(token, "INVISIBLE") || is(token, "IGNORED")) {
      found.invisible = true;
      at -= 1;
    } else if (tokens[at + 1]?.text === "=") {
      options[token.value.toUpperCase()] = tokens[at + 2]?.value ?? "";
      at += 1;
    } else if (is(token, "ENGINE_ATTRIBUTE") || is(token, "SECONDARY_ENGINE_ATTRIBUTE")) {
      options[token.text.toUpperCase()] = value;
    } else {
      unknown.push(token.text);
      at -= 1;
    }
    at += 2;
  }
  return { ...found, options, unknown };
}

/** Undefined when the line is no foreign key. */
export function readForeignKey(tokens: readonly Token[]): ForeignKeyText | undefined {
  if (!is(tokens[0], "CONSTRAINT") || !areWords(tokens, 2, ["FOREIGN", "KEY"])) return undefined;
  const end = closing(tokens, 4);
  let at = end + 2;
  let referencedSchema: string | null = null;
  if (tokens[at + 1]?.text === ".") {
    referencedSchema = tokens[at]?.value ?? null;
    at += 2;
  }
  const referencedTable = tokens[at]?.value ?? "";
  const referencedEnd = closing(tokens, at + 1);
  return {
    name: tokens[1]?.value ?? "",
    columns: names(tokens, 5, end),
    referencedSchema,
    referencedTable,
    referencedColumns: names(tokens, at + 2, referencedEnd),
    ...readActions(tokens, referencedEnd + 1),
    isPlain: false,
  };
}

function names(tokens: readonly Token[], from: number, to: number): string[] {
  return splitByCommas(tokens, from, to).map((part) => part[0]?.value ?? "");
}

function readActions(
  tokens: readonly Token[],
  from: number,
): Pick<ForeignKeyText, "onDelete" | "onUpdate" | "match" | "unknown"> {
  const found = {
    onDelete: null as string | null,
    onUpdate: null as string | null,
    match: null as string | null,
  };
  const unknown: string[] = [];
  let at = from;
  while (at < tokens.length) {
    if (is(tokens[at], "MATCH")) {
      found.match = (tokens[at + 1]?.text ?? "").toUpperCase();
      at += 2;
    } else if (is(tokens[at], "ON")) {
      const isPair = areWords(tokens, at + 2, ["SET"]) || areWords(tokens, at + 2, ["NO"]);
      const action = tokens
        .slice(at + 2, at + (isPair ? 4 : 3))
        .map((token) => token.text.toUpperCase())
        .join(" ");
      if (is(tokens[at + 1], "DELETE")) found.onDelete = action;
      else found.onUpdate = action;
      at += isPair ? 4 : 3;
    } else {
      unknown.push(tokens[at]?.text ?? "");
      at += 1;
    }
  }
  return { ...found, unknown };
}

/** Undefined when the line is no table-level check. */
export function readCheck(text: string, tokens: readonly Token[]): CheckText | undefined {
  if (!is(tokens[0], "CONSTRAINT") || !is(tokens[2], "CHECK")) return undefined;
  const end = closing(tokens, 3);
  const enforced = !areWords(tokens, end + 1, ["NOT", "ENFORCED"]);
  const unknown = tokens.slice(end + (enforced ? 1 : 3)).map((token) => token.text);
  return {
    name: tokens[1]?.value ?? "",
    expression: slice(text, tokens[4], tokens[end - 1]),
    enforced,
    unknown,
    isPlain: false,
  };
}
