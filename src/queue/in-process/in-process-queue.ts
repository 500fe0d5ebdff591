/**
 * The queue of a single process: the same behaviour as the shared one, kept in memory. What waits or runs when the
 * process ends is gone; the scheduler asks for the current slots again at the next start.
 */
import PQueue from "p-queue";
import { DriftwatchError } from "../../model/errors.ts";
import type { Clock, Logger } from "../../monitor/ports.ts";
import { settledWithin } from "../bounded.ts";
import {
  type Job,
  type JobKind,
  type JobPolicy,
  type PolicyOverrides,
  policiesWith,
  retryDelayMs,
  subjectOf,
} from "../jobs.ts";
import {
  defaultCloseMs,
  type JobHandlers,
  type QueueAdapter,
  type QueueStats,
  type QueueWorker,
  type WorkOptions,
} from "../queue.ts";
import { cancelledError, runJob } from "../run-job.ts";

export interface InProcessDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly policies?: PolicyOverrides;
}

/** All that is asked for one subject: at most one job waits or runs, and at most one follows it. */
interface Subject {
  job: Job;
  state: "waiting" | "active" | "delayed";
  attempt: number;
  waitingSinceMs: number;
  timer: NodeJS.Timeout | undefined;
  next: Job | undefined;
}

interface State {
  readonly subjects: Map<string, Subject>;
  /** Ids already asked for, oldest first, with the time until which they are remembered. */
  readonly remembered: Readonly<Record<JobKind, Map<string, number>>>;
  /** Times until which failures are remembered. */
  failedUntilMs: number[];
  /** Set while a worker runs. */
  start: ((subject: Subject) => void) | undefined;
  closed: boolean;
}

/** Settled work is awaited this long once handlers were told to stop. */
const stopGraceMs = 1_000;

export function createInProcessQueue(deps: InProcessDeps): QueueAdapter {
  const policies = policiesWith(deps.policies);
  const state: State = {
    subjects: new Map(),
    remembered: { check: new Map(), notify: new Map() },
    failedUntilMs: [],
    start: undefined,
    closed: false,
  };
  let worker: QueueWorker | undefined;

  function wait(name: string, job: Job): void {
    const waitingSinceMs = deps.clock.now();
    const subject: Subject = {
      job,
      state: "waiting",
      attempt: 1,
      waitingSinceMs,
      timer: undefined,
      next: undefined,
    };
    state.subjects.set(name, subject);
    state.start?.(subject);
  }

  function isRepeated(job: Job): boolean {
    const nowMs = deps.clock.now();
    const remembered = state.remembered[job.kind];
    for (const [id, untilMs] of remembered) {
      if (untilMs > nowMs) break;
      remembered.delete(id);
    }
    if (job.id === undefined) return false;
    if (remembered.has(job.id)) return true;
    remembered.set(job.id, nowMs + policies[job.kind].rememberSeconds * 1000);
    return false;
  }

  /** Another attempt later, or the end: then whatever was asked for meanwhile takes its turn. */
  function finish(subject: Subject, failed: boolean, willRetry: boolean): void {
    const name = subjectOf(subject.job);
    const policy = policies[subject.job.kind];
    if (willRetry && !state.closed) {
      subject.state = "delayed";
      subject.timer = setTimeout(() => again(subject), retryDelayMs(policy, subject.attempt, name));
      return;
    }
    if (failed) state.failedUntilMs.push(deps.clock.now() + policy.rememberSeconds * 1000);
    state.subjects.delete(name);
    if (subject.next !== undefined && !state.closed) wait(name, subject.next);
  }

  function again(subject: Subject): void {
    subject.timer = undefined;
    subject.state = "waiting";
    subject.attempt += 1;
    subject.waitingSinceMs = deps.clock.now();
    state.start?.(subject);
  }

  async function stats(): Promise<QueueStats> {
    const nowMs = deps.clock.now();
    state.failedUntilMs = state.failedUntilMs.filter((untilMs) => untilMs > nowMs);
    const all = [...state.subjects.values()];
    const count = (wanted: Subject["state"]): number =>
      all.filter((subject) => subject.state === wanted).length;
    const waiting = all.filter((subject) => subject.state === "waiting");
    const oldestMs = Math.min(nowMs, ...waiting.map((subject) => subject.waitingSinceMs));
    return {
      waiting: waiting.length,
      active: count("active"),
      delayed: count("delayed"),
      failed: state.failedUntilMs.length,
      oldestWaitingAgeSeconds: (nowMs - oldestMs) / 1000,
    };
  }

  return {
    async enqueue(job): Promise<void> {
      if (state.closed) throw closedError();
      if (isRepeated(job)) return;
      const name = subjectOf(job);
      const subject = state.subjects.get(name);
      if (subject === undefined) wait(name, job);
      else if (subject.state === "active") subject.next = job;
      else if (subject.state === "delayed" && job.kind === "check" && job.urgent === true) {
        clearTimeout(subject.timer);
        wait(name, job);
      }
    },
    work(handlers, options): QueueWorker {
      if (worker !== undefined || state.closed)
        throw new Error("the in-process queue has one worker for its whole life");
      worker = startWorker(
        { clock: deps.clock, logger: deps.logger, state, finish, policies },
        handlers,
        options,
      );
      return worker;
    },
    stats,
    async ping(): Promise<void> {
      if (state.closed) throw closedError();
    },
    async warnings(): Promise<readonly string[]> {
      return [];
    },
    async close(withinMs = defaultCloseMs): Promise<void> {
      state.closed = true;
      await worker?.close(withinMs);
      for (const subject of state.subjects.values()) clearTimeout(subject.timer);
      state.subjects.clear();
    },
  };
}

interface WorkerDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly policies: Readonly<Record<JobKind, JobPolicy>>;
  readonly state: State;
  readonly finish: (subject: Subject, failed: boolean, willRetry: boolean) => void;
}

function startWorker(deps: WorkerDeps, handlers: JobHandlers, options: WorkOptions): QueueWorker {
  const { state, clock, logger } = deps;
  const cancel = new AbortController();
  const lanes: Readonly<Record<JobKind, PQueue>> = {
    check: new PQueue({ concurrency: options.concurrency }),
    notify: new PQueue({ concurrency: 1 }),
  };

  async function run(subject: Subject): Promise<void> {
    const { job, attempt } = subject;
    // A request that replaced this one while it waited for its retry took its place.
    if (state.subjects.get(subjectOf(job)) !== subject) return;
    subject.state = "active";
    const policy = deps.policies[job.kind];
    const end = await runJob(
      { clock, logger, handlers, options },
      { job, attempt, policy, cancelled: cancel.signal },
    );
    deps.finish(subject, end.error !== undefined, end.willRetry);
  }

  state.start = (subject) => {
    void lanes[subject.job.kind].add(() => run(subject));
  };
  for (const subject of state.subjects.values()) state.start(subject);

  return {
    async close(withinMs = defaultCloseMs): Promise<void> {
      state.start = undefined;
      for (const lane of Object.values(lanes)) {
        lane.pause();
        lane.clear();
      }
      const idle = Promise.all(Object.values(lanes).map((lane) => lane.onPendingZero()));
      const graceMs = Math.min(stopGraceMs, withinMs / 2);
      if (await settledWithin(idle, withinMs - graceMs)) return;
      cancel.abort(cancelledError("the worker is shutting down"));
      await settledWithin(idle, graceMs);
    },
  };
}

function closedError(): DriftwatchError {
  return new DriftwatchError("queue.unreachable", "the queue is closed", {
    remedy: "Start the program again.",
  });
}
