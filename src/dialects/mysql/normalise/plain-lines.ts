/**
 * The lines of SHOW CREATE TABLE that most tables are made of, each read by one expression. A line is plain when the
 * expression spells every word of it and the model holds them all, so that there is nothing for the safety net
 * (render-table.ts) to find. Everything else is undefined here, and left to the readers that know more.
 */
import type { Flavor } from "../../../model/server.ts";
import type { ColumnText, NamedColumn } from "./column-text.ts";
import type { CheckText, ForeignKeyText, KeyText } from "./key-text.ts";
import { shownName } from "./sql-text.ts";
import { defaultAction, printsDefaultNull } from "./unprinted-defaults.ts";

/** What a line says, and where it ends: at a comma, or at the line end before the closing parenthesis. */
export interface PlainLine<T> {
  readonly value: T;
  readonly end: number;
}

const name = "`([^`\\n]+)`";
/** The content of a string without backslashes; line ends are printed with one. */
const content = "(?:[^'\\\\\\n]|'')";
const value = `'${content}*'`;
const lineEnd = "(?=,\\n|\\n\\))";
const now = "current_timestamp\\(\\d?\\)|CURRENT_TIMESTAMP(?:\\(\\d\\))?";

const columnLine = new RegExp(
  [
    `${name} ([a-z]\\w*(?:\\((?:\\d+(?:,\\d+)?|${value}(?:,${value})*)\\))?(?: unsigned)?)`,
    "(?: CHARACTER SET (\\w+))?(?: COLLATE (\\w+))?( NOT NULL| NULL)?",
    `(?: DEFAULT (NULL|-?\\d+(?:\\.\\d+)?|${value}|${now}))?(?: ON UPDATE (${now}))?( AUTO_INCREMENT)?`,
    `(?: COMMENT '(${content}+)')?( CHECK \\(json_valid\\(\`\\1\`\\)\\))?${lineEnd}`,
  ].join(""),
  "y",
);

const part = "`[^`\\n]+`(?:\\(\\d+\\))?(?: DESC)?";
const keyLine = new RegExp(
  `(?:PRIMARY KEY|(UNIQUE |FULLTEXT |SPATIAL |)KEY ${name}) \\((${part}(?:,${part})*)\\)( USING (?:BTREE|HASH))?(?: COMMENT '(${content}+)')?${lineEnd}`,
  "y",
);

const names = "`[^`\\n]+`(?:, ?`[^`\\n]+`)*";
const action = "(CASCADE|RESTRICT|SET NULL|SET DEFAULT|NO ACTION)";
const foreignKeyLine = new RegExp(
  `CONSTRAINT ${name} FOREIGN KEY \\((${names})\\) REFERENCES ${name} \\((${names})\\)(?: ON DELETE ${action})?(?: ON UPDATE ${action})?${lineEnd}`,
  "y",
);

/** Expressions with few parentheses within parentheses; no comment begins with one of these characters. */
const atom = `[^()'"\`\\\\\\n#/-]|'[^'\\\\\\n]*'|\`[^\`\\n]+\`|-(?!-)|/(?!\\*)`;
const inParentheses = (inner: string): string => `(?:${atom}|\\(${inner}\\))*`;
const expression = inParentheses(inParentheses(inParentheses(`(?:${atom})*`)));
const checkLine = new RegExp(`CONSTRAINT ${name} CHECK \\((?! )(${expression})(?<! )\\)${lineEnd}`, "y");

const tailLine = new RegExp(
  `\\) ENGINE=(\\w+)(?: AUTO_INCREMENT=\\d+)? DEFAULT CHARSET=(\\w+)(?: COLLATE=(\\w+))?(?: COMMENT='(${content}+)')?$`,
  "y",
);

function matchAt(line: RegExp, text: string, at: number): RegExpExecArray | null {
  line.lastIndex = at;
  return line.exec(text);
}

function unescaped(string: string): string {
  return string.includes("''") ? string.replaceAll("''", "'") : string;
}

/** Shared by the many that have none, so nobody may add to it. */
const noOptions: Readonly<Record<string, string>> = Object.freeze({});
const nothingUnknown: readonly string[] = Object.freeze([]);

/**
 * What follows the names of columns, read before: in most schemas most columns are like others. One per reading and flavor,
 * since it holds every distinct line.
 */
export type KnownColumns = Map<string, ColumnText>;

/** The column whose line begins at `at`; what it says is one object for all lines of `known` that say the same. */
export function readPlainColumn(
  text: string,
  at: number,
  flavor: Flavor,
  known: KnownColumns,
): PlainLine<NamedColumn> | undefined {
  const nameEnd = text.indexOf("`", at + 1);
  const lineEnd = text.indexOf("\n", at + 1);
  if (nameEnd < 0 || lineEnd < nameEnd) return undefined;
  // With the comma, or without it where the line is the last.
  const rest = text.slice(nameEnd, lineEnd + 2);
  const same = known.get(rest);
  if (same !== undefined) {
    const end = text.charCodeAt(lineEnd - 1) === comma ? lineEnd - 1 : lineEnd;
    return { value: { name: text.slice(at + 1, nameEnd), text: same }, end };
  }
  const column = matchColumn(text, at, flavor);
  // A check of a plain line names its column.
  if (column?.value.text.check === null) known.set(rest, column.value.text);
  return column;
}

const comma = 44;

function matchColumn(text: string, at: number, flavor: Flavor): PlainLine<NamedColumn> | undefined {
  const found = matchAt(columnLine, text, at);
  if (found === null) return undefined;
  const [line, column = "", type = "", charset, collation, nullable, initial, onUpdate, counter] = found;
  const notNull = nullable === " NOT NULL";
  const autoIncrement = counter !== undefined;
  // The net expects NULL to be told of timestamps alone, and a default of NULL where there can be one.
  if ((nullable === " NULL") !== (!notNull && type.startsWith("timestamp"))) return undefined;
  const mayHaveNull = !notNull && !autoIncrement && printsDefaultNull(flavor, type);
  if (initial === "NULL" && !mayHaveNull) return undefined;
  const comment = found[9];
  return {
    value: {
      name: column,
      text: {
        type,
        zerofill: false,
        notNull,
        default: initial ?? null,
        onUpdate: onUpdate ?? null,
        generated: null,
        generatedKind: null,
        autoIncrement,
        invisible: false,
        srid: null,
        comment: comment === undefined ? null : unescaped(comment),
        check: found[10] === undefined ? null : `json_valid(\`${column}\`)`,
        options: noOptions,
        charset: charset ?? null,
        collation: collation ?? null,
        unknown: nothingUnknown,
        isPlain: true,
      },
    },
    end: at + line.length,
  };
}

const formOf: Readonly<Record<string, string>> = {
  "": "ordinary",
  "UNIQUE ": "unique",
  "FULLTEXT ": "fulltext",
  "SPATIAL ": "spatial",
};

/** The key or index whose line begins at `at`. */
export function readPlainKey(text: string, at: number): PlainLine<KeyText> | undefined {
  const found = matchAt(keyLine, text, at);
  if (found === null) return undefined;
  const [line, form, key, columns = "", using, comment] = found;
  return {
    value: {
      form: key === undefined ? "primary" : (formOf[form ?? ""] ?? ""),
      name: key ?? "PRIMARY",
      columns: keyParts(columns),
      parser: null,
      invisible: false,
      comment: comment === undefined ? null : unescaped(comment),
      options: using === undefined ? noOptions : { USING: using.slice(" USING ".length) },
      unknown: nothingUnknown,
      isPlain: true,
    },
    end: at + line.length,
  };
}

/** Names bare where they can be, with what follows them. */
function keyParts(columns: string): readonly string[] {
  if (!columns.includes("(") && !columns.includes(" "))
    return columns.slice(1, -1).split("`,`").map(shownName);
  return Array.from(columns.matchAll(keyPart), ([, column = "", rest = ""]) => shownName(column) + rest);
}

const keyPart = /`([^`]+)`((?:\(\d+\))?(?: DESC)?)/g;

function namesIn(list: string): readonly string[] {
  return list.slice(1, -1).split(/`, ?`/);
}

/** The foreign key whose line begins at `at`. */
export function readPlainForeignKey(
  text: string,
  at: number,
  flavor: Flavor,
): PlainLine<ForeignKeyText> | undefined {
  const found = matchAt(foreignKeyLine, text, at);
  if (found === null) return undefined;
  const [line, key = "", columns = "", referencedTable = "", referencedColumns = "", onDelete, onUpdate] =
    found;
  // Nobody prints its default action, so the net does not expect it.
  const hidden = defaultAction(flavor);
  if (onDelete === hidden || onUpdate === hidden) return undefined;
  return {
    value: {
      name: key,
      columns: namesIn(columns),
      referencedSchema: null,
      referencedTable,
      referencedColumns: namesIn(referencedColumns),
      onDelete: onDelete ?? null,
      onUpdate: onUpdate ?? null,
      match: null,
      unknown: nothingUnknown,
      isPlain: true,
    },
    end: at + line.length,
  };
}

/** The check of a table whose line begins at `at`. */
export function readPlainCheck(text: string, at: number): PlainLine<CheckText> | undefined {
  const found = matchAt(checkLine, text, at);
  if (found === null) return undefined;
  const [line, check = "", content = ""] = found;
  const value = { name: check, expression: content, enforced: true, unknown: nothingUnknown, isPlain: true };
  return { value, end: at + line.length };
}

/** The options of a table without partitions, from its closing parenthesis at `at` to the end of the text. */
export function readPlainTail(text: string, at: number): Readonly<Record<string, string>> | undefined {
  const found = matchAt(tailLine, text, at);
  if (found === null) return undefined;
  const [, engine = "", charset = "", collation, comment] = found;
  const options: Record<string, string> = { ENGINE: engine, CHARSET: charset };
  if (collation !== undefined) options.COLLATE = collation;
  if (comment !== undefined) options.COMMENT = unescaped(comment);
  return options;
}
