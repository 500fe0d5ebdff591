/**
 * The queue of a single process: the same behaviour as the shared one, kept in memory. What waits or runs when the
 * process ends is gone; the scheduler asks for the current slots again at the next start.
 */
import PQueue from "p-queue";
import { DriftwatchError } from "../../model/errors.ts";
import type { Clock, Logger } from "../../monitor/ports.ts";
import { settledWithin } from "../bounded.ts";
import { type JobKind, type JobPolicy, type PolicyOverrides, policiesWith } from "../jobs.ts";
import {
  defaultCloseMs,
  type JobHandlers,
  type QueueAdapter,
  type QueueStats,
  type QueueWorker,
  type WorkOptions,
} from "../queue.ts";
import { cancelledError, runJob } from "../run-job.ts";
import { createSubjects, type Subject, type Subjects } from "./subjects.ts";

export interface InProcessDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly policies?: PolicyOverrides;
}

/** Settled work is awaited this long once handlers were told to stop. */
const stopGraceMs = 1_000;

/** It has one worker for its whole life: more of them in one process would only be more concurrency. */
export function createInProcessQueue(deps: InProcessDeps): QueueAdapter {
  const { clock, logger } = deps;
  const policies = policiesWith(deps.policies);
  const subjects = createSubjects({ clock, policies });
  let worker: QueueWorker | undefined;
  let closed = false;

  function refuseWhenClosed(): void {
    if (!closed) return;
    throw new DriftwatchError("queue.unreachable", "the queue is closed", {
      remedy: "Start the program again.",
    });
  }

  return {
    async enqueue(job): Promise<void> {
      refuseWhenClosed();
      subjects.offer(job);
    },
    work(handlers, options): QueueWorker {
      refuseWhenClosed();
      if (worker !== undefined) throw new Error("the in-process queue already has its worker");
      worker = startWorker({ clock, logger, policies, subjects }, handlers, options);
      return worker;
    },
    async stats(): Promise<QueueStats> {
      refuseWhenClosed();
      return subjects.stats();
    },
    async ping(): Promise<void> {
      refuseWhenClosed();
    },
    async warnings(): Promise<readonly string[]> {
      return [];
    },
    async close(withinMs = defaultCloseMs): Promise<void> {
      closed = true;
      await worker?.close(withinMs);
      subjects.clear();
    },
  };
}

interface WorkerDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly policies: Readonly<Record<JobKind, JobPolicy>>;
  readonly subjects: Subjects;
}

function startWorker(deps: WorkerDeps, handlers: JobHandlers, options: WorkOptions): QueueWorker {
  const { clock, logger, policies, subjects } = deps;
  const cancel = new AbortController();
  const lanes: Readonly<Record<JobKind, PQueue>> = {
    check: new PQueue({ concurrency: options.concurrency }),
    notify: new PQueue({ concurrency: 1 }),
  };
  const all = Object.values(lanes);

  async function run(subject: Subject): Promise<void> {
    if (!subjects.begin(subject)) return;
    const { job, attempt } = subject;
    const end = await runJob(
      { clock, logger, handlers, options },
      { job, attempt, policy: policies[job.kind], cancelled: cancel.signal },
    );
    subjects.finish(subject, { failed: end.error !== undefined, willRetry: end.willRetry });
  }

  async function close(withinMs: number): Promise<void> {
    subjects.listen(undefined);
    for (const lane of all) {
      lane.pause();
      lane.clear();
    }
    const idle = Promise.all(all.map((lane) => lane.onPendingZero()));
    const graceMs = Math.min(stopGraceMs, withinMs / 2);
    if (await settledWithin(idle, withinMs - graceMs)) return;
    cancel.abort(cancelledError("the worker is shutting down"));
    await settledWithin(idle, graceMs);
  }

  subjects.listen((subject) => void lanes[subject.job.kind].add(() => run(subject)));
  let closing: Promise<void> | undefined;
  return {
    close(withinMs = defaultCloseMs): Promise<void> {
      closing ??= close(withinMs);
      return closing;
    },
  };
}
