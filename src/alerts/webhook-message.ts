/**
 * PURE. A notification as JSON for programs: everything a receiver may route or render by, names as Driftwatch says
 * them everywhere, and a `format` number that grows when a member changes its meaning. Members are only ever added.
 */
import { createHash } from "node:crypto";
import type { AttributeValue } from "../model/attribute.ts";
import type { Finding } from "../model/change.ts";
import { describeKey, keyId } from "../model/key.ts";
import type { NotificationContent } from "../model/notification.ts";
import { commands, explanation, headline, impact, reasonFacts } from "./message-facts.ts";

interface WebhookFinding {
  readonly code: string;
  readonly severity: string;
  readonly category: string;
  readonly sentence: string;
  readonly verb: string;
  readonly kind: string;
  readonly object: string;
  readonly description: string;
  readonly attribute?: string;
  readonly before?: AttributeValue;
  readonly after?: AttributeValue;
  readonly from?: string;
  readonly includes?: readonly string[];
  readonly expected?: Finding["expected"];
  readonly attribution?: Finding["attribution"];
}

export interface WebhookMessage {
  readonly format: 1;
  /** Equal for repeated deliveries of one notification, so that a receiver can drop doubles. */
  readonly id: string;
  readonly event: string;
  readonly reason: string;
  readonly state: "problem" | "over";
  readonly title: string;
  readonly text: string;
  readonly impact: string | null;
  readonly environment: {
    readonly name: string;
    readonly critical: boolean;
    readonly labels: Readonly<Record<string, string>>;
  };
  readonly incident: { readonly id: string; readonly dedupKey: string; readonly openedAt: string };
  readonly check: { readonly id: string };
  readonly at: string;
  readonly worst: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly findingCount: number;
  /** The worst first, at most 50 of `findingCount`. */
  readonly findings: readonly WebhookFinding[];
  readonly actor: string | null;
  readonly acceptReason: string | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly commands: ReturnType<typeof commands>;
  readonly link: string | null;
  readonly version: string;
}

export function buildWebhookMessage(content: NotificationContent): WebhookMessage {
  const { state, event } = reasonFacts[content.reason];
  return {
    format: 1,
    id: messageId(content),
    event,
    reason: content.reason,
    state,
    title: headline(content),
    text: explanation(content),
    impact: impact(content) ?? null,
    environment: { name: content.environment, critical: content.critical, labels: content.labels },
    incident: { id: content.incidentId, dedupKey: content.dedupKey, openedAt: content.openedAt },
    check: { id: content.checkId },
    at: content.at,
    worst: content.worst,
    counts: content.counts,
    findingCount: content.findingCount,
    findings: content.findings.map(webhookFinding),
    actor: content.actor,
    acceptReason: content.acceptReason,
    error: content.error,
    commands: commands(content),
    link: content.link,
    version: content.version,
  };
}

function messageId(content: NotificationContent): string {
  const parts = [content.incidentId, content.checkId, content.reason, content.at];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32);
}

function webhookFinding(finding: Finding): WebhookFinding {
  const { change, includes } = finding;
  return {
    code: finding.code,
    severity: finding.severity,
    category: finding.category,
    sentence: finding.sentence,
    verb: change.verb,
    kind: change.kind,
    object: keyId(change.key),
    description: describeKey(change.key),
    ...(change.verb === "altered"
      ? { attribute: change.attribute, before: change.before, after: change.after }
      : {}),
    ...(change.verb === "renamed" ? { from: keyId(change.from) } : {}),
    ...(includes === undefined || includes.length === 0 ? {} : { includes: includes.map(keyId) }),
    ...(finding.expected === undefined ? {} : { expected: finding.expected }),
    ...(finding.attribution === undefined ? {} : { attribution: finding.attribution }),
  };
}
