/** Findings over the checks that saw them: one row per life of a finding, open or resolved. */
import { createHash } from "node:crypto";
import type { TrackedFinding } from "../model/check.ts";
import type { PageStart } from "../monitor/ports.ts";
import { type Database, isoOf, since } from "./database.ts";

const batchRows = 1000;

/** Writes each finding as given; (environment, id, firstSeenAt) names one life of it. */
export async function upsertFindings(trx: Database, findings: readonly TrackedFinding[]): Promise<void> {
  for (let start = 0; start < findings.length; start += batchRows) {
    const values = findings.slice(start, start + batchRows).map((tracked) => ({
      environment: tracked.environment,
      id: tracked.id,
      id_digest: createHash("sha256").update(tracked.id).digest("hex"),
      incident_id: tracked.incidentId,
      severity: tracked.finding.severity,
      finding: JSON.stringify(tracked.finding),
      first_seen_at: tracked.firstSeenAt,
      last_seen_at: tracked.lastSeenAt,
      resolved_at: tracked.resolvedAt,
    }));
    await trx
      .insertInto("findings")
      .values(values)
      .onConflict((conflict) =>
        conflict.columns(["environment", "id_digest", "first_seen_at"]).doUpdateSet((update) => ({
          incident_id: update.ref("excluded.incident_id"),
          severity: update.ref("excluded.severity"),
          finding: update.ref("excluded.finding"),
          last_seen_at: update.ref("excluded.last_seen_at"),
          resolved_at: update.ref("excluded.resolved_at"),
        })),
      )
      .execute();
  }
}

/** Those resolved before the time (ISO) go. */
export async function pruneFindings(trx: Database, before: string): Promise<void> {
  await trx.deleteFrom("findings").where("resolved_at", "<", new Date(before)).execute();
}

/** Newest first. */
export async function listFindings(
  db: Database,
  filter: {
    readonly environment?: string;
    readonly open?: boolean;
    readonly limit?: number;
    readonly from?: PageStart;
  },
): Promise<readonly TrackedFinding[]> {
  let query = db.selectFrom("findings").selectAll();
  if (filter.environment !== undefined) query = query.where("environment", "=", filter.environment);
  if (filter.open !== undefined) query = query.where("resolved_at", filter.open ? "is" : "is not", null);
  query = query.orderBy("first_seen_at", "desc").orderBy("environment").orderBy("id");
  if (filter.from !== undefined)
    query = query.where(since("first_seen_at", filter.from)).offset(filter.from.skip ?? 0);
  if (filter.limit !== undefined) query = query.limit(filter.limit);
  return (await query.execute()).map((row) => ({
    id: row.id,
    environment: row.environment,
    incidentId: row.incident_id,
    finding: row.finding,
    firstSeenAt: isoOf(row.first_seen_at),
    lastSeenAt: isoOf(row.last_seen_at),
    resolvedAt: isoOf(row.resolved_at),
  }));
}
