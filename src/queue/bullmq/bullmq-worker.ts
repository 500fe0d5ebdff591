/** Runs jobs from Redis through BullMQ: one BullMQ worker per job kind, so that slow checks never hold up deliveries. */
import { type Job as BullJob, DelayedError, UnrecoverableError, Worker } from "bullmq";
import type { Clock, Logger } from "../../monitor/ports.ts";
import { settledWithin } from "../bounded.ts";
import { type Job, type JobKind, type JobPolicy, jobKinds, retryDelayMs, subjectOf } from "../jobs.ts";
import {
  defaultCloseMs,
  type JobEnd,
  type JobHandlers,
  type QueueWorker,
  type WorkOptions,
} from "../queue.ts";
import { cancelledError, runJob } from "../run-job.ts";
import { acquireGuard, type Guard } from "./guard.ts";
import { connectWorker, isConnectionTrouble, type RedisClients, reasonOf } from "./redis-clients.ts";

export interface BullmqWorkerDeps {
  readonly redisUrl: string;
  readonly prefix: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly policies: Readonly<Record<JobKind, JobPolicy>>;
}

interface Run {
  readonly deps: BullmqWorkerDeps;
  readonly clients: RedisClients;
  readonly handlers: JobHandlers;
  readonly options: WorkOptions;
  readonly shutdown: AbortSignal;
}

/** A job whose subject is busy elsewhere comes back after this. */
const busyMs = 500;
const stopGraceMs = 1_000;

export function startBullmqWorker(
  deps: BullmqWorkerDeps,
  handlers: JobHandlers,
  options: WorkOptions,
): QueueWorker {
  const clients = connectWorker(deps.redisUrl, deps.logger);
  const shutdown = new AbortController();
  const run: Run = { deps, clients, handlers, options, shutdown: shutdown.signal };
  const workers = jobKinds.map((kind) => startKind(run, kind));
  let closing: Promise<void> | undefined;

  /** BullMQ's close waits for jobs, and for ever while Redis is away; so the connections are ours to cut. */
  async function close(withinMs: number): Promise<void> {
    const closed = Promise.all(workers.map((worker) => worker.close()));
    const graceMs = Math.min(stopGraceMs, withinMs / 2);
    if (!(await settledWithin(closed, withinMs - graceMs))) {
      shutdown.abort(cancelledError("the worker is shutting down"));
      await settledWithin(closed, graceMs);
    }
    clients.disconnect();
  }

  return {
    close(withinMs = defaultCloseMs): Promise<void> {
      closing ??= close(withinMs);
      return closing;
    },
  };
}

function startKind(run: Run, kind: JobKind): Worker {
  const { deps, clients, options } = run;
  const policy = deps.policies[kind];
  const logger = deps.logger.child({ queue: policy.queueName });
  const worker = new Worker(policy.queueName, (job, token) => processJob(run, kind, job, token), {
    connection: clients.main,
    prefix: deps.prefix,
    concurrency: kind === "check" ? options.concurrency : 1,
    lockDuration: policy.lockMs,
    stalledInterval: policy.stalledEveryMs,
    maxStalledCount: policy.crashes,
    runRetryDelay: 1_000,
    settings: {
      backoffStrategy: (attemptsMade, _type, _error, job) =>
        retryDelayMs(policy, attemptsMade, subjectOf(jobOf(kind, job?.data))),
    },
  });
  worker.on("error", (error) => {
    if (!isConnectionTrouble(error)) logger.warn({ error: reasonOf(error) }, "queue worker had trouble");
  });
  worker.on("stalled", (id) => logger.warn({ job: id }, "a worker crashed or froze; its job is run again"));
  worker.on("failed", (job, error) => {
    // Every other failure was told by the attempt itself.
    if (job !== undefined && error.message.includes("stalled")) {
      logger.error(
        { job: job.id, crashes: policy.crashes },
        "job given up: its workers crashed again and again",
      );
    }
  });
  return worker;
}

async function processJob(
  run: Run,
  kind: JobKind,
  bullJob: BullJob,
  token: string | undefined,
): Promise<void> {
  const { deps } = run;
  const policy = deps.policies[kind];
  const job = jobOf(kind, bullJob.data);
  const guard = await acquireGuard(run.clients.main, guardKey(deps.prefix, job), policy.lockMs);
  if (guard === undefined) return await postpone(bullJob, token, busyMs);
  const end = await runGuarded(run, guard, job, bullJob.attemptsMade + 1);
  if (end.error === undefined) return;
  if (run.shutdown.aborted && end.error.code === "check.cancelled") return await postpone(bullJob, token, 0);
  // Only the code goes to Redis: a message may name what a payload must not.
  throw end.willRetry ? new Error(end.error.code) : new UnrecoverableError(end.error.code);
}

async function runGuarded(run: Run, guard: Guard, job: Job, attempt: number): Promise<JobEnd> {
  const { deps, handlers, options } = run;
  const policy = deps.policies[job.kind];
  const cancelled = AbortSignal.any([run.shutdown, guard.lost]);
  try {
    return await runJob(
      { clock: deps.clock, logger: deps.logger, handlers, options },
      { job, attempt, policy, cancelled },
    );
  } finally {
    await guard.release();
  }
}

/** Gives the job back without counting an attempt; BullMQ wants to be told by this error. */
async function postpone(bullJob: BullJob, token: string | undefined, ms: number): Promise<never> {
  await bullJob.moveToDelayed(Date.now() + ms, token);
  throw new DelayedError();
}

function guardKey(prefix: string, job: Job): string {
  return `${prefix}:driftwatch-guard:${subjectOf(job)}`;
}

/** What enqueue wrote. Anything else in the queue is not ours and fails without a retry. */
function jobOf(kind: JobKind, data: unknown): Job {
  if (kind === "notify") return { kind };
  const environment = (data as { readonly environment?: unknown } | null)?.environment;
  if (typeof environment !== "string") throw new UnrecoverableError("the job names no environment");
  return { kind, environment };
}
