/**
 * Whether a schema change is under way. The server counts a DDL statement when it starts, and MySQL also stamps what it
 * makes with that moment: a long ALTER that ends after a reading moves neither. What is read while one runs proves nothing.
 */
import type { Connection } from "../connect.ts";
import { type Rights, readRights } from "../visibility.ts";
import { type Row, text } from "../wire/cells.ts";

/** "unknown": without the PROCESS privilege the sessions of others cannot be seen. */
export type RunningDdl = "none" | "some" | "unknown";

/** One or two queries, and those of the rights. Ask it after counting DDL: what starts later is counted later. */
export async function readRunningDdl(connection: Connection, known?: Rights): Promise<RunningDdl> {
  const rights = known ?? (await readRights(connection));
  if (!maySeeProcesses(rights)) return "unknown";
  return await runningDdlAmong(connection, await connection.rows(processListSql));
}

export const processListSql = "SHOW PROCESSLIST";

/** From the rows of the short list, and a second look where they leave it open. Needs the PROCESS privilege. */
export async function runningDdlAmong(
  connection: Connection,
  rows: readonly Row[],
): Promise<"none" | "some"> {
  if (rows.every(isHarmlessSession)) return "none";
  // The short list cuts texts at 100 characters, which a comment in front may fill.
  return (await connection.rows("SHOW FULL PROCESSLIST")).every(isHarmlessSession) ? "none" : "some";
}

/** The PROCESS privilege, by itself or within all of them. */
export function maySeeProcesses(rights: Rights): boolean {
  return ["PROCESS", "ALL PRIVILEGES", "ALL"].some((name) => rights.everywhere.has(name));
}

/**
 * A row of SHOW PROCESSLIST: information_schema.PROCESSLIST would fail as a whole on one statement with a 4-byte character
 * (MySQL 9.7).
 */
function isHarmlessSession(row: Row): boolean {
  const statement = text(row[7]);
  return statement === "" || cannotChangeSchema(statement);
}

// CALL, EXECUTE and BEGIN NOT ATOMIC may run DDL inside; MariaDB's SET STATEMENT ... FOR runs any statement.
const harmless =
  /^(?:SELECT|INSERT|UPDATE|DELETE|REPLACE|WITH|VALUES|TABLE|SHOW|DESC|DESCRIBE|EXPLAIN|COMMIT|ROLLBACK|START|SAVEPOINT|RELEASE|XA|LOAD|DO|HANDLER|KILL|LOCK|UNLOCK|USE|SET(?!\s+STATEMENT\b)|FLUSH|CHECKSUM|CHECK|BINLOG)\b/i;

/** By the first word of the statement that a session runs; what it does not know is taken for a change. */
export function cannotChangeSchema(statement: string): boolean {
  return harmless.test(statement.replace(/^(?:\s|\(|\/\*(?![!M])[\s\S]*?\*\/|(?:#|--\s)[^\n]*\n)+/, ""));
}
