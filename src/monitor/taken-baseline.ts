/** Baselines that a check takes by itself. Pure. */
import type { Baseline } from "../model/check.ts";
import type { Environment } from "../model/environment.ts";
import type { Snapshot } from "../model/snapshot.ts";

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
