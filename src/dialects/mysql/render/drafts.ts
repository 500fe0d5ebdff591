/** Drafts, hazards, and the session that programs are made in. */
import type { Hazard } from "../../../model/plan.ts";
import { type Draft, hazard, type Refusal, refuse, type Step } from "../../../plan/renderer.ts";
import { literal } from "./names.ts";

/**
 * Algorithms and locks by their names in the MySQL manual, "17.12.1 Online DDL Operations": what the server chooses by
 * itself for InnoDB. MariaDB's page "InnoDB Online DDL Operations" agrees, save that it does more instantly.
 */
export const instant = "INSTANT";
/** Readers and writers go on while the table or index is built. */
export const inPlace = "INPLACE, LOCK=NONE";
/** Fulltext and spatial indexes: readers go on, writers wait. */
export const inPlaceShared = "INPLACE, LOCK=SHARED";
/** The table is copied: readers go on, writers wait. */
export const copy = "COPY, LOCK=SHARED";
export const exclusive = "EXCLUSIVE metadata lock";

/** Every DDL statement commits by itself. */
export function draft(sql: string, lock?: string, ...hazards: readonly Hazard[]): Draft {
  return {
    sql,
    ...(lock === undefined ? {} : { lock }),
    ...(hazards.length === 0 ? {} : { hazards }),
    transactional: false,
  };
}

export const copiesTable: readonly Hazard[] = [
  hazard("table-rewrite", "Copies the whole table."),
  hazard("blocks-writes", "Writers wait until it is copied."),
];
export const buildsIndex: Hazard = hazard("table-scan", "Reads the whole table to build the index.");
export const mayViolate: Hazard = hazard("may-fail", "Fails when rows violate the constraint.");

/**
 * What the session of a plan runs under; every program brings its own and gives this one back. Without NO_ZERO_DATE, so
 * that defaults of zero dates can be made again (P11).
 */
export const planSqlMode = "STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION";

/** The creation context that the server keeps with views and programs (see CREATE PROCEDURE, "sql_mode"). */
export interface CreationContext {
  readonly sqlMode?: string;
  readonly clientCharset?: string;
  readonly clientCollation?: string;
  readonly timeZone?: string;
}

/** The statement inside its own creation context. */
export function inContext(
  sql: string,
  context: CreationContext,
  ...hazards: readonly Hazard[]
): readonly Draft[] {
  const { sqlMode, clientCharset, clientCollation, timeZone } = context;
  const settings = [
    ...(clientCharset === undefined ? [] : [`character_set_client = ${literal(clientCharset)}`]),
    ...(clientCollation === undefined ? [] : [`collation_connection = ${literal(clientCollation)}`]),
    ...(sqlMode === undefined ? [] : [`sql_mode = ${literal(sqlMode)}`]),
    ...(timeZone === undefined ? [] : [`time_zone = ${literal(timeZone)}`]),
  ];
  const back = [
    ...(clientCharset === undefined ? [] : ["character_set_client = 'utf8mb4'"]),
    ...(sqlMode === undefined ? [] : [`sql_mode = ${literal(planSqlMode)}`]),
  ];
  return [
    ...(settings.length === 0 ? [] : [draft(`SET ${settings.join(", ")}`)]),
    draft(sql, undefined, ...hazards),
    ...(back.length === 0 ? [] : [draft(`SET ${back.join(", ")}`)]),
  ];
}

/** Whether the text means the same to a session whose client speaks another charset than the plan's. */
export function isReadable(sql: string, { clientCharset }: CreationContext): boolean {
  const isAscii = [...sql].every((character) => (character.codePointAt(0) ?? 0) < 128);
  return clientCharset === undefined || clientCharset.startsWith("utf8") || isAscii;
}

/** CREATE inside the object's own creation context, and its DROP. */
export function program(create: string, context: CreationContext, drop: string): readonly Step[] | Refusal {
  if (!isReadable(create, context)) return refuse(`its text was written in ${context.clientCharset}`);
  return [{ make: inContext(create, context), unmake: [draft(drop, exclusive)] }];
}
