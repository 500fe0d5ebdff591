/**
 * Reads the whole catalog in one read-only repeatable-read transaction and builds the snapshot: two round trips, a fixed
 * number of queries. pg_get_* functions look at newer catalogs than our snapshot: the read tells whether that mattered.
 */
import { DriftwatchError } from "../../model/errors.ts";
import type { ServerInfo } from "../../model/server.ts";
import { buildSnapshot, type Snapshot } from "../../model/snapshot.ts";
import type { ReadOptions } from "../../monitor/ports.ts";
import type { Connection } from "./connect.ts";
import { isGoneWhileReading } from "./errors.ts";
import { countsOf } from "./increment/counts.ts";
import {
  circumstancesText,
  decisiveText,
  ownerName,
  type ReadingState,
  readingState,
} from "./increment/state.ts";
import { youngOf } from "./increment/young-rows.ts";
import { addName } from "./normalise/names.ts";
import { addObject, isVanished, type Reading, roleName, startReading } from "./normalise/reading.ts";
import { isSchemaInScope } from "./normalise/scope.ts";
import { finish, lookUpSteps, mainSteps, startGathering } from "./normalise/steps.ts";
import { type CatalogFacts, catalogs, oidArray } from "./queries/facts.ts";
import {
  type CountRow,
  countsSql,
  type DecisiveRow,
  decisiveSql,
  type OtherKindRow,
  otherKindsSql,
  type YoungRow,
  youngSql,
} from "./queries/increment.ts";
import * as names from "./queries/names.ts";
import { byContentSql } from "./queries/probe.ts";
import { beginLimitedSql, beginSql, commitSql, rollbackSql } from "./queries/session.ts";
import {
  isAlone,
  type MomentRow,
  momentSql,
  type YoungRowsRow,
  youngAfterSql,
  youngBeforeSql,
} from "./queries/stability.ts";
import { majorOf, newestKnownMajor } from "./version.ts";
import {
  grantsFor,
  hiddenAreas,
  type Rights,
  readRights,
  type VisibilityRow,
  visibilitySql,
} from "./visibility.ts";
import { type Step, step } from "./wire/batch.ts";

export interface IntrospectInput {
  readonly connection: Connection;
  readonly server: ServerInfo;
  /** server_version_num. */
  readonly version: number;
  readonly user: string;
  readonly options: ReadOptions;
}

export function isSpoiled(error: unknown): boolean {
  return error instanceof DriftwatchError && error.code === "read.inconsistent";
}

/** The steps in a transaction of their own. Should one fail, call rollback. */
export function withinLimits(options: ReadOptions, steps: readonly Step[]): Step[] {
  return [
    ...beginLimitedSql(options).map((sql) => ({ name: "the session's settings", sql })),
    ...steps,
    { name: "the end", sql: commitSql },
  ];
}

export async function rollback(connection: Connection): Promise<void> {
  try {
    await connection.run([{ name: "rollback", sql: rollbackSql }]);
  } catch {
    // The connection is gone or cancelled; the error that led here says more.
    await connection.renew().catch(() => {});
  }
}

/** One reading of everything, whatever became of the schema meanwhile. */
export interface FullRead {
  /** With the state that an incremental reading needs, but on a standby. */
  readonly snapshot: Snapshot;
  /** Whether nothing changed that could have been seen half before, half after. */
  readonly stable: boolean;
}

/**
 * Throws DriftwatchError: read.forbidden (with the GRANT), read.timeout, read.lock-timeout, read.inconsistent, read.failed,
 * connection.lost, check.cancelled.
 */
export async function readFull(input: IntrospectInput): Promise<FullRead> {
  const { connection } = input;
  const reading = startReading();
  const start = await readStart(input, [nameStep(reading), schemaStep(input, reading)]);
  const facts = factsOf(input, start, reading);
  const gathered = startGathering();
  const rows = startRowCounts();
  const watch = watchStability(input, start);
  const steps = [
    ...watch.before,
    ...mainSteps(facts, reading, gathered),
    ...rowCountSteps(facts, start, rows),
  ];
  await guarded(() => connection.run(steps), connection.place);
  await connection.run([...lookUpSteps(reading, gathered), ...watch.end()]);
  const objects = await guarded(async () => finish(reading, gathered), connection.place);
  const state = stateOf(input, start, rows);
  const snapshot = buildSnapshot({
    dialect: "postgres",
    server: input.server,
    takenAt: start.takenAt,
    visibility: {
      user: input.user,
      schemas: [...reading.namespaces.values()].sort(),
      hidden: hiddenAreas(start.rights, gathered.hiddenMappings, input.user),
      unmodelled: [...unknownMajors(input.version), ...reading.unmodelled],
    },
    objects,
    identities: reading.identities,
    reading: { full: true, ...(state === undefined ? {} : { state }) },
  });
  return { snapshot, stable: watch.isStable() && reading.gone.size === 0 };
}

/** A newer server is read as the newest known one. */
function unknownMajors(version: number): Reading["unmodelled"] {
  const count = Number(majorOf(version)) - newestKnownMajor;
  return count > 0 ? [{ what: `major version newer than ${newestKnownMajor}`, count }] : [];
}

interface RowCounts {
  readonly decisive: DecisiveRow[];
  readonly contents: string[];
  readonly young: YoungRow[];
  readonly counts: Map<string, number>;
  readonly others: Set<string>;
}

function startRowCounts(): RowCounts {
  return { decisive: [], contents: [], young: [], counts: new Map(), others: new Set() };
}

function rowCountSteps(facts: CatalogFacts, { moment, horizon }: Start, rows: RowCounts): Step[] {
  const since = isAlone(moment) ? undefined : horizon;
  return [
    ...decisiveSteps(facts.version, facts.readsConnections, since, rows),
    ...(since === undefined ? [] : [youngStep(since, rows.young)]),
    step<CountRow>("rows by owner", countsSql(undefined), (row) => {
      rows.counts.set(ownerName(row), Number(row[3]));
    }),
    step<OtherKindRow>("composite types", otherKindsSql, ([oid]) => rows.others.add(`r${oid}`)),
  ];
}

export function youngStep(horizon: string, rows: YoungRow[]): Step {
  return step<YoungRow>("young rows", youngSql(horizon), (row) => rows.push(row));
}

/** With a horizon the rows also tell which are younger. */
export function decisiveSteps(
  version: number,
  readsConnections: boolean,
  horizon: string | undefined,
  rows: { readonly decisive: DecisiveRow[]; readonly contents: string[] },
): Step[] {
  return [
    step<DecisiveRow>("rows of decisive catalogs", decisiveSql(version, horizon), (row) =>
      rows.decisive.push(row),
    ),
    {
      name: "digests of restricted catalogs",
      sql: byContentSql(version, readsConnections).join("\nunion all "),
      onRow: (row) => rows.contents.push(row.join(" ")),
    },
  ];
}

/** Nothing on a standby: what it replays may be taken back by a promotion elsewhere. */
function stateOf(input: IntrospectInput, start: Start, rows: RowCounts): ReadingState | undefined {
  if (start.inRecovery) return undefined;
  return readingState({
    circumstances: circumstancesOf(input, start),
    horizon: start.horizon,
    decisive: decisiveText(rows.decisive, rows.contents),
    readsConnections: start.rights.readsConnections,
    counts: countsOf(rows.counts),
    young: youngOf(rows.decisive, rows.young).rows,
    others: rows.others,
  });
}

/** What must be the same for two reads to be comparable row by row. */
export function circumstancesOf(input: IntrospectInput, start: Start): string {
  const { version, user, options } = input;
  return circumstancesText({
    version,
    user,
    scope: options.scope,
    origin: start.origin,
    rights: start.rights,
  });
}

export function factsOf(input: IntrospectInput, start: Start, reading: Reading): CatalogFacts {
  return {
    version: input.version,
    namespaces: oidArray(reading.namespaces.keys()),
    roles: input.options.scope?.roles === true,
    readsConnections: start.rights.readsConnections,
    readsMappings: start.rights.readsMappings,
  };
}

interface StabilityWatch {
  /** Steps within the transaction that reads. */
  readonly before: readonly Step[];
  /** Steps that end the transaction and look again. */
  end(): Step[];
  /** After the end: whether the texts are those of our snapshot. */
  isStable(): boolean;
}

export function watchStability({ options }: IntrospectInput, { moment }: Start): StabilityWatch {
  let before: YoungRowsRow | undefined;
  let after: string | undefined;
  return {
    before: [
      step<YoungRowsRow>("changes under way", youngBeforeSql(moment), (row) => {
        before = row;
      }),
    ],
    end() {
      if (before === undefined) throw new Error("the steps within the transaction did not run");
      const look = step<readonly [string]>("changes meanwhile", youngAfterSql(moment, before), ([young]) => {
        after = young;
      });
      return [{ name: "the end", sql: commitSql }, ...withinLimits(options, [look])];
    },
    isStable: () => before !== undefined && after === before[1],
  };
}

/** Handlers throw `vanished` or plain errors; both become DriftwatchErrors here. */
export async function guarded<T>(work: () => Promise<T>, place: string): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const cause = error instanceof DriftwatchError ? error.cause : error;
    if (!isVanished(cause) && !isGoneWhileReading(cause)) throw error;
    throw new DriftwatchError(
      "read.inconsistent",
      `the schema of ${place} kept changing while it was read${isVanished(cause) ? ` (${cause.vanished})` : ""}`,
      {
        retryable: true,
        cause,
        remedy: "Check again when the running schema changes have ended.",
      },
    );
  }
}

export interface Start {
  readonly rights: Rights;
  readonly moment: MomentRow;
  /** xid8. */
  readonly horizon: string;
  readonly takenAt: string;
  readonly origin: string;
  readonly inRecovery: boolean;
}

/** Begins the transaction and asks what else is needed first in the same round trip. */
export async function readStart(input: IntrospectInput, more: readonly Step[]): Promise<Start> {
  let rights: Rights | undefined;
  let moment: MomentRow | undefined;
  try {
    await input.connection.run([
      ...beginSql(input.options).map((sql) => ({ name: "the session's settings", sql })),
      step<VisibilityRow>("privileges", visibilitySql, (row) => {
        rights = readRights(row);
      }),
      step<MomentRow>("the server's state", momentSql, (row) => {
        moment = row;
      }),
      ...more,
    ]);
  } catch (error) {
    // What follows may fail over the very catalog that the rights name.
    if (rights !== undefined) refuseForbidden(input, rights);
    throw error;
  }
  if (rights === undefined || moment === undefined)
    throw new DriftwatchError("read.failed", `${input.connection.place} told nothing of itself`);
  refuseForbidden(input, rights);
  const [, horizon, takenAtMs, origin, inRecovery] = moment;
  const takenAt = new Date(Number(takenAtMs)).toISOString();
  return { rights, moment, horizon, takenAt, origin, inRecovery: inRecovery === "t" };
}

/** The names that every other row needs. */
export function nameStep(reading: Reading): Step {
  return step<names.NameRow>("names", names.namesSql, (row) => addName(reading, row));
}

/** The schemas in scope; their owners are told by name where names were read before. */
export function schemaStep({ options }: IntrospectInput, reading: Reading): Step {
  return step<names.NamespaceRow>("schemas", names.namespacesSql, ([oid, name, owner]) => {
    if (!isSchemaInScope(name, options.scope)) return;
    reading.namespaces.set(Number(oid), name);
    const attributes = { owner: roleName(reading, Number(owner)) };
    addObject(reading, catalogs.namespace, Number(oid), { kind: "schema", path: [name] }, attributes);
  });
}

function refuseForbidden({ user, connection }: IntrospectInput, { forbidden }: Rights): void {
  if (forbidden.length === 0) return;
  throw new DriftwatchError(
    "read.forbidden",
    `${user} may not read ${forbidden.join(", ")} of ${connection.place}`,
    { remedy: grantsFor(forbidden, user) },
  );
}
