/** Baselines; the newest of an environment counts, the others are its history. */
import type { Baseline } from "../model/check.ts";
import { DriftwatchError } from "../model/errors.ts";
import { type Database, isoOf, storable } from "./database.ts";
import { findMoment } from "./snapshots.ts";

/** `momentId` says from which snapshot of the environment's history; by default the newest with its fingerprint. */
export async function insertBaseline(
  trx: Database,
  baseline: Omit<Baseline, "id">,
  momentId?: number,
): Promise<Baseline> {
  const moment = momentId ?? (await findMoment(trx, baseline.environment, baseline.fingerprint));
  if (moment === undefined) {
    throw new DriftwatchError(
      "store.failed",
      `the snapshot of the new baseline of ${baseline.environment} is not stored`,
    );
  }
  const { id } = await trx
    .insertInto("baselines")
    .values({
      environment: baseline.environment,
      fingerprint: baseline.fingerprint,
      environment_snapshot_id: moment,
      model_version: baseline.modelVersion,
      accepted_at: baseline.acceptedAt,
      accepted_by: storable(baseline.acceptedBy),
      reason: storable(baseline.reason),
      origin: baseline.origin,
      server: JSON.stringify(baseline.server),
      visibility: JSON.stringify(baseline.visibility),
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  return { id: String(id), ...baseline };
}

/** Newest first. */
export async function listBaselines(
  db: Database,
  environment: string,
  limit?: number,
): Promise<readonly Baseline[]> {
  let query = db
    .selectFrom("baselines")
    .selectAll()
    .where("environment", "=", environment)
    .orderBy("id", "desc");
  if (limit !== undefined) query = query.limit(limit);
  return (await query.execute()).map((row) => ({
    id: String(row.id),
    environment: row.environment,
    fingerprint: row.fingerprint,
    modelVersion: row.model_version,
    acceptedAt: isoOf(row.accepted_at),
    acceptedBy: row.accepted_by,
    reason: row.reason,
    origin: row.origin,
    server: row.server,
    visibility: row.visibility,
  }));
}
