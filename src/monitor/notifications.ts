/** Builds the content of a notification and chooses its channels. Pure. */
import type { Finding } from "../model/change.ts";
import type { Incident } from "../model/check.ts";
import type { Environment } from "../model/environment.ts";
import { matchesAny } from "../model/glob.ts";
import type { NotificationContent, NotificationReason } from "../model/notification.ts";
import { compareSeverity, isAtLeast, type Severity, severities } from "../model/severity.ts";
import type { NewNotification, Route } from "./ports.ts";

export interface NotificationSettings {
  readonly routes: readonly Route[];
  /** How long an unchanged incident stays quiet before it is told again; 0 never repeats. */
  readonly repeatEveryMs: number;
  /** Base URL of the pages, without a trailing slash. */
  readonly publicUrl: string | null;
  readonly version: string;
}

export interface NotificationFacts {
  readonly reason: NotificationReason;
  readonly environment: Environment;
  readonly incident: Incident;
  readonly findings: readonly Finding[];
  readonly checkId: string;
  readonly at: string;
  readonly actor?: string;
  readonly acceptReason?: string;
}

/** Findings carried in one message's content; the count tells of the rest. */
const findingsInContent = 50;

export function countBySeverity(findings: readonly Finding[]): Record<Severity, number> {
  const counts = Object.fromEntries(severities.map((severity) => [severity, 0])) as Record<Severity, number>;
  for (const finding of findings) counts[finding.severity] += 1;
  return counts;
}

/** One notification per channel that a matching route names; none when no route matches. */
export function notificationsFor(
  settings: NotificationSettings,
  facts: NotificationFacts,
): readonly NewNotification[] {
  const { environment, incident } = facts;
  // The peak decides: who was told of the worst is also told how it goes on and ends.
  const severity = incident.notifiedWorst ?? incident.worst;
  const channels = new Set<string>();
  for (const route of settings.routes) {
    if (route.environments !== undefined && !matchesAny(route.environments, environment.name)) continue;
    if (!isAtLeast(severity, route.minimumSeverity)) continue;
    for (const channel of route.channels) channels.add(channel);
  }
  const content = contentOf(settings, facts);
  return [...channels].map((channel) => ({
    channel,
    environment: environment.name,
    incidentId: incident.id,
    content,
  }));
}

function contentOf(settings: NotificationSettings, facts: NotificationFacts): NotificationContent {
  const { environment, incident, findings } = facts;
  const worstFirst = [...findings].sort((a, b) => compareSeverity(a.severity, b.severity));
  const link =
    settings.publicUrl === null
      ? null
      : `${settings.publicUrl}/environments/${encodeURIComponent(environment.name)}`;
  return {
    reason: facts.reason,
    environment: environment.name,
    critical: environment.critical,
    labels: environment.labels,
    incidentId: incident.id,
    dedupKey: `driftwatch/${environment.name}/${incident.id}`.slice(0, 255),
    checkId: facts.checkId,
    worst: incident.worst,
    counts: countBySeverity(findings),
    findings: worstFirst.slice(0, findingsInContent),
    findingCount: findings.length,
    openedAt: incident.openedAt,
    at: facts.at,
    actor: facts.actor ?? null,
    acceptReason: facts.acceptReason ?? null,
    error: null,
    link,
    version: settings.version,
  };
}
