/** One environment: its findings with values before and after, its checks, its baseline, and who accepted what. */
import type { VNode } from "preact";
import type { Baseline, Check, Incident, TrackedFinding } from "../../model/check.ts";
import type { AuditEntry, StoredEnvironment } from "../../monitor/ports.ts";
import type { Schedule } from "../deps.ts";
import { CheckStrip, checkDetail, StripLegend } from "./check-strip.tsx";
import { FindingList } from "./findings.tsx";
import { Due, Facts, renderPage, SeverityCounts, StateBadge, When } from "./layout.tsx";
import { IncidentList, stateOf } from "./overview-page.tsx";
import {
  countOf,
  dialectWord,
  intervalWords,
  lengthOfTime,
  sentenceStart,
  shortFingerprint,
  stateWords,
} from "./words.ts";

export interface EnvironmentData {
  readonly environment: StoredEnvironment;
  readonly schedule: Schedule | undefined;
  readonly baseline: Baseline | undefined;
  readonly baselines: readonly Baseline[];
  readonly findings: readonly TrackedFinding[];
  readonly checks: readonly Check[];
  readonly incidents: readonly Incident[];
  readonly audit: readonly AuditEntry[];
  readonly nowMs: number;
  readonly version: string;
  readonly showAll: boolean;
  readonly mayWrite: boolean;
  readonly signedIn: boolean;
}

const stripLength = 60;
const shortHistory = 8;

export function environmentPage(data: EnvironmentData): string {
  const { environment } = data;
  return renderPage({
    title: `${environment.name}: ${stateWords[stateOf(environment)]}`,
    version: data.version,
    refresh: true,
    alarm: environment.outcome === "drifted",
    signedIn: data.signedIn,
    children: (
      <>
        <nav class="crumbs" aria-label="Breadcrumb">
          <a href="/">Environments</a> <span aria-hidden="true">/</span> <span>{environment.name}</span>
        </nav>
        <Summary data={data} />
        {(data.findings.length > 0 || environment.outcome === "drifted") && <Findings data={data} />}
        <History data={data} />
        <BaselineSection data={data} />
        <Incidents data={data} />
        <Audit data={data} />
      </>
    ),
  });
}

/** "MariaDB 10.11.19", as the baseline knows it. */
function productOf({ baseline, environment }: EnvironmentData): string {
  const server = baseline?.server;
  if (server === undefined) return dialectWord(environment.dialect);
  return `${dialectWord(server.flavor)} ${server.version.replace(/[- ].*$/u, "")}`.trimEnd();
}

function Summary({ data }: { data: EnvironmentData }): VNode {
  const { environment, schedule, nowMs } = data;
  const { lastCheckAt, lastSuccessAt } = environment;
  const error = environment.outcome === "unknown" ? data.checks[0]?.errorMessage : undefined;
  return (
    <section data-part="summary" id="summary" class="headline">
      <div class="title-row">
        <h1>{environment.name}</h1>
        <StateBadge state={stateOf(environment)} />
        {environment.critical && <span class="tag">critical environment</span>}
      </div>
      <p>{summaryWords(data)}</p>
      {error != null && <p class="trouble">{sentenceStart(error)}</p>}
      <Facts
        items={[
          ["Database", productOf(data)],
          ["Last check", lastCheckAt === null ? "never" : <When at={lastCheckAt} nowMs={nowMs} />],
          ["Last success", lastSuccessAt === null ? "never" : <When at={lastSuccessAt} nowMs={nowMs} />],
          [
            "Next check",
            schedule === undefined ? (
              "no longer configured"
            ) : schedule.nextCheckAt === null ? (
              `every ${intervalWords(schedule.everySeconds)}`
            ) : (
              <Due at={schedule.nextCheckAt} nowMs={nowMs} />
            ),
          ],
        ]}
      />
      {data.mayWrite && schedule !== undefined && (
        <form method="post" action={pathOf(environment, "/check")}>
          <button type="submit">Check now</button>
        </form>
      )}
    </section>
  );
}

function summaryWords(data: EnvironmentData): string {
  const { environment, findings } = data;
  switch (stateOf(environment)) {
    case "in-sync":
      return "The schema is what the baseline says.";
    case "drifted":
      return `The schema differs from the baseline: ${countOf(findings.length, "open finding")}.`;
    case "unbaselined":
      return "There is no baseline to compare with. Look at the preview below and accept one.";
    case "waiting":
      return "The first check has not ended yet.";
    case "unknown":
      return "The last check could not read everything, so nothing is known for sure.";
  }
}

function Findings({ data }: { data: EnvironmentData }): VNode {
  const isOld = data.environment.outcome === "unknown";
  return (
    <section data-part="findings" id="findings">
      <div class="title-row">
        <h2>What differs</h2>
        <SeverityCounts counts={data.environment.openFindings} />
      </div>
      {isOld && <p class="quiet">As of the last check that could read everything.</p>}
      <FindingList
        findings={data.findings}
        nowMs={data.nowMs}
        showAll={data.showAll}
        allHref={`${pathOf(data.environment)}?all=1`}
      />
    </section>
  );
}

function History({ data }: { data: EnvironmentData }): VNode {
  const { checks, nowMs } = data;
  return (
    <section data-part="history" id="history">
      <h2>History of checks</h2>
      {checks.length === 0 ? (
        <p class="quiet">No check has ended yet.</p>
      ) : (
        <>
          <CheckStrip checks={checks} length={stripLength} />
          <StripLegend />
          <details id="d-checks">
            <summary>The last {countOf(Math.min(checks.length, 20), "check")}</summary>
            <ul class="rows">
              {checks.slice(0, 20).map((check) => (
                <li key={check.id} class="row">
                  <span class="row-main">
                    <StateBadge state={check.outcome} /> <span>{checkDetail(check).replace(/^, /u, "")}</span>
                  </span>
                  <span>{lengthOfTime(Date.parse(check.finishedAt) - Date.parse(check.startedAt))}</span>
                  <span class="row-time">
                    <When at={check.startedAt} nowMs={nowMs} />
                  </span>
                </li>
              ))}
            </ul>
          </details>
        </>
      )}
    </section>
  );
}

const origins: Readonly<Record<Baseline["origin"], string>> = {
  captured: "captured by the first check",
  accepted: "accepted",
  imported: "imported from a file",
  completed: "completed after an upgrade",
};

function BaselineSection({ data }: { data: EnvironmentData }): VNode {
  const { baseline, baselines, nowMs } = data;
  const older = baselines.slice(1, 1 + shortHistory);
  return (
    <section data-part="baseline" id="baseline">
      <h2>Baseline</h2>
      {baseline === undefined ? (
        <p>None yet.</p>
      ) : (
        <p>
          {sentenceStart(origins[baseline.origin])} <When at={baseline.acceptedAt} nowMs={nowMs} /> by{" "}
          {baseline.acceptedBy}
          {baseline.reason === origins[baseline.origin] ? "" : `: “${baseline.reason}”`}{" "}
          <code title={baseline.fingerprint}>{shortFingerprint(baseline.fingerprint)}</code>
        </p>
      )}
      {data.mayWrite && data.schedule !== undefined ? (
        <form method="post" action={pathOf(data.environment, "/preview")}>
          <button type="submit">Preview accepting the live schema</button>
          <span class="hint">Reads the database and changes nothing yet.</span>
        </form>
      ) : (
        !data.mayWrite && (
          <p class="quiet">
            To accept a new baseline, <a href="/login">sign in with the write token</a>.
          </p>
        )
      )}
      {older.length > 0 && (
        <details id="d-baselines">
          <summary>{countOf(baselines.length - 1, "earlier baseline")}</summary>
          <ul class="rows">
            {older.map((one) => (
              <li key={one.id} class="row">
                <span class="row-main">
                  {sentenceStart(origins[one.origin])} by {one.acceptedBy}: “{one.reason}”
                </span>
                <code>{shortFingerprint(one.fingerprint)}</code>
                <span class="row-time">
                  <When at={one.acceptedAt} nowMs={nowMs} />
                </span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

function Incidents({ data }: { data: EnvironmentData }): VNode {
  return (
    <section data-part="incidents" id="incidents">
      <h2>Incidents</h2>
      {data.incidents.length === 0 ? (
        <p class="quiet">None so far.</p>
      ) : (
        <IncidentList incidents={data.incidents} nowMs={data.nowMs} />
      )}
    </section>
  );
}

function Audit({ data }: { data: EnvironmentData }): VNode | null {
  if (data.audit.length === 0) return null;
  return (
    <section data-part="audit" id="audit">
      <h2>Audit</h2>
      <ul class="rows">
        {data.audit.map((entry) => (
          <li key={`${entry.at} ${entry.action}`} class="row">
            <span class="row-main">
              <strong>{entry.actor}</strong> {entry.action.replace(".", " ")}: {entry.detail}
            </span>
            <span class="row-time">
              <When at={entry.at} nowMs={data.nowMs} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function pathOf(environment: Pick<StoredEnvironment, "name">, rest = ""): string {
  return `/environments/${encodeURIComponent(environment.name)}${rest}`;
}
