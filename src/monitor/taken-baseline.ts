/** Baselines that a check takes by itself. Pure. */
import type { Baseline } from "../model/check.ts";
import type { Environment } from "../model/environment.ts";
import { modelVersion } from "../model/model-version.ts";
import type { Snapshot } from "../model/snapshot.ts";
import type { Drift } from "./detect-drift.ts";
import type { NewBaseline } from "./ports.ts";

/** By the first check. `acceptedAt` is ISO time. */
export function captured(environment: Environment, live: Snapshot, acceptedAt: string): Omit<Baseline, "id"> {
  return taken(environment, live, { origin: "captured", reason: "captured by the first check", acceptedAt });
}

/** By a check, to cover what the one before did not: `to` says what. */
export function completed(
  environment: Environment,
  snapshot: Snapshot,
  to: string,
  acceptedAt: string,
): Omit<Baseline, "id"> {
  const reason = `completed to ${to} by a check`;
  return taken(environment, snapshot, { origin: "completed", reason, acceptedAt });
}

/** What the monitoring user sees that was hidden from it joins the baseline. */
export const sightOfMore = "what the monitoring user has come to see";

export interface Compared {
  readonly known: Baseline;
  /** With what has come to sight. */
  readonly baseline: Snapshot;
  readonly live: Snapshot;
  readonly drift: Drift;
  /** Whether anything has come to sight. */
  readonly hasGained: boolean;
}

/** The baseline that a comparison gives, or null where the one before stands. */
export function completion(
  environment: Environment,
  { known, baseline, live, drift, hasGained }: Compared,
  now: string,
): NewBaseline | null {
  if (drift.findings.length === 0 && known.modelVersion < modelVersion)
    return completed(environment, live, `model version ${modelVersion}`, now);
  const isEqual = drift.findings.length === 0 && drift.hidden.length === 0;
  if (isEqual && known.visibility.contentOnly === true)
    return completed(environment, live, "the database around what its file makes", now);
  if (hasGained) return { ...completed(environment, baseline, sightOfMore, now), snapshot: baseline };
  return null;
}

function taken(
  environment: Environment,
  live: Snapshot,
  how: Pick<Baseline, "origin" | "reason" | "acceptedAt">,
): Omit<Baseline, "id"> {
  return {
    environment: environment.name,
    fingerprint: live.fingerprint,
    modelVersion: live.modelVersion,
    acceptedBy: "driftwatch",
    ...how,
    server: live.server,
    visibility: { ...live.visibility, scope: environment.scope },
  };
}
