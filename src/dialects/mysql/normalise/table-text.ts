/** Reads a whole SHOW CREATE TABLE text, already canonical (canonical-text.ts), into its clauses. */
import type { Flavor } from "../../../model/server.ts";
import { type NamedColumn, readColumn } from "./column-text.ts";
import {
  type CheckText,
  type ForeignKeyText,
  type KeyText,
  readCheck,
  readForeignKey,
  readKey,
} from "./key-text.ts";
import { type PartitioningText, readPartitioning } from "./partition-text.ts";
import {
  type KnownColumns,
  readPlainCheck,
  readPlainColumn,
  readPlainForeignKey,
  readPlainKey,
  readPlainTail,
} from "./plain-lines.ts";
import { areWords, closing, is, slice, type Token, tokenise, tokeniseElement } from "./sql-text.ts";

export interface TableText {
  readonly columns: readonly NamedColumn[];
  readonly keys: readonly KeyText[];
  readonly foreignKeys: readonly ForeignKeyText[];
  readonly checks: readonly CheckText[];
  /** PERIOD FOR `p` (`a`, `b`), PERIOD FOR SYSTEM_TIME (..), WITH SYSTEM VERSIONING. */
  readonly periods: readonly string[];
  /** By upper-case name, without AUTO_INCREMENT. */
  readonly options: Readonly<Record<string, string>>;
  readonly partitioning: PartitioningText | null;
  /** The tokens of each element that is not plain (plain-lines.ts), for the safety net. */
  readonly elements: readonly (readonly Token[])[];
  /** Those of the options; null when they are plain. */
  readonly tail: readonly Token[] | null;
}

interface OpenTable {
  readonly text: string;
  readonly flavor: Flavor;
  readonly known: KnownColumns;
  readonly columns: NamedColumn[];
  readonly keys: KeyText[];
  readonly foreignKeys: ForeignKeyText[];
  readonly checks: CheckText[];
  readonly periods: string[];
  readonly elements: (readonly Token[])[];
}

export function readTable(text: string, flavor: Flavor, known: KnownColumns): TableText {
  const open = startOfElements(text);
  const table: OpenTable = {
    text,
    flavor,
    known,
    columns: [],
    keys: [],
    foreignKeys: [],
    checks: [],
    periods: [],
    elements: [],
  };
  let at = open;
  while (at < text.length) {
    at = readPlainElement(table, at) ?? readElement(table, at);
    if (text.charCodeAt(at) === comma) at = startOfLine(text, at + 1);
    else break;
  }
  // A plain element may end where its line does, before the parenthesis.
  const end = text.indexOf(")", at);
  const options = end < 0 ? undefined : readPlainTail(text, end);
  const { columns, keys, foreignKeys, checks, periods, elements } = table;
  const rest =
    options === undefined
      ? readTail(text, end < 0 ? [] : tokenise(text, end + 1), periods)
      : plainTail(options);
  const { partitioning, tail } = rest;
  return { columns, keys, foreignKeys, checks, periods, elements, options: rest.options, partitioning, tail };
}

const comma = 44;
const backtick = 96;
const letterC = 67;

/** Where the first element begins; the end of the text when there is none. */
function startOfElements(text: string): number {
  // Of a name only its quotes are sure.
  const head = /^[^`(]*(?:`(?:[^`]|``)*`[^`(]*)*\(/.exec(text)?.[0];
  return head === undefined ? text.length : startOfLine(text, head.length);
}

function startOfLine(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) === 32 || text.charCodeAt(at) === 10) at += 1;
  return at;
}

/** Where the element ends that begins at `at`; undefined when it is not plain. */
function readPlainElement(table: OpenTable, at: number): number | undefined {
  const { text, flavor, known } = table;
  const first = text.charCodeAt(at);
  if (first === backtick) {
    const column = readPlainColumn(text, at, flavor, known);
    if (column !== undefined) table.columns.push(column.value);
    return column?.end;
  }
  if (first === letterC) {
    const foreignKey = readPlainForeignKey(text, at, flavor);
    if (foreignKey !== undefined) {
      table.foreignKeys.push(foreignKey.value);
      return foreignKey.end;
    }
    const check = readPlainCheck(text, at);
    if (check !== undefined) table.checks.push(check.value);
    return check?.end;
  }
  const key = readPlainKey(text, at);
  if (key !== undefined) table.keys.push(key.value);
  return key?.end;
}

/** The same of any element. */
function readElement(table: OpenTable, at: number): number {
  const { text } = table;
  const { tokens: element, end } = tokeniseElement(text, at);
  if (element.length === 0) return end;
  table.elements.push(element);
  if (element[0]?.kind === "name") {
    table.columns.push(readColumn(text, element));
    return end;
  }
  const key = readKey(text, element);
  const foreignKey = key === undefined ? readForeignKey(element) : undefined;
  const check = key === undefined && foreignKey === undefined ? readCheck(text, element) : undefined;
  if (key !== undefined) table.keys.push(key);
  else if (foreignKey !== undefined) table.foreignKeys.push(foreignKey);
  else if (check !== undefined) table.checks.push(check);
  else if (is(element[0], "PERIOD")) table.periods.push(slice(text, element[0], element.at(-1)));
  return end;
}

type Tail = Pick<TableText, "options" | "partitioning" | "tail">;

function plainTail(options: TableText["options"]): Tail {
  return { options, partitioning: null, tail: null };
}

function readTail(text: string, tail: readonly Token[], periods: string[]): Tail {
  const options: Record<string, string> = {};
  let at = 0;
  while (at < tail.length && !areWords(tail, at, ["PARTITION", "BY"])) {
    if (areWords(tail, at, ["WITH", "SYSTEM", "VERSIONING"])) {
      periods.push("WITH SYSTEM VERSIONING");
      at += 3;
    } else at = readOption(text, tail, at, options);
  }
  const partitioning =
    at < tail.length ? readPartitioning(text, tail.slice(at), options.ENGINE ?? null) : null;
  return { options, partitioning, tail: tail.slice(0, at) };
}

const pairs: ReadonlySet<string> = new Set(["DATA DIRECTORY", "INDEX DIRECTORY", "START TRANSACTION"]);

function readOption(
  text: string,
  tail: readonly Token[],
  from: number,
  options: Record<string, string>,
): number {
  let at = from;
  if (is(tail[at], "DEFAULT")) at += 1;
  let name = (tail[at]?.value ?? "").toUpperCase();
  const second = `${name} ${(tail[at + 1]?.value ?? "").toUpperCase()}`;
  if (pairs.has(second)) {
    name = second;
    at += 1;
  }
  at += 1;
  if (name === "START TRANSACTION") {
    options[name] = "1";
    return at;
  }
  if (tail[at]?.text === "=") at += 1;
  const value = tail[at];
  let last = at;
  if (value?.text === "(") last = closing(tail, at);
  if (name !== "AUTO_INCREMENT") {
    options[name] = value?.text === "(" ? slice(text, value, tail[last]) : (value?.value ?? "");
  }
  return last + 1;
}
