/**
 * The queue that replicas share: BullMQ on Redis. Deduplication by subject gives at most one running and one waiting job;
 * deterministic ids make the ticks of all replicas one. Nothing here must outlive Redis: the scheduler asks again.
 */
import { Queue } from "bullmq";
import { DriftwatchError } from "../../model/errors.ts";
import type { Clock, Logger } from "../../monitor/ports.ts";
import { settledWithin, within } from "../bounded.ts";
import {
  type Job,
  type JobKind,
  type JobPolicy,
  jobKinds,
  type PolicyOverrides,
  policiesWith,
  subjectOf,
} from "../jobs.ts";
import { defaultCloseMs, type QueueAdapter, type QueueStats, type QueueWorker } from "../queue.ts";
import { startBullmqWorker } from "./bullmq-worker.ts";
import { connectProducer, isConnectionTrouble, reasonOf } from "./redis-clients.ts";

export interface BullmqDeps {
  /** redis:// or rediss://, with its password; a secret. */
  readonly redisUrl: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly policies?: PolicyOverrides;
  /** Beginning of all keys in Redis; "bull" when absent, which BullMQ's tools and KEDA's examples expect. */
  readonly prefix?: string;
}

/** A first connection may take this long; a lost one that is being restored, too. */
const readyMs = 2_000;
const commandMs = 5_000;

export function createBullmqQueue(deps: BullmqDeps): QueueAdapter {
  const prefix = deps.prefix ?? "bull";
  const policies = policiesWith(deps.policies);
  const producer = connectProducer(deps.redisUrl, deps.logger);
  const queues = new Map<JobKind, Promise<Queue>>();
  const workers: QueueWorker[] = [];
  let closed = false;

  /** Runs a command; whatever goes wrong is queue.unreachable, soon. */
  async function command<T>(work: () => Promise<T>): Promise<T> {
    if (closed) throw unreachable("the queue is closed");
    const late = (): Error => new Error(`no answer within ${commandMs} ms`);
    try {
      await ready();
      return await within(work(), commandMs, late);
    } catch (error) {
      throw error instanceof DriftwatchError ? error : unreachable(reasonOf(error), error);
    }
  }

  async function ready(): Promise<void> {
    if (producer.main.status === "ready") return;
    let listener: (() => void) | undefined;
    const arrived = new Promise<void>((resolve) => {
      listener = resolve;
      producer.main.once("ready", resolve);
    });
    try {
      await within(arrived, readyMs, () => new Error("there is no connection"));
    } finally {
      if (listener !== undefined) producer.main.off("ready", listener);
    }
  }

  /** Made only on a living connection: a BullMQ queue whose first command fails stays broken for ever. */
  function queueOf(kind: JobKind): Promise<Queue> {
    const known = queues.get(kind);
    if (known !== undefined) return known;
    const made = openQueue(kind);
    queues.set(kind, made);
    made.catch(() => queues.delete(kind));
    return made;
  }

  async function openQueue(kind: JobKind): Promise<Queue> {
    const policy = policies[kind];
    const queue = new Queue(policy.queueName, {
      connection: producer.main,
      prefix,
      defaultJobOptions: keep(policy),
    });
    queue.on("error", (error) => {
      if (!isConnectionTrouble(error)) deps.logger.warn({ error: reasonOf(error) }, "queue had trouble");
    });
    await queue.waitUntilReady();
    return queue;
  }

  async function add(job: Job): Promise<void> {
    const queue = await queueOf(job.kind);
    const urgent = job.kind === "check" && job.urgent === true;
    await queue.add(job.kind, job.kind === "check" ? { environment: job.environment } : {}, {
      ...(job.id === undefined ? {} : { jobId: job.id }),
      // `replace` takes the place of a job that waits for its retry; it does nothing to one that waits or runs.
      deduplication: { id: subjectOf(job), keepLastIfActive: true, ...(urgent ? { replace: true } : {}) },
    });
  }

  async function evictionPolicy(): Promise<string | undefined> {
    const info = await producer.main.info("memory");
    return /^maxmemory_policy:(\S+)/m.exec(info)?.[1];
  }

  async function stats(): Promise<QueueStats> {
    const kinds = await Promise.all(
      jobKinds.map(async (kind) => statsOf(await queueOf(kind), deps.clock.now())),
    );
    const sum = (pick: (entry: QueueStats) => number): number =>
      kinds.reduce((total, entry) => total + pick(entry), 0);
    const policy = await evictionPolicy();
    return {
      waiting: sum((entry) => entry.waiting),
      active: sum((entry) => entry.active),
      delayed: sum((entry) => entry.delayed),
      failed: sum((entry) => entry.failed),
      oldestWaitingAgeSeconds: Math.max(...kinds.map((entry) => entry.oldestWaitingAgeSeconds)),
      evictionPolicyUnsafe: policy !== undefined && policy !== "noeviction",
    };
  }

  return {
    enqueue: (job) => command(() => add(job)),
    work(handlers, options): QueueWorker {
      if (closed) throw unreachable("the queue is closed");
      const { redisUrl, clock, logger } = deps;
      const worker = startBullmqWorker({ redisUrl, prefix, clock, logger, policies }, handlers, options);
      workers.push(worker);
      return worker;
    },
    stats: () => command(stats),
    async ping(): Promise<void> {
      await command(() => producer.main.ping());
    },
    async warnings(): Promise<readonly string[]> {
      const policy = await command(evictionPolicy);
      if (policy === undefined || policy === "noeviction") return [];
      return [
        `Redis may evict jobs under memory pressure: its maxmemory-policy is ${policy}. Set it to noeviction (CONFIG SET maxmemory-policy noeviction, and in its configuration).`,
      ];
    },
    async close(withinMs = defaultCloseMs): Promise<void> {
      closed = true;
      await settledWithin(Promise.all(workers.map((worker) => worker.close(withinMs))), withinMs);
      // Queue.close of BullMQ 6 can reject unheard while Redis is away; its connection is ours, so cutting it is enough.
      producer.disconnect();
    },
  };
}

function keep(policy: JobPolicy): {
  readonly attempts: number;
  readonly backoff: { readonly type: string };
  readonly removeOnComplete: { readonly age: number; readonly count: number };
  readonly removeOnFail: { readonly age: number; readonly count: number };
  readonly stackTraceLimit: number;
} {
  const kept = { age: policy.rememberSeconds, count: policy.rememberCount };
  return {
    attempts: policy.attempts,
    backoff: { type: "custom" },
    removeOnComplete: kept,
    removeOnFail: kept,
    stackTraceLimit: 0,
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

function unreachable(why: string, cause?: unknown): DriftwatchError {
  return new DriftwatchError("queue.unreachable", `the queue in Redis cannot be reached: ${why}`, {
    retryable: true,
    remedy: "Check that Redis runs and that queue.redisUrl names it with the right user and password.",
    ...(cause === undefined ? {} : { cause }),
  });
}
