/**
 * Cuts a SQL script into statements exactly where psql does (psqlscan.l of PostgreSQL 18), so that each can be sent,
 * counted and blamed by its line. It knows where statements end and nothing of what they mean.
 */

export type ScriptPart =
  | { readonly kind: "statement"; readonly text: string; readonly line: number }
  /** A line of psql's own, e.g. `\connect shop`. */
  | { readonly kind: "meta"; readonly text: string; readonly line: number }
  /** The rows after COPY ... FROM stdin. */
  | { readonly kind: "data"; readonly rows: number; readonly line: number };

interface Cursor {
  readonly text: string;
  at: number;
  line: number;
  /** Where the statement begins: its first character that is not blank or comment. */
  start: number;
  startLine: number;
  parentheses: number;
  /** Open BEGIN ... END and CASE ... END of a body in BEGIN ATOMIC. */
  blocks: number;
  /** The first words, which tell a routine with such a body. */
  words: string[];
}

const blank = /\s+/y;
const lineComment = /--[^\n]*/y;
const word = /[\p{L}_\u0080-\uffff][\p{L}\p{N}_$\u0080-\uffff]*/uy;
const number = /\d[\w.]*/y;
// Unrolled, because an alternation per character overflows the stack on strings of megabytes.
const plainString = /'[^']*(?:''[^']*)*(?:'|$)/y;
const escapeString = /[eE]'[^'\\]*(?:(?:''|\\[\s\S])[^'\\]*)*(?:'|$)/y;
const quotedName = /"[^"]*(?:""[^"]*)*(?:"|$)/y;
const dollarTag = /\$(?:[\p{L}_\u0080-\uffff][\p{L}\p{N}_\u0080-\uffff]*)?\$/uy;
const restOfLine = /[^\n]*/y;
const copyFromStdin = /^copy\b[\s\S]*\bfrom\s+stdin\b/i;

/** All parts in their order; `line` counts from 1. A last statement without a semicolon counts. */
export function* scriptParts(text: string): Generator<ScriptPart> {
  const source = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  const cursor: Cursor = {
    text: source,
    at: 0,
    line: 1,
    start: -1,
    startLine: 1,
    parentheses: 0,
    blocks: 0,
    words: [],
  };
  while (cursor.at < source.length) {
    if (skipBlank(cursor)) continue;
    const char = source[cursor.at];
    if (char === "\\") {
      yield* metaCommand(cursor);
      continue;
    }
    if (char === ";" && cursor.parentheses === 0 && cursor.blocks === 0) {
      const statement = finish(cursor);
      cursor.at += 1;
      if (statement === undefined) continue;
      yield statement;
      if (copyFromStdin.test(statement.text)) yield skipData(cursor);
      continue;
    }
    if (cursor.start === -1) {
      cursor.start = cursor.at;
      cursor.startLine = cursor.line;
    }
    token(cursor, char);
  }
  const last = finish(cursor);
  if (last !== undefined) yield last;
}

function skipBlank(cursor: Cursor): boolean {
  if (take(cursor, blank) !== undefined || take(cursor, lineComment) !== undefined) return true;
  if (!cursor.text.startsWith("/*", cursor.at)) return false;
  let depth = 0;
  const mark = /\/\*|\*\//g;
  mark.lastIndex = cursor.at;
  for (let found = mark.exec(cursor.text); found !== null; found = mark.exec(cursor.text)) {
    depth += found[0] === "/*" ? 1 : -1;
    if (depth === 0) break;
  }
  moveTo(cursor, depth === 0 ? mark.lastIndex : cursor.text.length);
  return true;
}

function token(cursor: Cursor, char: string | undefined): void {
  if (char === "'") {
    take(cursor, plainString);
  } else if (char === '"') {
    take(cursor, quotedName);
  } else if (char === "$") {
    const tag = take(cursor, dollarTag);
    if (tag === undefined) moveTo(cursor, cursor.at + 1);
    else skipDollarBody(cursor, tag);
  } else if (char === "(" || char === ")") {
    cursor.parentheses = Math.max(0, cursor.parentheses + (char === "(" ? 1 : -1));
    cursor.at += 1;
  } else if (take(cursor, escapeString) === undefined && take(cursor, number) === undefined) {
    const found = take(cursor, word);
    if (found === undefined) moveTo(cursor, cursor.at + 1);
    else noteWord(cursor, found.toLowerCase());
  }
}

function skipDollarBody(cursor: Cursor, tag: string): void {
  const end = cursor.text.indexOf(tag, cursor.at);
  moveTo(cursor, end === -1 ? cursor.text.length : end + tag.length);
}

function noteWord(cursor: Cursor, found: string): void {
  if (cursor.words.length < 4) cursor.words.push(found);
  if (
    cursor.parentheses > 0 ||
    !/^create (?:or replace )?(?:function|procedure)\b/.test(cursor.words.join(" "))
  )
    return;
  if (found === "begin" || (found === "case" && cursor.blocks > 0)) cursor.blocks += 1;
  else if (found === "end" && cursor.blocks > 0) cursor.blocks -= 1;
}

/** `\restrict` and its like stand on their own line; a meta-command after an unfinished statement sends it (`\g`). */
function* metaCommand(cursor: Cursor): Generator<ScriptPart> {
  const statement = finish(cursor);
  if (statement !== undefined) yield statement;
  const { line } = cursor;
  yield { kind: "meta", text: (take(cursor, restOfLine) ?? "").trim(), line };
}

function skipData(cursor: Cursor): ScriptPart {
  take(cursor, restOfLine);
  moveTo(cursor, Math.min(cursor.at + 1, cursor.text.length));
  const { line } = cursor;
  let rows = 0;
  while (cursor.at < cursor.text.length) {
    const end = cursor.text.indexOf("\n", cursor.at);
    const row = cursor.text.slice(cursor.at, end === -1 ? undefined : end);
    cursor.at = end === -1 ? cursor.text.length : end + 1;
    cursor.line += 1;
    if (row.trimEnd() === "\\.") break;
    rows += 1;
  }
  return { kind: "data", rows, line };
}

function finish(cursor: Cursor): (ScriptPart & { kind: "statement" }) | undefined {
  const { start, startLine } = cursor;
  cursor.start = -1;
  cursor.parentheses = 0;
  cursor.blocks = 0;
  cursor.words = [];
  if (start === -1) return undefined;
  return { kind: "statement", text: cursor.text.slice(start, cursor.at), line: startLine };
}

function take(cursor: Cursor, pattern: RegExp): string | undefined {
  pattern.lastIndex = cursor.at;
  const found = pattern.exec(cursor.text)?.[0];
  if (found === undefined || found === "") return undefined;
  moveTo(cursor, cursor.at + found.length);
  return found;
}

function moveTo(cursor: Cursor, end: number): void {
  for (
    let at = cursor.text.indexOf("\n", cursor.at);
    at !== -1 && at < end;
    at = cursor.text.indexOf("\n", at + 1)
  ) {
    cursor.line += 1;
  }
  cursor.at = end;
}
