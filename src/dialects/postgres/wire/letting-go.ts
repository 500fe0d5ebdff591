/**
 * Waiting for the locks of others a little at a time. Whoever waits holds what it has read so far, and others wait for that
 * in turn: a schema change, or every login where it is a catalog of the whole server.
 */
import { DriftwatchError } from "../../../model/errors.ts";
import type { ReadOptions } from "../../../monitor/ports.ts";
import { pause } from "../../abort.ts";
import { defaultLockTimeoutMs } from "../../limits.ts";
import type { Connection } from "../connect.ts";
import { rollback } from "../introspect.ts";

/** At once, however long a deadlock may last on the server. */
const longestLockWaitMs = 100;
/** How long to wait before a read that a lock spoiled is done again. */
const lockPauseMs = 50;
/** What servers have unless told otherwise. */
const usualDeadlockTimeoutMs = 1_000;

export interface Patience {
  readonly connection: Connection;
  readonly options: ReadOptions;
  /** The server's, once it is known. */
  readonly deadlockTimeoutMs?: number;
}

/**
 * Runs `read` in the options but for a short lockTimeoutMs, rolls it back and runs it again until the lockTimeoutMs of the
 * options (0: none) is over. After deadlock_timeout the server would end one of two that wait for each
 * other, and that may be somebody's schema change; a read waits for a fraction of it. Throws what `read` throws.
 */
export async function lettingGo<T>(
  { connection, options, deadlockTimeoutMs = usualDeadlockTimeoutMs }: Patience,
  read: (options: ReadOptions) => Promise<T>,
): Promise<T> {
  const { lockTimeoutMs = defaultLockTimeoutMs } = options;
  const fraction = Math.trunc(deadlockTimeoutMs / 4);
  const brief = Math.max(1, Math.min(longestLockWaitMs, fraction));
  const atOnceMs = lockTimeoutMs > 0 ? Math.min(lockTimeoutMs, brief) : brief;
  let waitingSince: number | undefined;
  for (;;) {
    try {
      return await read({ ...options, lockTimeoutMs: atOnceMs });
    } catch (error) {
      if (!(error instanceof DriftwatchError) || error.code !== "read.lock-timeout") throw error;
      await rollback(connection);
      const now = performance.now();
      waitingSince ??= now - atOnceMs;
      if (lockTimeoutMs > 0 && now - waitingSince + atOnceMs > lockTimeoutMs) throw error;
      await pause(lockPauseMs, options.signal);
    }
  }
}
