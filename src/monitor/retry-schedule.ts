/**
 * PURE. When a notification that was not delivered is tried again, and when it is given up. Waits double from 5 seconds
 * to 15 minutes; jitter comes from a digest, so that the same notification always gets the same schedule.
 */
import { createHash } from "node:crypto";
import type { Delivery } from "../model/notification.ts";

export const retryLimits = {
  firstDelayMs: 5_000,
  longestDelayMs: 15 * 60_000,
  attempts: 100,
  ageMs: 24 * 3_600_000,
} as const;

/** `seed` tells notifications apart (their id); `createdAtMs` bounds the age, which is unbounded without it. */
export interface RetryContext {
  readonly seed?: string;
  readonly createdAtMs?: number;
}

export type NextAttempt = { readonly nextAttemptAt: string } | { readonly dead: string };

/**
 * `attempts` counts those already made, this one included (1 after the first). `nextAttemptAt` is ISO 8601, never
 * earlier than the far side asked for. `dead` holds the reason.
 */
export function nextAttempt(
  attempts: number,
  delivery: Exclude<Delivery, { readonly kind: "delivered" }>,
  nowMs: number,
  context: RetryContext = {},
): NextAttempt {
  if (delivery.kind === "dead") return { dead: delivery.reason };
  if (attempts >= retryLimits.attempts) {
    return { dead: `${delivery.reason}; given up after ${attempts} attempts` };
  }
  const atMs = nowMs + Math.max(delivery.afterMs ?? 0, backoffMs(attempts, context.seed ?? ""));
  if (context.createdAtMs !== undefined && atMs - context.createdAtMs > retryLimits.ageMs) {
    return {
      dead: `${delivery.reason}; given up after ${attempts} attempts in ${retryLimits.ageMs / 3_600_000} hours`,
    };
  }
  return { nextAttemptAt: new Date(Math.ceil(atMs)).toISOString() };
}

/** Milliseconds to wait after the given number of attempts: doubling, capped, plus up to a quarter of jitter. */
export function backoffMs(attempts: number, seed: string): number {
  const doubled = retryLimits.firstDelayMs * 2 ** Math.min(Math.max(0, attempts - 1), 30);
  const base = Math.min(doubled, retryLimits.longestDelayMs);
  return Math.round(base * (1 + fraction(`${seed}:${attempts}`) / 4));
}

/** A number in [0, 1) that depends on the text alone. */
function fraction(text: string): number {
  return createHash("sha256").update(text).digest().readUInt32BE(0) / 2 ** 32;
}
