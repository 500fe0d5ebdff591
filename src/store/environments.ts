/** The environments and their present state: registration, run numbers for fencing, what is open. */
import { sql } from "kysely";
import type { Environment } from "../model/environment.ts";
import { DriftwatchError } from "../model/errors.ts";
import type { Severity } from "../model/severity.ts";
import type { BaselineChange, CheckRecord, StoredEnvironment } from "../monitor/ports.ts";
import { type Database, isoOf, storable } from "./database.ts";

/** Returns the names that are stored and no longer configured, sorted. */
export async function registerEnvironments(
  db: Database,
  environments: readonly Environment[],
  at: string,
): Promise<readonly string[]> {
  const names = environments.map((environment) => environment.name);
  return db.transaction().execute(async (trx) => {
    if (environments.length > 0) await upsert(trx, environments, at);
    // Locked in one order, as every replica does this when it starts.
    const gone = await sql<{ name: string }>`
      select name from driftwatch.environments where name <> all(${names}::text[]) order by name for update`.execute(
      trx,
    );
    const left = gone.rows.map((row) => row.name);
    if (left.length > 0) {
      await trx.updateTable("environments").set({ configured: false }).where("name", "in", left).execute();
    }
    return left;
  });
}

async function upsert(trx: Database, environments: readonly Environment[], at: string): Promise<void> {
  const values = environments.map(({ name, dialect, critical, labels }) => ({
    name,
    dialect,
    critical,
    labels: JSON.stringify(labels),
    configured: true,
    registered_at: at,
  }));
  values.sort((a, b) => (a.name < b.name ? -1 : 1));
  await trx
    .insertInto("environments")
    .values(values)
    .onConflict((conflict) =>
      conflict.column("name").doUpdateSet((update) => ({
        dialect: update.ref("excluded.dialect"),
        critical: update.ref("excluded.critical"),
        labels: update.ref("excluded.labels"),
        configured: update.ref("excluded.configured"),
      })),
    )
    .execute();
}

/** By name; all of them, or the one. */
export async function listEnvironments(db: Database, name?: string): Promise<readonly StoredEnvironment[]> {
  let query = db
    .selectFrom("environments")
    .selectAll("environments")
    .select((outer) =>
      outer
        .selectFrom("baselines")
        .select("server")
        .whereRef("baselines.environment", "=", "environments.name")
        .orderBy("id", "desc")
        .limit(1)
        .as("server"),
    )
    .orderBy("name");
  let open = db
    .selectFrom("findings")
    .select(["environment", "severity"])
    .select((select) => [
      select.fn.countAll<number>().as("count"),
      select.fn.min("first_seen_at").as("oldest"),
    ])
    .where("resolved_at", "is", null)
    .groupBy(["environment", "severity"]);
  if (name !== undefined) {
    query = query.where("name", "=", name);
    open = open.where("environment", "=", name);
  }
  const rows = await query.execute();
  const counts = await open.execute();
  return rows.map((row) => {
    const own = counts.filter((count) => count.environment === row.name);
    const openFindings: Record<Severity, number> = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
    for (const count of own) openFindings[count.severity] = count.count;
    return {
      name: row.name,
      dialect: row.dialect,
      flavor: row.server?.flavor ?? null,
      critical: row.critical,
      labels: row.labels,
      outcome: row.outcome,
      lastCheckAt: isoOf(row.last_check_at),
      lastSuccessAt: isoOf(row.last_success_at),
      lastFullCheckAt: isoOf(row.last_full_check_at),
      probeToken: row.probe_token,
      emptySince: isoOf(row.empty_since),
      unknownSince: isoOf(row.unknown_since),
      unknownToldAt: isoOf(row.unknown_told_at),
      openFindings,
      oldestFindingAt: own.map((count) => isoOf(count.oldest)).sort()[0] ?? null,
      runNumber: row.run_number,
    };
  });
}

/** Throws DriftwatchError environment.unknown. */
export async function takeRunNumber(db: Database, name: string): Promise<number> {
  const row = await db
    .updateTable("environments")
    .set((update) => ({ run_number: update("run_number", "+", 1) }))
    .where("name", "=", name)
    .returning("run_number")
    .executeTakeFirst();
  if (row === undefined) throw unknownEnvironment(name);
  return row.run_number;
}

/** False when an equal or newer run was recorded; nothing is changed then. Locks the environment until the end of the transaction. */
export async function advanceRun(trx: Database, record: CheckRecord): Promise<boolean> {
  const { environment, check, runNumber } = record;
  const row = await trx
    .updateTable("environments")
    .set((update) => ({
      outcome: environment.outcome,
      last_check_at: check.finishedAt,
      last_success_at: environment.lastSuccessAt,
      last_full_check_at: environment.lastFullCheckAt,
      probe_token: storable(environment.probeToken),
      empty_since: environment.emptySince,
      unknown_since: environment.unknownSince,
      unknown_told_at: environment.unknownToldAt,
      recorded_run: runNumber,
      run_number: update.fn("greatest", ["run_number", update.val(runNumber)]),
    }))
    .where("name", "=", check.environment)
    .where("recorded_run", "<", runNumber)
    .returning("name")
    .executeTakeFirst();
  if (row !== undefined) return true;
  await requireEnvironment(trx, check.environment);
  return false;
}

/**
 * A new baseline makes every check under way stale, because it compared with the old one; and it forgets the probe token,
 * which may belong to a schema that was never compared with the new one. False when an equal or newer run was recorded;
 * nothing is changed then. Locks the environment until the end of the transaction.
 */
export async function settleOutcome(
  trx: Database,
  name: string,
  { outcome, runNumber }: Pick<BaselineChange, "outcome" | "runNumber">,
): Promise<boolean> {
  const row = await trx
    .updateTable("environments")
    .set((update) => ({
      outcome,
      probe_token: null,
      run_number: update("run_number", "+", 1),
      recorded_run: update("run_number", "+", 1),
    }))
    .where("name", "=", name)
    .where("recorded_run", "<", runNumber)
    .returning("name")
    .executeTakeFirst();
  if (row !== undefined) return true;
  await requireEnvironment(trx, name);
  return false;
}

async function requireEnvironment(db: Database, name: string): Promise<void> {
  const row = await db.selectFrom("environments").select("name").where("name", "=", name).executeTakeFirst();
  if (row === undefined) throw unknownEnvironment(name);
}

function unknownEnvironment(name: string): DriftwatchError {
  return new DriftwatchError("environment.unknown", `no environment is called ${name}`, {
    remedy: "`driftwatch config check` lists the configured environments.",
  });
}
