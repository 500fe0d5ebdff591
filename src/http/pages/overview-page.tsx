/** The first page: every environment with its state, what drifted, and the latest incidents. */
import type { VNode } from "preact";
import type { Check, Incident, TrackedFinding } from "../../model/check.ts";
import { compareSeverity } from "../../model/severity.ts";
import type { ChannelTrouble, StoredEnvironment } from "../../monitor/ports.ts";
import type { Schedule } from "../deps.ts";
import { CheckStrip, StripLegend } from "./check-strip.tsx";
import { Due, renderPage, SeverityCounts, SeverityTag, StateBadge, When } from "./layout.tsx";
import { countOf, dialectWord, intervalWords, lengthOfTime, type StateName, sentenceStart } from "./words.ts";

export interface OverviewEnvironment {
  readonly environment: StoredEnvironment;
  readonly schedule: Schedule | undefined;
  /** The latest checks, newest first. */
  readonly checks: readonly Check[];
  readonly findings: readonly TrackedFinding[];
}

export interface OverviewData {
  readonly environments: readonly OverviewEnvironment[];
  readonly incidents: readonly Incident[];
  readonly undelivered: readonly ChannelTrouble[];
  readonly nowMs: number;
  readonly version: string;
  readonly showAll: boolean;
  readonly signedIn: boolean;
  readonly notice?: string | undefined;
}

const shortList = 60;
const sentencesPerCard = 3;
const stripLength = 40;

/** Environments that need someone come first. */
const order: readonly StateName[] = ["drifted", "unknown", "unbaselined", "waiting", "in-sync"];

export function overviewPage(data: OverviewData): string {
  const sorted = [...data.environments].sort(byUrgency);
  const shown = data.showAll ? sorted : sorted.slice(0, shortList);
  const drifted = sorted.filter((item) => item.environment.outcome === "drifted").length;
  const unknown = sorted.filter((item) => item.environment.outcome === "unknown").length;
  const troubles = [
    ...(drifted > 0 ? [`${drifted} drifted`] : []),
    ...(unknown > 0 ? [`${unknown} unknown`] : []),
  ];
  return renderPage({
    title: troubles.length === 0 ? "Environments" : troubles.join(", "),
    version: data.version,
    refresh: true,
    alarm: drifted > 0,
    signedIn: data.signedIn,
    children: (
      <>
        <Headline environments={sorted} notice={data.notice} />
        <Undelivered troubles={data.undelivered} nowMs={data.nowMs} />
        <section data-part="environments" id="environments" aria-label="Environments">
          <ul class="cards">
            {shown.map((item) => (
              <Card key={item.environment.name} item={item} nowMs={data.nowMs} />
            ))}
          </ul>
          {shown.length < sorted.length && (
            <p>
              <a class="button" href="/?all=1">
                Show all {countOf(sorted.length, "environment")}
              </a>
            </p>
          )}
          {sorted.length > 0 && <StripLegend />}
        </section>
        <RecentIncidents incidents={data.incidents} nowMs={data.nowMs} />
      </>
    ),
  });
}

/** Nobody may wait for a message that never comes. */
function Undelivered({
  troubles,
  nowMs,
}: {
  troubles: readonly ChannelTrouble[];
  nowMs: number;
}): VNode | null {
  if (troubles.length === 0) return null;
  return (
    <section data-part="undelivered" id="undelivered">
      <h2>Messages that did not arrive</h2>
      <ul>
        {troubles.map(({ channel, waiting, givenUp, since, lastError }) => (
          <li key={channel} class="trouble">
            {channel}: {waiting} waiting, {givenUp} given up since <When at={since} nowMs={nowMs} />
            {lastError === null ? "" : ` (${lastError})`}
          </li>
        ))}
      </ul>
    </section>
  );
}

export function stateOf(environment: Pick<StoredEnvironment, "outcome">): StateName {
  return environment.outcome ?? "waiting";
}

function byUrgency(a: OverviewEnvironment, b: OverviewEnvironment): number {
  const rank = (item: OverviewEnvironment): number => order.indexOf(stateOf(item.environment));
  return rank(a) - rank(b) || (a.environment.name < b.environment.name ? -1 : 1);
}

interface HeadlineProps {
  readonly environments: readonly OverviewEnvironment[];
  readonly notice: string | undefined;
}

function Headline({ environments, notice }: HeadlineProps): VNode {
  const count = (state: StateName): number =>
    environments.filter((item) => stateOf(item.environment) === state).length;
  const total = environments.length;
  const only = total === 1 ? environments[0]?.environment.name : undefined;
  const words = headlineWords(total, count, only);
  return (
    <section data-part="headline" id="headline" class="headline">
      <h1>{words.title}</h1>
      {words.detail !== "" && <p>{words.detail}</p>}
      <p class="hint">
        Driftwatch reads each database's schema on a schedule and compares it with the baseline that was
        accepted.
      </p>
      {notice !== undefined && <p class="hint">{notice}</p>}
    </section>
  );
}

/** Unknown is never clean: only when every environment is in sync does the title say so. */
function headlineWords(
  total: number,
  count: (state: StateName) => number,
  only: string | undefined,
): { title: string; detail: string } {
  if (total === 0) {
    return {
      title: "No environment is watched yet",
      detail: "Name databases in driftwatch.yaml, or start with DATABASE_URL, and they appear here.",
    };
  }
  if (count("in-sync") === total) {
    const all = `All ${total} environments match their baselines`;
    const title = only === undefined ? all : `${only} matches its baseline`;
    return { title, detail: "No schema differs from what was accepted." };
  }
  const subject = (number: number, one: string, many: string): string =>
    only === undefined ? `${number} of ${total} environments ${number === 1 ? one : many}` : `${only} ${one}`;
  const words: readonly (readonly [StateName, string, string])[] = [
    ["drifted", subject(count("drifted"), "has drifted", "have drifted"), "drifted"],
    ["unknown", subject(count("unknown"), "cannot be read", "cannot be read"), "cannot be read"],
    [
      "unbaselined",
      subject(count("unbaselined"), "has no baseline", "have no baseline"),
      "without a baseline",
    ],
    [
      "waiting",
      subject(count("waiting"), "waits for its first check", "wait for their first check"),
      "not checked yet",
    ],
    ["in-sync", "", "in sync"],
  ];
  const [first, ...rest] = words.filter(([state]) => count(state) > 0);
  const detail = rest.map(([state, , short]) => `${count(state)} ${short}`).join(", ");
  return { title: first?.[1] ?? "", detail: detail === "" ? "" : `${detail}.` };
}

function Card({ item, nowMs }: { item: OverviewEnvironment; nowMs: number }): VNode {
  const { environment, schedule, checks } = item;
  const state = stateOf(environment);
  const href = `/environments/${encodeURIComponent(environment.name)}`;
  return (
    <li class={`card card-${state}`} data-key={environment.name}>
      <div class="card-head">
        <h2>
          <a href={href}>{environment.name}</a>
        </h2>
        <span class="card-state">
          <SeverityCounts counts={environment.openFindings} />
          <StateBadge state={state} />
        </span>
      </div>
      <p class="meta">
        <span>{dialectWord(environment.flavor ?? environment.dialect)}</span>
        {environment.critical && <span>critical environment</span>}
        {schedule === undefined ? (
          <span>no longer configured</span>
        ) : (
          <span>checked every {intervalWords(schedule.everySeconds)}</span>
        )}
      </p>
      <CardBody item={item} href={href} />
      <CheckStrip checks={checks} length={stripLength} />
      <p class="times">
        <span>
          Last success{" "}
          {environment.lastSuccessAt === null ? (
            "never"
          ) : (
            <When at={environment.lastSuccessAt} nowMs={nowMs} />
          )}
        </span>
        {schedule?.nextCheckAt != null && (
          <span>
            Next check <Due at={schedule.nextCheckAt} nowMs={nowMs} />
          </span>
        )}
      </p>
    </li>
  );
}

function CardBody({ item, href }: { item: OverviewEnvironment; href: string }): VNode | null {
  const { environment, checks, findings } = item;
  const error = environment.outcome === "unknown" ? checks[0]?.errorMessage : undefined;
  const worst = [...findings].sort((a, b) => compareSeverity(a.finding.severity, b.finding.severity));
  return (
    <>
      {error != null && <p class="trouble">{sentenceStart(error)}</p>}
      {environment.outcome === "unbaselined" && (
        <p class="trouble">Accept a baseline to start the comparison.</p>
      )}
      {worst.length > 0 && (
        <ul class="worst">
          {worst.slice(0, sentencesPerCard).map((tracked) => (
            <li key={tracked.id} data-key={`${environment.name} ${tracked.id}`}>
              <SeverityTag severity={tracked.finding.severity} />
              <span>{tracked.finding.sentence}</span>
            </li>
          ))}
          {worst.length > sentencesPerCard && (
            <li class="more">
              <a href={href}>and {worst.length - sentencesPerCard} more</a>
            </li>
          )}
        </ul>
      )}
    </>
  );
}

function RecentIncidents({ incidents, nowMs }: { incidents: readonly Incident[]; nowMs: number }): VNode {
  return (
    <section data-part="incidents" id="incidents">
      <h2>Recent incidents</h2>
      {incidents.length === 0 ? (
        <p class="quiet">
          None so far. An incident opens when a schema drifts and closes when the drift is gone or accepted.
        </p>
      ) : (
        <IncidentList incidents={incidents} nowMs={nowMs} withNames />
      )}
    </section>
  );
}

export interface IncidentListProps {
  readonly incidents: readonly Incident[];
  readonly nowMs: number;
  readonly withNames?: boolean;
}

export function IncidentList({ incidents, nowMs, withNames }: IncidentListProps): VNode {
  return (
    <ul class="rows">
      {incidents.map((incident) => (
        <li
          key={incident.id}
          data-key={`${incident.id} ${incident.state}`}
          class={`row incident-${incident.state}`}
        >
          <span class="row-main">
            {withNames === true && (
              <a href={`/environments/${encodeURIComponent(incident.environment)}`}>{incident.environment}</a>
            )}
            <span>{incidentWords(incident)}</span>
          </span>
          <SeverityTag severity={incident.worst} />
          <span class="row-time">
            <When at={incident.closedAt ?? incident.openedAt} nowMs={nowMs} />
          </span>
        </li>
      ))}
    </ul>
  );
}

function incidentWords(incident: Incident): string {
  if (incident.state === "open" || incident.closedAt === null) return "Drift opened, still open";
  const lasted = lengthOfTime(Date.parse(incident.closedAt) - Date.parse(incident.openedAt));
  return incident.state === "accepted"
    ? `Accepted as the new baseline after ${lasted}`
    : `Resolved after ${lasted}`;
}
