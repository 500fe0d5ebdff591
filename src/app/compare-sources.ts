/** Two resolved sources -> findings or a plan, under the rules of the environment that they belong to. */
import { compareWithHidden } from "../compare/compare.ts";
import type { HiddenChanges } from "../compare/options.ts";
import type { CompareModes, Environment, IgnoreRule, PartitionMode } from "../model/environment.ts";
import { DriftwatchError } from "../model/errors.ts";
import type { Plan } from "../model/plan.ts";
import { flavorNames } from "../model/server.ts";
import type { Snapshot } from "../model/snapshot.ts";
import { type Drift, detectDrift } from "../monitor/detect-drift.ts";
import { planSelected } from "./plan-migration.ts";
import type { ResolvedSource } from "./resolve-source.ts";

export interface ComparePolicy {
  /** Besides those of the environment. */
  readonly ignore?: readonly IgnoreRule[];
  readonly modes?: CompareModes;
  readonly partitions?: PartitionMode;
  /** False leaves out what the environment's configuration ignores and overrides. */
  readonly configured?: boolean;
  /** ISO time at which ignore rules are judged for expiry. */
  readonly now: string;
}

/** Throws source.invalid when nothing could be said of the two: they are of different dialects, say. */
export function compareSources(from: ResolvedSource, to: ResolvedSource, policy: ComparePolicy): Drift {
  refuseIncomparable(from, to);
  const drift = detectDrift(rulesFor(from, to, policy), from.snapshot, to.snapshot, policy.now);
  if (comparesOneServer(from, to)) return drift;
  return { ...drift, findings: drift.findings.filter(({ change }) => change.kind !== "server") };
}

/** The same comparison as a plan between the two. Ignore rules that name rule codes say nothing of plans. */
export function planSources(from: ResolvedSource, to: ResolvedSource, policy: ComparePolicy): PlannedSources {
  refuseIncomparable(from, to);
  const { ignore, modes, partitions } = rulesFor(from, to, policy);
  const options = { ignore, modes, partitions, now: policy.now, server: false };
  const { changes, hidden } = compareWithHidden(from.snapshot, to.snapshot, options);
  return { plan: planSelected(changes, from.snapshot, to.snapshot), hidden };
}

export interface PlannedSources {
  readonly plan: Plan;
  readonly hidden: readonly HiddenChanges[];
}

function refuseIncomparable(from: ResolvedSource, to: ResolvedSource): void {
  refuseOtherDialect(from, to);
  refuseNothing(from, to);
  refuseOtherPaths(from, to);
}

function refuseOtherDialect(from: ResolvedSource, to: ResolvedSource): void {
  if (from.snapshot.dialect === to.snapshot.dialect) return;
  throw new DriftwatchError(
    "source.invalid",
    `${from.label} is ${nameOf(from)} and ${to.label} is ${nameOf(to)}: their schemas cannot be compared`,
    { remedy: "Compare two sources of the same kind of database." },
  );
}

/** Two sources without a schema are equal, and say nothing: most likely the names of the scope are wrong. */
function refuseNothing(from: ResolvedSource, to: ResolvedSource): void {
  if (![from, to].every(({ snapshot }) => snapshot.visibility.schemas.length === 0)) return;
  throw new DriftwatchError("source.invalid", `neither ${from.label} nor ${to.label} holds a schema`, {
    remedy: "Check the names of the schemas, the databases in the URLs, and the grants of their users.",
  });
}

/** Where the URL names one MySQL database, paths leave its name out, so that copies compare equal; else they begin with it. */
function refuseOtherPaths(from: ResolvedSource, to: ResolvedSource): void {
  const [ofFrom, ofTo] = [from, to].map(({ snapshot }) => lengthOfSchemaPath(snapshot));
  if (ofFrom === undefined || ofTo === undefined || ofFrom === ofTo) return;
  const [named, unnamed] = ofFrom < ofTo ? [from, to] : [to, from];
  throw new DriftwatchError(
    "source.invalid",
    `${named.label} names one database and ${unnamed.label} does not: their objects go by different names`,
    { remedy: "Name the database in both URLs, or in neither." },
  );
}

function lengthOfSchemaPath({ objects }: Snapshot): number | undefined {
  return objects.find((object) => object.kind === "schema")?.key.path.length;
}

type Rules = Pick<Environment, "ignore" | "modes" | "partitions" | "severities">;

function rulesFor(from: ResolvedSource, to: ResolvedSource, policy: ComparePolicy): Rules {
  const environment = policy.configured === false ? undefined : (to.environment ?? from.environment);
  const partitions = environment?.partitions ?? { default: "compare", tables: {} };
  return {
    ignore: [...(policy.ignore ?? []), ...(environment?.ignore ?? [])],
    modes: { ...environment?.modes, ...policy.modes },
    partitions: { ...partitions, ...(policy.partitions === undefined ? {} : { default: policy.partitions }) },
    severities: environment?.severities ?? [],
  };
}

/** A server's version and settings are part of its schema's life, and no difference between two servers. */
function comparesOneServer(from: ResolvedSource, to: ResolvedSource): boolean {
  if (from.environment !== undefined && from.environment === to.environment) return true;
  const { instance } = from.snapshot.server;
  return instance !== null && instance === to.snapshot.server.instance;
}

function nameOf(source: ResolvedSource): string {
  return flavorNames[source.snapshot.server.flavor];
}
