/**
 * The outbox: notifications written together with what they speak of and kept until delivered. Workers lease them; a
 * lease that runs out (a crash) makes them due again. Within one incident and channel they leave in order.
 */
import { type Selectable, sql } from "kysely";
import type { Delivery, DeliveryState, Notification } from "../model/notification.ts";
import type { ChannelTrouble, NewNotification } from "../monitor/ports.ts";
import { type Database, isoOf, type NotificationTable, storable } from "./database.ts";

export async function insertNotifications(
  trx: Database,
  notifications: readonly NewNotification[],
  at: string,
): Promise<void> {
  // One by one, because their ids are their order.
  for (const notification of notifications) {
    await trx
      .insertInto("notifications")
      .values({
        channel: notification.channel,
        environment: notification.environment,
        incident_id: notification.incidentId,
        content: JSON.stringify(notification.content),
        state: "pending",
        created_at: at,
        next_attempt_at: at,
      })
      .execute();
  }
}

/** Due notifications, oldest first; never one whose predecessor in its incident and channel is still pending. */
export async function claimNotifications(
  db: Database,
  input: {
    readonly now: string;
    readonly limit: number;
    readonly leaseMs: number;
    readonly channel?: string;
  },
): Promise<readonly Notification[]> {
  const lockedUntil = new Date(Date.parse(input.now) + input.leaseMs).toISOString();
  const channel = input.channel === undefined ? sql`true` : sql`due.channel = ${input.channel}`;
  const { rows } = await sql<Selectable<NotificationTable>>`
    with claimed as (
      select due.id from driftwatch.notifications as due
      where due.state = 'pending'
        and (due.next_attempt_at is null or due.next_attempt_at <= ${input.now})
        and (due.locked_until is null or due.locked_until <= ${input.now})
        and ${channel}
        and not exists (
          select from driftwatch.notifications as earlier
          where earlier.state = 'pending' and earlier.incident_id = due.incident_id
            and earlier.channel = due.channel and earlier.id < due.id)
      order by due.id
      limit ${input.limit}
      for update skip locked)
    update driftwatch.notifications as one set locked_until = ${lockedUntil}
    from claimed where one.id = claimed.id
    returning one.*`.execute(db);
  return rows.sort((a, b) => a.id - b.id).map(notificationOf);
}

/** A notification that another worker has settled already stays as it is. */
export async function settleNotification(
  db: Database,
  id: string,
  delivery: Delivery,
  at: string,
  nextAttemptAt: string | null,
): Promise<void> {
  if (!/^\d{1,15}$/.test(id)) return;
  const isRetry = delivery.kind === "retry" && nextAttemptAt !== null;
  const state: DeliveryState = delivery.kind === "delivered" ? "delivered" : isRetry ? "pending" : "dead";
  await db
    .updateTable("notifications")
    .set((update) => ({
      state,
      attempts: update("attempts", "+", 1),
      locked_until: null,
      delivered_at: delivery.kind === "delivered" ? at : null,
      next_attempt_at: isRetry ? nextAttemptAt : null,
      last_error: delivery.kind === "delivered" ? null : storable(delivery.reason),
    }))
    .where("id", "=", Number(id))
    .where("state", "=", "pending")
    .execute();
}

/** Newest first. */
export async function listNotifications(
  db: Database,
  filter: { readonly environment?: string; readonly state?: DeliveryState; readonly limit: number },
): Promise<readonly Notification[]> {
  let query = db.selectFrom("notifications").selectAll();
  if (filter.environment !== undefined) query = query.where("environment", "=", filter.environment);
  if (filter.state !== undefined) query = query.where("state", "=", filter.state);
  return (await query.orderBy("id", "desc").limit(filter.limit).execute()).map(notificationOf);
}

/** Channels whose messages are tried in vain, by name. */
export async function listTroubles(db: Database): Promise<readonly ChannelTrouble[]> {
  const { rows } = await sql<{
    channel: string;
    waiting: number;
    given_up: number;
    since: Date;
    last_error: string | null;
  }>`
    select n.channel,
      count(*) filter (where n.state = 'pending') as waiting,
      count(*) filter (where n.state = 'dead') as given_up,
      min(n.created_at) as since,
      (array_agg(n.last_error order by n.id desc))[1] as last_error
    from driftwatch.notifications n
    left join (
      select channel, max(id) as id from driftwatch.notifications where state = 'delivered' group by channel
    ) arrived on arrived.channel = n.channel
    where (n.state = 'pending' and n.attempts > 0) or (n.state = 'dead' and n.id > coalesce(arrived.id, 0))
    group by n.channel
    order by n.channel`.execute(db);
  return rows.map((row) => ({
    channel: row.channel,
    waiting: row.waiting,
    givenUp: row.given_up,
    since: isoOf(row.since),
    lastError: row.last_error,
  }));
}

export async function readOutboxState(
  db: Database,
): Promise<{ readonly depth: number; readonly oldestAt: string | null; readonly dead: number }> {
  const { rows } = await sql<{ depth: number; oldest: Date | null; dead: number }>`
    select count(*) filter (where state = 'pending') as depth,
      min(created_at) filter (where state = 'pending') as oldest,
      count(*) filter (where state = 'dead') as dead
    from driftwatch.notifications`.execute(db);
  const row = rows[0];
  return { depth: row?.depth ?? 0, oldestAt: isoOf(row?.oldest ?? null), dead: row?.dead ?? 0 };
}

/** Settled ones that were written before the time go. */
export async function pruneNotifications(trx: Database, before: string): Promise<void> {
  await trx
    .deleteFrom("notifications")
    .where("state", "<>", "pending")
    .where("created_at", "<", new Date(before))
    .execute();
}

function notificationOf(row: Selectable<NotificationTable>): Notification {
  return {
    id: String(row.id),
    channel: row.channel,
    environment: row.environment,
    incidentId: row.incident_id,
    content: row.content,
    state: row.state,
    attempts: row.attempts,
    createdAt: isoOf(row.created_at),
    nextAttemptAt: isoOf(row.next_attempt_at),
    deliveredAt: isoOf(row.delivered_at),
    lastError: row.last_error,
  };
}
