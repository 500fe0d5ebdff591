/**
 * Brings the store to this program's shape. Replicas that start at once wait for one another (an advisory lock that
 * Kysely's migrator takes); a store that is ahead of this program is refused, never touched.
 */
import { type Kysely, type Migration, Migrator, sql } from "kysely";
import { DriftwatchError } from "../model/errors.ts";
import { ownSchema } from "../model/own-schema.ts";
import type { Logger } from "../monitor/ports.ts";
import { foundation } from "./migrations/0001-foundation.ts";

/** In the order they run; a name is never changed once released. */
export const migrations: Readonly<Record<string, Migration>> = {
  "0001-foundation": foundation,
};

const migrationTable = "migrations";

/**
 * Runs what is missing and returns the names of what ran. Throws DriftwatchError store.newer; database errors pass
 * through as they are.
 */
export async function migrate<T>(db: Kysely<T>, logger: Logger): Promise<readonly string[]> {
  const applied = await refuseNewer(db);
  // The usual start: nothing to do, and no lock to wait for.
  if (Object.keys(migrations).every((name) => applied.includes(name))) return [];
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => ({ ...migrations }) },
    migrationTableSchema: ownSchema,
    migrationTableName: migrationTable,
    migrationLockTableName: "migration_lock",
  });
  const { error, results } = await migrator.migrateToLatest();
  // A newer replica may have migrated between our look and our turn at the lock.
  if (error !== undefined) {
    await refuseNewer(db);
    throw error instanceof Error ? error : new Error(String(error));
  }
  const ran = (results ?? []).map((result) => result.migrationName);
  if (ran.length > 0) logger.info({ migrations: ran }, "store migrated");
  return ran;
}

/** The migrations that the store has seen, oldest first; empty when there is no store yet. */
export async function appliedMigrations<T>(db: Kysely<T>): Promise<readonly string[]> {
  const table = `${ownSchema}.${migrationTable}`;
  const found = await sql<{ exists: boolean }>`select to_regclass(${table}) is not null as exists`.execute(
    db,
  );
  if (found.rows[0]?.exists !== true) return [];
  const { rows } = await sql<{ name: string }>`select name from ${sql.table(table)} order by name`.execute(
    db,
  );
  return rows.map((row) => row.name);
}

/** Returns the migrations that have been applied. */
async function refuseNewer<T>(db: Kysely<T>): Promise<readonly string[]> {
  const applied = await appliedMigrations(db);
  const unknown = applied.filter((name) => !(name in migrations));
  if (unknown.length === 0) return applied;
  throw new DriftwatchError(
    "store.newer",
    `the store was migrated by a newer Driftwatch: this program does not know ${unknown.join(", ")}`,
    { remedy: "Upgrade this Driftwatch, or restore the store from a backup made before the upgrade." },
  );
}
