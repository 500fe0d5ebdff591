/** SHOW CREATE of routines, triggers, events, packages and sequences become objects. Pure. */
import type { ObjectKey } from "../../../model/key.ts";
import { objectOf, type SchemaObject } from "../../../model/object.ts";
import type { EventRow, RoutineRow, TriggerRow } from "../queries/lists.ts";
import { canonicalBody, canonicalLineEnds } from "./canonical-text.ts";
import { definerOf } from "./definer.ts";
import { commentOn, keyIn, type SchemaPlace } from "./naming.ts";
import { areWords, closing, is, slice, type Token, tokenise } from "./sql-text.ts";

/** What SHOW CREATE says beside the text: the creation context (P30). */
export interface ProgramText {
  readonly text: string;
  readonly sqlMode: string;
  readonly clientCharset: string;
  readonly clientCollation: string;
  readonly databaseCollation: string;
}

function contextOf(program: ProgramText) {
  return {
    sqlMode: canonicalSqlMode(program.sqlMode),
    clientCharset: program.clientCharset,
    clientCollation: program.clientCollation,
    databaseCollation: program.databaseCollation,
  };
}

/** The order of modes is the server's; IGNORE_SPACE is what JavaScript's mysql2 adds to the programs it creates (P1). */
function canonicalSqlMode(mode: string): string {
  return mode
    .split(",")
    .filter((name) => name !== "")
    .sort()
    .join(",");
}

export function routineObjects(
  place: SchemaPlace,
  row: RoutineRow,
  program: ProgramText,
): readonly SchemaObject[] {
  if (row.type === "PACKAGE" || row.type === "PACKAGE BODY") return packageObjects(place, row, program);
  const kind = row.type === "FUNCTION" ? "function" : "procedure";
  const key = keyIn(place, kind, row.name);
  const parts = cutRoutine(program.text, kind === "function");
  const object = objectOf(key, {
    definition: canonicalBody(parts.body),
    arguments: canonicalLineEnds(parts.arguments),
    returns: parts.returns,
    language: row.language,
    deterministic: row.deterministic,
    dataAccess: row.dataAccess,
    sqlSecurity: row.sqlSecurity,
    definer: definerOf(row.definer),
    aggregate: parts.isAggregate,
    ...contextOf(program),
  });
  return [object, ...commentOn(key, row.comment)];
}

function packageObjects(place: SchemaPlace, row: RoutineRow, program: ProgramText): readonly SchemaObject[] {
  const isBody = row.type === "PACKAGE BODY";
  const key = keyIn(place, isBody ? "package-body" : "package", row.name);
  const tokens = tokenise(program.text);
  const at = tokens.findIndex((token) => is(token, "PACKAGE")) + (isBody ? 2 : 1);
  const nameEnd = tokens[at + 1]?.text === "." ? at + 2 : at;
  const object = objectOf(key, {
    definition: canonicalBody(bodyAfterCharacteristics(program.text.slice(tokens[nameEnd]?.end ?? 0)).trim()),
    definer: definerOf(row.definer),
    sqlSecurity: row.sqlSecurity,
    ...contextOf(program),
  });
  return [object, ...commentOn(key, row.comment)];
}

interface RoutineParts {
  readonly arguments: string;
  readonly returns: string | null;
  readonly body: string;
  readonly isAggregate: boolean;
}

/**
 * CREATE DEFINER=.. [AGGREGATE] FUNCTION `f`(arguments) RETURNS type\n    CHARACTERISTICS\nbody. Up to the body the
 * server itself writes the lines, except for the arguments, which stay as their author wrote them (P29).
 */
function cutRoutine(text: string, isFunction: boolean): RoutineParts {
  const tokens = tokenise(text);
  const head = tokens.findIndex((token) => is(token, isFunction ? "FUNCTION" : "PROCEDURE"));
  const isAggregate = is(tokens[head - 1], "AGGREGATE");
  let open = head + 1;
  while (open < tokens.length && tokens[open]?.text !== "(") open += 1;
  const close = closing(tokens, open);
  const inner = text.slice(tokens[open]?.end ?? 0, tokens[close]?.start ?? 0).trim();
  let rest = text.slice(tokens[close]?.end ?? text.length);
  let returns: string | null = null;
  const match = isFunction ? /^\s*RETURNS? ([^\n]*)(?:\n|$)/i.exec(rest) : /^[ \t]*\n/.exec(rest);
  if (match !== null) {
    returns = isFunction ? (match[1] ?? "").trim() : null;
    rest = rest.slice(match[0].length);
  }
  return { arguments: inner, returns, body: bodyAfterCharacteristics(rest), isAggregate };
}

const characteristic =
  /^ {4}(?:LANGUAGE \w+|NO SQL|READS SQL DATA|MODIFIES SQL DATA|CONTAINS SQL|DETERMINISTIC|SQL SECURITY (?:INVOKER|DEFINER)|COMMENT '(?:[^'\\]|''|\\[\s\S])*'|USING \([^\n]*\))\n/;

/** Leaves out the lines that the server writes; each is known from information_schema. */
function bodyAfterCharacteristics(text: string): string {
  let rest = text;
  for (let match = characteristic.exec(rest); match !== null; match = characteristic.exec(rest)) {
    rest = rest.slice(match[0].length);
  }
  return rest;
}

/** P32: a table has several triggers of one time and event; their order is compared, when they were made is not. */
export function triggerObject(place: SchemaPlace, row: TriggerRow, program: ProgramText): SchemaObject {
  const table = keyIn(place, "table", row.table);
  return objectOf(
    keyIn(place, "trigger", row.table, row.name),
    {
      definition: canonicalBody(cutTrigger(program.text)),
      timing: row.timing,
      event: row.event,
      order: row.order,
      definer: definerOf(row.definer),
      ...contextOf(program),
    },
    table,
  );
}

/** The body after FOR EACH ROW [FOLLOWS|PRECEDES other]; MariaDB keeps the header as its author wrote it. */
function cutTrigger(text: string): string {
  const tokens = tokenise(text);
  let at = tokens.findIndex((_, index) => areWords(tokens, index, ["FOR", "EACH", "ROW"])) + 3;
  if (is(tokens[at], "FOLLOWS") || is(tokens[at], "PRECEDES")) at += 2;
  return text.slice(tokens[at]?.start ?? text.length);
}

export function eventObjects(
  place: SchemaPlace,
  row: EventRow,
  program: ProgramText & { readonly timeZone: string },
): readonly SchemaObject[] {
  const key = keyIn(place, "event", row.name);
  const object = objectOf(key, {
    definition: canonicalBody(cutEvent(program.text)),
    schedule: scheduleOf(row),
    status: statusOf(row.status),
    onCompletion: row.onCompletion,
    definer: definerOf(row.definer),
    timeZone: program.timeZone,
    ...contextOf(program),
  });
  return [object, ...commentOn(key, row.comment)];
}

/** P31: STARTS is filled in with the time of creation, so it says nothing about the schema. */
function scheduleOf(row: EventRow): string {
  if (row.executeAt !== null) return `AT '${row.executeAt}'`;
  const ends = row.ends === null ? "" : ` ENDS '${row.ends}'`;
  return `EVERY ${row.interval ?? ""} ${row.unit ?? ""}${ends}`;
}

/** P31, P40: a replica shows the same event under another word; the word changed with MySQL 8.2. */
function statusOf(status: string): string {
  return /^(?:SLAVESIDE|REPLICA_SIDE|REPLICA SIDE)/.test(status) ? "REPLICA_SIDE_DISABLED" : status;
}

/** The body after DO; everything before it is the server's own. */
function cutEvent(text: string): string {
  const tokens = tokenise(text);
  const at = tokens.findIndex((token, index) => is(token, "DO") && isAfterSchedule(tokens, index));
  return text.slice(tokens[at + 1]?.start ?? text.length);
}

function isAfterSchedule(tokens: readonly Token[], at: number): boolean {
  return tokens.slice(0, at).some((token) => is(token, "SCHEDULE"));
}

/** CREATE SEQUENCE `s` [AS type] start with 1 minvalue .. maxvalue .. increment by 1 cache 1000 nocycle ENGINE=InnoDB */
export function sequenceObjects(
  place: SchemaPlace,
  name: string,
  comment: string,
  text: string,
): readonly SchemaObject[] {
  const key: ObjectKey & { kind: "sequence" } = keyIn(place, "sequence", name);
  const after = (pattern: RegExp): string => pattern.exec(text)?.[1] ?? "";
  const tokens = tokenise(text);
  const as = tokens.findIndex((token) => is(token, "AS"));
  const start = tokens.findIndex((token) => is(token, "START"));
  const object = objectOf(key, {
    type: as >= 0 && as < start ? slice(text, tokens[as + 1], tokens[start - 1]) : "bigint",
    start: after(/ start with (-?\d+)/i),
    minimum: after(/ minvalue (-?\d+)/i),
    maximum: after(/ maxvalue (-?\d+)/i),
    increment: after(/ increment by (-?\d+)/i),
    cycle: / cycle\b/i.test(text),
    cache: / nocache\b/i.test(text) ? "0" : after(/ cache (\d+)/i),
    engine: after(/ ENGINE=(\w+)/i) || null,
  });
  return [object, ...commentOn(key, comment)];
}
