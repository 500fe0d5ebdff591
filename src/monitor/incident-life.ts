/**
 * The life of findings and of the incident they form, and whether to tell people and why. Pure: everything it knows
 * comes in, everything it decides goes out.
 */
import { createHash } from "node:crypto";
import { changeId, type Finding } from "../model/change.ts";
import type { Incident, TrackedFinding } from "../model/check.ts";
import type { NotificationReason } from "../model/notification.ts";
import { compareSeverity, type Severity, worstOf } from "../model/severity.ts";

export interface LifeInput {
  readonly environment: string;
  readonly open: readonly TrackedFinding[];
  readonly incident: Incident | undefined;
  readonly findings: readonly Finding[];
  /** ISO time of the check. */
  readonly at: string;
  /** Id for an incident that opens now. */
  readonly newIncidentId: string;
  /** 0 never repeats. */
  readonly repeatEveryMs: number;
}

export interface LifeStep {
  readonly tracked: readonly TrackedFinding[];
  readonly incident: Incident | undefined;
  /** Why people should be told, or "none". */
  readonly reason: NotificationReason | "none";
}

/** One check's step: findings open, persist or resolve; the incident opens, changes or resolves. */
export function advanceIncident(input: LifeInput): LifeStep {
  const { findings, incident, at } = input;
  if (findings.length === 0) {
    const tracked = input.open.map((known) => ({ ...known, resolvedAt: at }));
    if (incident === undefined) return { tracked, incident: undefined, reason: "none" };
    const closed: Incident = { ...incident, state: "resolved", updatedAt: at, closedAt: at };
    return { tracked, incident: closed, reason: incident.notifiedAt === null ? "none" : "resolved" };
  }
  const worst = worstOf(findings.map((finding) => finding.severity)) ?? "info";
  const before: Incident = incident ?? openIncident(input, worst);
  const reason = reasonToTell(input, before, worst);
  const tracked = trackFindings(input, before.id);
  const changed = reason !== "none" || before.worst !== worst;
  const current: Incident = { ...before, worst, updatedAt: changed ? at : before.updatedAt };
  if (reason === "none") return { tracked, incident: current, reason };
  return {
    tracked,
    incident: {
      ...current,
      notifiedAt: at,
      notifiedDigest: digestOf(findings),
      notifiedWorst: worseOf(before.notifiedWorst, worst),
    },
    reason,
  };
}

/** Someone accepted the live schema: every open finding ends, and the incident with them. */
export function acceptIncident(
  open: readonly TrackedFinding[],
  incident: Incident | undefined,
  at: string,
): LifeStep {
  const tracked = open.map((known) => ({ ...known, resolvedAt: at }));
  if (incident === undefined) return { tracked, incident, reason: "none" };
  const closed: Incident = { ...incident, state: "accepted", updatedAt: at, closedAt: at };
  return { tracked, incident: closed, reason: incident.notifiedAt === null ? "none" : "accepted" };
}

function openIncident(input: LifeInput, worst: Severity): Incident {
  return {
    id: input.newIncidentId,
    environment: input.environment,
    state: "open",
    worst,
    openedAt: input.at,
    updatedAt: input.at,
    closedAt: null,
    notifiedDigest: null,
    notifiedAt: null,
    notifiedWorst: null,
  };
}

function reasonToTell(input: LifeInput, incident: Incident, worst: Severity): NotificationReason | "none" {
  if (incident.notifiedAt === null || incident.notifiedWorst === null) return "first";
  if (compareSeverity(worst, incident.notifiedWorst) < 0) return "worse";
  if (digestOf(input.findings) !== incident.notifiedDigest) {
    const known = new Set(input.open.map((tracked) => tracked.id));
    return input.findings.some((finding) => !known.has(changeId(finding.change)))
      ? "new-findings"
      : "changed";
  }
  const sinceMs = Date.parse(input.at) - Date.parse(incident.notifiedAt);
  return input.repeatEveryMs > 0 && sinceMs >= input.repeatEveryMs ? "repeat" : "none";
}

function trackFindings(input: LifeInput, incidentId: string): TrackedFinding[] {
  const known = new Map(input.open.map((tracked) => [tracked.id, tracked]));
  const tracked: TrackedFinding[] = [];
  for (const finding of input.findings) {
    const id = changeId(finding.change);
    const before = known.get(id);
    known.delete(id);
    tracked.push({
      id,
      environment: input.environment,
      incidentId,
      finding,
      firstSeenAt: before?.firstSeenAt ?? input.at,
      lastSeenAt: input.at,
      resolvedAt: null,
    });
  }
  for (const gone of known.values()) tracked.push({ ...gone, resolvedAt: input.at });
  return tracked;
}

/** Same findings, same severities, same values: same digest. */
function digestOf(findings: readonly Finding[]): string {
  const lines = findings.map(({ change, code, severity }) => {
    const value = change.verb === "altered" ? JSON.stringify(change.after) : "";
    return `${changeId(change)} ${code} ${severity} ${value}`;
  });
  return createHash("sha256").update(lines.sort().join("\n")).digest("hex");
}

function worseOf(a: Severity | null, b: Severity): Severity {
  return a !== null && compareSeverity(a, b) < 0 ? a : b;
}
