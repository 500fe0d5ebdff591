/**
 * Whether two texts of a program differ in comments and white space only. When in doubt they differ in more: what a server
 * runs must never pass for a comment, so a text that is not surely understood is compared as it is.
 */

export interface Language {
  /** As the server names it, in any case; absent on kinds that know SQL only. */
  readonly language?: string;
  /** MySQL and MariaDB keep it with every program; it decides what a quote and a backslash are. PostgreSQL has none. */
  readonly sqlMode?: string;
}

/** True when the server runs the same words in the same order. */
export function isSameCode(before: string, after: string, written: Language): boolean {
  const code = codeOf(before, written);
  return code !== undefined && code === codeOf(after, written);
}

/** The text with one space for every run of comments and white space; undefined when it is not surely understood. */
function codeOf(text: string, { language = "sql", sqlMode }: Language): string | undefined {
  const name = language.toLowerCase();
  if (sqlMode !== undefined) return name === "sql" ? withoutComments(text, mysqlPattern(sqlMode)) : undefined;
  if (name !== "sql" && name !== "plpgsql") return undefined;
  // A body without dollar quotes was parsed and is printed by the server, which keeps no comments.
  const body = /^AS (\$\w*\$)([\s\S]*)\1$/.exec(text)?.[2];
  return body === undefined ? undefined : withoutComments(body, postgresPattern);
}

/** `pattern` has a group `blank` for what goes and a group `unclear` for what ends the attempt; other matches are literals. */
function withoutComments(text: string, pattern: RegExp): string | undefined {
  let isClear = true;
  const code = text.replace(pattern, (found: string, ...rest: readonly unknown[]) => {
    const { blank, unclear } = rest.at(-1) as { readonly blank?: string; readonly unclear?: string };
    if (unclear !== undefined) isClear = false;
    return blank === undefined ? found : " ";
  });
  return isClear ? code.trim() : undefined;
}

const space = "[ \\t\\n\\v\\f\\r]";

/**
 * Left unclear: version comments and optimizer hints, which are run, and dollar quotes.
 * https://dev.mysql.com/doc/refman/9.7/en/comments.html, https://mariadb.com/kb/en/comment-syntax/
 */
function mysqlPattern(sqlMode: string): RegExp {
  const modes = sqlMode.toUpperCase().split(",");
  const escapes = modes.includes("NO_BACKSLASH_ESCAPES") ? "" : "\\\\";
  const names = modes.includes("ANSI_QUOTES") ? "" : escapes;
  return patternOf({
    blank: [
      `${space}+`,
      "#[^\\n]*",
      "--(?=[\\x00-\\x20\\x7f]|$)[^\\n]*",
      "\\/\\*(?![!+]|M!)[\\s\\S]*?\\*\\/",
    ],
    literal: [quoted("'", escapes), quoted('"', names), quoted("`", "")],
    unclear: ["['\"`]", "\\/\\*", "\\$\\w*\\$"],
  });
}

const letter = "[A-Za-z0-9_$\\u0080-\\u{10ffff}]";
const tag = "(?:[A-Za-z_\\u0080-\\u{10ffff}][A-Za-z0-9_\\u0080-\\u{10ffff}]*)?";

/**
 * Left unclear: comments inside comments, those that pg_hint_plan runs, and a backslash in a plain string, which depends on
 * standard_conforming_strings. https://www.postgresql.org/docs/18/sql-syntax-lexical.html
 */
const postgresPattern = patternOf({
  blank: [`${space}+`, "--[^\\n\\r]*", "\\/\\*(?!\\+)(?:(?!\\/\\*)[\\s\\S])*?\\*\\/"],
  literal: [
    `(?<!${letter})[eE]${quoted("'", "\\\\")}`,
    "'[^'\\\\]*(?:''[^'\\\\]*)*'",
    quoted('"', ""),
    `(?<!${letter})\\$(?<tag>${tag})\\$[\\s\\S]*?\\$\\k<tag>\\$`,
  ],
  unclear: ["['\"]", "\\/\\*", `(?<!${letter})\\$${tag}\\$`],
});

interface Parts {
  readonly blank: readonly string[];
  readonly literal: readonly string[];
  readonly unclear: readonly string[];
}

function patternOf({ blank, literal, unclear }: Parts): RegExp {
  return new RegExp(
    `(?<blank>(?:${blank.join("|")})+)|${literal.join("|")}|(?<unclear>${unclear.join("|")})`,
    "gu",
  );
}

/** A quoted run whose quote is doubled inside it, or escaped when there is an escape character. */
function quoted(quote: string, escaping: string): string {
  const plain = `[^${quote}${escaping}]*`;
  const special = escaping === "" ? `${quote}${quote}` : `${quote}${quote}|${escaping}[\\s\\S]`;
  return `${quote}${plain}(?:(?:${special})${plain})*${quote}`;
}
