/**
 * Turns time into jobs, in every replica: equal ids make the jobs of all replicas one. node-cron drives it with a task per
 * cron expression, and a beat each second drives environments with a period, deliveries, and what could not be enqueued. All state here is rebuilt from the configuration; nothing that must last is kept in the queue.
 */
import { type Logger as CronLogger, createTask, type ScheduledTask } from "node-cron";
import { cronMistake } from "../model/cron.ts";
import { asDriftwatchError, DriftwatchError } from "../model/errors.ts";
import type { Clock, Logger } from "../monitor/ports.ts";
import { settledWithin } from "./bounded.ts";
import { type Job, jobPolicies } from "./jobs.ts";
import type { QueueAdapter } from "./queue.ts";
import {
  checkJobId,
  environmentSlot,
  notifyJobId,
  type ScheduledEnvironment,
  sameSchedule,
  slotAt,
} from "./schedule.ts";

export interface SchedulerDeps {
  readonly queue: Pick<QueueAdapter, "enqueue">;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface SchedulerOptions {
  /** How often the outbox is looked at besides what checks ask for. */
  readonly deliveryEveryMs?: number;
}

export interface Scheduler {
  /**
   * Schedules these environments and no others; called again, it changes only what differs. An environment with a period
   * is due at once for its current slot. Throws DriftwatchError config.invalid for a cron expression or time zone that
   * cannot be used; nothing is changed then.
   */
  schedule(environments: readonly ScheduledEnvironment[]): void;
  /** When the environment is due next (milliseconds since the epoch), or undefined when it is not scheduled. */
  nextDueMs(environment: string): number | undefined;
  /** Stops all ticks and waits for what is being enqueued, two seconds at most. */
  stop(): Promise<void>;
}

interface Entry {
  readonly environment: ScheduledEnvironment;
  /** Present when a cron expression decides; the beat decides otherwise. */
  task: ScheduledTask | undefined;
  /** The slot that should be in the queue, the one that is, and when it was put there. */
  dueMs: number | undefined;
  enqueuedMs: number | undefined;
  enqueuedAtMs: number;
  enqueuing: boolean;
}

const defaultDeliveryEveryMs = 5_000;
const longestStopMs = 2_000;
const beatMs = 1_000;
/** How long the queue itself remembers a slot. */
const rememberMs = jobPolicies.check.rememberSeconds * 1000;

export function createScheduler(deps: SchedulerDeps, options: SchedulerOptions = {}): Scheduler {
  const entries = new Map<string, Entry>();
  const outgoing = createOutgoing(deps, () => forgetRecent(deps, entries.values()));
  const flushDelivery = createDeliveryTick(deps, outgoing, options.deliveryEveryMs ?? defaultDeliveryEveryMs);
  let beat: NodeJS.Timeout | undefined;
  let lastBeatMs = 0;

  function onBeat(): void {
    const nowMs = deps.clock.now();
    if (nowMs < lastBeatMs) startCronAnew();
    lastBeatMs = nowMs;
    for (const entry of entries.values()) {
      if (entry.task === undefined) entry.dueMs = environmentSlot(entry.environment, nowMs);
      outgoing.track(flush(deps, outgoing, entry));
    }
    outgoing.track(flushDelivery());
  }

  function onCron(name: string, date: Date): void {
    const entry = entries.get(name);
    if (entry === undefined) return;
    entry.dueMs = date.getTime();
    outgoing.track(flush(deps, outgoing, entry));
  }

  /** node-cron 4.6 waits for the moment it had in view before the clock was set back, with all that lies in between. */
  function startCronAnew(): void {
    for (const entry of entries.values()) {
      if (entry.task === undefined) continue;
      void entry.task.destroy();
      entry.task = cronTask(deps, entry.environment, onCron);
      void entry.task.start();
    }
  }

  function add(environment: ScheduledEnvironment): void {
    const task = environment.cron === null ? undefined : cronTask(deps, environment, onCron);
    const nothing = { dueMs: undefined, enqueuedMs: undefined, enqueuedAtMs: 0, enqueuing: false };
    entries.set(environment.name, { environment, task, ...nothing });
    void task?.start();
  }

  function remove(name: string): void {
    void entries.get(name)?.task?.destroy();
    entries.delete(name);
  }

  return {
    schedule(environments): void {
      for (const environment of environments) refuseUnusable(deps, environment);
      const wanted = new Map(environments.map((environment) => [environment.name, environment]));
      for (const [name, entry] of entries) {
        const next = wanted.get(name);
        if (next === undefined || !sameSchedule(entry.environment, next)) remove(name);
      }
      for (const environment of environments) if (!entries.has(environment.name)) add(environment);
      beat ??= setInterval(onBeat, beatMs);
      onBeat();
    },
    nextDueMs: (name) => nextDueMs(entries.get(name), deps.clock.now()),
    async stop(): Promise<void> {
      clearInterval(beat);
      for (const name of entries.keys()) remove(name);
      await outgoing.stop();
    },
  };
}

/** What goes to the queue, and whether the queue can be reached. */
interface Outgoing {
  /** False when the queue could not be reached or the scheduler has stopped; the beat then tries again. */
  enqueue(job: Job): Promise<boolean>;
  /** Work that `stop` waits for. */
  track(work: Promise<void>): void;
  stop(): Promise<void>;
}

function createOutgoing(deps: SchedulerDeps, onReachableAgain: () => void): Outgoing {
  const running = new Set<Promise<void>>();
  let reachable = true;
  let stopped = false;
  return {
    async enqueue(job): Promise<boolean> {
      if (stopped) return false;
      try {
        await deps.queue.enqueue(job);
      } catch (thrown) {
        // Told once per outage.
        if (reachable)
          deps.logger.error({ error: asDriftwatchError(thrown).message }, "queue cannot be reached");
        reachable = false;
        return false;
      }
      if (!reachable) {
        reachable = true;
        deps.logger.info({}, "queue can be reached again");
        onReachableAgain();
      }
      return true;
    },
    track(work): void {
      running.add(work);
      void work.finally(() => running.delete(work));
    },
    async stop(): Promise<void> {
      stopped = true;
      await settledWithin(Promise.all(running), longestStopMs);
    },
  };
}

/** A queue that was away may have lost what it was given lately. Slots that it still remembers are not run again. */
function forgetRecent(deps: SchedulerDeps, entries: Iterable<Entry>): void {
  const nowMs = deps.clock.now();
  for (const entry of entries) if (nowMs - entry.enqueuedAtMs < rememberMs) entry.enqueuedMs = undefined;
}

async function flush(deps: SchedulerDeps, outgoing: Outgoing, entry: Entry): Promise<void> {
  const { dueMs, environment } = entry;
  if (dueMs === undefined || dueMs === entry.enqueuedMs || entry.enqueuing) return;
  entry.enqueuing = true;
  const id = checkJobId(environment.name, dueMs);
  if (await outgoing.enqueue({ kind: "check", environment: environment.name, id })) {
    entry.enqueuedMs = dueMs;
    entry.enqueuedAtMs = deps.clock.now();
  }
  entry.enqueuing = false;
}

function createDeliveryTick(deps: SchedulerDeps, outgoing: Outgoing, everyMs: number): () => Promise<void> {
  let enqueuedMs: number | undefined;
  let enqueuing = false;
  return async () => {
    const slotMs = slotAt(deps.clock.now(), everyMs, 0);
    if (slotMs === enqueuedMs || enqueuing) return;
    enqueuing = true;
    if (await outgoing.enqueue({ kind: "notify", id: notifyJobId(slotMs) })) enqueuedMs = slotMs;
    enqueuing = false;
  };
}

function nextDueMs(entry: Entry | undefined, nowMs: number): number | undefined {
  if (entry === undefined) return undefined;
  if (entry.task !== undefined) return entry.task.getNextRun()?.getTime();
  return environmentSlot(entry.environment, nowMs) + entry.environment.everyMs;
}

function cronTask(
  deps: SchedulerDeps,
  { name, cron, timezone }: ScheduledEnvironment,
  onDue: (name: string, date: Date) => void,
): ScheduledTask {
  const task = createTask(cron ?? "", ({ date }) => onDue(name, date), {
    timezone,
    suppressMissedWarning: true,
    logger: cronLogger(deps.logger),
  });
  // A tick that came late, because the process was busy or asleep, is still a slot.
  task.on("execution:missed", ({ date }) => onDue(name, date));
  return task;
}

/** node-cron throws for what it cannot parse and for unknown time zones, but not for what never fires. */
function refuseUnusable(deps: SchedulerDeps, environment: ScheduledEnvironment): void {
  const { name, cron, timezone } = environment;
  if (cron === null) return;
  const remedy = "Write five fields (minute, hour, day of month, month, day of week) and an IANA time zone.";
  const mistake = cronMistake(cron);
  if (mistake !== undefined) {
    throw new DriftwatchError("config.invalid", `the cron expression of ${name}, "${cron}", ${mistake}`, {
      remedy,
    });
  }
  try {
    void cronTask(deps, environment, () => undefined).destroy();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const message = `the schedule of ${name}, "${cron}" in ${timezone}, cannot be used: ${why}`;
    throw new DriftwatchError("config.invalid", message, { remedy });
  }
}

function cronLogger(logger: Logger): CronLogger {
  const text = (message: string | Error): string => (message instanceof Error ? message.message : message);
  return {
    info: (message) => logger.debug({ detail: message }, "node-cron says"),
    debug: (message) => logger.debug({ detail: text(message) }, "node-cron says"),
    warn: (message) => logger.warn({ detail: message }, "node-cron warns"),
    error: (message) => logger.error({ detail: text(message) }, "node-cron failed"),
  };
}
