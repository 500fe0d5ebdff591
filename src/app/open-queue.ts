/** The queue: Redis where a URL is configured, else this process. */
import type { Config } from "../config/config.ts";
import type { Clock, Logger } from "../monitor/ports.ts";
import { createBullmqQueue } from "../queue/bullmq/bullmq-queue.ts";
import { createInProcessQueue } from "../queue/in-process/in-process-queue.ts";
import type { QueueAdapter } from "../queue/queue.ts";

export function openQueue(
  config: Pick<Config, "queue">,
  deps: { readonly clock: Clock; readonly logger: Logger },
): QueueAdapter {
  const { redisUrl } = config.queue;
  return redisUrl === null ? createInProcessQueue(deps) : createBullmqQueue({ ...deps, redisUrl });
}
