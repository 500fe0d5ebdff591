/** Before/after pairs from the test suites of other tools, which lie beside the project where they are there at all. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface SharedCase {
  readonly id: string;
  readonly before_sql: string;
  readonly after_sql: string;
  readonly expect: "diff" | "same";
}

/** Of PostgreSQL, some need more of a server than a database: `facets` names what. */
export interface PostgresCase extends SharedCase {
  readonly facets?: Readonly<Record<string, unknown>>;
}

export interface MysqlCase extends SharedCase {
  readonly flavor: "any" | "mysql" | "mariadb";
  readonly kind: string;
  readonly tags: readonly string[];
}

/** Empty when they are not there; tests say so as skipped. */
export function sharedPostgresCases(): readonly PostgresCase[] {
  return linesOf("postgres.jsonl").map((line) => JSON.parse(line) as PostgresCase);
}

/** Empty when they are not there; tests say so as skipped. */
export function sharedMysqlCases(): readonly MysqlCase[] {
  return linesOf("mysql.jsonl").map((line) => JSON.parse(line) as MysqlCase);
}

function linesOf(name: string): readonly string[] {
  const file = join(import.meta.dirname, "../../../shared/cases", name);
  return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
}
