/**
 * The queue that replicas share: BullMQ on Redis. Deduplication by subject gives at most one running and one waiting job;
 * deterministic ids make the ticks of all replicas one. Nothing here must outlive Redis: the scheduler asks again.
 */
import type { Queue } from "bullmq";
import type { Clock, Logger } from "../../monitor/ports.ts";
import { settledWithin } from "../bounded.ts";
import { type Job, jobKinds, type PolicyOverrides, policiesWith, subjectOf } from "../jobs.ts";
import { defaultCloseMs, type QueueAdapter, type QueueStats, type QueueWorker } from "../queue.ts";
import { createProducer, type Producer, unreachable } from "./bullmq-producer.ts";
import { startBullmqWorker } from "./bullmq-worker.ts";

export interface BullmqDeps {
  /** redis:// or rediss://, with its password; a secret. */
  readonly redisUrl: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly policies?: PolicyOverrides;
  /** Beginning of all keys in Redis; "bull" when absent, which BullMQ's tools and KEDA's examples expect. */
  readonly prefix?: string;
}

export function createBullmqQueue(deps: BullmqDeps): QueueAdapter {
  const { redisUrl, clock, logger, prefix = "bull" } = deps;
  const policies = policiesWith(deps.policies);
  const producer = createProducer({ redisUrl, prefix, logger, policies });
  const workers: QueueWorker[] = [];
  let closed = false;

  return {
    enqueue: (job) => producer.command(() => add(producer, job)),
    work(handlers, options): QueueWorker {
      if (closed) throw unreachable("the queue is closed");
      const worker = startBullmqWorker({ redisUrl, prefix, clock, logger, policies }, handlers, options);
      workers.push(worker);
      return worker;
    },
    stats: () => producer.command(() => statsOfAll(producer, clock.now())),
    async ping(): Promise<void> {
      await producer.command(() => producer.redis.ping());
    },
    async warnings(): Promise<readonly string[]> {
      const policy = await producer.command(() => evictionPolicy(producer));
      if (!isUnsafe(policy)) return [];
      return [
        `Redis may evict jobs under memory pressure: its maxmemory-policy is ${policy}. Set it to noeviction (CONFIG SET maxmemory-policy noeviction, and in its configuration).`,
      ];
    },
    async close(withinMs = defaultCloseMs): Promise<void> {
      closed = true;
      await settledWithin(Promise.all(workers.map((worker) => worker.close(withinMs))), withinMs);
      producer.close();
    },
  };
}

async function add(producer: Producer, job: Job): Promise<void> {
  const queue = await producer.queueOf(job.kind);
  const urgent = job.kind === "check" && job.urgent === true;
  await queue.add(job.kind, job.kind === "check" ? { environment: job.environment } : {}, {
    ...(job.id === undefined ? {} : { jobId: job.id }),
    // `replace` takes the place of a job that waits for its retry; it does nothing to one that waits or runs.
    deduplication: { id: subjectOf(job), keepLastIfActive: true, ...(urgent ? { replace: true } : {}) },
  });
}

/** Unknown where a hosted Redis does not tell. */
async function evictionPolicy(producer: Producer): Promise<string | undefined> {
  const info = await producer.redis.info("memory");
  return /^maxmemory_policy:(\S+)/m.exec(info)?.[1];
}

function isUnsafe(policy: string | undefined): boolean {
  return policy !== undefined && policy !== "noeviction";
}

async function statsOfAll(producer: Producer, nowMs: number): Promise<QueueStats> {
  const kinds = await Promise.all(jobKinds.map(async (kind) => statsOf(await producer.queueOf(kind), nowMs)));
  const sum = (pick: (stats: QueueStats) => number): number =>
    kinds.reduce((total, stats) => total + pick(stats), 0);
  return {
    waiting: sum((stats) => stats.waiting),
    active: sum((stats) => stats.active),
    delayed: sum((stats) => stats.delayed),
    failed: sum((stats) => stats.failed),
    oldestWaitingAgeSeconds: Math.max(...kinds.map((stats) => stats.oldestWaitingAgeSeconds)),
    evictionPolicyUnsafe: isUnsafe(await evictionPolicy(producer)),
  };
}

async function statsOf(queue: Queue, nowMs: number): Promise<QueueStats> {
  const counts = await queue.getJobCounts("wait", "active", "delayed", "failed");
  const [oldest] = await queue.getJobs(["wait"], 0, 0, true);
  return {
    waiting: counts.wait ?? 0,
    active: counts.active ?? 0,
    delayed: counts.delayed ?? 0,
    failed: counts.failed ?? 0,
    oldestWaitingAgeSeconds: oldest === undefined ? 0 : Math.max(0, (nowMs - oldest.timestamp) / 1000),
  };
}
