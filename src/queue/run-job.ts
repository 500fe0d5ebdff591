/**
 * One attempt of a job, the same for every adapter: deadline, cancellation, and what a failure means. Never throws.
 */
import { asDriftwatchError, DriftwatchError } from "../model/errors.ts";
import type { Clock, Logger } from "../monitor/ports.ts";
import type { Job, JobPolicy } from "./jobs.ts";
import type { JobEnd, JobHandlers, WorkOptions } from "./queue.ts";

export interface Attempt {
  readonly job: Job;
  /** 1 on the first try. */
  readonly attempt: number;
  readonly policy: JobPolicy;
  /** Fired by the adapter on shutdown and when another worker has taken the job over. */
  readonly cancelled: AbortSignal;
}

export interface RunDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly handlers: JobHandlers;
  readonly options: WorkOptions;
}

const defaultNotifyDeadlineMs = 5 * 60_000;
/** A handler that does not heed its signal is left behind after this; its place is then free for others. */
const heedMs = 5_000;
const longestTimerMs = 2 ** 31 - 1;

/** Runs the handler once. The end tells whether the adapter shall try again. */
export async function runJob(deps: RunDeps, attempt: Attempt): Promise<JobEnd> {
  const { job, policy } = attempt;
  const startMs = deps.clock.now();
  const thrown = await settle(deps, attempt);
  const error = thrown === undefined ? undefined : asDriftwatchError(thrown.error);
  const end: JobEnd = {
    kind: job.kind,
    environment: environmentOf(job),
    attempt: attempt.attempt,
    durationMs: deps.clock.now() - startMs,
    error,
    willRetry: error?.retryable === true && attempt.attempt < policy.attempts,
  };
  report(deps, end);
  return end;
}

/** What the attempt failed with, or undefined. The deadline wins over whatever the handler made of its signal. */
async function settle(deps: RunDeps, attempt: Attempt): Promise<{ readonly error: unknown } | undefined> {
  const { job, cancelled } = attempt;
  let deadlineMs: number;
  try {
    deadlineMs = deadlineOf(deps, job);
  } catch (error) {
    // The job's environment is no longer configured here.
    return { error };
  }
  const controller = new AbortController();
  const cancel = (): void => controller.abort(cancelled.reason);
  const timer = setTimeout(
    () => controller.abort(deadlineError(job, deadlineMs)),
    Math.min(deadlineMs, longestTimerMs),
  );
  if (cancelled.aborted) cancel();
  cancelled.addEventListener("abort", cancel, { once: true });
  try {
    const handling = call(deps.handlers, attempt, controller.signal);
    const outcome = await Promise.race([handling, leftBehind(controller.signal)]);
    if (controller.signal.aborted) return { error: controller.signal.reason };
    return outcome;
  } finally {
    clearTimeout(timer);
    cancelled.removeEventListener("abort", cancel);
  }
}

/** Also catches what a handler throws before its first await. */
async function call(
  handlers: JobHandlers,
  { job, attempt }: Attempt,
  signal: AbortSignal,
): Promise<{ readonly error: unknown } | undefined> {
  try {
    if (job.kind === "check") await handlers.check(job.environment, signal, attempt);
    else await handlers.notify(signal);
    return undefined;
  } catch (error) {
    return { error };
  }
}

/** Resolves some time after the signal has fired. */
function leftBehind(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    const later = (): void => {
      setTimeout(resolve, heedMs, undefined).unref();
    };
    if (signal.aborted) later();
    else signal.addEventListener("abort", later, { once: true });
  });
}

function deadlineOf(deps: RunDeps, job: Job): number {
  if (job.kind === "notify") return deps.options.notifyDeadlineMs ?? defaultNotifyDeadlineMs;
  return deps.options.deadlineMs(job.environment);
}

function deadlineError(job: Job, deadlineMs: number): DriftwatchError {
  const what = job.kind === "check" ? `the check of ${job.environment}` : "the delivery of notifications";
  return new DriftwatchError("check.deadline", `${what} took longer than ${deadlineMs} ms`, {
    remedy: "Raise the environment's deadline, or narrow its scope.",
  });
}

/** The reason given to handlers whose worker is shutting down; the job is then run again elsewhere or at the next slot. */
export function cancelledError(why: string): DriftwatchError {
  return new DriftwatchError("check.cancelled", why, { retryable: true });
}

function environmentOf(job: Job): string | undefined {
  return job.kind === "check" ? job.environment : undefined;
}

function report(deps: RunDeps, end: JobEnd): void {
  const { error, ...fields } = end;
  if (error !== undefined) {
    const failure = { ...fields, code: error.code, error: error.message };
    if (error.code === "internal")
      deps.logger.error({ ...failure, stack: stackOf(error) }, "job failed by a bug");
    else deps.logger.warn(failure, "job failed");
  }
  try {
    deps.options.onEnd?.(end);
  } catch (bug) {
    // A listener's bug is no failure of the job.
    deps.logger.error({ error: asDriftwatchError(bug).message }, "listener of job ends failed");
  }
}

function stackOf(error: DriftwatchError): string | undefined {
  return error.cause instanceof Error ? error.cause.stack : error.stack;
}
