/**
 * Delivers what is due in the outbox. Channels run side by side, so that a dead one never holds up another; within one
 * channel the order is kept. Delivery is at least once: a notification is settled only after the far side answered.
 */
import { asDriftwatchError } from "../model/errors.ts";
import type { Delivery, Notification } from "../model/notification.ts";
import type { Channel, Clock, Logger, MonitorStore, Telemetry } from "./ports.ts";
import { nextAttempt } from "./retry-schedule.ts";

export interface NotifyDeps {
  readonly store: MonitorStore;
  readonly channels: readonly Channel[];
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly logger: Logger;
}

/** How long a claimed notification belongs to one worker; longer than any channel's timeout. */
const leaseMs = 60_000;
/** One at a time: ten slow answers in a row would outlast the lease. */
const claimSize = 1;

/** Delivers until nothing is due or the signal fires; returns how many attempts were made. */
export async function deliverDue(deps: NotifyDeps, signal: AbortSignal): Promise<number> {
  const names = new Set(deps.channels.map((channel) => channel.name));
  const pending = await deps.store.notifications({ state: "pending", limit: 1000 });
  for (const { channel } of pending) names.add(channel);
  const attempts = await Promise.all([...names].map((name) => deliverTo(deps, name, signal)));
  return attempts.reduce((sum, count) => sum + count, 0);
}

async function deliverTo(deps: NotifyDeps, name: string, signal: AbortSignal): Promise<number> {
  const channel = deps.channels.find((candidate) => candidate.name === name);
  let attempts = 0;
  while (!signal.aborted) {
    const now = isoNow(deps);
    const due = await deps.store.claimNotifications({ now, limit: claimSize, leaseMs, channel: name });
    if (due.length === 0) break;
    for (const notification of due) {
      await attempt(deps, channel, notification, signal);
      attempts += 1;
    }
  }
  return attempts;
}

async function attempt(
  deps: NotifyDeps,
  channel: Channel | undefined,
  notification: Notification,
  signal: AbortSignal,
): Promise<void> {
  const start = deps.clock.now();
  const delivery = await deliver(channel, notification, signal);
  const end = deps.clock.now();
  deps.telemetry.delivery(notification.channel, delivery.kind, (end - start) / 1000);
  const fields = {
    notification: notification.id,
    channel: notification.channel,
    environment: notification.environment,
    reason: notification.content.reason,
  };
  const at = new Date(end).toISOString();
  if (delivery.kind === "retry") {
    const next = nextAttempt(notification.attempts + 1, delivery, end, {
      seed: notification.id,
      createdAtMs: Date.parse(notification.createdAt),
    });
    if ("nextAttemptAt" in next) {
      deps.logger.warn(
        { ...fields, error: delivery.reason, next: next.nextAttemptAt },
        "notification will be retried",
      );
      await deps.store.settleNotification(notification.id, delivery, at, next.nextAttemptAt);
      return;
    }
    const dead: Delivery = { kind: "dead", reason: next.dead };
    deps.logger.error({ ...fields, error: next.dead }, "notification given up");
    await deps.store.settleNotification(notification.id, dead, at, null);
    return;
  }
  if (delivery.kind === "dead")
    deps.logger.error({ ...fields, error: delivery.reason }, "notification given up");
  else deps.logger.info(fields, "notification delivered");
  await deps.store.settleNotification(notification.id, delivery, at, null);
}

async function deliver(
  channel: Channel | undefined,
  notification: Notification,
  signal: AbortSignal,
): Promise<Delivery> {
  if (channel === undefined) return { kind: "dead", reason: "the channel is no longer configured" };
  try {
    return await channel.deliver(notification.content, signal);
  } catch (thrown) {
    // A channel that throws has a bug; the notification waits for the next attempt and the others go on.
    return { kind: "retry", reason: asDriftwatchError(thrown).message };
  }
}

function isoNow(deps: { readonly clock: Clock }): string {
  return new Date(deps.clock.now()).toISOString();
}
