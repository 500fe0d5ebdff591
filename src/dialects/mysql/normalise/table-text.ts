/** Reads a whole SHOW CREATE TABLE text, already canonical (canonical-text.ts), into its clauses. */
import { type ColumnText, readColumn } from "./column-text.ts";
import {
  type CheckText,
  type ForeignKeyText,
  type KeyText,
  readCheck,
  readForeignKey,
  readKey,
} from "./key-text.ts";
import { type PartitioningText, readPartitioning } from "./partition-text.ts";
import { areWords, closing, is, slice, splitByCommas, type Token, tokenise } from "./sql-text.ts";

export interface TableText {
  readonly columns: readonly ColumnText[];
  readonly keys: readonly KeyText[];
  readonly foreignKeys: readonly ForeignKeyText[];
  readonly checks: readonly CheckText[];
  /** PERIOD FOR `p` (`a`, `b`), PERIOD FOR SYSTEM_TIME (..), WITH SYSTEM VERSIONING. */
  readonly periods: readonly string[];
  /** By upper-case name, without AUTO_INCREMENT. */
  readonly options: Readonly<Record<string, string>>;
  readonly partitioning: PartitioningText | null;
  /** The tokens of each element, of the options and of the partitioning, for the safety net. */
  readonly elements: readonly (readonly Token[])[];
  readonly tail: readonly Token[];
}

export function readTable(text: string): TableText {
  const tokens = tokenise(text);
  const open = tokens.findIndex((token) => token.text === "(");
  const end = open < 0 ? tokens.length : closing(tokens, open);
  const elements = open < 0 ? [] : splitByCommas(tokens, open + 1, end);
  const found = {
    columns: [] as ColumnText[],
    keys: [] as KeyText[],
    foreignKeys: [] as ForeignKeyText[],
    checks: [] as CheckText[],
    periods: [] as string[],
  };
  for (const element of elements) {
    if (element[0]?.kind === "name") {
      found.columns.push(readColumn(text, element));
      continue;
    }
    const key = readKey(text, element);
    const foreignKey = key === undefined ? readForeignKey(element) : undefined;
    const check = key === undefined && foreignKey === undefined ? readCheck(text, element) : undefined;
    if (key !== undefined) found.keys.push(key);
    else if (foreignKey !== undefined) found.foreignKeys.push(foreignKey);
    else if (check !== undefined) found.checks.push(check);
    else if (is(element[0], "PERIOD")) found.periods.push(slice(text, element[0], element.at(-1)));
  }
  return { ...found, elements, ...readTail(text, tokens.slice(end + 1), found.periods) };
}

function readTail(
  text: string,
  tail: readonly Token[],
  periods: string[],
): Pick<TableText, "options" | "partitioning" | "tail"> {
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
