/** Incidents; an index allows one open incident per environment. */
import { sql } from "kysely";
import type { Incident } from "../model/check.ts";
import { DriftwatchError } from "../model/errors.ts";
import type { PageStart } from "../monitor/ports.ts";
import { type Database, isoOf, since } from "./database.ts";

/** Throws DriftwatchError store.failed when another incident of the environment is open. */
export async function upsertIncident(trx: Database, incident: Incident): Promise<void> {
  const { id, environment, ...rest } = incident;
  const changing = {
    state: rest.state,
    worst: rest.worst,
    updated_at: rest.updatedAt,
    closed_at: rest.closedAt,
    notified_digest: rest.notifiedDigest,
    notified_at: rest.notifiedAt,
    notified_worst: rest.notifiedWorst,
  };
  try {
    await trx
      .insertInto("incidents")
      .values({ id, environment, opened_at: rest.openedAt, ...changing })
      .onConflict((conflict) => conflict.column("id").doUpdateSet(changing))
      .execute();
  } catch (error) {
    if ((error as { constraint?: string }).constraint !== "one_open_incident") throw error;
    throw new DriftwatchError("store.failed", `environment ${environment} has an open incident already`, {
      cause: error,
    });
  }
}

/** Those closed before the time (ISO) go, unless a finding that stays is one of theirs. */
export async function pruneIncidents(trx: Database, before: string): Promise<void> {
  await sql`
    delete from driftwatch.incidents as incident
    where state <> 'open' and closed_at < ${before}
      and not exists (select from driftwatch.findings f where f.incident_id = incident.id)`.execute(trx);
}

/** Newest first. */
export async function listIncidents(
  db: Database,
  filter: {
    readonly environment?: string;
    readonly state?: Incident["state"];
    readonly limit: number;
    readonly from?: PageStart;
  },
): Promise<readonly Incident[]> {
  let query = db.selectFrom("incidents").selectAll();
  if (filter.environment !== undefined) query = query.where("environment", "=", filter.environment);
  if (filter.state !== undefined) query = query.where("state", "=", filter.state);
  if (filter.from !== undefined)
    query = query.where(since("opened_at", filter.from)).offset(filter.from.skip ?? 0);
  const rows = await query.orderBy("opened_at", "desc").orderBy("id").limit(filter.limit).execute();
  return rows.map((row) => ({
    id: row.id,
    environment: row.environment,
    state: row.state,
    worst: row.worst,
    openedAt: isoOf(row.opened_at),
    updatedAt: isoOf(row.updated_at),
    closedAt: isoOf(row.closed_at),
    notifiedDigest: row.notified_digest,
    notifiedAt: isoOf(row.notified_at),
    notifiedWorst: row.notified_worst,
  }));
}
