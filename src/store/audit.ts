/** The audit log: who accepted what. It only grows. */
import type { AuditEntry, PageStart } from "../monitor/ports.ts";
import { type Database, isoOf, since, storable } from "./database.ts";

export async function insertAudit(trx: Database, entry: AuditEntry): Promise<void> {
  await trx
    .insertInto("audit")
    .values({
      at: entry.at,
      actor: storable(entry.actor),
      action: entry.action,
      environment: entry.environment,
      detail: storable(entry.detail),
    })
    .execute();
}

/** Newest first. */
export async function listAudit(
  db: Database,
  filter: { readonly environment?: string; readonly limit: number; readonly from?: PageStart },
): Promise<readonly AuditEntry[]> {
  let query = db.selectFrom("audit").selectAll();
  if (filter.environment !== undefined) query = query.where("environment", "=", filter.environment);
  if (filter.from !== undefined) query = query.where(since("at", filter.from)).offset(filter.from.skip ?? 0);
  const rows = await query.orderBy("at", "desc").orderBy("id", "desc").limit(filter.limit).execute();
  return rows.map((row) => ({
    at: isoOf(row.at),
    actor: row.actor,
    action: row.action,
    environment: row.environment,
    detail: row.detail,
  }));
}
