/**
 * PURE. What every channel's message says, in words: the headline, the worst changes, impact, since when, how to accept.
 * Channels only lay it out within their own limits and escape it.
 */
import type { AttributeValue } from "../model/attribute.ts";
import type { Finding } from "../model/change.ts";
import { describeKey } from "../model/key.ts";
import type { NotificationContent, NotificationReason } from "../model/notification.ts";
import { type Category, type Severity, severities } from "../model/severity.ts";
import { visibleLine } from "../model/visible-text.ts";

/** "problem" asks for attention, "over" ends it. `about` is the drift, or that nothing can be told about it. */
export interface ReasonFacts {
  readonly state: "problem" | "over";
  readonly about: "drift" | "unknown";
  /** Machine-readable name of the event, for webhooks. */
  readonly event: string;
}

export const reasonFacts: Readonly<Record<NotificationReason, ReasonFacts>> = {
  first: { state: "problem", about: "drift", event: "drift.opened" },
  "new-findings": { state: "problem", about: "drift", event: "drift.updated" },
  worse: { state: "problem", about: "drift", event: "drift.updated" },
  changed: { state: "problem", about: "drift", event: "drift.updated" },
  repeat: { state: "problem", about: "drift", event: "drift.repeated" },
  resolved: { state: "over", about: "drift", event: "drift.resolved" },
  accepted: { state: "over", about: "drift", event: "drift.accepted" },
  unknown: { state: "problem", about: "unknown", event: "environment.unknown" },
  "known-again": { state: "over", about: "unknown", event: "environment.known-again" },
};

export const shownFindings = 5;

/** Text from databases and people: one line, nothing invisible, at most `limit` characters. */
export function clipped(text: string, limit: number): string {
  const line = visibleLine(text.replace(/\s+/gu, " ").trim());
  const characters = [...line];
  return characters.length <= limit ? line : `${characters.slice(0, Math.max(0, limit - 1)).join("")}…`;
}

function changes(count: number): string {
  return count === 1 ? "1 change" : `${count} changes`;
}

/** The whole story in one line, e.g. "Schema drift in production: 3 changes, worst critical". */
export function headline(content: NotificationContent): string {
  const where = clipped(content.environment, 80);
  const tally = `${changes(content.findingCount)}, worst ${content.worst}`;
  const lines: Readonly<Record<NotificationReason, string>> = {
    first: `Schema drift in ${where}: ${tally}`,
    "new-findings": `More schema drift in ${where}: ${tally}`,
    worse: `Schema drift in ${where} got worse: ${tally}`,
    changed: `Schema drift in ${where} changed: ${tally}`,
    repeat: `Schema drift in ${where} is still open: ${tally}`,
    resolved: `Schema drift in ${where} is resolved`,
    accepted: `Schema drift in ${where} was accepted`,
    unknown: `Schema of ${where} cannot be checked`,
    "known-again": `Schema of ${where} can be checked again`,
  };
  return lines[content.reason];
}

/** One or two sentences below the headline. */
export function explanation(content: NotificationContent): string {
  const by = content.actor === null ? "" : ` by ${clipped(content.actor, 100)}`;
  const why = content.acceptReason === null ? "" : ` Reason: ${clipped(content.acceptReason, 500)}`;
  const failure =
    content.error === null
      ? ""
      : ` The last check failed: ${clipped(content.error.message, 500)} (${content.error.code}).`;
  const sentences: Readonly<Record<NotificationReason, string>> = {
    first: "The live schema no longer matches the accepted baseline.",
    "new-findings": "There are changes that the last message did not tell of.",
    worse: "The worst severity has risen since the last message.",
    changed: "Other changes are open than the last message told of.",
    repeat: "Nobody has reverted or accepted these changes yet.",
    resolved: "The live schema matches the accepted baseline again.",
    accepted: `The live schema is the new baseline, accepted${by}.${why}`,
    unknown: `Whether the schema has drifted is unknown until a check succeeds.${failure}`,
    "known-again": "Checks succeed again.",
  };
  return sentences[content.reason];
}

const impacts: Readonly<Record<Category, string>> = {
  "data-loss": "Data is gone or can get lost.",
  integrity: "Wrong or duplicate data can get in.",
  security: "Someone can read or change more than was agreed.",
  performance: "Queries can become slower.",
  compatibility: "Programs that rely on the agreed schema can fail.",
  behaviour: "The database may act differently from what was agreed.",
  cosmetic: "Nothing that programs or data depend on.",
};

/** What it means for people: that of the worst findings' categories, at most two. */
export function impact(content: NotificationContent): string | undefined {
  if (reasonFacts[content.reason].state === "over") return undefined;
  if (reasonFacts[content.reason].about === "unknown") return "Drift would go unnoticed while checks fail.";
  const worst = content.findings.filter((finding) => finding.severity === content.worst);
  const kinds = [...new Set(worst.map((finding) => finding.category))].slice(0, 2);
  return kinds.length === 0 ? undefined : kinds.map((kind) => impacts[kind]).join(" ");
}

/** The changes to show: the worst five while there is a problem, none once it is over. */
export function worstFindings(content: NotificationContent): readonly Finding[] {
  const { state, about } = reasonFacts[content.reason];
  return state === "problem" && about === "drift" ? content.findings.slice(0, shownFindings) : [];
}

/** How many findings are open beyond those shown. */
export function furtherCount(content: NotificationContent): number {
  const shown = worstFindings(content).length;
  return shown === 0 ? 0 : Math.max(0, content.findingCount - shown);
}

/** "critical 1 · high 2", worst first, without zeros. */
export function countsText(content: NotificationContent): string {
  const parts = severities.filter((severity) => content.counts[severity] > 0);
  return parts.length === 0
    ? "none"
    : parts.map((severity) => `${severity} ${content.counts[severity]}`).join(" · ");
}

/** "2026-11-21 09:30:00 UTC". */
export function utcText(iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? iso : `${date.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** Since when, and for how long at the time of the message: "2026-11-21 09:30:00 UTC (2 h 5 min)". */
export function since(content: NotificationContent): string {
  const elapsedMs = Date.parse(content.at) - Date.parse(content.openedAt);
  const lasted = Number.isFinite(elapsedMs) && elapsedMs >= 60_000 ? ` (${duration(elapsedMs)})` : "";
  return `${utcText(content.openedAt)}${lasted}`;
}

/** Two units at most: "3 d 4 h", "2 h 5 min", "7 min". */
export function duration(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (days > 0) return hours % 24 === 0 ? `${days} d` : `${days} d ${hours % 24} h`;
  if (hours > 0) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${minutes} min`;
}

/** Before and after of an altered attribute or a renamed object; undefined for what came or went whole. */
export function beforeAfter(
  finding: Finding,
): { readonly before: string; readonly after: string } | undefined {
  const change = finding.change;
  if (change.verb === "renamed") return { before: describeKey(change.from), after: describeKey(change.key) };
  if (change.verb !== "altered") return undefined;
  return { before: valueText(change.before), after: valueText(change.after) };
}

function valueText(value: AttributeValue): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (value === null) return "none";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Who changed it and with what, or which migration explains it, as far as that is known. */
export function originText(finding: Finding): string | undefined {
  if (finding.expected !== undefined) {
    return `explained by ${clipped(finding.expected.ledger, 60)} ${clipped(finding.expected.version, 80)}`;
  }
  const who = finding.attribution;
  if (who === undefined) return undefined;
  const parts = [
    who.user === undefined ? undefined : `by ${clipped(who.user, 80)}`,
    who.application === undefined ? undefined : `with ${clipped(who.application, 80)}`,
    who.client === undefined ? undefined : `from ${clipped(who.client, 80)}`,
    who.at === undefined ? undefined : `at ${utcText(who.at)}`,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join(" ");
}

/** Commands for people at a shell; the environment's name is quoted where the shell needs it. */
export function commands(content: NotificationContent): {
  readonly inspect: string;
  readonly repair: string;
  readonly accept: string;
  readonly doctor: string;
} {
  const name = shellWord(content.environment);
  const baseline = shellWord(`${content.environment}@baseline`);
  return {
    inspect: `driftwatch diff ${baseline} ${name}`,
    repair: `driftwatch plan ${name} ${baseline}`,
    accept: `driftwatch baseline accept ${name} --reason "why"`,
    doctor: `driftwatch doctor ${name}`,
  };
}

function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

export function footer(content: NotificationContent): string {
  return `check ${content.checkId} · incident ${content.incidentId} · Driftwatch ${content.version}`;
}

export function severitySign(severity: Severity): string {
  const signs: Readonly<Record<Severity, string>> = {
    critical: "🔴",
    high: "🟠",
    medium: "🟡",
    low: "🔵",
    info: "⚪",
  };
  return signs[severity];
}
