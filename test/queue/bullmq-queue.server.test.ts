import { fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createBullmqQueue } from "../../src/queue/bullmq/bullmq-queue.ts";
import type { QueueAdapter } from "../../src/queue/queue.ts";
import { createScheduler } from "../../src/queue/scheduler.ts";
import { redisMissing, sharedRedis, startRedis, type TestRedis } from "../support/redis.ts";
import { describeQueue } from "./contract.ts";
import { aDoor, type MemoryLogger, memoryLogger, pause, until, watchedHandlers } from "./doubles.ts";
import { quickPolicies } from "./policies.ts";

const clock = { now: Date.now };
const options = { concurrency: 4, deadlineMs: () => 30_000 };

function aPrefix(): string {
  return `test-${randomBytes(6).toString("hex")}`;
}

async function removeKeys(url: string, prefix: string): Promise<void> {
  const client = new Redis(url);
  const keys = await client.keys(`${prefix}:*`);
  if (keys.length > 0) await client.del(...keys);
  client.disconnect();
}

let shared: Awaited<ReturnType<typeof sharedRedis>>;
beforeAll(async () => {
  shared = await sharedRedis();
});
afterAll(async () => {
  await shared.close();
});

describeQueue("bullmq", async (logger, policies) => {
  const prefix = aPrefix();
  const adapters: QueueAdapter[] = [];
  return {
    logger,
    workers: 3,
    replica(): QueueAdapter {
      const adapter = createBullmqQueue({
        redisUrl: shared.url,
        clock,
        logger,
        policies,
        prefix,
      });
      adapters.push(adapter);
      return adapter;
    },
    async close(): Promise<void> {
      await Promise.all(adapters.map((adapter) => adapter.close(2_000)));
      await removeKeys(shared.url, prefix);
    },
  };
});

describe("the bullmq queue", () => {
  let logger: MemoryLogger;
  let prefix: string;
  const adapters: QueueAdapter[] = [];

  function replica(url: string = shared.url): QueueAdapter {
    const adapter = createBullmqQueue({ redisUrl: url, clock, logger, policies: quickPolicies, prefix });
    adapters.push(adapter);
    return adapter;
  }

  beforeEach(() => {
    logger = memoryLogger();
    prefix = aPrefix();
  });
  afterEach(async () => {
    await Promise.all(adapters.splice(0).map((adapter) => adapter.close(2_000)));
    await removeKeys(shared.url, prefix);
  });

  it("runs the job of a worker process that was killed again, in another", async () => {
    const program = fileURLToPath(new URL("crashing-worker.ts", import.meta.url));
    const child = fork(program, [shared.url, prefix], { execArgv: ["--import", "tsx"] });
    const started = new Promise((resolve) => child.once("message", resolve));
    const queue = replica();
    await queue.enqueue({ kind: "check", environment: "shop" });
    expect(await started).toBe("shop");
    const exited = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await exited;
    const handlers = watchedHandlers();
    queue.work(handlers, options);
    await until("it ran again", () => handlers.checks.length === 1);
    expect(handlers.checks[0]).toMatchObject({ environment: "shop" });
  });

  it("gives a check that a closing worker had to cut off to another worker", async () => {
    const stuck = watchedHandlers(() => new Promise<void>(() => undefined));
    const first = replica();
    const worker = first.work(stuck, options);
    await first.enqueue({ kind: "check", environment: "shop" });
    await until("it runs", () => stuck.checks.length === 1);
    const heeding = watchedHandlers();
    replica().work(heeding, options);
    await worker.close(600);
    await until("another worker ran it", () => heeding.checks.length === 1);
  });

  it("gives back what a closing worker told to stop, without counting an attempt or a failure", async () => {
    const stopped = watchedHandlers(
      ({ signal }) => until("told to stop", () => signal.aborted),
      (signal) => until("told to stop", () => signal.aborted),
    );
    const first = replica();
    const worker = first.work(stopped, options);
    await first.enqueue({ kind: "check", environment: "shop" });
    await first.enqueue({ kind: "notify" });
    await until("both run", () => stopped.checks.length === 1 && stopped.notifications === 1);
    await worker.close(1_500);
    expect(await first.stats()).toMatchObject({ active: 0, failed: 0 });
    const handlers = watchedHandlers();
    replica().work(handlers, options);
    await until(
      "another worker ran both",
      () => handlers.checks.length === 1 && handlers.notifications === 1,
    );
    expect(handlers.checks[0]).toMatchObject({ attempt: 1 });
  });

  it("never runs two checks of one environment, even when Redis forgets that one runs", async () => {
    const door = aDoor();
    const handlers = watchedHandlers(() => door.opened);
    for (let worker = 0; worker < 3; worker++) replica().work(handlers, options);
    const queue = replica();
    await queue.enqueue({ kind: "check", environment: "shop" });
    await until("it runs", () => handlers.checks.length === 1);
    // What a flush, an eviction or a restart without persistence leaves behind: the guard alone, taken back by its owner.
    const client = new Redis(shared.url);
    await removeKeys(shared.url, `${prefix}:driftwatch-check`);
    client.disconnect();
    await queue.enqueue({ kind: "check", environment: "shop" });
    await pause(700);
    expect(handlers.checks).toHaveLength(1);
    door.open();
    await until("the second ran after the first", () => handlers.checks.length === 2);
    expect(handlers.most.perEnvironment).toBe(1);
  });

  it("stops a frozen worker's check when another worker has taken it over", async () => {
    const handlers = watchedHandlers(({ signal }) => until("told to stop", () => signal.aborted));
    const queue = replica();
    queue.work(handlers, options);
    await queue.enqueue({ kind: "check", environment: "shop" });
    await until("it runs", () => handlers.checks.length === 1);
    const client = new Redis(shared.url);
    await client.set(`${prefix}:driftwatch-guard:check-shop`, "another worker", "PX", 3_000);
    client.disconnect();
    await until("the first was told to stop", () => handlers.checks[0]?.ended === true);
    expect(handlers.checks[0]?.signal.reason).toMatchObject({ code: "check.cancelled" });
  });

  it("puts nothing but environment names and error codes into Redis", async () => {
    const handlers = watchedHandlers(async () => {
      throw new Error("connect to postgres://app:hunter2@db/shop failed");
    });
    const queue = replica();
    queue.work(handlers, options);
    await queue.enqueue({ kind: "check", environment: "shop" });
    await until("it failed", async () => (await queue.stats()).failed === 1);
    const client = new Redis(shared.url);
    const [key] = await client.keys(`${prefix}:driftwatch-check:1`);
    const stored =
      JSON.stringify(await client.hgetall(key ?? "")) +
      JSON.stringify(await client.xrange(`${prefix}:driftwatch-check:events`, "-", "+"));
    client.disconnect();
    expect(stored).toContain("internal");
    expect(stored).toContain('{\\"environment\\":\\"shop\\"}');
    expect(stored).not.toContain("hunter2");
    expect(stored).not.toContain("postgres://");
  });

  it("fails a foreign job without stopping", async () => {
    const handlers = watchedHandlers();
    const queue = replica();
    queue.work(handlers, options);
    const client = new Redis(shared.url, { maxRetriesPerRequest: null });
    const foreign = new Queue("driftwatch-check", { connection: client, prefix });
    await foreign.add("check", { nonsense: true });
    await until("it failed", async () => (await queue.stats()).failed === 1);
    await queue.enqueue({ kind: "check", environment: "shop" });
    await until("ours ran", () => handlers.checks.length === 1);
    await foreign.close();
    client.disconnect();
  });

  it("remembers finished slots, but not without end", async () => {
    const queue = createBullmqQueue({
      redisUrl: shared.url,
      clock,
      logger,
      prefix,
      policies: { check: { rememberCount: 3 } },
    });
    adapters.push(queue);
    const handlers = watchedHandlers();
    queue.work(handlers, options);
    for (let slot = 1; slot <= 6; slot++) {
      await queue.enqueue({ kind: "check", environment: "shop", id: `check-shop-${slot}` });
      await until("it ran", () => handlers.checks.filter((call) => call.ended).length === slot);
      await until("it is finished", async () => (await queue.stats()).active === 0);
    }
    const client = new Redis(shared.url);
    expect(await client.zcard(`${prefix}:driftwatch-check:completed`)).toBe(3);
    client.disconnect();
  });

  it("makes the ticks of three replicas one run per slot", async () => {
    const handlers = watchedHandlers();
    const environment = { name: "shop", cron: null, everyMs: 2_000, timezone: "UTC" };
    const schedulers = [0, 1, 2].map(() => {
      const queue = replica();
      queue.work(handlers, options);
      return createScheduler({ queue, clock, logger }, { deliveryEveryMs: 2_000 });
    });
    const startMs = Date.now();
    for (const scheduler of schedulers) scheduler.schedule([environment]);
    await pause(6_500);
    await until("each slot was run", () => handlers.checks.length >= 3);
    await Promise.all(schedulers.map((scheduler) => scheduler.stop()));
    const slots = (Date.now() - startMs) / 2_000;
    expect(handlers.checks.length).toBeLessThanOrEqual(Math.ceil(slots) + 1);
    expect(handlers.notifications).toBeLessThanOrEqual(Math.ceil(slots) + 1);
  });
});

const describeOwnRedis = redisMissing === undefined ? describe : describe.skip;

describeOwnRedis(
  `the bullmq queue and its Redis${redisMissing === undefined ? "" : ` (skipped: ${redisMissing})`}`,
  () => {
    let redis: TestRedis;
    let logger: MemoryLogger;
    let queue: QueueAdapter;

    beforeEach(async () => {
      redis = await startRedis();
      logger = memoryLogger();
      queue = createBullmqQueue({ redisUrl: redis.url, clock, logger, policies: quickPolicies });
    });
    afterEach(async () => {
      await queue.close(2_000);
      await redis.close();
    });

    it("goes on after Redis was killed and came back empty", async () => {
      const handlers = watchedHandlers();
      queue.work(handlers, options);
      await queue.enqueue({ kind: "check", environment: "before" });
      await until("it ran", () => handlers.checks.length === 1);
      await redis.kill();
      await expect(queue.enqueue({ kind: "check", environment: "during" })).rejects.toMatchObject({
        code: "queue.unreachable",
        retryable: true,
      });
      await redis.start();
      await until("the queue answers", () =>
        queue.ping().then(
          () => true,
          () => false,
        ),
      );
      await queue.enqueue({ kind: "check", environment: "after" });
      await until("it ran", () => handlers.checks.some((call) => call.environment === "after"));
      await queue.enqueue({ kind: "notify" });
      await until("it delivered", () => handlers.notifications === 1);
    });

    it("lets a check that runs while Redis is away end in peace, and works on", async () => {
      const door = aDoor();
      const handlers = watchedHandlers(({ environment }) =>
        environment === "long" ? door.opened : Promise.resolve(),
      );
      queue.work(handlers, options);
      await queue.enqueue({ kind: "check", environment: "long" });
      await until("it runs", () => handlers.checks.length === 1);
      await redis.kill();
      await pause(300);
      await redis.start();
      await pause(300);
      door.open();
      await until("it ended", () => handlers.checks[0]?.ended === true);
      expect(handlers.checks[0]?.signal.aborted).toBe(false);
      await until("the queue answers", () =>
        queue.ping().then(
          () => true,
          () => false,
        ),
      );
      await queue.enqueue({ kind: "check", environment: "long" });
      await until("the same environment is checked again", () => handlers.checks.length === 2);
    });

    it("fails soon and in words while Redis is away, and tells an outage once", async () => {
      await queue.ping();
      await redis.kill();
      for (let time = 0; time < 3; time++) {
        const startMs = performance.now();
        await expect(queue.stats()).rejects.toMatchObject({ code: "queue.unreachable" });
        expect(performance.now() - startMs).toBeLessThan(15_000);
      }
      const lost = (): number =>
        logger.lines.filter((line) => line.message === "Redis connection lost").length;
      // The socket's end is noticed by the next attempt to connect, which may come after the first commands failed.
      await until("the outage was told", () => lost() > 0);
      await pause(1_000);
      expect(lost()).toBe(1);
      await redis.start();
      await until("the end was told", () =>
        logger.lines.some((line) => line.message === "Redis connection restored"),
      );
    });

    it("closes within its bound while Redis is away, with a check still running", async () => {
      const handlers = watchedHandlers(() => new Promise<void>(() => undefined));
      const worker = queue.work(handlers, options);
      await queue.enqueue({ kind: "check", environment: "shop" });
      await until("it runs", () => handlers.checks.length === 1);
      await redis.kill();
      await pause(200);
      const startMs = performance.now();
      await worker.close(1_000);
      await queue.close(1_000);
      expect(performance.now() - startMs).toBeLessThan(8_000);
      expect(handlers.checks[0]?.signal.aborted).toBe(true);
    });

    it("starts while Redis is away and works once it is there", async () => {
      await redis.kill();
      const early = createBullmqQueue({ redisUrl: redis.url, clock, logger, policies: quickPolicies });
      const handlers = watchedHandlers();
      early.work(handlers, options);
      await expect(early.enqueue({ kind: "check", environment: "shop" })).rejects.toMatchObject({
        code: "queue.unreachable",
      });
      await redis.start();
      await until("a job is taken", () =>
        early.enqueue({ kind: "check", environment: "shop" }).then(
          () => true,
          () => false,
        ),
      );
      await until("it ran", () => handlers.checks.length === 1);
      await early.close(2_000);
    });

    it("says the current slot again to a Redis that came back empty", async () => {
      const environment = { name: "shop", cron: null, everyMs: 3_600_000, timezone: "UTC" };
      const scheduler = createScheduler({ queue, clock, logger }, { deliveryEveryMs: 1_000 });
      scheduler.schedule([environment]);
      await until("the slot waits", async () => (await queue.stats()).waiting === 2);
      await redis.kill();
      await until("the outage was noticed", () =>
        logger.lines.some((line) => line.message === "queue cannot be reached"),
      );
      await redis.start();
      const handlers = watchedHandlers();
      queue.work(handlers, options);
      await until("the slot ran", () => handlers.checks.length === 1);
      await scheduler.stop();
    });

    it("holds no password in what it says of a Redis that refuses it", async () => {
      const guarded = await startRedis();
      const admin = new Redis(guarded.url);
      await admin.config("SET", "requirepass", "right-secret");
      const url = guarded.url.replace("redis://", "redis://:wrong-hunter2@");
      const refused = createBullmqQueue({ redisUrl: url, clock, logger, policies: quickPolicies });
      const failure = await refused.ping().then(
        () => "no failure",
        (error: unknown) => error,
      );
      expect(failure).toMatchObject({ code: "queue.unreachable" });
      expect(String(failure) + JSON.stringify(logger.lines)).not.toContain("hunter2");
      await refused.close(1_000);
      admin.disconnect();
      await guarded.close();
    });

    it("warns of an eviction policy under which Redis may lose jobs, and says so in its stats", async () => {
      expect(await queue.warnings()).toEqual([]);
      expect(await queue.stats()).toMatchObject({ evictionPolicyUnsafe: false });
      const admin = new Redis(redis.url);
      await admin.config("SET", "maxmemory-policy", "allkeys-lru");
      admin.disconnect();
      expect(await queue.warnings()).toEqual([
        expect.stringContaining("maxmemory-policy is allkeys-lru") as string,
      ]);
      expect(await queue.stats()).toMatchObject({ evictionPolicyUnsafe: true });
    });
  },
);
