/**
 * PURE. When an environment is due: slots of its period, shifted by an offset that its name alone decides, so that every
 * replica finds the same slot and environments spread over the period. Job ids name environment and slot.
 */
import { createHash } from "node:crypto";
import type { Environment } from "../model/environment.ts";
import { idPart } from "./jobs.ts";

export type ScheduledEnvironment = Pick<Environment, "name" | "cron" | "everyMs" | "timezone">;

/** Milliseconds in [0, everyMs) by which an environment's slots are shifted. */
export function offsetMs(name: string, everyMs: number): number {
  const fraction = createHash("sha256").update(name).digest().readUInt32BE(0) / 2 ** 32;
  return Math.floor(fraction * everyMs);
}

/** Start of the slot that a moment falls into, in milliseconds since the epoch. */
export function slotAt(nowMs: number, everyMs: number, shiftMs: number): number {
  return Math.floor((nowMs - shiftMs) / everyMs) * everyMs + shiftMs;
}

/** Start of the periodic slot of an environment. */
export function environmentSlot(environment: ScheduledEnvironment, nowMs: number): number {
  return slotAt(nowMs, environment.everyMs, offsetMs(environment.name, environment.everyMs));
}

/**
 * "check-<environment>-<slot>": the same in every replica, without a colon and not an integer, which BullMQ refuses.
 * Slots are times, so that the ids of another period or expression are never taken for these.
 */
export function checkJobId(environment: string, slotMs: number): string {
  return `check-${idPart(environment)}-${slotMs}`;
}

export function notifyJobId(slotMs: number): string {
  return `notify-${slotMs}`;
}

/** Whether a changed configuration changes when the environment is due. */
export function sameSchedule(a: ScheduledEnvironment, b: ScheduledEnvironment): boolean {
  return a.cron === b.cron && a.everyMs === b.everyMs && a.timezone === b.timezone;
}
