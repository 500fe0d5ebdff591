/**
 * Named fix-up steps that take from SHOW CREATE what only spells, and does not mean: version comments (P18), charset
 * introducers that depend on the creating connection (P9). Quoted text is never touched.
 */
import type { Flavor } from "../../../model/server.ts";
import { canonicalBinaryDefaults } from "./binary-defaults.ts";

/** Applies `step` to the runs outside quotes; `step` also learns which character opens the quote that follows. */
function outsideQuotes(text: string, step: (run: string, quoted: string) => string): string {
  let result = "";
  let start = 0;
  let at = 0;
  while (at < text.length) {
    const char = text.charCodeAt(at);
    if (char !== 96 && char !== 39 && char !== 34) {
      at += 1;
      continue;
    }
    let end = at + 1;
    while (end < text.length) {
      const code = text.charCodeAt(end);
      if (code === 92 && char !== 96) end += 2;
      else if (code === char) {
        if (text.charCodeAt(end + 1) !== char) break;
        end += 2;
      } else end += 1;
    }
    const quoted = text.slice(at, end + 1);
    result += step(text.slice(start, at), quoted) + quoted;
    at = end + 1;
    start = at;
  }
  return result + step(text.slice(start), "");
}

/**
 * Version comments become their content: MySQL 8 prints SRID, INVISIBLE, NOT ENFORCED and partitions in them. So do the
 * comments in which MariaDB prints attributes that the engine of the table knows nothing of: `a`='1' between slashes and stars.
 */
export function unwrapVersionComments(text: string): string {
  if (!text.includes("/*")) return text;
  return outsideQuotes(text, (run, quoted) => {
    const opened = quoted.startsWith("`") ? run.replace(/\/\* $/, " ") : run;
    return opened.replace(/\/\*M?!\d*/g, " ").replaceAll("*/", " ");
  });
}

const plainAscii = /^'(?:[\x20-\x5b\x5d-\x7e])*'$/;

/**
 * `_utf8mb4'x'` and `_latin1'x'` are the same literal written from two clients. An introducer goes where the content
 * is the same in both charsets: always for utf8, and for others when the literal is plain ASCII. `_binary` stays: it
 * changes the type.
 */
export function stripIntroducers(text: string): string {
  if (!/(?:^|[^\w$`])_[a-z0-9]+\s*'/.test(text)) return text;
  return outsideQuotes(text, (run, quoted) => {
    if (!quoted.startsWith("'")) return run;
    return run.replace(/(^|[^\w$])_([a-z0-9]+)\s*$/, (whole, before: string, charset: string) => {
      if (charset === "binary") return whole;
      if (charset.startsWith("utf8") || (asciiSupersets.has(charset) && plainAscii.test(quoted)))
        return before;
      return whole;
    });
  });
}

/** Charsets in which plain ASCII text has the bytes it has in utf8; ucs2, utf16 and utf32 do not. */
const asciiSupersets: ReadonlySet<string> = new Set([
  "ascii",
  "big5",
  "cp1250",
  "cp1251",
  "cp1256",
  "cp1257",
  "cp850",
  "cp852",
  "cp866",
  "cp932",
  "dec8",
  "eucjpms",
  "euckr",
  "gb18030",
  "gb2312",
  "gbk",
  "geostd8",
  "greek",
  "hebrew",
  "hp8",
  "keybcs2",
  "koi8r",
  "koi8u",
  "latin1",
  "latin2",
  "latin5",
  "latin7",
  "macce",
  "macroman",
  "sjis",
  "tis620",
  "ujis",
]);

const widthOfColumn =
  /^(\s*`(?:[^`]|``)+` )(?:((?:small|medium|big)?int|tinyint(?!\(1\)))\(\d+\)(?! unsigned zerofill| zerofill)|(year)\(4\))/gim;

/** MySQL before 8.0.19 printed widths that mean nothing: int(11), year(4). tinyint(1) and ZEROFILL keep theirs. */
function withoutDisplayWidths(text: string): string {
  return text.replace(
    widthOfColumn,
    (_, column: string, integer: string | undefined, year: string) => column + (integer ?? year),
  );
}

/** The text that clauses are read from. */
export function canonicalTableText(text: string, flavor: Flavor): string {
  const unwrapped = canonicalBinaryDefaults(stripIntroducers(unwrapVersionComments(text)));
  return flavor === "mysql" ? withoutDisplayWidths(unwrapped) : unwrapped;
}

const charsetAliases: Readonly<Record<string, string>> = { utf8: "utf8mb3" };

/** P13: utf8 is utf8mb3; servers changed the name between minor versions. */
export function canonicalCharset(charset: string): string {
  return charsetAliases[charset] ?? charset;
}

/** P13: utf8_general_ci became utf8mb3_general_ci in MySQL 8.0.30 and MariaDB 10.6. */
export function canonicalCollation(collation: string): string {
  return collation.replace(/^utf8_/, "utf8mb3_");
}

/** Line ends follow the client. */
export function canonicalLineEnds(text: string): string {
  return text.replaceAll("\r\n", "\n");
}

/** Stored program bodies: MySQL keeps a trailing `;` of a multi-statement client (P5). */
export function canonicalBody(body: string): string {
  return canonicalLineEnds(body).replace(/[\s;]+$/, "");
}
