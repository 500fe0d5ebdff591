/** What a check says in the log: nothing new stays quiet, each finding is told when it appears and when it is gone. */
import type { CheckOutcome, Incident, TrackedFinding } from "../model/check.ts";
import { describeKey } from "../model/key.ts";
import type { CheckRecord, Logger } from "./ports.ts";

/** Lines about single findings; the page has them all. */
const findingLines = 10;

export function logOutcome(logger: Logger, record: CheckRecord, outcome: CheckOutcome): void {
  const { check, snapshot } = record;
  const log = logger.child({ environment: check.environment });
  if (outcome.kind === "unknown") {
    log.warn({ code: outcome.code, reason: outcome.message }, "check could not read the schema");
    return;
  }
  if (record.baseline?.origin === "captured") {
    log.info(
      { objects: snapshot?.objects.length ?? 0 },
      "baseline captured: from now on this schema is what it should be",
    );
  }
  if (record.baseline?.origin === "completed") log.info({}, `baseline ${record.baseline.reason}`);
  const at = check.finishedAt;
  const tracked = record.findings ?? [];
  tellFindings(
    log,
    "drift appeared",
    tracked.filter((known) => known.firstSeenAt === at),
  );
  tellFindings(
    log,
    "drift is gone",
    tracked.filter((known) => known.resolvedAt === at),
  );
  if (record.incident !== null) tellIncident(log, record.incident, at, check.worst);
  log.debug({ check: check.id, outcome: check.outcome, probe: check.probeHit }, "check finished");
}

function tellFindings(log: Logger, message: string, findings: readonly TrackedFinding[]): void {
  for (const { finding } of findings.slice(0, findingLines)) {
    const { change, code, severity } = finding;
    const what = change.verb === "altered" ? `${change.attribute} altered` : change.verb;
    log.info({ severity, code, object: describeKey(change.key), change: what }, message);
  }
  if (findings.length > findingLines) log.info({ more: findings.length - findingLines }, message);
}

function tellIncident(log: Logger, incident: Incident, at: string, worst: string | null): void {
  if (incident.openedAt === at) log.warn({ worst }, "incident opened");
  else if (incident.closedAt === at) log.info({ openedAt: incident.openedAt }, "incident resolved");
}
