import { describe, expect, it } from "vitest";
import { backoffMs, nextAttempt, retryLimits } from "../../src/monitor/retry-schedule.ts";

const now = Date.parse("2026-11-21T09:00:00Z");
const busy = { kind: "retry", reason: "answered 503" } as const;

function delayOf(next: ReturnType<typeof nextAttempt>): number {
  if ("dead" in next) throw new Error(`expected another attempt, got dead: ${next.dead}`);
  return Date.parse(next.nextAttemptAt) - now;
}

describe("the retry schedule", () => {
  it.each([
    [1, 5_000],
    [2, 10_000],
    [3, 20_000],
    [5, 80_000],
    [8, 640_000],
    [9, 900_000],
    [50, 900_000],
    [99, 900_000],
  ])("waits after attempt %d at least %d ms and at most a quarter more", (attempts, leastMs) => {
    for (const seed of ["a", "b", "c", "d", "e"]) {
      const delay = delayOf(nextAttempt(attempts, busy, now, { seed }));
      expect(delay).toBeGreaterThanOrEqual(leastMs);
      expect(delay).toBeLessThanOrEqual(leastMs * 1.25);
    }
  });

  it("is the same every time for one notification and differs between notifications", () => {
    expect(backoffMs(3, "n1")).toBe(backoffMs(3, "n1"));
    const delays = ["n1", "n2", "n3", "n4", "n5"].map((seed) => backoffMs(3, seed));
    expect(new Set(delays).size).toBeGreaterThan(1);
  });

  it("never tries earlier than the far side asked for", () => {
    expect(delayOf(nextAttempt(1, { ...busy, afterMs: 3_600_000 }, now))).toBe(3_600_000);
  });

  it("never tries faster than its own schedule when the far side asks for less", () => {
    expect(delayOf(nextAttempt(4, { ...busy, afterMs: 1 }, now))).toBeGreaterThanOrEqual(40_000);
  });

  it("gives up what is dead, with its reason", () => {
    expect(nextAttempt(1, { kind: "dead", reason: "answered 404" }, now)).toEqual({ dead: "answered 404" });
  });

  it("gives up after the last attempt", () => {
    expect(nextAttempt(retryLimits.attempts - 1, busy, now)).toHaveProperty("nextAttemptAt");
    expect(nextAttempt(retryLimits.attempts, busy, now)).toEqual({
      dead: "answered 503; given up after 100 attempts",
    });
  });

  it("gives up what would be older than a day at the next attempt", () => {
    const createdAtMs = now - retryLimits.ageMs + 60_000;
    expect(nextAttempt(2, busy, now, { createdAtMs })).toHaveProperty("nextAttemptAt");
    expect(nextAttempt(20, busy, now, { createdAtMs })).toEqual({
      dead: "answered 503; given up after 20 attempts in 24 hours",
    });
  });
});
