/** Reads PARTITION BY of SHOW CREATE TABLE: method and expression, and every partition and subpartition. */
import { areWords, closing, is, shownName, slice, splitByCommas, type Token, tokenise } from "./sql-text.ts";

export interface PartitionText {
  readonly name: string;
  readonly values: string | null;
  readonly engine: string | null;
  readonly comment: string | null;
  readonly options: Readonly<Record<string, string>>;
  readonly subpartitions: readonly PartitionText[];
}

export interface PartitioningText {
  /** E.g. "RANGE COLUMNS(b, a) SUBPARTITION BY HASH (`a`)". */
  readonly key: string;
  readonly partitions: readonly PartitionText[];
  /** Every printed word and value, with the automatic partitions spelled out, for the safety net. */
  readonly words: readonly string[];
  readonly unknown: readonly string[];
}

interface Found {
  method: string;
  subMethod: string | null;
  count: number | null;
  subCount: number | null;
}

/** `tokens` start at PARTITION. `engine` is the table's, which partitions without a list of their own have. */
export function readPartitioning(
  text: string,
  tokens: readonly Token[],
  engine: string | null,
): PartitioningText {
  const found: Found = { method: "", subMethod: null, count: null, subCount: null };
  const unknown: string[] = [];
  let listed: PartitionText[] = [];
  let at = 2;
  const method = readMethod(text, tokens, at);
  found.method = method.text;
  at = method.next;
  while (at < tokens.length) {
    if (is(tokens[at], "PARTITIONS")) {
      found.count = Number(tokens[at + 1]?.text);
      at += 2;
    } else if (areWords(tokens, at, ["SUBPARTITION", "BY"])) {
      const sub = readMethod(text, tokens, at + 2);
      found.subMethod = sub.text;
      at = sub.next;
    } else if (is(tokens[at], "SUBPARTITIONS")) {
      found.subCount = Number(tokens[at + 1]?.text);
      at += 2;
    } else if (tokens[at]?.text === "(") {
      const end = closing(tokens, at);
      listed = splitByCommas(tokens, at + 1, end).map((part) => readPartition(text, part, unknown));
      at = end + 1;
    } else {
      unknown.push(tokens[at]?.text ?? "");
      at += 1;
    }
  }
  const partitions = listed.length > 0 ? listed : defaultPartitions("p", found.count ?? 0, engine);
  const key = found.subMethod === null ? found.method : `${found.method} SUBPARTITION BY ${found.subMethod}`;
  const complete = withSubpartitions(partitions, found.subCount, engine);
  const automatic = [
    ...(listed.length === 0 ? partitions : []),
    ...(found.subCount === null ? [] : complete.flatMap((partition) => partition.subpartitions)),
  ];
  const subLevel = found.subCount === null ? [] : complete.flatMap((partition) => partition.subpartitions);
  const words = [
    ...printedWords(tokens),
    ...automatic.flatMap((partition) => wordsOfPartition(partition, subLevel.includes(partition))),
  ];
  return { key, partitions: complete, words, unknown };
}

/** Words of one partition as SHOW CREATE prints it, without punctuation. */
export function wordsOfPartition(partition: Omit<PartitionText, "subpartitions">, isSub: boolean): string[] {
  const values = partition.values === null ? [] : tokenise(partition.values).map((token) => token.value);
  const isBare = /^(?:HISTORY|CURRENT|DEFAULT)$/.test(partition.values ?? "");
  return [
    isSub ? "SUBPARTITION" : "PARTITION",
    partition.name,
    ...(values.length > 0 && !isBare ? ["VALUES"] : []),
    ...values.filter((word) => !/^[(),]$/.test(word)),
    ...(partition.comment === null ? [] : ["COMMENT", partition.comment]),
    ...(partition.engine === null ? [] : ["ENGINE", partition.engine]),
    ...Object.entries(partition.options).flatMap(([name, value]) => [...name.split(" "), value]),
  ];
}

function printedWords(tokens: readonly Token[]): string[] {
  const words: string[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === undefined || /^[(),=]$/.test(token.text)) continue;
    if (is(token, "PARTITIONS") || is(token, "SUBPARTITIONS")) at += 1;
    else if (isStarts(tokens, at) || isEmptyComment(tokens, at)) at += 2;
    else words.push(token.value);
  }
  return words;
}

/** HASH (..), LINEAR KEY ALGORITHM = 1 (..), RANGE COLUMNS(..), SYSTEM_TIME INTERVAL 1 MONTH STARTS TIMESTAMP'..' ... */
function readMethod(text: string, tokens: readonly Token[], from: number): { text: string; next: number } {
  const words: string[] = [];
  let at = from;
  while (at < tokens.length && tokens[at]?.text !== "(") {
    const token = tokens[at];
    if (token === undefined || is(token, "PARTITIONS") || is(token, "SUBPARTITION")) break;
    if (isStarts(tokens, at)) {
      at += 3;
      continue;
    }
    words.push(token.kind === "word" ? token.text.toUpperCase() : token.text);
    at += 1;
  }
  const head = words.join(" ").replace("ALGORITHM = ", "ALGORITHM=").replace("TIMESTAMP '", "TIMESTAMP'");
  // SYSTEM_TIME has no expression of its own; the parenthesis that follows holds the partitions.
  if (words[0] === "SYSTEM_TIME" || tokens[at]?.text !== "(") return { text: head, next: at };
  const end = closing(tokens, at);
  return { text: `${head} (${expressionText(text, tokens, at, end)})`, next: end + 1 };
}

/** STARTS of SYSTEM_TIME INTERVAL is filled in with the day of creation, as that of events is (P31). */
function isStarts(tokens: readonly Token[], at: number): boolean {
  return areWords(tokens, at, ["STARTS", "TIMESTAMP"]) && tokens[at + 2]?.kind === "string";
}

/** MariaDB keeps that an empty comment was asked for; information_schema tells it from none by nothing. */
function isEmptyComment(tokens: readonly Token[], at: number): boolean {
  const value = tokens[at + 2];
  return (
    is(tokens[at], "COMMENT") &&
    tokens[at + 1]?.text === "=" &&
    value?.kind === "string" &&
    value.value === ""
  );
}

/** A list of columns is printed bare by MySQL and in backticks by MariaDB and information_schema (P26). */
function expressionText(text: string, tokens: readonly Token[], open: number, end: number): string {
  const parts = splitByCommas(tokens, open + 1, end);
  const areColumns = parts.every(
    (part) => part.length === 1 && (part[0]?.kind === "name" || part[0]?.kind === "word"),
  );
  if (areColumns) return parts.map((part) => shownName(part[0]?.value ?? "")).join(", ");
  return slice(text, tokens[open + 1], tokens[end - 1]);
}

/** Servers print neither list nor names while the partitions are the automatic ones: p0, p1 ... and p0sp0 ... (P25). */
function defaultPartitions(prefix: string, count: number, engine: string | null): PartitionText[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `${prefix}${index}`,
    values: null,
    engine,
    comment: null,
    options: {},
    subpartitions: [],
  }));
}

function withSubpartitions(
  partitions: readonly PartitionText[],
  count: number | null,
  engine: string | null,
): readonly PartitionText[] {
  if (count === null) return partitions;
  return partitions.map((partition) =>
    partition.subpartitions.length > 0
      ? partition
      : {
          ...partition,
          subpartitions: defaultPartitions(`${partition.name}sp`, count, partition.engine ?? engine),
        },
  );
}

function readPartition(text: string, tokens: readonly Token[], unknown: string[]): PartitionText {
  const found = {
    values: null as string | null,
    engine: null as string | null,
    comment: null as string | null,
  };
  const options: Record<string, string> = {};
  let subpartitions: PartitionText[] = [];
  let at = 2;
  while (at < tokens.length) {
    const token = tokens[at];
    if (token === undefined) break;
    if (is(token, "VALUES")) {
      const taken = readValues(text, tokens, at + 1);
      found.values = taken.text;
      at = taken.next;
    } else if (is(token, "HISTORY") || is(token, "CURRENT") || is(token, "DEFAULT")) {
      found.values = token.text.toUpperCase();
      at += 1;
    } else if (token.text === "(") {
      const end = closing(tokens, at);
      subpartitions = splitByCommas(tokens, at + 1, end).map((part) => readPartition(text, part, unknown));
      at = end + 1;
    } else at = readPartitionOption(tokens, at, found, options, unknown);
  }
  return { name: tokens[1]?.value ?? "", ...found, options, subpartitions };
}

function readValues(text: string, tokens: readonly Token[], from: number): { text: string; next: number } {
  let at = from;
  while (at < tokens.length && tokens[at]?.text !== "(" && !is(tokens[at], "MAXVALUE")) at += 1;
  const last = tokens[at]?.text === "(" ? closing(tokens, at) : at;
  return { text: slice(text, tokens[from], tokens[last]), next: last + 1 };
}

function readPartitionOption(
  tokens: readonly Token[],
  from: number,
  found: { engine: string | null; comment: string | null },
  options: Record<string, string>,
  unknown: string[],
): number {
  let at = from;
  let name = (tokens[at]?.value ?? "").toUpperCase();
  if (is(tokens[at + 1], "DIRECTORY")) {
    name = `${name} DIRECTORY`;
    at += 1;
  }
  if (tokens[at + 1]?.text !== "=") {
    unknown.push(tokens[at]?.text ?? "");
    return at + 1;
  }
  const value = tokens[at + 2]?.value ?? "";
  if (name === "ENGINE") found.engine = value;
  else if (name === "COMMENT") found.comment = value === "" ? null : value;
  else options[name] = value;
  return at + 3;
}
