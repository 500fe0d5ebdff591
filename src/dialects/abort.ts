/** What an abort means to a read: alike in every dialect. */
import { setTimeout as sleep } from "node:timers/promises";
import { DriftwatchError } from "../model/errors.ts";

/** The deadline of a check says why through the signal's reason; anything else is a plain cancellation. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal === undefined || !signal.aborted) return;
  if (signal.reason instanceof DriftwatchError) throw signal.reason;
  throw new DriftwatchError("check.cancelled", "the check was cancelled", {
    retryable: true,
    cause: signal.reason,
  });
}

/** Between two reads. Cut short by an abort, which the next read reports. */
export async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await sleep(ms, undefined, signal === undefined ? {} : { signal }).catch(() => {});
}
