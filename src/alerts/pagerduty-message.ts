/**
 * PURE. A notification as a PagerDuty Events v2 event: trigger while there is a problem, resolve once it is over, with
 * one dedup_key per incident. Limits: dedup_key 255 characters, summary 1,024, the whole event 512 KB.
 */
import { createHash } from "node:crypto";
import type { Finding } from "../model/change.ts";
import { describeKey } from "../model/key.ts";
import type { NotificationContent } from "../model/notification.ts";
import type { Severity } from "../model/severity.ts";
import {
  beforeAfter,
  clipped,
  commands,
  countsText,
  explanation,
  furtherCount,
  headline,
  impact,
  originText,
  reasonFacts,
  since,
  worstFindings,
} from "./message-facts.ts";

type PagerDutySeverity = "critical" | "error" | "warning" | "info";

interface FindingDetail {
  readonly severity: Severity;
  readonly code: string;
  readonly object: string;
  readonly what: string;
  readonly before?: string;
  readonly after?: string;
  readonly origin?: string;
}

export interface PagerDutyTrigger {
  readonly event_action: "trigger";
  readonly dedup_key: string;
  readonly client: string;
  readonly client_url?: string;
  readonly links?: readonly { readonly href: string; readonly text: string }[];
  readonly payload: {
    readonly summary: string;
    readonly source: string;
    readonly severity: PagerDutySeverity;
    readonly timestamp: string;
    readonly component?: string;
    readonly group: string;
    readonly class: string;
    readonly custom_details: Readonly<Record<string, unknown>>;
  };
}

export interface PagerDutyResolve {
  readonly event_action: "resolve";
  readonly dedup_key: string;
}

export type PagerDutyEvent = PagerDutyTrigger | PagerDutyResolve;

const severityOf: Readonly<Record<Severity, PagerDutySeverity>> = {
  critical: "critical",
  high: "error",
  medium: "warning",
  low: "info",
  info: "info",
};

const longestSummary = 1024;
const longestKey = 255;

/** The event without its routing key, which is a secret that only the channel adds. */
export function buildPagerDutyEvent(content: NotificationContent): PagerDutyEvent {
  const { state, about } = reasonFacts[content.reason];
  if (state === "over") return { event_action: "resolve", dedup_key: dedupKey(content) };
  const first = worstFindings(content)[0];
  const link = content.link === null ? {} : linksTo(content.link);
  const component = first === undefined ? {} : { component: clipped(describeKey(first.change.key), 255) };
  return {
    event_action: "trigger",
    dedup_key: dedupKey(content),
    client: `Driftwatch ${content.version}`,
    ...link,
    payload: {
      summary: summary(content, first),
      source: clipped(content.environment, 255) || "unnamed",
      severity: about === "unknown" ? unknownSeverity(content) : severityOf[content.worst],
      timestamp: content.at,
      ...component,
      group: clipped(content.labels.service ?? content.environment, 255),
      class: about === "unknown" ? "schema unknown" : "schema drift",
      custom_details: details(content),
    },
  };
}

/**
 * That checks fail is a page of its own: it may begin and end while drift stays open, so it must not share the
 * incident's key. An environment is unknown at most once at a time, so its name is enough.
 */
function dedupKey(content: NotificationContent): string {
  const unknown = reasonFacts[content.reason].about === "unknown";
  const key = unknown ? `driftwatch-unknown-${content.environment}` : content.dedupKey;
  if (key.length <= longestKey) return key;
  return `driftwatch-${createHash("sha256").update(key).digest("hex")}`;
}

function unknownSeverity(content: NotificationContent): PagerDutySeverity {
  return content.critical ? "error" : "warning";
}

function summary(content: NotificationContent, first: Finding | undefined): string {
  const what = first === undefined ? explanation(content) : first.sentence;
  return clipped(`${headline(content)}. ${what}`, longestSummary);
}

function linksTo(href: string): Pick<PagerDutyTrigger, "client_url" | "links"> {
  return { client_url: href, links: [{ href, text: "Open in Driftwatch" }] };
}

function details(content: NotificationContent): Readonly<Record<string, unknown>> {
  const unknown = reasonFacts[content.reason].about === "unknown";
  const further = furtherCount(content);
  const common = {
    environment: content.environment,
    critical_environment: content.critical,
    labels: shortLabels(content.labels),
    reason: content.reason,
    since: since(content),
    explanation: explanation(content),
    impact: impact(content) ?? null,
    check: content.checkId,
    incident: content.incidentId,
    version: content.version,
  };
  const { inspect, repair, accept, doctor } = commands(content);
  if (unknown) return { ...common, look_closer: doctor };
  return {
    ...common,
    findings: countsText(content),
    worst_changes: worstFindings(content).map(findingDetail),
    ...(further > 0 ? { further_changes: further } : {}),
    see_all: inspect,
    take_back: repair,
    accept,
  };
}

function shortLabels(labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const entries = Object.entries(labels).slice(0, 50);
  return Object.fromEntries(entries.map(([name, value]) => [clipped(name, 100), clipped(value, 500)]));
}

function findingDetail(finding: Finding): FindingDetail {
  const values = beforeAfter(finding);
  const origin = originText(finding);
  return {
    severity: finding.severity,
    code: finding.code,
    object: clipped(describeKey(finding.change.key), 500),
    what: clipped(finding.sentence, 1000),
    ...(values === undefined
      ? {}
      : { before: clipped(values.before, 2000), after: clipped(values.after, 2000) }),
    ...(origin === undefined ? {} : { origin }),
  };
}
