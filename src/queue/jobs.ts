/**
 * PURE. The one page of job kinds: what each carries, how often it is tried, how long it is remembered. Payloads hold
 * environment names only: a queue's content is plain text in Redis.
 */
import { createHash } from "node:crypto";

/** Checks one environment. */
export interface CheckJob {
  readonly kind: "check";
  readonly environment: string;
  /** Deterministic for a scheduled slot, so that every replica names the same job; absent on request. */
  readonly id?: string;
  /** Does not wait for a retry's backoff: somebody asked for it now. */
  readonly urgent?: boolean;
}

/** Delivers what is due in the outbox. */
export interface NotifyJob {
  readonly kind: "notify";
  readonly id?: string;
}

export type Job = CheckJob | NotifyJob;
export type JobKind = Job["kind"];

export interface JobPolicy {
  /** Name of the queue in Redis; no colon. */
  readonly queueName: string;
  /** Times a job is run when its failure is retryable; the first one included. */
  readonly attempts: number;
  readonly firstRetryMs: number;
  readonly longestRetryMs: number;
  /** Finished jobs are remembered longer than clocks of replicas differ, so that a late one does not run a slot again. */
  readonly rememberSeconds: number;
  /** At most so many finished jobs of each outcome. */
  readonly rememberCount: number;
  /** A worker that renews nothing for so long has crashed; its job is then run again. */
  readonly lockMs: number;
  /** How often workers look for such jobs. */
  readonly stalledEveryMs: number;
  /** Crashes a job may survive before it counts as failed: it may be what crashes the workers. */
  readonly crashes: number;
}

export const jobPolicies: Readonly<Record<JobKind, JobPolicy>> = {
  check: {
    queueName: "driftwatch-check",
    attempts: 3,
    firstRetryMs: 5_000,
    longestRetryMs: 60_000,
    rememberSeconds: 900,
    rememberCount: 5_000,
    lockMs: 30_000,
    stalledEveryMs: 15_000,
    crashes: 2,
  },
  notify: {
    queueName: "driftwatch-notify",
    // The outbox holds each notification's own schedule; the next delivery tick is the retry.
    attempts: 1,
    firstRetryMs: 1_000,
    longestRetryMs: 1_000,
    rememberSeconds: 120,
    rememberCount: 500,
    // Shorter than for checks: people wait for these, and an attempt that is repeated finds its lease taken.
    lockMs: 15_000,
    stalledEveryMs: 5_000,
    crashes: 5,
  },
};

export const jobKinds = Object.keys(jobPolicies) as readonly JobKind[];

/** The table with some entries changed, e.g. shorter waits in tests. */
export type PolicyOverrides = Readonly<Partial<Record<JobKind, Partial<JobPolicy>>>>;

export function policiesWith(overrides: PolicyOverrides = {}): Readonly<Record<JobKind, JobPolicy>> {
  return {
    check: { ...jobPolicies.check, ...overrides.check },
    notify: { ...jobPolicies.notify, ...overrides.notify },
  };
}

/** Jobs with one subject never run at the same time: at most one runs and one waits. */
export function subjectOf(job: Job): string {
  return job.kind === "check" ? `check-${idPart(job.environment)}` : "notify";
}

/** A name as a part of ids: ids may not hold a colon. Different names give different parts. */
export function idPart(name: string): string {
  return encodeURIComponent(name);
}

/**
 * Milliseconds to wait after the given number of failed attempts (1 after the first): doubling, capped, plus up to a
 * quarter of jitter that depends on the subject alone, so that environments of one broken server do not return together.
 */
export function retryDelayMs(policy: JobPolicy, attemptsMade: number, subject: string): number {
  const doubled = policy.firstRetryMs * 2 ** Math.min(Math.max(0, attemptsMade - 1), 30);
  const digest = createHash("sha256").update(`${subject}:${attemptsMade}`).digest();
  return Math.round(Math.min(doubled, policy.longestRetryMs) * (1 + digest.readUInt32BE(0) / 2 ** 32 / 4));
}
