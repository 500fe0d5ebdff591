/**
 * When a database cannot be read: whether to tell people, and when it is over. One bad minute is no news; what a retry
 * cannot mend, or what lasts, is. Pure.
 */
import type { CheckOutcome } from "../model/check.ts";
import type { Severity } from "../model/severity.ts";

export interface UnknownState {
  /** ISO time of the first of the unknown checks in a row. */
  readonly unknownSince: string | null;
  /** When people were told of it. */
  readonly unknownToldAt: string | null;
}

export interface UnknownStep extends UnknownState {
  readonly reason: "unknown" | "known-again" | "none";
  /** For routing, on `unknown` and `known-again`. */
  readonly severity: Severity;
}

/** So many checks in a row may fail before people are told, unless a retry cannot help. */
const patience = 3;

export function advanceUnknown(
  before: UnknownState,
  outcome: CheckOutcome,
  at: string,
  everyMs: number,
): UnknownStep {
  if (outcome.kind !== "unknown") {
    const reason = before.unknownToldAt === null ? "none" : "known-again";
    return { unknownSince: null, unknownToldAt: null, reason, severity: "high" };
  }
  const severity = outcome.code === "check.visibility-lost" ? "critical" : "high";
  const unknownSince = before.unknownSince ?? at;
  if (before.unknownToldAt !== null) {
    return { unknownSince, unknownToldAt: before.unknownToldAt, reason: "none", severity };
  }
  const lasts = Date.parse(at) - Date.parse(unknownSince) >= patience * everyMs;
  if (outcome.retryable && !lasts) return { unknownSince, unknownToldAt: null, reason: "none", severity };
  return { unknownSince, unknownToldAt: at, reason: "unknown", severity };
}
