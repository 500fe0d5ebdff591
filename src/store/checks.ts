/** The history of checks. */
import type { Check } from "../model/check.ts";
import type { PageStart } from "../monitor/ports.ts";
import { type Database, isoOf, since, storable } from "./database.ts";

export async function insertCheck(trx: Database, check: Check, runNumber: number): Promise<void> {
  await trx
    .insertInto("checks")
    .values({
      id: check.id,
      environment: check.environment,
      run_number: runNumber,
      started_at: check.startedAt,
      finished_at: check.finishedAt,
      outcome: check.outcome,
      worst: check.worst,
      finding_counts: JSON.stringify(check.findingCounts),
      probe_hit: check.probeHit,
      snapshot_fingerprint: check.snapshotFingerprint,
      error_code: check.errorCode,
      error_message: storable(check.errorMessage),
      hidden_changes: check.hiddenChanges,
      durations: JSON.stringify(check.durations),
    })
    .execute();
}

/** Newest first, by their start. */
export async function listChecks(
  db: Database,
  filter: {
    readonly environment?: string;
    readonly id?: string;
    readonly limit: number;
    readonly from?: PageStart;
  },
): Promise<readonly Check[]> {
  let query = db.selectFrom("checks").selectAll();
  if (filter.id !== undefined) query = query.where("id", "=", filter.id);
  if (filter.environment !== undefined) query = query.where("environment", "=", filter.environment);
  if (filter.from !== undefined) query = query.where(since("started_at", filter.from));
  const rows = await query
    .orderBy("started_at", "desc")
    .orderBy("run_number", "desc")
    .orderBy("id")
    .offset(filter.from?.skip ?? 0)
    .limit(filter.limit)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    environment: row.environment,
    startedAt: isoOf(row.started_at),
    finishedAt: isoOf(row.finished_at),
    outcome: row.outcome,
    worst: row.worst,
    findingCounts: row.finding_counts,
    probeHit: row.probe_hit,
    snapshotFingerprint: row.snapshot_fingerprint,
    errorCode: row.error_code,
    errorMessage: row.error_message,
    hiddenChanges: row.hidden_changes,
    durations: row.durations,
  }));
}

/** Returns how many went. */
export async function pruneChecks(trx: Database, before: string): Promise<number> {
  const result = await trx.deleteFrom("checks").where("started_at", "<", new Date(before)).executeTakeFirst();
  return Number(result.numDeletedRows);
}
