/**
 * Turns time into jobs, in every replica: equal ids make the jobs of all replicas one. node-cron drives it: a task per
 * cron expression, and a beat each second for environments with a period, for deliveries, and for what could not be
 * enqueued. All state here is rebuilt from the configuration; nothing that must last is kept in the queue.
 */
import { type Logger as CronLogger, createTask, type ScheduledTask } from "node-cron";
import { cronMistake } from "../model/cron.ts";
import { asDriftwatchError, DriftwatchError } from "../model/errors.ts";
import type { Clock, Logger } from "../monitor/ports.ts";
import type { Job } from "./jobs.ts";
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
  readonly task: ScheduledTask | undefined;
  /** The slot that is in the queue, and the one that should be. */
  enqueuedMs: number | undefined;
  dueMs: number | undefined;
  enqueuing: boolean;
}

const defaultDeliveryEveryMs = 5_000;
const longestStopMs = 2_000;

export function createScheduler(deps: SchedulerDeps, options: SchedulerOptions = {}): Scheduler {
  const deliveryEveryMs = options.deliveryEveryMs ?? defaultDeliveryEveryMs;
  const entries = new Map<string, Entry>();
  const running = new Set<Promise<void>>();
  const delivery = { enqueuedMs: -1, enqueuing: false };
  let beat: ScheduledTask | undefined;
  let reachable = true;
  let stopped = false;

  function onReachableAgain(): void {
    deps.logger.info({}, "queue can be reached again");
    reachable = true;
    // A queue that was away may have lost what it held. Slots whose jobs it still knows are not run again.
    for (const entry of entries.values()) entry.enqueuedMs = undefined;
  }

  async function enqueue(job: Job): Promise<boolean> {
    try {
      await deps.queue.enqueue(job);
      if (!reachable) onReachableAgain();
      return true;
    } catch (thrown) {
      // Told once per outage; the beat tries again each second.
      if (reachable)
        deps.logger.error({ error: asDriftwatchError(thrown).message }, "queue cannot be reached");
      reachable = false;
      return false;
    }
  }

  function track(work: Promise<void>): void {
    running.add(work);
    void work.finally(() => running.delete(work));
  }

  async function flush(entry: Entry): Promise<void> {
    const { dueMs, environment } = entry;
    if (dueMs === undefined || dueMs === entry.enqueuedMs || entry.enqueuing || stopped) return;
    entry.enqueuing = true;
    const id = checkJobId(environment.name, dueMs);
    if (await enqueue({ kind: "check", environment: environment.name, id })) entry.enqueuedMs = dueMs;
    entry.enqueuing = false;
  }

  async function flushDelivery(): Promise<void> {
    const slotMs = slotAt(deps.clock.now(), deliveryEveryMs, 0);
    if (slotMs === delivery.enqueuedMs || delivery.enqueuing || stopped) return;
    delivery.enqueuing = true;
    if (await enqueue({ kind: "notify", id: notifyJobId(slotMs) })) delivery.enqueuedMs = slotMs;
    delivery.enqueuing = false;
  }

  function onBeat(): void {
    for (const entry of entries.values()) {
      if (entry.task === undefined) entry.dueMs = environmentSlot(entry.environment, deps.clock.now());
      track(flush(entry));
    }
    track(flushDelivery());
  }

  function onCron(name: string, date: Date): void {
    const entry = entries.get(name);
    if (entry === undefined) return;
    entry.dueMs = date.getTime();
    track(flush(entry));
  }

  function add(environment: ScheduledEnvironment): void {
    const task = environment.cron === null ? undefined : cronTask(deps, environment, onCron);
    entries.set(environment.name, {
      environment,
      task,
      enqueuedMs: undefined,
      dueMs: undefined,
      enqueuing: false,
    });
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
      beat ??= startBeat(deps, onBeat);
      onBeat();
    },
    nextDueMs(name): number | undefined {
      const entry = entries.get(name);
      if (entry === undefined) return undefined;
      if (entry.task !== undefined) return entry.task.getNextRun()?.getTime();
      return environmentSlot(entry.environment, deps.clock.now()) + entry.environment.everyMs;
    },
    async stop(): Promise<void> {
      stopped = true;
      void beat?.destroy();
      for (const name of entries.keys()) remove(name);
      const timeout = new Promise((resolve) => setTimeout(resolve, longestStopMs).unref());
      await Promise.race([Promise.all(running), timeout]);
    },
  };
}

function startBeat(deps: SchedulerDeps, onBeat: () => void): ScheduledTask {
  const task = createTask("* * * * * *", onBeat, {
    name: "driftwatch-beat",
    timezone: "UTC",
    suppressMissedWarning: true,
    logger: cronLogger(deps.logger),
  });
  void task.start();
  return task;
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
