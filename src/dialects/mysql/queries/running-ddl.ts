/**
 * Whether a schema change is under way. The server counts a DDL statement when it starts, and MySQL also stamps what it
 * makes with that moment: a long ALTER that ends after a reading moves neither. What is read while one runs proves nothing.
 */
import { type Catalog, text } from "../connect.ts";
import { type Grants, readGrants } from "../visibility.ts";

/** "unknown": without the PROCESS privilege the sessions of others cannot be seen. */
export type RunningDdl = "none" | "some" | "unknown";

/** One or two queries, and those of the grants. Ask it after counting DDL: what starts later is counted later. */
export async function readRunningDdl(catalog: Catalog, known?: Grants): Promise<RunningDdl> {
  const grants = known ?? (await readGrants(catalog));
  if (!maySeeProcesses(grants)) return "unknown";
  if ((await readStatements(catalog, "SHOW PROCESSLIST")).every(cannotChangeSchema)) return "none";
  // The short list cuts texts at 100 characters, which a comment in front may fill.
  return (await readStatements(catalog, "SHOW FULL PROCESSLIST")).every(cannotChangeSchema) ? "none" : "some";
}

/** The PROCESS privilege, by itself or within all of them. */
export function maySeeProcesses(grants: Grants): boolean {
  return ["PROCESS", "ALL PRIVILEGES", "ALL"].some((name) => grants.everywhere.has(name));
}

/** information_schema.PROCESSLIST would fail as a whole on one statement with a 4-byte character (MySQL 9.7). */
async function readStatements(catalog: Catalog, sql: string): Promise<readonly string[]> {
  const rows = await catalog.rows(sql);
  return rows.map((row) => text(row[7])).filter((statement) => statement !== "");
}

// CALL, EXECUTE and BEGIN NOT ATOMIC may run DDL inside; MariaDB's SET STATEMENT ... FOR runs any statement.
const harmless =
  /^(?:SELECT|INSERT|UPDATE|DELETE|REPLACE|WITH|VALUES|TABLE|SHOW|DESC|DESCRIBE|EXPLAIN|COMMIT|ROLLBACK|START|SAVEPOINT|RELEASE|XA|LOAD|DO|HANDLER|KILL|LOCK|UNLOCK|USE|SET(?!\s+STATEMENT\b)|FLUSH|CHECKSUM|CHECK|BINLOG)\b/i;

/** By the first word of the statement that a session runs; what it does not know is taken for a change. */
export function cannotChangeSchema(statement: string): boolean {
  return harmless.test(statement.replace(/^(?:\s|\(|\/\*(?![!M])[\s\S]*?\*\/|(?:#|--\s)[^\n]*\n)+/, ""));
}
