/** A worker process that takes a check, tells its parent, and never ends it: the parent kills it. Args: Redis URL, prefix. */
import { createBullmqQueue } from "../../src/queue/bullmq/bullmq-queue.ts";
import { memoryLogger } from "./doubles.ts";
import { quickPolicies } from "./policies.ts";

const [redisUrl = "", prefix = ""] = process.argv.slice(2);
const queue = createBullmqQueue({
  redisUrl,
  prefix,
  clock: { now: Date.now },
  logger: memoryLogger(),
  policies: quickPolicies,
});
queue.work(
  {
    check: (environment) => {
      process.send?.(environment);
      return new Promise<void>(() => undefined);
    },
    notify: async () => undefined,
  },
  { concurrency: 1, deadlineMs: () => 600_000 },
);
