/** How a read ends that its signal aborted: alike in every dialect. */
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
