/**
 * Default values of columns of bytes in one spelling. Servers print the same bytes as `'a\0'` (MariaDB before 11, MySQL),
 * `x'6100'` (MariaDB 11) or `0x6100` (MySQL where they are no UTF-8); information_schema cuts them at a NUL (P10).
 */
import { quotedString } from "./sql-text.ts";

// A column's line of SHOW CREATE TABLE up to its default. What a string holds never stands at the start of a line.
const column = "^\\s*`(?:[^`]|``)+` ";
const clauses = "[A-Z_ ]* DEFAULT ";
const hex = "0x[\\da-f]+|x'[\\da-f]*'";
const string = "'(?:[^'\\\\]|''|\\\\[\\s\\S])*'";
const end = "(?=[\\s,]|$)";

const binaryDefault = new RegExp(
  `(${column}(?:var)?binary\\(\\d+\\)${clauses})(?:_binary )?(${hex}|${string})${end}`,
  "gim",
);
const listDefault = new RegExp(
  `(${column}(?:enum|set)\\((?:${string}|,)*\\)${clauses})(${hex})${end}`,
  "gim",
);

/**
 * Of BINARY and VARBINARY: printable ASCII as text, all others as `x'...'`, which every server reads. Of ENUM and SET in
 * the charset `binary`: as their members are printed.
 */
export function canonicalBinaryDefaults(text: string): string {
  let canonical = text;
  if (text.includes("binary("))
    canonical = canonical.replace(
      binaryDefault,
      (_, before: string, literal: string) => before + oneSpelling(literal),
    );
  if (/DEFAULT (?:x'|0x)/i.test(canonical))
    canonical = canonical.replace(
      listDefault,
      (_, before: string, literal: string) => before + asMember(literal),
    );
  return canonical;
}

function oneSpelling(literal: string): string {
  const bytes = bytesOf(literal);
  const isPlain = bytes.every((byte) => byte >= 0x20 && byte < 0x7f && byte !== 0x27 && byte !== 0x5c);
  return isPlain ? `'${bytes.toString("latin1")}'` : `x'${bytes.toString("hex")}'`;
}

function asMember(literal: string): string {
  const bytes = bytesOf(literal);
  const member = bytes.toString("utf8");
  return Buffer.from(member, "utf8").equals(bytes) ? quotedString(member) : literal;
}

function bytesOf(literal: string): Buffer {
  const hex = /^(?:0x|x')([\da-f]*)'?$/i.exec(literal)?.[1];
  if (hex !== undefined) return Buffer.from(hex, "hex");
  const parts = literal.slice(1, -1).match(/''|\\x[\da-f]{2}|\\[\s\S]|[^\\']+/gi) ?? [];
  return Buffer.concat(parts.map(bytesOfPart));
}

const escapes: Readonly<Record<string, number>> = { "0": 0, b: 8, t: 9, n: 10, r: 13, Z: 26 };

/** `\xNN` is how a byte that is no UTF-8 comes from the session; the servers themselves never print it. */
function bytesOfPart(part: string): Buffer {
  if (part === "''") return Buffer.from("'");
  if (!part.startsWith("\\")) return Buffer.from(part, "utf8");
  if (part.length === 4) return Buffer.from(part.slice(2), "hex");
  const byte = escapes[part.charAt(1)];
  return byte === undefined ? Buffer.from(part.slice(1), "utf8") : Buffer.from([byte]);
}
