/**
 * Runs a whole PostgreSQL SQL file, as written by people or pg_dump, against a scratch database. Rows are skipped:
 * only the schema counts. The first statement that fails ends it, with file and line; what is skipped is told.
 */
import { Client, DatabaseError, escapeIdentifier } from "pg";
import { DriftwatchError } from "../model/errors.ts";
import { type ScriptPart, scriptParts } from "./sql-script.ts";

type Statement = ScriptPart & { readonly kind: "statement" };

interface Load {
  readonly client: Client;
  readonly place: string;
  readonly notes: string[];
  readonly skippedRows: { count: number };
  /** Between an explicit BEGIN and its end. */
  inTransaction: boolean;
}

export interface LoadedSql {
  /** What was skipped or supplied, one sentence each. */
  readonly notes: readonly string[];
}

const batchStatements = 300;
const batchCharacters = 200_000;

const beginStatement = /^(?:begin|start\s+transaction)\b/i;
const endStatement = /^(?:commit|end|rollback(?!\s+(?:work\s+|transaction\s+)?to\b)|abort)\b/i;
const harmlessMeta =
  /^\\(?:restrict|unrestrict|connect|c|encoding|echo|qecho|warn|set|unset|pset|timing|copyright|x|a|t|q|\.)\b/;

/**
 * `place` names the file in errors; `url` is a throw-away database's. Throws DriftwatchError sql.invalid with place,
 * line and the server's message.
 */
export async function loadSql(url: string, sqlText: string, place: string): Promise<LoadedSql> {
  const client = new Client({ connectionString: url });
  // A connection that breaks also rejects the query under way; without a listener it would end the process.
  client.on("error", () => undefined);
  await client.connect();
  const load: Load = { client, place, notes: [], skippedRows: { count: 0 }, inTransaction: false };
  try {
    await runParts(load, sqlText);
    if (load.inTransaction) await client.query("COMMIT");
  } finally {
    await client.end();
  }
  if (load.skippedRows.count > 0) load.notes.push(`skipped ${load.skippedRows.count} rows of COPY data`);
  return { notes: load.notes };
}

async function runParts(load: Load, sqlText: string): Promise<void> {
  let batch: Statement[] = [];
  let characters = 0;
  const flush = async (): Promise<void> => {
    const full = batch;
    batch = [];
    characters = 0;
    await runBatch(load, full);
  };
  for (const part of scriptParts(sqlText)) {
    if (part.kind !== "statement") {
      notePart(load, part);
    } else if (isCopyFromStdin(part)) {
      // Its rows follow as a part of their own.
    } else if (load.inTransaction || beginStatement.test(part.text)) {
      await flush();
      await runInTransaction(load, part);
    } else {
      batch.push(part);
      characters += part.text.length;
      if (batch.length >= batchStatements || characters >= batchCharacters) await flush();
    }
  }
  await flush();
}

function isCopyFromStdin(statement: Statement): boolean {
  return /^copy\b[\s\S]*\bfrom\s+stdin\b/i.test(statement.text);
}

function notePart(load: Load, part: Exclude<ScriptPart, Statement>): void {
  if (part.kind === "data") {
    load.skippedRows.count += part.rows;
    return;
  }
  if (harmlessMeta.test(part.text)) return;
  const command = part.text.split(/\s/)[0] ?? part.text;
  if (command === "\\copy") {
    load.notes.push(`line ${part.line}: skipped \\copy`);
    return;
  }
  throw new DriftwatchError(
    "sql.invalid",
    `${load.place}, line ${part.line}: ${command} is a command of psql`,
    {
      remedy: "Put the statements that it stands for into the file.",
    },
  );
}

/** Many statements in one round trip; one that fails undoes them all, and then they run one by one. */
async function runBatch(load: Load, batch: readonly Statement[]): Promise<void> {
  if (batch.length === 0) return;
  try {
    await load.client.query(batch.map((statement) => statement.text).join(";\n"));
    return;
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw lost(load, error);
    if (await supplyRole(load, error)) return runBatch(load, batch);
  }
  for (const statement of batch) await runOne(load, statement);
}

async function runOne(load: Load, statement: Statement): Promise<void> {
  try {
    await load.client.query(statement.text);
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw lost(load, error);
    if (await supplyRole(load, error)) return runOne(load, statement);
    await excuse(load, statement, error);
  }
}

/** Inside the file's own transaction a failed statement must not spoil it before the answer to the failure is known. */
async function runInTransaction(load: Load, statement: Statement): Promise<void> {
  const isBegin = beginStatement.test(statement.text);
  const isEnd = endStatement.test(statement.text);
  if (isBegin || isEnd) {
    await runOne(load, statement);
    load.inTransaction = isBegin;
    return;
  }
  await load.client.query("SAVEPOINT driftwatch_statement");
  try {
    await load.client.query(statement.text);
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw lost(load, error);
    await load.client.query("ROLLBACK TO SAVEPOINT driftwatch_statement");
    if (await supplyRole(load, error)) return runInTransaction(load, statement);
    await excuse(load, statement, error);
  }
}

/** Owners and grantees live outside a schema file; a scratch database can simply have them. */
async function supplyRole(load: Load, error: DatabaseError): Promise<boolean> {
  const role = /^role "(.*)" does not exist$/s.exec(error.message)?.[1];
  if (error.code !== "42704" || role === undefined || role.startsWith("pg_")) return false;
  await load.client.query(`CREATE ROLE ${escapeIdentifier(role)}`);
  load.notes.push(`created the role "${role}", which the file names but does not create`);
  return true;
}

/** Throws unless the failure only says that the scratch database is not the one the file was written for. */
async function excuse(load: Load, statement: Statement, error: DatabaseError): Promise<void> {
  const reason = excuseFor(statement.text, error);
  if (reason === undefined) throw invalid(load, statement, error);
  load.notes.push(`line ${statement.line}: skipped, ${reason}`);
}

function excuseFor(sql: string, error: DatabaseError): string | undefined {
  const { code, message } = error;
  const missing = ["42P01", "42704", "42883", "3F000", "42703"];
  if (/^drop\b/i.test(sql) && missing.includes(code ?? "")) return message;
  if (/^alter\s+table\b[\s\S]*\bdrop\s+constraint\b/i.test(sql) && missing.includes(code ?? ""))
    return message;
  if (/^create\s+schema\s+"?public"?\s*$/i.test(sql) && code === "42P06") return message;
  if (/^create\s+(?:role|user|group)\b/i.test(sql) && code === "42710") return message;
  if (/^create\s+extension\s+"?plpgsql"?/i.test(sql) && code === "42710") return message;
  if (/^(?:create|drop)\s+database\b/i.test(sql))
    return "the scratch database stands for the one it speaks of";
  if (/\bdatabase\b/i.test(sql) && code === "3D000") return message;
  return undefined;
}

function invalid(load: Load, statement: Statement, error: DatabaseError): DriftwatchError {
  const line = statement.line + linesBefore(statement.text, error.position);
  const remedy =
    error.code === "0A000" && error.message.includes("is not available")
      ? "The scratch database has the contrib extensions only; load the file into a real PostgreSQL and use its URL as the source."
      : "Correct the statement; `psql --set ON_ERROR_STOP=1 --file FILE` against an empty database shows the same error.";
  const detail = error.detail === undefined ? "" : ` (${error.detail})`;
  return new DriftwatchError("sql.invalid", `${load.place}, line ${line}: ${error.message}${detail}`, {
    cause: error,
    remedy,
  });
}

function lost(load: Load, error: unknown): DriftwatchError {
  return new DriftwatchError(
    "sql.invalid",
    `${load.place}: the scratch database broke off: ${(error as Error).message}`,
    {
      cause: error,
    },
  );
}

/** `position` counts characters from 1, not UTF-16 units. */
function linesBefore(text: string, position: string | undefined): number {
  if (position === undefined) return 0;
  let lines = 0;
  let left = Number(position) - 1;
  for (const character of text) {
    if (left <= 0) break;
    if (character === "\n") lines += 1;
    left -= 1;
  }
  return lines;
}
