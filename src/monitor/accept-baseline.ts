/** Accepting the live schema as the new baseline: preview first, then accept exactly what was previewed. */
import type { Baseline } from "../model/check.ts";
import type { Environment } from "../model/environment.ts";
import { DriftwatchError } from "../model/errors.ts";
import type { Snapshot } from "../model/snapshot.ts";
import type { CheckDeps } from "./check-environment.ts";
import { type Drift, detectDrift } from "./detect-drift.ts";
import { acceptIncident } from "./incident-life.ts";
import { lostVisibility } from "./judge-snapshot.ts";
import { loadBaseline } from "./load-baseline.ts";
import { seesMore, withNewlyVisible } from "./newly-visible.ts";
import { notificationsFor, subjectOfIncident } from "./notifications.ts";
import type { BaselineChange } from "./ports.ts";
import { nothingInScope, otherSubject } from "./scope.ts";

export interface BaselinePreview extends Drift {
  readonly environment: string;
  /** Of the live schema; pass it to acceptBaseline to accept just this. */
  readonly fingerprint: string;
  readonly objects: number;
  /** Null when the environment has no baseline yet. */
  readonly baseline: Baseline | null;
}

export interface AcceptRequest {
  readonly actor: string;
  readonly reason: string;
  /** Of the preview; when the schema has moved since, nothing is accepted. */
  readonly fingerprint?: string;
  readonly signal: AbortSignal;
}

/** What accepting now would change. Reads the database, writes nothing. */
export async function previewBaseline(
  deps: CheckDeps,
  environment: Environment,
  signal: AbortSignal,
): Promise<BaselinePreview> {
  const live = await readLive(deps, environment, signal);
  return previewOf(deps, environment, live);
}

/**
 * Makes the live schema the baseline, ends the incident and writes who did it and why. Throws baseline.conflict when
 * the schema is no longer the one that was previewed, check.visibility-lost when the user sees less than before.
 */
export async function acceptBaseline(
  deps: CheckDeps,
  environment: Environment,
  request: AcceptRequest,
): Promise<{ baseline: Baseline; preview: BaselinePreview }> {
  const live = await readLive(deps, environment, request.signal);
  if (request.fingerprint !== undefined && request.fingerprint !== live.fingerprint) {
    throw new DriftwatchError(
      "baseline.conflict",
      `the schema of ${environment.name} has changed since the preview`,
      {
        remedy: "Look at a new preview and accept that one.",
      },
    );
  }
  const preview = await previewOf(deps, environment, live);
  const baseline = await setBaseline(deps, environment, live, { ...request, origin: "accepted" });
  return { baseline, preview };
}

/** Makes a given snapshot the baseline. The next check compares with it: only that can tell what becomes of an incident. */
export async function importBaseline(
  deps: CheckDeps,
  environment: Environment,
  snapshot: Snapshot,
  request: Pick<AcceptRequest, "actor" | "reason">,
): Promise<Baseline> {
  return setBaseline(deps, environment, snapshot, { ...request, origin: "imported" });
}

type BaselineRequest = Pick<AcceptRequest, "actor" | "reason"> & {
  readonly origin: "accepted" | "imported";
};

/** Whoever is faster, a check or another person, has changed what was decided on: it is decided again. */
async function setBaseline(
  deps: CheckDeps,
  environment: Environment,
  snapshot: Snapshot,
  request: BaselineRequest,
): Promise<Baseline> {
  for (;;) {
    const change = await changeTo(deps, environment, snapshot, request);
    const baseline = await deps.store.changeBaseline(change);
    if (baseline === "stale") continue;
    deps.logger.info(
      { environment: environment.name, actor: request.actor, origin: request.origin },
      "baseline changed",
    );
    if (change.notifications.length > 0) await deps.queue.requestDelivery();
    return baseline;
  }
}

type Consequences = Pick<BaselineChange, "outcome" | "findings" | "incident" | "notifications">;

async function changeTo(
  deps: CheckDeps,
  environment: Environment,
  snapshot: Snapshot,
  request: BaselineRequest,
): Promise<BaselineChange> {
  const at = new Date(deps.clock.now()).toISOString();
  const runNumber = await deps.store.nextRunNumber(environment.name);
  const consequences =
    request.origin === "accepted"
      ? await ofAccepting(deps, environment, request, at)
      : await ofImporting(deps, environment);
  return {
    runNumber,
    baseline: {
      environment: environment.name,
      fingerprint: snapshot.fingerprint,
      modelVersion: snapshot.modelVersion,
      acceptedAt: at,
      acceptedBy: request.actor,
      reason: request.reason,
      origin: request.origin,
      server: snapshot.server,
      visibility: { scope: environment.scope, ...snapshot.visibility },
    },
    snapshot,
    audit: {
      at,
      actor: request.actor,
      action: `baseline.${request.origin}`,
      environment: environment.name,
      detail: `${snapshot.fingerprint.slice(0, 12)}: ${request.reason}`,
    },
    ...consequences,
  };
}

async function ofAccepting(
  deps: CheckDeps,
  environment: Environment,
  { actor, reason }: BaselineRequest,
  at: string,
): Promise<Consequences> {
  const open = await deps.store.openFindings(environment.name);
  const life = acceptIncident(open, await deps.store.openIncident(environment.name), at);
  const { incident = null } = life;
  const notifications =
    incident === null || life.reason === "none"
      ? []
      : notificationsFor(deps.notifications, {
          reason: life.reason,
          environment,
          subject: subjectOfIncident(incident),
          findings: open.map((tracked) => tracked.finding),
          checkId: "-",
          at,
          actor,
          acceptReason: reason,
        });
  return { outcome: "in-sync", findings: life.tracked, incident, notifications };
}

/** Nobody has compared yet: drift stays open, and what was in sync is not known to be. */
async function ofImporting({ store }: CheckDeps, { name }: Environment): Promise<Consequences> {
  const outcome = (await store.environment(name))?.outcome ?? null;
  const isOpen = outcome === "drifted" || outcome === "unknown";
  return { outcome: isOpen ? outcome : null, findings: [], incident: null, notifications: [] };
}

async function readLive(deps: CheckDeps, environment: Environment, signal: AbortSignal): Promise<Snapshot> {
  const session = await deps.reader.connect(environment.url, { ...environment, signal });
  try {
    return await session.introspect();
  } finally {
    await session.close().catch(() => undefined);
  }
}

async function previewOf(
  deps: CheckDeps,
  environment: Environment,
  live: Snapshot,
): Promise<BaselinePreview> {
  const known = await deps.store.baseline(environment.name);
  const nowhere = nothingInScope(environment, known?.visibility, live.visibility);
  if (nowhere !== undefined) throw nowhere;
  const facts = {
    environment: environment.name,
    fingerprint: live.fingerprint,
    objects: live.objects.length,
  };
  if (known === undefined) return { ...facts, baseline: null, findings: [], hidden: [] };
  const other = otherSubject(known, environment, live.server);
  const isComparable = other === undefined && known.visibility.contentOnly !== true;
  const lost = isComparable ? lostVisibility(known.visibility, live.visibility) : undefined;
  if (lost !== undefined) throw lost;
  const loaded = await loadBaseline(deps.store, known);
  const hasGained = seesMore(known.visibility, live.visibility);
  const baseline = hasGained ? withNewlyVisible(loaded, live) : loaded;
  const now = new Date(deps.clock.now()).toISOString();
  return { ...facts, baseline: known, ...detectDrift(environment, baseline, live, now) };
}
