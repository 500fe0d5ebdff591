/**
 * What is asked for, subject by subject: at most one job of a subject waits or runs, and at most one follows it. Time and
 * order only; running jobs is the worker's.
 */
import type { Clock } from "../../monitor/ports.ts";
import { type Job, type JobKind, type JobPolicy, retryDelayMs, subjectOf } from "../jobs.ts";
import type { QueueStats } from "../queue.ts";

export interface Subject {
  readonly job: Job;
  readonly name: string;
  state: "waiting" | "active" | "delayed";
  attempt: number;
  waitingSinceMs: number;
  timer: NodeJS.Timeout | undefined;
  next: Job | undefined;
}

export interface Subjects {
  /** Takes a job in, or leaves it to the one that waits already. */
  offer(job: Job): void;
  /** Marks it as running; false when a request has taken its place meanwhile. */
  begin(subject: Subject): boolean;
  /** Another attempt later, or the end: then what was asked for meanwhile takes its turn. */
  finish(subject: Subject, end: { readonly failed: boolean; readonly willRetry: boolean }): void;
  /** Calls `start` for all that waits now and later; undefined stops that. */
  listen(start: ((subject: Subject) => void) | undefined): void;
  stats(): QueueStats;
  /** Forgets everything and takes nothing more. */
  clear(): void;
}

interface Deps {
  readonly clock: Clock;
  readonly policies: Readonly<Record<JobKind, JobPolicy>>;
}

export function createSubjects(deps: Deps): Subjects {
  const subjects = new Map<string, Subject>();
  const isRepeated = createIdMemory(deps);
  let failedUntilMs: number[] = [];
  let start: ((subject: Subject) => void) | undefined;
  let cleared = false;

  function wait(job: Job): void {
    const waitingSinceMs = deps.clock.now();
    const subject: Subject = {
      job,
      name: subjectOf(job),
      state: "waiting",
      attempt: 1,
      waitingSinceMs,
      timer: undefined,
      next: undefined,
    };
    subjects.set(subject.name, subject);
    start?.(subject);
  }

  function retry(subject: Subject): void {
    subject.state = "delayed";
    subject.timer = setTimeout(
      () => {
        subject.state = "waiting";
        subject.attempt += 1;
        subject.waitingSinceMs = deps.clock.now();
        start?.(subject);
      },
      retryDelayMs(deps.policies[subject.job.kind], subject.attempt, subject.name),
    );
  }

  return {
    offer(job): void {
      if (isRepeated(job)) return;
      const subject = subjects.get(subjectOf(job));
      if (subject === undefined) wait(job);
      else if (subject.state === "active") subject.next = job;
      else if (subject.state === "delayed" && job.kind === "check" && job.urgent === true) {
        clearTimeout(subject.timer);
        wait(job);
      }
    },
    begin(subject): boolean {
      if (subjects.get(subject.name) !== subject) return false;
      subject.state = "active";
      return true;
    },
    finish(subject, { failed, willRetry }): void {
      if (cleared) return;
      if (willRetry) {
        retry(subject);
        return;
      }
      const rememberMs = deps.policies[subject.job.kind].rememberSeconds * 1000;
      if (failed) failedUntilMs.push(deps.clock.now() + rememberMs);
      subjects.delete(subject.name);
      if (subject.next !== undefined) wait(subject.next);
    },
    listen(listener): void {
      start = listener;
      for (const subject of subjects.values()) if (subject.state === "waiting") start?.(subject);
    },
    stats(): QueueStats {
      const nowMs = deps.clock.now();
      failedUntilMs = failedUntilMs.filter((untilMs) => untilMs > nowMs);
      return statsOf([...subjects.values()], failedUntilMs.length, nowMs);
    },
    clear(): void {
      cleared = true;
      for (const subject of subjects.values()) clearTimeout(subject.timer);
      subjects.clear();
    },
  };
}

/** Tells whether a job's id was asked for before; ids are remembered as long as the job's policy says. */
function createIdMemory(deps: Deps): (job: Job) => boolean {
  // One map per kind: within it all ids are remembered equally long, so the oldest are the first to go.
  const remembered: Readonly<Record<JobKind, Map<string, number>>> = { check: new Map(), notify: new Map() };
  return (job) => {
    const nowMs = deps.clock.now();
    const ids = remembered[job.kind];
    for (const [id, untilMs] of ids) {
      if (untilMs > nowMs) break;
      ids.delete(id);
    }
    if (job.id === undefined) return false;
    if (ids.has(job.id)) return true;
    ids.set(job.id, nowMs + deps.policies[job.kind].rememberSeconds * 1000);
    return false;
  };
}

function statsOf(subjects: readonly Subject[], failed: number, nowMs: number): QueueStats {
  const count = (state: Subject["state"]): number =>
    subjects.filter((subject) => subject.state === state).length;
  const waiting = subjects.filter((subject) => subject.state === "waiting");
  const oldestMs = Math.min(nowMs, ...waiting.map((subject) => subject.waitingSinceMs));
  return {
    waiting: waiting.length,
    active: count("active"),
    delayed: count("delayed"),
    failed,
    oldestWaitingAgeSeconds: (nowMs - oldestMs) / 1000,
  };
}
