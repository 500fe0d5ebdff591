/** What every queue adapter must do. Both adapters pass this one suite; what differs stands in `Fixture`. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DriftwatchError } from "../../src/model/errors.ts";
import type { PolicyOverrides } from "../../src/queue/jobs.ts";
import type { JobEnd, JobHandlers, QueueAdapter, WorkOptions } from "../../src/queue/queue.ts";
import { createJobQueue } from "../../src/queue/queue.ts";
import { checkJobId } from "../../src/queue/schedule.ts";
import { aDoor, type MemoryLogger, memoryLogger, pause, until, watchedHandlers } from "./doubles.ts";
import { quickPolicies } from "./policies.ts";

export interface Fixture {
  /**
   * The queue as one replica sees it. Adapters that share nothing between processes give the same one every time.
   * Everything is closed by `close`.
   */
  replica(): QueueAdapter;
  /** Workers that may run at the same time. */
  readonly workers: number;
  readonly logger: MemoryLogger;
  close(): Promise<void>;
}

/** Retries come late enough to be seen waiting on a busy machine. */
const lateRetryMs = 1_000;
const lateRetries: PolicyOverrides = {
  ...quickPolicies,
  check: { ...quickPolicies.check, firstRetryMs: lateRetryMs, longestRetryMs: lateRetryMs },
};

type Start = (logger: MemoryLogger, policies: PolicyOverrides) => Promise<Fixture>;

export function describeQueue(name: string, start: Start): void {
  describe(`the ${name} queue, as every queue,`, () => {
    let fixture: Fixture;
    let ends: JobEnd[];

    beforeEach(async () => {
      ends = [];
      fixture = await start(memoryLogger(), quickPolicies);
    });
    afterEach(async () => {
      await fixture.close();
    });

    function work(handlers: JobHandlers, options: Partial<WorkOptions> = {}): void {
      for (let worker = 0; worker < fixture.workers; worker++) {
        fixture.replica().work(handlers, {
          concurrency: 4,
          deadlineMs: () => 30_000,
          onEnd: (end) => ends.push(end),
          ...options,
        });
      }
    }

    async function idle(queue: QueueAdapter): Promise<void> {
      await until("the queue is idle", async () => {
        const { waiting, active, delayed } = await queue.stats();
        return waiting + active + delayed === 0;
      });
    }

    /** Runs one check of "shop" that fails and is not to be tried again. */
    async function failForGood(): Promise<{
      readonly queue: QueueAdapter;
      readonly handlers: ReturnType<typeof watchedHandlers>;
    }> {
      const handlers = watchedHandlers(async () => {
        throw new DriftwatchError("read.forbidden", "a privilege is missing");
      });
      work(handlers);
      const queue = fixture.replica();
      await queue.enqueue({ kind: "check", environment: "shop" });
      await until("it failed", () => ends.length === 1);
      await idle(queue);
      return { queue, handlers };
    }

    it("runs what is asked for, with the environment's name and attempt 1", async () => {
      const handlers = watchedHandlers();
      work(handlers);
      const queue = fixture.replica();
      await queue.enqueue({ kind: "check", environment: "shop: eu/1" });
      await queue.enqueue({ kind: "notify" });
      await until("both ran", () => handlers.checks.length === 1 && handlers.notifications === 1);
      expect(handlers.checks[0]).toMatchObject({ environment: "shop: eu/1", attempt: 1 });
    });

    it("keeps what was asked for before a worker came", async () => {
      const queue = fixture.replica();
      await queue.enqueue({ kind: "check", environment: "shop" });
      expect(await queue.stats()).toMatchObject({ waiting: 1, active: 0 });
      const handlers = watchedHandlers();
      work(handlers);
      await until("it ran", () => handlers.checks.length === 1);
    });

    it("makes one run of a slot that every replica asks for, early or late", async () => {
      const handlers = watchedHandlers();
      work(handlers);
      const replicas = [fixture.replica(), fixture.replica(), fixture.replica()];
      const id = checkJobId("shop", 1_764_000_000_000);
      await Promise.all(replicas.map((queue) => queue.enqueue({ kind: "check", environment: "shop", id })));
      await until("it ran", () => handlers.checks.length > 0);
      await idle(fixture.replica());
      await Promise.all(replicas.map((queue) => queue.enqueue({ kind: "check", environment: "shop", id })));
      await pause(150);
      expect(handlers.checks).toHaveLength(1);
    });

    it("runs the next slot again", async () => {
      const handlers = watchedHandlers();
      work(handlers);
      const queue = fixture.replica();
      for (const slot of [1000, 2000, 3000]) {
        await queue.enqueue({ kind: "check", environment: "shop", id: checkJobId("shop", slot) });
        await idle(queue);
      }
      expect(handlers.checks).toHaveLength(3);
    });

    it("runs one check per environment at a time, and different environments side by side", async () => {
      const handlers = watchedHandlers(() => pause(60));
      work(handlers);
      const queue = fixture.replica();
      for (let slot = 1; slot <= 5; slot++) {
        for (const environment of ["a", "b", "c"]) {
          await queue.enqueue({ kind: "check", environment, id: checkJobId(environment, slot) });
        }
        await pause(25);
      }
      await idle(queue);
      expect(handlers.most.perEnvironment).toBe(1);
      expect(handlers.most.overall).toBeGreaterThan(1);
    });

    it("runs no more checks at a time than it may", async () => {
      const handlers = watchedHandlers(() => pause(40));
      work(handlers, { concurrency: 2 });
      const queue = fixture.replica();
      for (let number = 0; number < 12; number++) {
        await queue.enqueue({ kind: "check", environment: `environment-${number}` });
      }
      await until("all ran", () => handlers.checks.filter((call) => call.ended).length === 12);
      expect(handlers.most.overall).toBeLessThanOrEqual(2 * fixture.workers);
    });

    it("follows a running check with exactly one more, however often it is asked for meanwhile", async () => {
      const door = aDoor();
      const handlers = watchedHandlers(() => door.opened);
      work(handlers);
      const queue = createJobQueue(fixture.replica(), fixture.logger);
      await queue.requestCheck("shop", "manual");
      await until("it runs", () => handlers.checks.length === 1);
      for (let time = 0; time < 5; time++) await queue.requestCheck("shop", "manual");
      await pause(100);
      expect(handlers.checks).toHaveLength(1);
      door.open();
      await idle(fixture.replica());
      expect(handlers.checks).toHaveLength(2);
    });

    it("lets requests that come while one waits be served by that one", async () => {
      const queue = fixture.replica();
      for (let time = 0; time < 5; time++) await queue.enqueue({ kind: "check", environment: "shop" });
      const handlers = watchedHandlers();
      work(handlers);
      await idle(queue);
      expect(handlers.checks).toHaveLength(1);
    });

    it("delivers notifications while checks take all places", async () => {
      const door = aDoor();
      const handlers = watchedHandlers(() => door.opened);
      work(handlers, { concurrency: 1 });
      const queue = fixture.replica();
      for (const environment of ["a", "b", "c"]) await queue.enqueue({ kind: "check", environment });
      await until("checks run", () => handlers.checks.length >= 1);
      await queue.enqueue({ kind: "notify" });
      await until("it was delivered", () => handlers.notifications === 1);
      door.open();
    });

    it("tries a retryable failure again with growing pauses, and gives up after the last attempt", async () => {
      const startsMs: number[] = [];
      const handlers = watchedHandlers(async () => {
        startsMs.push(performance.now());
        throw new DriftwatchError("connection.refused", "nothing listens", { retryable: true });
      });
      work(handlers);
      const queue = fixture.replica();
      await queue.enqueue({ kind: "check", environment: "shop" });
      await until("it was given up", async () => (await queue.stats()).failed === 1);
      expect(handlers.checks.map((call) => call.attempt)).toEqual([1, 2, 3]);
      expect((startsMs[1] ?? 0) - (startsMs[0] ?? 0)).toBeGreaterThanOrEqual(95);
      expect((startsMs[2] ?? 0) - (startsMs[1] ?? 0)).toBeGreaterThanOrEqual(195);
      expect(ends.map((end) => end.willRetry)).toEqual([true, true, false]);
    });

    it("stops trying once an attempt succeeds", async () => {
      const handlers = watchedHandlers(async ({ attempt }) => {
        if (attempt < 2) throw new DriftwatchError("connection.lost", "it broke", { retryable: true });
      });
      work(handlers);
      const queue = fixture.replica();
      await queue.enqueue({ kind: "check", environment: "shop" });
      await until("it succeeded", () => ends.length === 2);
      await idle(queue);
      expect(await queue.stats()).toMatchObject({ failed: 0 });
      expect(ends.map((end) => end.error?.code)).toEqual(["connection.lost", undefined]);
    });

    it("does not try again what is not retryable", async () => {
      const handlers = watchedHandlers(async () => {
        throw new DriftwatchError("connection.authentication", "the password is wrong");
      });
      work(handlers);
      const queue = fixture.replica();
      await queue.enqueue({ kind: "check", environment: "shop" });
      await until("it failed", async () => (await queue.stats()).failed === 1);
      await pause(300);
      expect(handlers.checks).toHaveLength(1);
    });

    it("runs a manual request at once although a retry is still to come, and once only", async () => {
      await fixture.close();
      fixture = await start(memoryLogger(), lateRetries);
      let broken = true;
      const handlers = watchedHandlers(async () => {
        if (broken) throw new DriftwatchError("connection.refused", "nothing listens", { retryable: true });
      });
      work(handlers);
      const queue = fixture.replica();
      await queue.enqueue({ kind: "check", environment: "shop" });
      await until("it waits for its retry", async () => (await queue.stats()).delayed === 1);
      broken = false;
      await queue.enqueue({ kind: "check", environment: "shop", urgent: true });
      await until("the request ran", () => handlers.checks.length === 2);
      // A retry comes up to a quarter later.
      await pause(lateRetryMs * 1.25 + 200);
      expect(handlers.checks.map((call) => call.attempt)).toEqual([1, 1]);
    });

    it("runs an environment again after its job failed for good", async () => {
      const { queue, handlers } = await failForGood();
      await queue.enqueue({ kind: "check", environment: "shop" });
      await until("it ran again", () => handlers.checks.length === 2);
    });

    it.each([
      ["heeds its signal", (signal: AbortSignal) => until("aborted", () => signal.aborted)],
      [
        "throws the signal's reason",
        async (signal: AbortSignal) => {
          await until("aborted", () => signal.aborted);
          signal.throwIfAborted();
        },
      ],
    ])("fails a job at its deadline when the handler %s", async (_how, body) => {
      const handlers = watchedHandlers(({ signal }) => body(signal));
      work(handlers, { deadlineMs: (environment) => (environment === "slow" ? 150 : 30_000) });
      const queue = fixture.replica();
      await queue.enqueue({ kind: "check", environment: "slow" });
      await until("it failed", async () => (await queue.stats()).failed === 1);
      expect(handlers.checks).toHaveLength(1);
      expect(handlers.checks[0]?.signal.reason).toMatchObject({ code: "check.deadline" });
      expect(ends.map((end) => end.error?.code)).toEqual(["check.deadline"]);
      expect(ends[0]?.durationMs).toBeLessThan(5_000);
    });

    const bugs: readonly [string, (call: { signal: AbortSignal }) => Promise<void>][] = [
      ["throws a TypeError", async () => (undefined as unknown as { x: () => void }).x()],
      ["throws a string", () => Promise.reject("oops")],
      ["throws nothing at all", () => Promise.reject(undefined)],
      [
        "throws before it is asynchronous",
        () => {
          throw new RangeError("sync");
        },
      ],
    ];

    it.each(bugs)("goes on working when a handler %s", async (_how, body) => {
      const handlers = watchedHandlers(async (call) => {
        if (call.environment === "buggy") await body(call);
      });
      work(handlers);
      const queue = fixture.replica();
      await queue.enqueue({ kind: "check", environment: "buggy" });
      await until("it failed", () => ends.length === 1);
      expect(ends[0]).toMatchObject({ environment: "buggy", willRetry: false, error: { code: "internal" } });
      await queue.enqueue({ kind: "check", environment: "healthy" });
      await until("the next one ran", () => handlers.checks.some((call) => call.environment === "healthy"));
    });

    it("fails the job of an environment that is no longer configured, and goes on working", async () => {
      const handlers = watchedHandlers();
      work(handlers, {
        deadlineMs: (environment) => {
          if (environment !== "known")
            throw new DriftwatchError("environment.unknown", "no such environment");
          return 30_000;
        },
      });
      const queue = fixture.replica();
      await queue.enqueue({ kind: "check", environment: "removed" });
      await until("it failed", () => ends.length === 1);
      expect(ends[0]).toMatchObject({ willRetry: false, error: { code: "environment.unknown" } });
      await queue.enqueue({ kind: "check", environment: "known" });
      await until("the next one ran", () => handlers.checks.length === 1);
      expect(handlers.checks[0]).toMatchObject({ environment: "known" });
    });

    it("takes many environments that are due at one moment", async () => {
      const warnings: string[] = [];
      const listen = (warning: Error): void => void warnings.push(warning.message);
      process.on("warning", listen);
      const handlers = watchedHandlers();
      work(handlers);
      const queue = fixture.replica();
      const names = Array.from({ length: 100 }, (_, number) => `environment-${number}`);
      await Promise.all(names.map((environment) => queue.enqueue({ kind: "check", environment })));
      await until("all ran", () => handlers.checks.length === 100);
      await pause(20);
      process.off("warning", listen);
      expect(warnings).toEqual([]);
    });

    it("goes on working when a listener of job ends throws", async () => {
      const handlers = watchedHandlers();
      work(handlers, {
        onEnd: () => {
          throw new Error("a listener's bug");
        },
      });
      const queue = fixture.replica();
      await queue.enqueue({ kind: "check", environment: "a" });
      await idle(queue);
      await queue.enqueue({ kind: "check", environment: "b" });
      await until("both ran", () => handlers.checks.length === 2);
      expect(await queue.stats()).toMatchObject({ failed: 0 });
    });

    it("tells how many jobs wait and run, and for how long the oldest has waited", async () => {
      const door = aDoor();
      const queue = fixture.replica();
      expect(await queue.stats()).toMatchObject({ waiting: 0, active: 0, oldestWaitingAgeSeconds: 0 });
      await queue.enqueue({ kind: "check", environment: "first" });
      await pause(300);
      await queue.enqueue({ kind: "check", environment: "second" });
      const before = await queue.stats();
      expect(before).toMatchObject({ waiting: 2, active: 0, delayed: 0, failed: 0 });
      expect(before.oldestWaitingAgeSeconds).toBeGreaterThanOrEqual(0.29);
      expect(before.oldestWaitingAgeSeconds).toBeLessThan(5);
      work(watchedHandlers(() => door.opened));
      await until("both run", async () => (await queue.stats()).active === 2);
      door.open();
      await idle(queue);
    });

    it("waits at its close for what runs", async () => {
      const handlers = watchedHandlers(() => pause(300));
      const queue = fixture.replica();
      const worker = queue.work(handlers, { concurrency: 1, deadlineMs: () => 30_000 });
      await queue.enqueue({ kind: "check", environment: "shop" });
      await until("it runs", () => handlers.checks.length === 1);
      await worker.close(5_000);
      expect(handlers.checks[0]).toMatchObject({ ended: true });
      expect(handlers.checks[0]?.signal.aborted).toBe(false);
    });

    it("tells what runs too long to stop, and closes within its bound all the same", async () => {
      const handlers = watchedHandlers(() => new Promise<void>(() => undefined));
      const queue = fixture.replica();
      const worker = queue.work(handlers, { concurrency: 1, deadlineMs: () => 30_000 });
      await queue.enqueue({ kind: "check", environment: "shop" });
      await until("it runs", () => handlers.checks.length === 1);
      const startMs = performance.now();
      await worker.close(800);
      // Without a bound of its own it would be ten seconds.
      expect(performance.now() - startMs).toBeLessThan(5_000);
      expect(handlers.checks[0]?.signal.reason).toMatchObject({ code: "check.cancelled" });
    });

    it("takes nothing new once its worker is closed", async () => {
      const handlers = watchedHandlers();
      const queue = fixture.replica();
      const worker = queue.work(handlers, { concurrency: 1, deadlineMs: () => 30_000 });
      await worker.close(2_000);
      await queue.enqueue({ kind: "check", environment: "shop" });
      await pause(150);
      expect(handlers.checks).toHaveLength(0);
      expect(await queue.stats()).toMatchObject({ waiting: 1 });
    });

    it("refuses jobs once it is closed, and can be closed twice", async () => {
      const queue = fixture.replica();
      await queue.ping();
      await queue.close(2_000);
      await queue.close(2_000);
      await expect(queue.enqueue({ kind: "notify" })).rejects.toMatchObject({ code: "queue.unreachable" });
      await expect(queue.ping()).rejects.toMatchObject({ code: "queue.unreachable" });
    });

    it("does not fail a recorded check because delivery could not be requested", async () => {
      const adapter = fixture.replica();
      await adapter.close(2_000);
      await createJobQueue(adapter, fixture.logger).requestDelivery();
      expect(fixture.logger.lines.map((line) => line.message)).toContain("delivery could not be requested");
    });

    it("tells failures once, with a code and never twice", async () => {
      await failForGood();
      const told = fixture.logger.lines.filter((line) => line.message === "job failed");
      expect(told).toHaveLength(1);
      expect(told[0]).toMatchObject({
        level: "warn",
        fields: { environment: "shop", code: "read.forbidden" },
      });
    });
  });
}
