/**
 * A plan as a script: statements that run as they stand, with what people should know in comments. Names come from
 * databases and are untrusted, so every comment is one line without control characters.
 */

import { type Plan, rollbackOf, type Statement } from "../model/plan.ts";
import type { Dialect } from "../model/server.ts";
import { visibleLine } from "../model/visible-text.ts";
import { counted } from "./input.ts";
import { changeWords } from "./plan-words.ts";

/** A plan with its two sources as the reader named them; never a URL with a password. */
export interface PlanInput {
  /** The two sources as the reader named them; never a URL with a password. */
  readonly from: string;
  readonly to: string;
  readonly plan: Plan;
}

/** The way from `from` to `to`. */
export function renderPlan({ from, to, plan }: PlanInput): string {
  const { statements, unplanned } = plan;
  const isEmpty = statements.length === 0 && unplanned.length === 0;
  const counts = isEmpty ? "nothing to do" : counted(statements.length, "statement");
  const lines = [
    `-- Plan: ${visibleLine(from)} -> ${visibleLine(to)}: ${counts}`,
    ...unplannedLines(plan),
    ...broughtLines(plan),
  ];
  if (statements.length > 0) lines.push("", ...sessionLines(plan));
  for (const run of runsOf(statements)) {
    const isTransaction = plan.dialect === "postgres" && run[0]?.transactional === true;
    if (isTransaction) lines.push("", "BEGIN;");
    for (const [index, statement] of run.entries()) {
      lines.push(
        "",
        ...aboutStatement(statement, run[index - 1]),
        ...terminated(statement.sql, plan.dialect),
      );
    }
    if (isTransaction) lines.push("", "COMMIT;");
  }
  return `${lines.join("\n")}\n`;
}

/** The way back: takes the whole plan back, from its last statement to its first. Rows that are lost do not return. */
export function renderRollback({ from, to, plan }: PlanInput): string {
  const { statements, irreversible } = rollbackOf(plan);
  const counts = counted(statements.length, "statement");
  const lines = [`-- Rollback of the plan ${visibleLine(from)} -> ${visibleLine(to)}: ${counts}`];
  for (const { because } of irreversible) lines.push(`-- Cannot be taken back: ${changeWords(because)}`);
  if (statements.length === 0) return `${lines.join("\n")}\n`;
  lines.push("", ...sessionLines(plan));
  const isTransaction = plan.dialect === "postgres";
  if (isTransaction) lines.push("", "BEGIN;");
  for (const sql of statements) lines.push("", ...terminated(sql, plan.dialect));
  if (isTransaction) lines.push("", "COMMIT;");
  return `${lines.join("\n")}\n`;
}

function unplannedLines({ unplanned }: Plan): string[] {
  return unplanned.map(
    ({ change, reason }) => `-- NOT PLANNED: ${changeWords(change)}: ${visibleLine(reason)}`,
  );
}

function broughtLines({ brought }: Plan): string[] {
  return brought.map((change) => `-- Comes along by itself: ${changeWords(change)}`);
}

function sessionLines({ session }: Plan): string[] {
  return session.map((sql) => `${sql};`);
}

/** Neighbours that may share a transaction, and those that may not. */
function runsOf(statements: readonly Statement[]): readonly (readonly Statement[])[] {
  const runs: Statement[][] = [];
  for (const statement of statements) {
    const run = runs.at(-1);
    if (run !== undefined && run[0]?.transactional === statement.transactional) run.push(statement);
    else runs.push([statement]);
  }
  return runs;
}

/** What changes (once for the statements of one change), what is dangerous, and the lock. */
function aboutStatement(statement: Statement, previous: Statement | undefined): string[] {
  const { because, includes = [], hazards, lock, reverse } = statement;
  const isNew = previous?.because !== because;
  return [
    ...(isNew ? [`-- ${changeWords(because)}`] : []),
    ...includes.map((change) => `--   with ${changeWords(change)}`),
    ...hazards.map(({ kind, sentence }) => `-- ${kind}: ${visibleLine(sentence)}`),
    ...(reverse === "irreversible" ? ["-- cannot be taken back"] : []),
    ...(lock === null ? [] : [`-- lock: ${lock}`]),
  ];
}

/** A program of MySQL holds semicolons, which its client cuts at unless it is told another delimiter. */
function terminated(sql: string, dialect: Dialect): string[] {
  if (dialect !== "mysql" || !sql.includes(";")) return [`${sql};`];
  let delimiter = "//";
  while (sql.includes(delimiter)) delimiter += "/";
  return [`DELIMITER ${delimiter}`, `${sql}${delimiter}`, "DELIMITER ;"];
}
