/** One message about an incident to one channel, and the facts a message is built from. */

import type { Finding } from "./change.ts";
import type { ErrorCode } from "./errors.ts";
import type { Severity } from "./severity.ts";

/** Why a notification is sent; "none" decisions produce no notification. */
export const notificationReasons = [
  "first",
  "new-findings",
  "worse",
  "changed",
  "resolved",
  "accepted",
  "repeat",
  "unknown",
  "known-again",
] as const;
export type NotificationReason = (typeof notificationReasons)[number];

/** Everything a channel's message builder may use. No secret, no row data. */
export interface NotificationContent {
  readonly reason: NotificationReason;
  readonly environment: string;
  readonly critical: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly incidentId: string;
  /** Stable per incident: PagerDuty's dedup_key. */
  readonly dedupKey: string;
  readonly checkId: string;
  readonly worst: Severity;
  readonly counts: Readonly<Record<Severity, number>>;
  /** The worst ones first, at most 50. */
  readonly findings: readonly Finding[];
  readonly findingCount: number;
  readonly openedAt: string;
  readonly at: string;
  readonly actor: string | null;
  readonly acceptReason: string | null;
  readonly error: { readonly code: ErrorCode; readonly message: string } | null;
  /** Link to the environment's page, when a public URL is configured. */
  readonly link: string | null;
  readonly version: string;
}

export type DeliveryState = "pending" | "delivered" | "dead";

export interface Notification {
  readonly id: string;
  readonly channel: string;
  readonly environment: string;
  readonly incidentId: string;
  readonly content: NotificationContent;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly createdAt: string;
  readonly nextAttemptAt: string | null;
  readonly deliveredAt: string | null;
  readonly lastError: string | null;
}

/** What one attempt came to. */
export type Delivery =
  | { readonly kind: "delivered" }
  | { readonly kind: "retry"; readonly reason: string; readonly afterMs?: number }
  | { readonly kind: "dead"; readonly reason: string };
