import { describe, expect, it } from "vitest";
import { createInProcessQueue } from "../../src/queue/in-process/in-process-queue.ts";
import { describeQueue } from "./contract.ts";
import { memoryLogger, until, watchedHandlers } from "./doubles.ts";

const clock = { now: Date.now };

describeQueue("in-process", async (logger, policies) => {
  const queue = createInProcessQueue({ clock, logger, policies });
  return { logger, workers: 1, replica: () => queue, close: () => queue.close(2_000) };
});

describe("the in-process queue", () => {
  it("has no warnings about its setup", async () => {
    expect(await createInProcessQueue({ clock, logger: memoryLogger() }).warnings()).toEqual([]);
  });

  it("forgets ids after their time, so that memory does not grow for ever", async () => {
    let nowMs = 0;
    const queue = createInProcessQueue({ clock: { now: () => nowMs }, logger: memoryLogger() });
    const handlers = watchedHandlers();
    queue.work(handlers, { concurrency: 1, deadlineMs: () => 1_000 });
    await queue.enqueue({ kind: "check", environment: "shop", id: "check-shop-1" });
    await until("it ran", () => handlers.checks.length === 1);
    nowMs = 899_000;
    await queue.enqueue({ kind: "check", environment: "shop", id: "check-shop-1" });
    nowMs = 901_000;
    await queue.enqueue({ kind: "check", environment: "shop", id: "check-shop-1" });
    await until("it ran again", () => handlers.checks.length === 2);
    await queue.close(1_000);
  });
});
