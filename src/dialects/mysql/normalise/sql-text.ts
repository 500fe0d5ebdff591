/**
 * Tokens of the server's own canonical output (SHOW CREATE, never a person's SQL): enough to cut it into clauses
 * without being fooled by quotes, parentheses and version comments. It knows no grammar.
 */

export type TokenKind = "word" | "name" | "string" | "number" | "symbol";

export interface Token {
  readonly kind: TokenKind;
  /** As written. */
  readonly text: string;
  /** Without its quotes and escapes; equal to `text` for words, numbers and symbols. */
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

const wordStart = /[\p{L}_$]/u;
const wordRest = /[\p{L}\p{N}_$]/u;

function isWordStart(code: number, char: string): boolean {
  if ((code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || code === 36) return true;
  return code > 127 && wordStart.test(char);
}

function isWordRest(code: number, char: string): boolean {
  return isWordStart(code, char) || (code >= 48 && code <= 57) || (code > 127 && wordRest.test(char));
}

/** End of a quoted run that starts at `start`; doubled quotes and, outside backticks, backslashes are inside it. */
function endOfQuoted(text: string, start: number): number {
  const quote = text.charCodeAt(start);
  const escapes = quote !== 96;
  let at = start + 1;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (escapes && code === 92) at += 2;
    else if (code === quote) {
      if (text.charCodeAt(at + 1) !== quote) return at + 1;
      at += 2;
    } else at += 1;
  }
  return text.length;
}

/** End of the comment at `start`, or -1 when there is none. Version comments are not comments here. */
function endOfComment(text: string, start: number): number {
  const two = text.slice(start, start + 2);
  if (two === "/*") {
    const end = text.indexOf("*/", start + 2);
    return end < 0 ? text.length : end + 2;
  }
  if (text[start] === "#" || (two === "--" && /[\s]|^$/.test(text.charAt(start + 2)))) {
    const end = text.indexOf("\n", start);
    return end < 0 ? text.length : end + 1;
  }
  return -1;
}

const unescaped: Readonly<Record<string, string>> = {
  "0": "\0",
  n: "\n",
  r: "\r",
  t: "\t",
  b: "\b",
  Z: "\x1a",
};

/** The value of a quoted text: doubled quotes and backslash escapes resolved as the server does. */
export function unquote(text: string): string {
  const quote = text.charAt(0);
  const inner = text.slice(1, -1).replaceAll(quote + quote, quote);
  if (quote === "`" || !inner.includes("\\")) return inner;
  return inner.replace(
    /\\([\s\S])/g,
    (_, char: string) => unescaped[char] ?? (char === "%" || char === "_" ? `\\${char}` : char),
  );
}

/** Cuts a text into tokens; comments and white space are left out. */
export function tokenise(text: string, from = 0): Token[] {
  const tokens: Token[] = [];
  let at = startOfToken(text, from);
  while (at < text.length) {
    const token = tokenAt(text, at, text.charAt(at), text.charCodeAt(at));
    tokens.push(token);
    at = startOfToken(text, token.end);
  }
  return tokens;
}

/** The tokens from `from` up to a comma or a closing parenthesis that belongs to none of them; `end` is where that stands. */
export function tokeniseElement(text: string, from: number): { tokens: Token[]; end: number } {
  const tokens: Token[] = [];
  let depth = 0;
  let at = startOfToken(text, from);
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (depth === 0 && (code === 44 || code === 41)) break;
    if (code === 40) depth += 1;
    else if (code === 41) depth -= 1;
    const token = tokenAt(text, at, text.charAt(at), code);
    tokens.push(token);
    at = startOfToken(text, token.end);
  }
  return { tokens, end: Math.min(at, text.length) };
}

/** The first place from `from` on that is neither white space nor a comment. */
function startOfToken(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === 32 || code === 10 || code === 13 || code === 9) at += 1;
    else if (code !== 47 && code !== 45 && code !== 35) return at;
    else {
      const end = endOfComment(text, at);
      if (end < 0) return at;
      at = end;
    }
  }
  return at;
}

function tokenAt(text: string, start: number, char: string, code: number): Token {
  if (code === 96 || code === 39 || code === 34) {
    const end = endOfQuoted(text, start);
    const raw = text.slice(start, end);
    return { kind: code === 96 ? "name" : "string", text: raw, value: unquote(raw), start, end };
  }
  if (isWordStart(code, char)) {
    let end = start + 1;
    while (end < text.length && isWordRest(text.charCodeAt(end), text.charAt(end))) end += 1;
    const raw = text.slice(start, end);
    return { kind: "word", text: raw, value: raw, start, end };
  }
  if (code >= 48 && code <= 57) {
    const raw =
      /^(?:0x[0-9a-f]+|\d+(?:\.\d+)?(?:e[+-]?\d+)?)[\p{L}\p{N}_$]*/iu.exec(
        text.slice(start, start + 200),
      )?.[0] ?? char;
    return { kind: "number", text: raw, value: raw, start, end: start + raw.length };
  }
  return { kind: "symbol", text: char, value: char, start, end: start + 1 };
}

/** Whether the token is this word (or symbol), whatever its case. */
export function is(token: Token | undefined, word: string): boolean {
  if (token === undefined || token.kind === "string" || token.kind === "name") return false;
  return token.text.length === word.length && token.text.toUpperCase() === word;
}

/** Whether the tokens from `at` on are these words. */
export function areWords(tokens: readonly Token[], at: number, words: readonly string[]): boolean {
  return words.every((word, index) => is(tokens[at + index], word));
}

/** Index of the token that closes the parenthesis opened at `at`; the last index when none does. */
export function closing(tokens: readonly Token[], at: number): number {
  let depth = 0;
  for (let index = at; index < tokens.length; index += 1) {
    const text = tokens[index]?.text;
    if (text === "(") depth += 1;
    else if (text === ")") {
      depth -= 1;
      if (depth === 0) return index;
    }
  }
  return tokens.length - 1;
}

/** Splits the tokens in [from, to) by commas outside parentheses. */
export function splitByCommas(tokens: readonly Token[], from: number, to: number): Token[][] {
  const parts: Token[][] = [];
  let part: Token[] = [];
  let depth = 0;
  for (let index = from; index < to; index += 1) {
    const token = tokens[index];
    if (token === undefined) break;
    if (token.text === "(") depth += 1;
    else if (token.text === ")") depth -= 1;
    if (token.text === "," && depth === 0) {
      parts.push(part);
      part = [];
    } else part.push(token);
  }
  if (part.length > 0) parts.push(part);
  return parts;
}

/** The text between two tokens, both included. */
export function slice(text: string, first: Token | undefined, last: Token | undefined): string {
  if (first === undefined || last === undefined || last.end < first.start) return "";
  return text.slice(first.start, last.end);
}

/** A name for people and keys of lists: bare where it can be, in backticks otherwise. */
export function shownName(name: string): string {
  return asciiName.test(name) || anyName.test(name) ? name : quotedName(name);
}

/** Nearly all names, and several times as quick as the letters of every language. */
const asciiName = /^[A-Za-z_$][\w$]*$/;
const anyName = /^[\p{L}_$][\p{L}\p{N}_$]*$/u;

export function quotedName(name: string): string {
  return `\`${name.replaceAll("`", "``")}\``;
}

/** The text of `'...'` as the servers print it under an empty sql_mode. */
export function quotedString(value: string): string {
  return `'${value.replaceAll("\\", "\\\\").replaceAll("'", "''").replaceAll("\n", "\\n").replaceAll("\r", "\\r").replaceAll("\0", "\\0").replaceAll("\x1a", "\\Z")}'`;
}
