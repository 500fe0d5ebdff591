/** Wires the rooms together: configuration and roles in, a program that can be started and stopped out. */
import { createChannels } from "../alerts/channel-registry.ts";
import type { Config } from "../config/config.ts";
import { secretsOf } from "../config/redact-config.ts";
import type { Baseline, Check, CheckOutcome } from "../model/check.ts";
import type { Environment } from "../model/environment.ts";
import type { DriftwatchError } from "../model/errors.ts";
import type { Snapshot } from "../model/snapshot.ts";
import type { AcceptRequest, BaselinePreview } from "../monitor/accept-baseline.ts";
import { acceptBaseline, importBaseline, previewBaseline } from "../monitor/accept-baseline.ts";
import { checkEnvironment } from "../monitor/check-environment.ts";
import { deliverDue } from "../monitor/notify.ts";
import type { Clock, DatabaseReader, Logger, MonitorStore } from "../monitor/ports.ts";
import { createLogger } from "../telemetry/logger.ts";
import { createClosers } from "./closers.ts";
import { forgetNothing } from "./forget-nothing.ts";
import { openQueue } from "./open-queue.ts";
import { openStore } from "./open-store.ts";
import { type Parts, partsOf } from "./parts.ts";
import { type Role, startRoles } from "./roles.ts";
import { withDemo } from "./with-demo.ts";

/** How the program is run. Tests hand in their own logger and clock. */
export interface AppOptions {
  /** What this process does; all three when absent, nothing by itself when empty. */
  readonly roles?: readonly Role[];
  readonly logger?: Logger;
  readonly clock?: Clock;
}

/** One running program: the use cases on an open store, and the roles once they are started. */
export interface App {
  readonly config: Config;
  readonly store: MonitorStore;
  readonly reader: DatabaseReader;
  readonly logger: Logger;
  /** Starts the roles. `url` is where the pages are, when this process serves them. */
  start(): Promise<{ readonly url?: string }>;
  /** Resolves when a part died that only a new start of the program brings back. */
  readonly broken: Promise<DriftwatchError>;
  /** Drains what runs, closes everything. May be called twice. */
  stop(): Promise<void>;
  /** One check, now, in this process. Throws environment.unknown. */
  checkNow(
    environment: string,
    options?: { readonly full?: boolean; readonly signal?: AbortSignal },
  ): Promise<{ check: Check; outcome: CheckOutcome }>;
  /** Delivers the notifications that are due, now, in this process; returns how many attempts were made. */
  deliverNow(signal: AbortSignal): Promise<number>;
  /** Reads the database and says what accepting it would change. Throws environment.unknown and what reading throws. */
  previewBaseline(environment: string): Promise<BaselinePreview>;
  /** Makes the live schema the baseline. Throws baseline.conflict when it is no longer the one that was shown. */
  acceptBaseline(
    environment: string,
    request: Omit<AcceptRequest, "signal">,
  ): Promise<{ baseline: Baseline; preview: BaselinePreview }>;
  /** Makes any snapshot the baseline; the next check compares the database with it. Throws environment.unknown. */
  importBaseline(
    environment: string,
    snapshot: Snapshot,
    request: { actor: string; reason: string },
  ): Promise<Baseline>;
}

/**
 * Opens the store (migrating it), the queue and, where the configuration asks for it, the demo.
 * Throws DriftwatchError: store.*, queue.unreachable, config.invalid.
 */
export async function createApp(settings: Config, options: AppOptions = {}): Promise<App> {
  const roles = options.roles ?? ["scheduler", "worker", "http"];
  const clock = options.clock ?? { now: Date.now };
  const logger = options.logger ?? loggerFor(settings);
  const closers = createClosers(logger);
  let onBroken: (error: DriftwatchError) => void = () => undefined;
  const broken = new Promise<DriftwatchError>((resolve) => {
    onBroken = resolve;
  });
  try {
    const { config, play } = await withDemo(settings, roles.length > 0, { logger, closers });
    const share = roles.length === 0;
    const store = await openStore({ clock, logger, share, onBroken }, config.store);
    closers.push("store", () => store.close());
    await forgetNothing({ store, clock, logger }, config);
    const queue = openQueue(config, { clock, logger });
    closers.push("queue", () => queue.close());
    const parts = partsOf({ config, store, queue, clock, logger });
    return appOf(parts, {
      async start() {
        const started = await startRoles(parts, roles, closers);
        play();
        return started;
      },
      broken,
      stop: () => closers.closeAll(),
    });
  } catch (error) {
    await closers.closeAll();
    throw error;
  }
}

function loggerFor(config: Config): Logger {
  const { level, format } = config.log;
  const terminal = process.stderr.isTTY === true;
  const pretty = format === "pretty" || (format === "auto" && terminal);
  return createLogger({
    level,
    pretty,
    colour: terminal && !process.env.NO_COLOR,
    secrets: secretsOf(config),
  });
}

function appOf(parts: Parts, life: Pick<App, "start" | "stop" | "broken">): App {
  const { check, environment } = parts;
  const deadline = (name: string): { environment: Environment; signal: AbortSignal } => {
    const found = environment(name);
    return { environment: found, signal: AbortSignal.timeout(found.deadlineMs) };
  };
  return {
    ...life,
    config: parts.config,
    store: check.store,
    reader: check.reader,
    logger: check.logger,
    async checkNow(name, { signal: given, full = false } = {}) {
      const { environment: found, signal } = deadline(name);
      const either = given === undefined ? signal : AbortSignal.any([signal, given]);
      return checkEnvironment(check, found, { signal: either, full });
    },
    async deliverNow(signal) {
      const { store, clock, telemetry, logger } = check;
      const channels = createChannels(parts.config.channels, { clock });
      return deliverDue({ store, channels, clock, telemetry, logger }, signal);
    },
    async previewBaseline(name) {
      const { environment: found, signal } = deadline(name);
      return previewBaseline(check, found, signal);
    },
    async acceptBaseline(name, request) {
      const { environment: found, signal } = deadline(name);
      return acceptBaseline(check, found, { ...request, signal });
    },
    async importBaseline(name, snapshot, request) {
      return importBaseline(check, environment(name), snapshot, request);
    },
  };
}
