/** The project's own schema of everything, and dumps of databases by pg_dump. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createDatabase, createRole, type TestDatabase } from "./support.ts";

const folder = join(import.meta.dirname, "fixtures");

export function fixture(name: "everything" | "since-18" | "database"): string {
  return readFileSync(join(folder, `${name}.sql`), "utf8");
}

/** Roles are cluster-wide, so several test files share them and none drops them while another may need them. */
export async function createFixtureRoles(server: string): Promise<void> {
  for (const role of ["dwfix_owner", "dwfix_app"]) await createRole(server, role);
}

export async function createFixture(server: string, ...more: readonly string[]): Promise<TestDatabase> {
  await createFixtureRoles(server);
  const database = await createDatabase(server);
  for (const sql of [fixture("everything"), fixture("database"), ...more]) await database.sql(sql);
  return database;
}

/** With its rows, because a materialized view without any is another one. */
export function dump([program, ...first]: readonly [string, ...string[]], url: string): string {
  const text = execFileSync(program, [...first, "--inserts", "--quote-all-identifiers", url], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  // What psql alone understands.
  return text.replace(/^\\(un)?restrict .*$/gm, "");
}

const corpusFolder = join(import.meta.dirname, "../../../../shared/corpus/postgres");

/** Schemas of the real world; none where the folder is absent. */
export function corpusFiles(): readonly string[] {
  return existsSync(corpusFolder) ? readdirSync(corpusFolder).filter((file) => file.endsWith(".sql")) : [];
}

export function corpusSql(file: string): string {
  return readFileSync(join(corpusFolder, file), "utf8");
}
