/**
 * Reads one column's line of SHOW CREATE TABLE into its clauses. What it does not know goes to `unknown`, so that the
 * safety net (render-table.ts) notices. Charset clauses are read but not kept: the resolved values come from
 * information_schema (P15).
 */
import { areWords, closing, is, slice, type Token } from "./sql-text.ts";

/** What follows a column's name. */
export interface ColumnText {
  type: string;
  zerofill: boolean;
  notNull: boolean;
  /** Text after DEFAULT; "NULL" included; null without the clause. */
  default: string | null;
  onUpdate: string | null;
  generated: string | null;
  generatedKind: string | null;
  autoIncrement: boolean;
  invisible: boolean;
  srid: number | null;
  comment: string | null;
  /** MariaDB: the expression of the column's own CHECK. */
  check: string | null;
  readonly options: Readonly<Record<string, string>>;
  charset: string | null;
  collation: string | null;
  readonly unknown: readonly string[];
  /** Whether the line says nothing but what stands here (plain-lines.ts). */
  readonly isPlain: boolean;
}

export interface NamedColumn {
  readonly name: string;
  readonly text: ColumnText;
}

/** A column that is being read. */
interface OpenColumn extends ColumnText {
  readonly options: Record<string, string>;
  readonly unknown: string[];
}

/** Words that can follow a DEFAULT or ON UPDATE value. */
const clauseWords: ReadonlySet<string> = new Set([
  "ON",
  "COMMENT",
  "AUTO_INCREMENT",
  "INVISIBLE",
  "VISIBLE",
  "CHECK",
  "COLUMN_FORMAT",
  "STORAGE",
  "ENGINE_ATTRIBUTE",
  "SECONDARY_ENGINE_ATTRIBUTE",
  "SRID",
  "REF_SYSTEM_ID",
  "WITHOUT",
  "WITH",
  "COMPRESSED",
  "GENERATED",
  "UNIQUE",
  "PRIMARY",
  "KEY",
]);

interface Cursor {
  readonly text: string;
  readonly tokens: readonly Token[];
  at: number;
}

/** `text` is the text the tokens were cut from. */
export function readColumn(text: string, tokens: readonly Token[]): NamedColumn {
  const column: OpenColumn = {
    type: "",
    zerofill: false,
    notNull: false,
    default: null,
    onUpdate: null,
    generated: null,
    generatedKind: null,
    autoIncrement: false,
    invisible: false,
    srid: null,
    comment: null,
    check: null,
    options: {},
    charset: null,
    collation: null,
    unknown: [],
    isPlain: false,
  };
  const cursor: Cursor = { text, tokens, at: 1 };
  readType(cursor, column);
  while (cursor.at < tokens.length) readClause(cursor, column);
  return { name: tokens[0]?.value ?? "", text: column };
}

function readType(cursor: Cursor, column: OpenColumn): void {
  const { tokens, text } = cursor;
  const first = tokens[cursor.at];
  let last = first;
  cursor.at += 1;
  if (tokens[cursor.at]?.text === "(") {
    cursor.at = closing(tokens, cursor.at);
    last = tokens[cursor.at];
    cursor.at += 1;
  }
  column.type = slice(text, first, last);
  if (is(tokens[cursor.at], "UNSIGNED")) {
    column.type += " unsigned";
    cursor.at += 1;
  }
  if (is(tokens[cursor.at], "ZEROFILL")) {
    column.zerofill = true;
    cursor.at += 1;
  }
}

/** The words of a clause, how many tokens they are, and what they do. Values follow the words. */
type Clause = readonly [words: readonly string[], read: (cursor: Cursor, column: OpenColumn) => void];

const clauses: readonly Clause[] = [
  [
    ["CHARACTER", "SET"],
    (cursor, column) => {
      column.charset = takeValue(cursor);
    },
  ],
  [
    ["CHARSET"],
    (cursor, column) => {
      column.charset = takeValue(cursor);
    },
  ],
  [
    ["COLLATE"],
    (cursor, column) => {
      column.collation = takeValue(cursor);
    },
  ],
  [
    ["NOT", "NULL"],
    (_, column) => {
      column.notNull = true;
    },
  ],
  [
    ["NOT", "SECONDARY"],
    (_, column) => {
      column.options["NOT SECONDARY"] = "1";
    },
  ],
  [["NULL"], () => {}],
  [["GENERATED", "ALWAYS", "AS"], readGenerated],
  [
    ["DEFAULT"],
    (cursor, column) => {
      column.default = takeExpression(cursor);
    },
  ],
  [
    ["ON", "UPDATE"],
    (cursor, column) => {
      column.onUpdate = takeExpression(cursor);
    },
  ],
  [
    ["AUTO_INCREMENT"],
    (_, column) => {
      column.autoIncrement = true;
    },
  ],
  [
    ["INVISIBLE"],
    (_, column) => {
      column.invisible = true;
    },
  ],
  [["VISIBLE"], () => {}],
  [
    ["SRID"],
    (cursor, column) => {
      column.srid = Number(takeValue(cursor));
    },
  ],
  [
    ["REF_SYSTEM_ID", "="],
    (cursor, column) => {
      column.srid = Number(takeValue(cursor));
    },
  ],
  [
    ["COMMENT"],
    (cursor, column) => {
      column.comment = takeValue(cursor);
    },
  ],
  [
    ["CHECK"],
    (cursor, column) => {
      column.check = takeParenthesised(cursor);
    },
  ],
  [
    ["COLUMN_FORMAT"],
    (cursor, column) => {
      column.options.COLUMN_FORMAT = takeValue(cursor);
    },
  ],
  [
    ["STORAGE"],
    (cursor, column) => {
      column.options.STORAGE = takeValue(cursor);
    },
  ],
  [
    ["ENGINE_ATTRIBUTE"],
    (cursor, column) => {
      column.options.ENGINE_ATTRIBUTE = takeValue(cursor);
    },
  ],
  [
    ["SECONDARY_ENGINE_ATTRIBUTE"],
    (cursor, column) => {
      column.options.SECONDARY_ENGINE_ATTRIBUTE = takeValue(cursor);
    },
  ],
  [
    ["COMPRESSED"],
    (_, column) => {
      column.options.COMPRESSED = "1";
    },
  ],
  [
    ["WITHOUT", "SYSTEM", "VERSIONING"],
    (_, column) => {
      column.options["WITHOUT SYSTEM VERSIONING"] = "1";
    },
  ],
  [
    ["WITH", "SYSTEM", "VERSIONING"],
    (_, column) => {
      column.options["WITH SYSTEM VERSIONING"] = "1";
    },
  ],
];

function readClause(cursor: Cursor, column: OpenColumn): void {
  const { tokens } = cursor;
  for (const [words, read] of clauses) {
    if (!areWords(tokens, cursor.at, words)) continue;
    cursor.at += words.length;
    read(cursor, column);
    return;
  }
  const token = tokens[cursor.at];
  // MariaDB prints options that only the engine knows as `name`=value.
  if (token?.kind === "name" && tokens[cursor.at + 1]?.text === "=") {
    cursor.at += 2;
    column.options[token.value.toUpperCase()] = takeValue(cursor);
    return;
  }
  if (token !== undefined) column.unknown.push(token.text);
  cursor.at += 1;
}

function readGenerated(cursor: Cursor, column: OpenColumn): void {
  const next = cursor.tokens[cursor.at];
  if (is(next, "ROW")) {
    column.generated = `ROW ${cursor.tokens[cursor.at + 1]?.text ?? ""}`;
    column.generatedKind = "stored";
    cursor.at += 2;
    return;
  }
  column.generated = takeParenthesised(cursor);
  const kind = cursor.tokens[cursor.at];
  if (kind?.kind === "word" && /^(?:virtual|stored|persistent)$/i.test(kind.text)) {
    column.generatedKind = kind.text.toLowerCase() === "virtual" ? "virtual" : "stored";
    cursor.at += 1;
  }
}

function takeValue(cursor: Cursor): string {
  const value = cursor.tokens[cursor.at]?.value ?? "";
  cursor.at += 1;
  return value;
}

/** The text inside a pair of parentheses. */
function takeParenthesised(cursor: Cursor): string {
  const { tokens, text } = cursor;
  if (tokens[cursor.at]?.text !== "(") return "";
  const end = closing(tokens, cursor.at);
  const inner = slice(text, tokens[cursor.at + 1], tokens[end - 1]);
  cursor.at = end + 1;
  return inner;
}

/** A value up to the next clause outside parentheses; MariaDB prints expressions without parentheses around them. */
function takeExpression(cursor: Cursor): string {
  const { tokens, text } = cursor;
  const first = tokens[cursor.at];
  let last = first;
  let at = cursor.at;
  while (at < tokens.length) {
    const token = tokens[at];
    if (token === undefined) break;
    if (at > cursor.at && token.kind === "word" && clauseWords.has(token.text.toUpperCase())) break;
    if (at > cursor.at && areWords(tokens, at, ["NOT", "NULL"])) break;
    if (at > cursor.at && token.kind === "name" && tokens[at + 1]?.text === "=") break;
    if (token.text === "(") at = closing(tokens, at);
    last = tokens[at];
    at += 1;
  }
  cursor.at = at;
  return slice(text, first, last);
}
