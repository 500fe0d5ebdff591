/**
 * The whole story of one check: probe, introspect, compare, classify, record. It decides; ports act. Whatever could not
 * be read makes the outcome `unknown`, never `drifted` and never `in-sync`.
 */

import type { Check, CheckOutcome, PhaseDurations } from "../model/check.ts";
import type { Environment } from "../model/environment.ts";
import { asDriftwatchError, type DriftwatchError, DriftwatchError as Failure } from "../model/errors.ts";
import { modelVersion } from "../model/model-version.ts";
import { worstOf } from "../model/severity.ts";
import type { Snapshot } from "../model/snapshot.ts";
import { type Drift, detectDrift } from "./detect-drift.ts";
import { advanceIncident } from "./incident-life.ts";
import { looksEmpty, lostRight, lostVisibility } from "./judge-snapshot.ts";
import { loadBaseline } from "./load-baseline.ts";
import { logOutcome } from "./log-outcome.ts";
import { seesMore, withNewlyVisible } from "./newly-visible.ts";
import {
  countBySeverity,
  driftNotifications,
  type NotificationSettings,
  unknownNotifications,
} from "./notifications.ts";
import type {
  CheckRecord,
  Clock,
  DatabaseReader,
  DatabaseSession,
  JobQueue,
  Logger,
  MonitorStore,
  NewBaseline,
  ProbeToken,
  RecentSnapshots,
  StoredEnvironment,
  Telemetry,
} from "./ports.ts";
import { withRules } from "./probe-proof.ts";
import { nothingInScope, otherSubject } from "./scope.ts";
import { createStopwatch, type Stopwatch } from "./stopwatch.ts";
import { captured, completed, completion, sightOfMore } from "./taken-baseline.ts";
import { advanceUnknown, type UnknownState } from "./unknown-life.ts";

export interface CheckDeps {
  readonly reader: DatabaseReader;
  readonly store: MonitorStore;
  readonly queue: Pick<JobQueue, "requestDelivery">;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly logger: Logger;
  readonly notifications: NotificationSettings;
  readonly recent: RecentSnapshots;
  readonly newId: () => string;
}

export interface CheckOptions {
  /** Fires at the deadline; the running statement is then really cancelled on the server. */
  readonly signal: AbortSignal;
  /** Read everything even when the probe says that nothing changed. */
  readonly full?: boolean;
}

/** What the check saw, before anything is written. */
interface Seen {
  readonly outcome: CheckOutcome;
  readonly probeHit: boolean;
  readonly token: ProbeToken | undefined;
  readonly live: Snapshot | null;
  readonly drift: Drift | null;
  readonly baseline: NewBaseline | null;
  readonly emptySince: string | null;
}

/** Runs one check and records it. Throws when the store fails or the check is cancelled;
 * everything else is an outcome. */
export async function checkEnvironment(
  deps: CheckDeps,
  environment: Environment,
  options: CheckOptions,
): Promise<{ check: Check; outcome: CheckOutcome }> {
  const startedAt = isoNow(deps);
  const runNumber = await deps.store.nextRunNumber(environment.name);
  const stored = await deps.store.environment(environment.name);
  const stopwatch = createStopwatch(deps.clock);
  const seen = await look(deps, environment, stored, options, stopwatch);
  const record = await stopwatch.time("record", () =>
    writeDown(deps, environment, stored, seen, { startedAt, runNumber, durations: stopwatch.durations }),
  );
  deps.telemetry.checkFinished(record.check);
  logOutcome(deps.logger, record, seen.outcome);
  if (record.notifications.length > 0) await deps.queue.requestDelivery();
  return { check: record.check, outcome: seen.outcome };
}

async function look(
  deps: CheckDeps,
  environment: Environment,
  stored: StoredEnvironment | undefined,
  options: CheckOptions,
  stopwatch: Stopwatch,
): Promise<Seen> {
  let session: DatabaseSession | undefined;
  try {
    session = await stopwatch.time("connect", () =>
      deps.reader.connect(environment.url, { ...environment, signal: options.signal }),
    );
    const open = session;
    const token = withRules(environment, await stopwatch.time("probe", () => open.probe()), isoNow(deps));
    if (!options.full && provesNothingChanged(deps, environment, stored, token)) {
      deps.telemetry.probe(environment.name, true);
      return { ...nothing, outcome: { kind: "in-sync" }, probeHit: true, token };
    }
    deps.telemetry.probe(environment.name, false);
    // The safety net: now and then everything is read, whatever an earlier reading says.
    const mayReuse = !options.full && !fullCheckIsDue(deps, environment, stored);
    const previous = mayReuse ? deps.recent.get(environment.name) : undefined;
    const live = await stopwatch.time("introspect", () => open.introspect(previous));
    deps.recent.put(environment.name, live);
    return await judge(deps, environment, stored, { live, token, session: open, stopwatch });
  } catch (thrown) {
    const error = options.signal.aborted
      ? abortError(environment, options.signal, thrown)
      : asDriftwatchError(thrown);
    // A check that was told to stop has seen nothing; its job is run again elsewhere or at the next slot.
    if (error.code === "check.cancelled" && options.signal.aborted) throw error;
    const known = await deps.store.baseline(environment.name);
    const told = known === undefined ? error : lostRight(error);
    return { ...nothing, outcome: unknown(told), emptySince: stored?.emptySince ?? null };
  } finally {
    await session?.close().catch(() => undefined);
  }
}

const nothing = {
  probeHit: false,
  token: undefined,
  live: null,
  drift: null,
  baseline: null,
  emptySince: null,
};

interface Reading {
  readonly live: Snapshot;
  readonly token: ProbeToken | undefined;
  readonly session: DatabaseSession;
  readonly stopwatch: Stopwatch;
}

async function judge(
  deps: CheckDeps,
  environment: Environment,
  stored: StoredEnvironment | undefined,
  reading: Reading,
): Promise<Seen> {
  const { token } = reading;
  let { live } = reading;
  const now = isoNow(deps);
  const known = await deps.store.baseline(environment.name);
  const nowhere = nothingInScope(environment, known?.visibility, live.visibility);
  if (nowhere !== undefined) return { ...nothing, outcome: unknown(nowhere) };
  if (known === undefined) {
    if (environment.baseline === "manual")
      return { ...nothing, token, live, outcome: { kind: "unbaselined" } };
    const baseline = captured(environment, live, now);
    return {
      ...nothing,
      token,
      live,
      baseline,
      outcome: { kind: "in-sync" },
      drift: { findings: [], hidden: [] },
    };
  }
  const { contentOnly = false } = known.visibility;
  // What an .sql file makes never says all that is known of a database, even where nothing differs.
  const isEqual =
    !contentOnly && known.fingerprint === live.fingerprint && known.modelVersion === modelVersion;
  const other = otherSubject(known, environment, live.server);
  if (other !== undefined && !isEqual) return { ...nothing, outcome: unknown(other) };
  const lost = contentOnly ? undefined : lostVisibility(known.visibility, live.visibility);
  if (lost !== undefined) return { ...nothing, outcome: unknown(lost) };
  const hasGained = seesMore(known.visibility, live.visibility);
  if (isEqual) {
    // Equal content needs no look inside; the server behind it may still have been upgraded or set differently.
    const drift = detectDrift(environment, { ...live, server: known.server }, live, now);
    const to = other !== undefined ? "the changed scope" : sightOfMore;
    const isCompleted = other !== undefined || hasGained;
    const baseline = isCompleted ? completed(environment, { ...live, server: known.server }, to, now) : null;
    return { ...nothing, token, live, drift, baseline, outcome: outcomeOf(drift) };
  }
  const loaded = await loadBaseline(deps.store, known);
  const baseline = hasGained ? withNewlyVisible(loaded, live) : loaded;
  if (looksEmpty(live) && !looksEmpty(baseline) && (stored?.emptySince ?? null) === null) {
    return { ...nothing, emptySince: now, outcome: unknown(emptyError(environment)) };
  }
  const compare = (): Promise<Drift> =>
    reading.stopwatch.time("compare", async () => detectDrift(environment, baseline, live, now));
  let drift = await compare();
  const again = drift.findings.length > 0 ? await otherReading(reading) : undefined;
  if (again !== undefined) {
    // A grant may have gone between the two.
    const lostSince = lostVisibility(known.visibility, again.visibility);
    if (lostSince !== undefined) return { ...nothing, outcome: unknown(lostSince) };
    live = again;
    drift = await compare();
  }
  const newer = completion(environment, { known, baseline, live, drift, hasGained }, now);
  const emptySince = looksEmpty(live) ? (stored?.emptySince ?? null) : null;
  return { ...nothing, token, live, drift, baseline: newer, outcome: outcomeOf(drift), emptySince };
}

/** MySQL promises no single moment across catalog queries: drift counts when a second reading agrees. Else that one. */
async function otherReading({ session, live }: Reading): Promise<Snapshot | undefined> {
  if (live.dialect !== "mysql") return undefined;
  const again = await session.introspect();
  return again.fingerprint === live.fingerprint ? undefined : again;
}

function provesNothingChanged(
  deps: CheckDeps,
  environment: Environment,
  stored: StoredEnvironment | undefined,
  token: ProbeToken | undefined,
): boolean {
  if (token === undefined || stored === undefined || stored.probeToken !== token) return false;
  return stored.outcome === "in-sync" && !fullCheckIsDue(deps, environment, stored);
}

function fullCheckIsDue(
  deps: CheckDeps,
  environment: Environment,
  stored: StoredEnvironment | undefined,
): boolean {
  const last = stored?.lastFullCheckAt ?? null;
  // Also one of the far future, when the clock was set back since.
  return last === null || Math.abs(deps.clock.now() - Date.parse(last)) >= environment.fullCheckEveryMs;
}

interface Bookkeeping {
  readonly startedAt: string;
  readonly runNumber: number;
  readonly durations: PhaseDurations;
}

/** Turns what was seen into one record and has the store keep it in one transaction. */
async function writeDown(
  deps: CheckDeps,
  environment: Environment,
  stored: StoredEnvironment | undefined,
  seen: Seen,
  book: Bookkeeping,
): Promise<CheckRecord> {
  const at = isoNow(deps);
  const check = checkOf(deps, environment, seen, book, at);
  const life = seen.drift === null ? undefined : await nextLife(deps, environment, seen.drift, at);
  const unknownLife = advanceUnknown(unknownStateOf(stored), seen.outcome, at, environment.everyMs);
  const facts = { environment, checkId: check.id, at };
  const notifications = [
    ...driftNotifications(deps.notifications, facts, life, seen.drift?.findings ?? []),
    ...unknownNotifications(deps.notifications, facts, unknownLife, unknownStateOf(stored), seen.outcome),
  ];
  const isKnown = seen.outcome.kind !== "unknown";
  const record: CheckRecord = {
    check,
    runNumber: book.runNumber,
    snapshot: seen.live,
    environment: {
      outcome: seen.outcome.kind,
      lastSuccessAt: isKnown ? at : (stored?.lastSuccessAt ?? null),
      lastFullCheckAt: isFull(seen) ? at : (stored?.lastFullCheckAt ?? null),
      probeToken: isKnown ? (seen.token ?? null) : null,
      emptySince: seen.emptySince,
      unknownSince: unknownLife.unknownSince,
      unknownToldAt: unknownLife.unknownToldAt,
    },
    findings: life?.tracked ?? null,
    incident: life?.incident ?? null,
    notifications,
    baseline: seen.baseline,
  };
  const written = await deps.store.recordCheck(record);
  if (written === "stale") {
    deps.logger.warn(
      { environment: environment.name, run: book.runNumber },
      "a newer check was recorded first",
    );
    return { ...record, notifications: [] };
  }
  return record;
}

function unknownStateOf(stored: StoredEnvironment | undefined): UnknownState {
  return { unknownSince: stored?.unknownSince ?? null, unknownToldAt: stored?.unknownToldAt ?? null };
}

function isFull({ live }: Seen): boolean {
  return live !== null && live.reading?.full !== false;
}

async function nextLife(
  deps: CheckDeps,
  environment: Environment,
  drift: Drift,
  at: string,
): Promise<ReturnType<typeof advanceIncident>> {
  return advanceIncident({
    environment: environment.name,
    open: await deps.store.openFindings(environment.name),
    incident: await deps.store.openIncident(environment.name),
    findings: drift.findings,
    at,
    newIncidentId: deps.newId(),
    repeatEveryMs: deps.notifications.repeatEveryMs,
  });
}

function checkOf(
  deps: CheckDeps,
  environment: Environment,
  seen: Seen,
  book: Bookkeeping,
  at: string,
): Check {
  const { outcome } = seen;
  return {
    id: deps.newId(),
    environment: environment.name,
    startedAt: book.startedAt,
    finishedAt: at,
    outcome: outcome.kind,
    worst: outcome.kind === "drifted" ? outcome.worst : null,
    findingCounts: countBySeverity(seen.drift?.findings ?? []),
    probeHit: seen.probeHit,
    snapshotFingerprint: seen.live?.fingerprint ?? null,
    errorCode: outcome.kind === "unknown" ? outcome.code : null,
    errorMessage: outcome.kind === "unknown" ? outcome.message : null,
    hiddenChanges: (seen.drift?.hidden ?? []).reduce((sum, { count }) => sum + count, 0),
    durations: book.durations,
  };
}

function outcomeOf(drift: Drift): CheckOutcome {
  const worst = worstOf(drift.findings.map((finding) => finding.severity));
  return worst === undefined ? { kind: "in-sync" } : { kind: "drifted", worst, findings: drift.findings };
}

function unknown(error: DriftwatchError): CheckOutcome {
  const message = error.remedy === undefined ? error.message : `${error.message}. ${error.remedy}`;
  return { kind: "unknown", code: error.code, message, retryable: error.retryable };
}

function abortError(environment: Environment, signal: AbortSignal, cause: unknown): DriftwatchError {
  if (signal.reason instanceof Failure && signal.reason.code === "check.cancelled") return signal.reason;
  return new Failure(
    "check.deadline",
    `the check of ${environment.name} exceeded its deadline of ${environment.deadlineMs / 1000} s`,
    {
      cause,
      retryable: true,
      remedy: "Raise `deadline`, narrow `schemas`, or look for a lock on the catalog.",
    },
  );
}

function emptyError(environment: Environment): DriftwatchError {
  return new Failure("check.empty", `${environment.name} suddenly shows no object at all`, {
    retryable: true,
    remedy:
      "If this is real, the next check will report everything as removed; otherwise check the URL and grants.",
  });
}

function isoNow(deps: { readonly clock: Clock }): string {
  return new Date(deps.clock.now()).toISOString();
}
