import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Job } from "../../src/queue/jobs.ts";
import { offsetMs, type ScheduledEnvironment } from "../../src/queue/schedule.ts";
import { createScheduler, type Scheduler } from "../../src/queue/scheduler.ts";
import { type MemoryLogger, memoryLogger } from "./doubles.ts";

const start = Date.parse("2026-11-21T09:00:00.000Z");

function environment(overrides: Partial<ScheduledEnvironment> = {}): ScheduledEnvironment {
  return { name: "shop", cron: null, everyMs: 10_000, timezone: "UTC", ...overrides };
}

describe("the scheduler", () => {
  let jobs: Job[];
  let broken: boolean;
  let logger: MemoryLogger;
  let scheduler: Scheduler;

  beforeEach(() => {
    vi.useFakeTimers({ now: start });
    jobs = [];
    broken = false;
    logger = memoryLogger();
    scheduler = aScheduler();
  });
  afterEach(async () => {
    await scheduler.stop();
    vi.useRealTimers();
  });

  function aScheduler(): Scheduler {
    const queue = {
      enqueue: async (job: Job): Promise<void> => {
        if (broken) throw new Error("there is no connection");
        jobs.push(job);
      },
    };
    return createScheduler({ queue, clock: { now: () => Date.now() }, logger }, { deliveryEveryMs: 5_000 });
  }

  function checks(name = "shop"): (string | undefined)[] {
    return jobs.filter((job) => job.kind === "check" && job.environment === name).map((job) => job.id);
  }

  it("asks for the current slot at once, so that a new environment does not wait for its period", async () => {
    scheduler.schedule([environment({ everyMs: 86_400_000 })]);
    await vi.advanceTimersByTimeAsync(10);
    expect(checks()).toHaveLength(1);
  });

  it("asks once per slot, at the environment's own offset", async () => {
    scheduler.schedule([environment()]);
    await vi.advanceTimersByTimeAsync(60_000);
    const ids = checks();
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBe(7);
    const slot = Number(ids[1]?.split("-").at(-1));
    expect((slot - offsetMs("shop", 10_000)) % 10_000).toBe(0);
  });

  it("gives the same ids in every replica, whenever each of them started", async () => {
    scheduler.schedule([environment()]);
    await vi.advanceTimersByTimeAsync(23_000);
    const first = checks();
    jobs = [];
    const other = aScheduler();
    other.schedule([environment()]);
    await vi.advanceTimersByTimeAsync(20_000);
    await other.stop();
    const seen = new Set(checks());
    expect(checks().length).toBeGreaterThan(seen.size);
    expect([...seen].some((id) => first.includes(id))).toBe(true);
  });

  it("asks for deliveries all the time", async () => {
    scheduler.schedule([]);
    await vi.advanceTimersByTimeAsync(20_000);
    const ids = jobs.filter((job) => job.kind === "notify").map((job) => job.id);
    expect(ids).toHaveLength(5);
    expect(new Set(ids).size).toBe(5);
  });

  it.each([
    ["back", -3_600_000],
    ["forward", 3_600_000],
  ])("goes on at once when the clock is set %s by an hour", async (_way, byMs) => {
    scheduler.schedule([environment()]);
    await vi.advanceTimersByTimeAsync(30_000);
    vi.setSystemTime(Date.now() + byMs);
    jobs = [];
    await vi.advanceTimersByTimeAsync(30_000);
    expect(checks().length).toBeGreaterThanOrEqual(3);
    expect(jobs.filter((job) => job.kind === "notify").length).toBeGreaterThanOrEqual(5);
  });

  it("keeps to a cron expression when the clock is set back", async () => {
    scheduler.schedule([environment({ cron: "*/10 * * * *" })]);
    await vi.advanceTimersByTimeAsync(605_000);
    expect(checks()).toHaveLength(1);
    vi.setSystemTime(Date.now() - 3_600_000);
    await vi.advanceTimersByTimeAsync(1_205_000);
    expect(checks().length).toBeGreaterThanOrEqual(2);
  });

  it("follows a cron expression in its time zone, and not before", async () => {
    scheduler.schedule([environment({ cron: "30 10 * * *", timezone: "Europe/Berlin" })]);
    await vi.advanceTimersByTimeAsync(29 * 60_000);
    expect(checks()).toEqual([]);
    expect(scheduler.nextDueMs("shop")).toBe(Date.parse("2026-11-21T09:30:00Z"));
    await vi.advanceTimersByTimeAsync(2 * 60_000);
    expect(checks()).toEqual([`check-shop-${Date.parse("2026-11-21T09:30:00Z")}`]);
  });

  it("takes cron expressions with seconds", async () => {
    scheduler.schedule([environment({ cron: "*/20 * * * * *" })]);
    await vi.advanceTimersByTimeAsync(60_500);
    expect(checks()).toHaveLength(3);
  });

  it("tells when an environment is due next", () => {
    scheduler.schedule([environment()]);
    const next = scheduler.nextDueMs("shop") ?? 0;
    expect(next).toBeGreaterThan(start);
    expect(next).toBeLessThanOrEqual(start + 10_000);
    expect(scheduler.nextDueMs("unheard-of")).toBeUndefined();
  });

  it("asks again until the queue can be reached, tells the outage once and its end", async () => {
    broken = true;
    scheduler.schedule([environment({ everyMs: 3_600_000 })]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(jobs).toEqual([]);
    expect(logger.lines.filter((line) => line.level === "error")).toHaveLength(1);
    broken = false;
    await vi.advanceTimersByTimeAsync(2_500);
    expect(checks().length).toBeGreaterThanOrEqual(1);
    expect(new Set(checks()).size).toBe(1);
    expect(logger.lines.map((line) => line.message)).toContain("queue can be reached again");
  });

  it("does not lose a cron slot that came while the queue was away", async () => {
    scheduler.schedule([environment({ cron: "30 9 * * *" })]);
    await vi.advanceTimersByTimeAsync(29 * 60_000);
    broken = true;
    await vi.advanceTimersByTimeAsync(2 * 60_000);
    expect(checks()).toEqual([]);
    broken = false;
    await vi.advanceTimersByTimeAsync(2_500);
    expect(new Set(checks())).toEqual(new Set([`check-shop-${Date.parse("2026-11-21T09:30:00Z")}`]));
  });

  it("changes only what a new configuration changes", async () => {
    scheduler.schedule([
      environment(),
      environment({ name: "gone" }),
      environment({ name: "faster", everyMs: 3_600_000 }),
    ]);
    await vi.advanceTimersByTimeAsync(100);
    jobs = [];
    scheduler.schedule([
      environment(),
      environment({ name: "faster", everyMs: 1_000 }),
      environment({ name: "new" }),
    ]);
    await vi.advanceTimersByTimeAsync(10);
    expect(checks("shop")).toEqual([]);
    expect(checks("new")).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(checks("gone")).toEqual([]);
    expect(checks("faster").length).toBeGreaterThanOrEqual(10);
  });

  it("lets a cron expression take the place of a period", async () => {
    scheduler.schedule([environment()]);
    await vi.advanceTimersByTimeAsync(100);
    scheduler.schedule([environment({ cron: "0 23 * * *" })]);
    jobs = [];
    await vi.advanceTimersByTimeAsync(60_000);
    expect(checks()).toEqual([]);
  });

  it.each([
    ["61 * * * *", "UTC", /cron expression of shop, "61 \* \* \* \*"/],
    ["0 0 30 2 *", "UTC", /never fires/],
    ["* * * *", "UTC", /has 4 fields/],
    ["0 3 * * *", "Mars/Olympus", /Mars\/Olympus.*cannot be used/],
  ])("refuses %j in %s and goes on as before", async (cron, timezone, message) => {
    scheduler.schedule([environment({ name: "old" })]);
    expect(() => scheduler.schedule([environment({ cron, timezone })])).toThrow(message);
    jobs = [];
    await vi.advanceTimersByTimeAsync(20_000);
    expect(checks("old")).toHaveLength(2);
    expect(checks("shop")).toEqual([]);
  });

  it("asks for nothing more once it is stopped", async () => {
    scheduler.schedule([environment(), environment({ name: "cronned", cron: "* * * * * *" })]);
    await vi.advanceTimersByTimeAsync(2_000);
    await scheduler.stop();
    jobs = [];
    await vi.advanceTimersByTimeAsync(60_000);
    expect(jobs).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
