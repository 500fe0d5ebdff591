/** A logger that remembers, handlers that can be watched and held, and waiting for conditions. */

import type { Logger } from "../../src/monitor/ports.ts";
import type { JobHandlers } from "../../src/queue/queue.ts";

export interface LogLine {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface MemoryLogger extends Logger {
  readonly lines: LogLine[];
}

export function memoryLogger(lines: LogLine[] = [], bound: object = {}): MemoryLogger {
  const at =
    (level: LogLine["level"]) =>
    (fields: object, message: string): void => {
      lines.push({ level, message, fields: { ...bound, ...fields } });
    };
  return {
    lines,
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    child: (fields) => memoryLogger(lines, { ...bound, ...fields }),
  };
}

/** Resolves once the condition holds; fails with `what` when it does not within the time. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  withinMs = 60_000,
): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`it did not happen within ${withinMs} ms that ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export interface CheckCall {
  readonly environment: string;
  readonly attempt: number;
  readonly signal: AbortSignal;
  ended: boolean;
}

export interface WatchedHandlers extends JobHandlers {
  readonly checks: CheckCall[];
  /** Most checks of one environment, and of all, that ran at the same time. */
  readonly most: { perEnvironment: number; overall: number };
  notifications: number;
}

/** Handlers that record their calls and then do what `body` says. */
export function watchedHandlers(
  body: (call: CheckCall) => Promise<void> = async () => undefined,
  notify: (signal: AbortSignal) => Promise<void> = async () => undefined,
): WatchedHandlers {
  const running = new Map<string, number>();
  const handlers: WatchedHandlers = {
    checks: [],
    most: { perEnvironment: 0, overall: 0 },
    notifications: 0,
    async check(environment, signal, attempt): Promise<void> {
      const call: CheckCall = { environment, attempt, signal, ended: false };
      handlers.checks.push(call);
      running.set(environment, (running.get(environment) ?? 0) + 1);
      const counts = [...running.values()];
      handlers.most.perEnvironment = Math.max(handlers.most.perEnvironment, ...counts);
      handlers.most.overall = Math.max(
        handlers.most.overall,
        counts.reduce((sum, count) => sum + count, 0),
      );
      try {
        await body(call);
      } finally {
        running.set(environment, (running.get(environment) ?? 1) - 1);
        call.ended = true;
      }
    },
    async notify(signal): Promise<void> {
      handlers.notifications += 1;
      await notify(signal);
    },
  };
  return handlers;
}

/** A door that calls wait at until it is opened. */
export function aDoor(): { readonly open: () => void; readonly opened: Promise<void> } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open: () => open(), opened };
}
