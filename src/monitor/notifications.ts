/** Builds the content of a notification and chooses its channels. Pure. */
import type { Finding } from "../model/change.ts";
import type { CheckOutcome, Incident } from "../model/check.ts";
import type { Environment } from "../model/environment.ts";
import { matchesAny } from "../model/glob.ts";
import type { NotificationContent, NotificationReason } from "../model/notification.ts";
import { compareSeverity, isAtLeast, type Severity, severities } from "../model/severity.ts";
import type { LifeStep } from "./incident-life.ts";
import type { NewNotification, Route } from "./ports.ts";
import type { UnknownState, UnknownStep } from "./unknown-life.ts";

export interface NotificationSettings {
  readonly routes: readonly Route[];
  /** How long an unchanged incident stays quiet before it is told again; 0 never repeats. */
  readonly repeatEveryMs: number;
  /** Base URL of the pages, without a trailing slash. */
  readonly publicUrl: string | null;
  readonly version: string;
}

/** What a notification is about: an incident, or a row of checks that could not read the schema. */
export interface NotificationSubject {
  readonly id: string;
  readonly worst: Severity;
  /** The peak so far decides who is told: who heard of the worst also hears how it goes on and ends. */
  readonly peak: Severity;
  readonly openedAt: string;
}

export function subjectOfIncident({ id, worst, notifiedWorst, openedAt }: Incident): NotificationSubject {
  return { id, worst, peak: notifiedWorst ?? worst, openedAt };
}

export interface NotificationFacts {
  readonly reason: NotificationReason;
  readonly environment: Environment;
  readonly subject: NotificationSubject;
  readonly findings: readonly Finding[];
  /** Those that no message has told of; they come first in a message of more drift. */
  readonly fresh?: ReadonlySet<Finding>;
  readonly checkId: string;
  readonly at: string;
  readonly actor?: string;
  readonly acceptReason?: string;
  readonly error?: NotificationContent["error"];
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
  const { environment, subject } = facts;
  const channels = new Set<string>();
  for (const route of settings.routes) {
    if (route.environments !== undefined && !matchesAny(route.environments, environment.name)) continue;
    if (!isAtLeast(subject.peak, route.minimumSeverity)) continue;
    for (const channel of route.channels) channels.add(channel);
  }
  const content = contentOf(settings, facts);
  return [...channels].map((channel) => ({
    channel,
    environment: environment.name,
    incidentId: subject.id,
    content,
  }));
}

function contentOf(settings: NotificationSettings, facts: NotificationFacts): NotificationContent {
  const { environment, subject, findings } = facts;
  const isOld = (finding: Finding): number =>
    facts.reason === "new-findings" && facts.fresh?.has(finding) !== true ? 1 : 0;
  const inOrder = [...findings].sort(
    (a, b) => isOld(a) - isOld(b) || compareSeverity(a.severity, b.severity),
  );
  const link =
    settings.publicUrl === null
      ? null
      : `${settings.publicUrl}/environments/${encodeURIComponent(environment.name)}`;
  return {
    reason: facts.reason,
    environment: environment.name,
    critical: environment.critical,
    labels: environment.labels,
    incidentId: subject.id,
    dedupKey: `driftwatch/${environment.name}/${subject.id}`.slice(0, 255),
    checkId: facts.checkId,
    worst: subject.worst,
    counts: countBySeverity(findings),
    findings: inOrder.slice(0, findingsInContent),
    findingCount: findings.length,
    openedAt: subject.openedAt,
    at: facts.at,
    actor: facts.actor ?? null,
    acceptReason: facts.acceptReason ?? null,
    error: facts.error ?? null,
    link,
    version: settings.version,
  };
}

type CheckFacts = Pick<NotificationFacts, "environment" | "checkId" | "at">;

/** What a step in an incident's life has to say. */
export function driftNotifications(
  settings: NotificationSettings,
  facts: CheckFacts,
  life: LifeStep | undefined,
  findings: readonly Finding[],
): readonly NewNotification[] {
  if (life?.incident === undefined || life.reason === "none") return [];
  const subject = subjectOfIncident(life.incident);
  const newlySeen = life.tracked.filter(({ firstSeenAt }) => firstSeenAt === facts.at);
  const fresh = new Set(newlySeen.map(({ finding }) => finding));
  return notificationsFor(settings, { ...facts, reason: life.reason, subject, findings, fresh });
}

/** What a schema that cannot be read, or can be read again, has to say. */
export function unknownNotifications(
  settings: NotificationSettings,
  facts: CheckFacts,
  step: UnknownStep,
  before: UnknownState,
  outcome: CheckOutcome,
): readonly NewNotification[] {
  if (step.reason === "none") return [];
  const openedAt = step.unknownSince ?? before.unknownSince ?? facts.at;
  const { severity } = step;
  const id = `unknown-${facts.environment.name}-${openedAt}`;
  const subject = { id, worst: severity, peak: severity, openedAt };
  const error = outcome.kind === "unknown" ? { code: outcome.code, message: outcome.message } : null;
  return notificationsFor(settings, { ...facts, reason: step.reason, subject, findings: [], error });
}
