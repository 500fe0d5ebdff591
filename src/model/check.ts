/** A check's outcome and the lives of findings and incidents, as the store keeps them and the API shows them. */
import type { Finding } from "./change.ts";
import type { ErrorCode } from "./errors.ts";
import type { ServerInfo, Visibility } from "./server.ts";
import type { Severity } from "./severity.ts";

/** What one check came to. `unknown` is neither clean nor drift: not everything could be read. */
export type CheckOutcome =
  | { readonly kind: "in-sync" }
  | { readonly kind: "unbaselined" }
  | { readonly kind: "drifted"; readonly worst: Severity; readonly findings: readonly Finding[] }
  | {
      readonly kind: "unknown";
      readonly code: ErrorCode;
      readonly message: string;
      readonly retryable: boolean;
    };

export type OutcomeKind = CheckOutcome["kind"];

/** Milliseconds per phase of one check. */
export type PhaseDurations = Readonly<Partial<Record<CheckPhase, number>>>;
export const checkPhases = ["connect", "probe", "introspect", "compare", "classify", "record"] as const;
export type CheckPhase = (typeof checkPhases)[number];

/** One check, as it is recorded. Times are ISO 8601 in UTC. */
export interface Check {
  readonly id: string;
  readonly environment: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly outcome: OutcomeKind;
  readonly worst: Severity | null;
  readonly findingCounts: Readonly<Record<Severity, number>>;
  /** True when the probe alone proved that nothing changed. */
  readonly probeHit: boolean;
  readonly snapshotFingerprint: string | null;
  readonly errorCode: ErrorCode | null;
  readonly errorMessage: string | null;
  readonly hiddenChanges: number;
  readonly durations: PhaseDurations;
}

/** A finding over the checks that saw it. */
export interface TrackedFinding {
  /** changeId of its change. */
  readonly id: string;
  readonly environment: string;
  readonly incidentId: string | null;
  readonly finding: Finding;
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
  readonly resolvedAt: string | null;
}

export type IncidentState = "open" | "resolved" | "accepted";

/** The life of drift in one environment; at most one is open. */
export interface Incident {
  readonly id: string;
  readonly environment: string;
  readonly state: IncidentState;
  readonly worst: Severity;
  readonly openedAt: string;
  readonly updatedAt: string;
  readonly closedAt: string | null;
  /** Digest of the findings that the last notification spoke of, and its time. */
  readonly notifiedDigest: string | null;
  readonly notifiedAt: string | null;
  readonly notifiedWorst: Severity | null;
}

export interface Baseline {
  readonly id: string;
  readonly environment: string;
  readonly fingerprint: string;
  readonly modelVersion: number;
  readonly acceptedAt: string;
  readonly acceptedBy: string;
  readonly reason: string;
  /** How it came: captured by the first check, accepted by someone, imported from a file, completed after an upgrade. */
  readonly origin: "captured" | "accepted" | "imported" | "completed";
  /** The server and the visibility at acceptance; a snapshot's content may be shared by several moments. */
  readonly server: ServerInfo;
  readonly visibility: Visibility;
}
