/**
 * The port that both adapters implement under one contract: jobs of one subject (an environment, the outbox) never run
 * at the same time, one asked for while another runs follows it exactly once, and nothing that a handler does stops a worker.
 */
import type { DriftwatchError } from "../model/errors.ts";
import type { JobQueue, Logger } from "../monitor/ports.ts";
import type { Job, JobKind } from "./jobs.ts";

/** What jobs do; the use cases, handed in by the program. A DriftwatchError with `retryable` asks for another attempt. */
export interface JobHandlers {
  /** `attempt` is 1 on the first try. The signal fires at the environment's deadline and on shutdown. */
  check(environment: string, signal: AbortSignal, attempt: number): Promise<void>;
  notify(signal: AbortSignal): Promise<void>;
}

/** How one attempt of a job ended. */
export interface JobEnd {
  readonly kind: JobKind;
  readonly environment: string | undefined;
  readonly attempt: number;
  readonly durationMs: number;
  readonly error: DriftwatchError | undefined;
  readonly willRetry: boolean;
}

export interface WorkOptions {
  /** Checks at a time in this process. Deliveries have a place of their own. */
  readonly concurrency: number;
  /** Milliseconds from the start of an attempt; the handler's signal fires then. */
  deadlineMs(environment: string): number;
  readonly notifyDeadlineMs?: number;
  /** Called after each attempt. */
  onEnd?(end: JobEnd): void;
}

export interface QueueWorker {
  /**
   * Takes no more jobs, waits for the running ones, then fires their signals; resolves within `withinMs` (10 seconds
   * when absent) whatever handlers or Redis do. What was cut off is run again by another worker where the queue is shared.
   */
  close(withinMs?: number): Promise<void>;
}

export interface QueueStats {
  readonly waiting: number;
  readonly active: number;
  readonly delayed: number;
  /** Failed jobs still remembered. */
  readonly failed: number;
  /** 0 when nothing waits. */
  readonly oldestWaitingAgeSeconds: number;
  /** True when Redis may evict jobs; absent where there is no Redis. */
  readonly evictionPolicyUnsafe?: boolean;
}

export interface QueueAdapter {
  /** Throws DriftwatchError queue.unreachable (retryable) soon when the queue cannot be reached. */
  enqueue(job: Job): Promise<void>;
  work(handlers: JobHandlers, options: WorkOptions): QueueWorker;
  /** Throws DriftwatchError queue.unreachable. */
  stats(): Promise<QueueStats>;
  /** Throws DriftwatchError queue.unreachable. */
  ping(): Promise<void>;
  /** Sentences about how the queue is set up that an operator should act on. Throws DriftwatchError queue.unreachable. */
  warnings(): Promise<readonly string[]>;
  /** Closes workers too. Resolves within `withinMs` (10 seconds when absent). */
  close(withinMs?: number): Promise<void>;
}

export const defaultCloseMs = 10_000;

/** The queue as use cases see it. */
export function createJobQueue(adapter: QueueAdapter, logger: Logger): JobQueue {
  return {
    async requestCheck(environment, reason): Promise<void> {
      await adapter.enqueue({ kind: "check", environment, urgent: reason === "manual" });
    },
    async requestDelivery(): Promise<void> {
      try {
        await adapter.enqueue({ kind: "notify" });
      } catch (error) {
        // The outbox holds the notifications and the next delivery tick finds them; a recorded check must not fail for this.
        logger.warn(
          { error: error instanceof Error ? error.message : String(error) },
          "delivery could not be requested",
        );
      }
    },
  };
}
