import { describe, expect, it } from "vitest";
import { jobPolicies, retryDelayMs, subjectOf } from "../../src/queue/jobs.ts";
import {
  checkJobId,
  environmentSlot,
  notifyJobId,
  offsetMs,
  sameSchedule,
  slotAt,
} from "../../src/queue/schedule.ts";

const minute = 60_000;
const shop = { name: "shop", cron: null, everyMs: 5 * minute, timezone: "UTC" };

describe("slots", () => {
  it("begin once per period, whenever in the period one looks", () => {
    const start = environmentSlot(shop, 1_764_000_000_000);
    for (const laterMs of [0, 1, minute, 5 * minute - 1]) {
      expect(environmentSlot(shop, start + laterMs)).toBe(start);
    }
    expect(environmentSlot(shop, start + 5 * minute)).toBe(start + 5 * minute);
    expect(environmentSlot(shop, start - 1)).toBe(start - 5 * minute);
  });

  it("are shifted by a part of the period that the name alone decides", () => {
    expect(offsetMs("shop", 5 * minute)).toBe(offsetMs("shop", 5 * minute));
    expect(slotAt(1_000, 300, 100)).toBe(1_000);
    expect(slotAt(999, 300, 100)).toBe(700);
  });

  it("of many environments spread over the period", () => {
    const parts = [0, 0, 0, 0];
    for (let number = 0; number < 400; number++) {
      const offset = offsetMs(`environment-${number}`, 4_000);
      expect(offset).toBeGreaterThanOrEqual(0);
      expect(offset).toBeLessThan(4_000);
      const part = Math.floor(offset / 1_000);
      parts[part] = (parts[part] ?? 0) + 1;
    }
    for (const count of parts) expect(count).toBeGreaterThan(60);
  });

  it.each([
    [{ everyMs: minute }, false],
    [{ cron: "0 3 * * *" }, false],
    [{ timezone: "Europe/Berlin" }, false],
    [{}, true],
  ])("with %j changed are the same schedule: %s", (change, same) => {
    expect(sameSchedule(shop, { ...shop, ...change })).toBe(same);
  });
});

describe("job ids", () => {
  it.each(["shop", "shop:eu", "12", "a b/c", "名", "0"])("of %j are ones that BullMQ takes", (name) => {
    const id = checkJobId(name, 1_764_000_000_000);
    expect(id).not.toContain(":");
    expect(id).not.toMatch(/^\d+$/);
    expect(subjectOf({ kind: "check", environment: name })).not.toContain(":");
  });

  it("differ between environments whose names look alike", () => {
    const names = ["a:b", "a%3Ab", "a-b", "a_b", "a/b", "a"];
    expect(new Set(names.map((name) => checkJobId(name, 1))).size).toBe(names.length);
    expect(checkJobId("a-1", 2)).not.toBe(checkJobId("a", 12));
  });

  it("name the kind", () => {
    expect(checkJobId("shop", 5)).toBe("check-shop-5");
    expect(notifyJobId(5)).toBe("notify-5");
  });
});

describe("retries of jobs", () => {
  it.each([
    [1, 5_000],
    [2, 10_000],
    [4, 40_000],
    [5, 60_000],
    [50, 60_000],
  ])("wait after attempt %d at least %d ms and at most a quarter more", (attempts, leastMs) => {
    for (const subject of ["check-a", "check-b", "check-c"]) {
      const delay = retryDelayMs(jobPolicies.check, attempts, subject);
      expect(delay).toBeGreaterThanOrEqual(leastMs);
      expect(delay).toBeLessThanOrEqual(leastMs * 1.25);
    }
  });

  it("of environments on one broken server do not come back together", () => {
    const delays = ["a", "b", "c", "d"].map((name) => retryDelayMs(jobPolicies.check, 1, `check-${name}`));
    expect(new Set(delays).size).toBe(4);
  });
});
