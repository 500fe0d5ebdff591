/**
 * Reads the whole catalog in one read-only repeatable-read transaction and builds the snapshot: two round trips, a fixed
 * number of queries. pg_get_* functions look at newer catalogs than our snapshot, so the read starts over when the schema
 * changed meanwhile.
 */
import { DriftwatchError } from "../../model/errors.ts";
import type { ServerInfo } from "../../model/server.ts";
import { buildSnapshot, type Snapshot } from "../../model/snapshot.ts";
import type { ReadOptions } from "../../monitor/ports.ts";
import type { Connection } from "./connect.ts";
import { isGoneWhileReading } from "./errors.ts";
import {
  addMembership,
  addRole,
  addSetting,
  finishDefaultPrivileges,
  finishPrivileges,
} from "./normalise/access.ts";
import { addComment, addLabel } from "./normalise/annotations.ts";
import { addInternalTrigger, finishConstraints, type TriggerStates } from "./normalise/constraints.ts";
import { addDefinition, addUserMapping } from "./normalise/definitions.ts";
import { addIndex, finishIndexes } from "./normalise/indexes.ts";
import { addName, addOtherRelation, addType } from "./normalise/names.ts";
import {
  addAggregate,
  addPolicy,
  addRoutine,
  addRule,
  addSequence,
  addStatistics,
  finishTriggers,
} from "./normalise/programs.ts";
import {
  addObject,
  isVanished,
  ofRelation,
  type Reading,
  roleName,
  startReading,
  withoutGone,
} from "./normalise/reading.ts";
import { addColumn, addRelation, finishColumns, finishInheritance } from "./normalise/relations.ts";
import { isSchemaInScope } from "./normalise/scope.ts";
import { addTypeObject, finishCompositeTypes } from "./normalise/types.ts";
import * as access from "./queries/access.ts";
import { type CommentRow, commentsSql, type LabelRow, labelsSql } from "./queries/annotations.ts";
import * as constraints from "./queries/constraints.ts";
import { type DefinitionRow, definitionsSql } from "./queries/definitions.ts";
import { type CatalogFacts, catalogs } from "./queries/facts.ts";
import * as names from "./queries/names.ts";
import * as programs from "./queries/programs.ts";
import * as relations from "./queries/relations.ts";
import { beginSql, commitSql, rollbackSql } from "./queries/session.ts";
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

/** Reads that a changing schema spoils are repeated this often, then reported. */
const maxAttempts = 6;
/** After so many, a read that was complete is taken although the schema kept moving: each object in it is whole. */
const strictAttempts = 3;

/**
 * Throws DriftwatchError: read.forbidden (with the GRANT), read.timeout, read.lock-timeout, read.inconsistent, read.failed,
 * connection.lost, check.cancelled.
 */
export async function introspect(input: IntrospectInput): Promise<Snapshot> {
  for (let attempt = 1; ; attempt++) {
    try {
      const result = await readOnce(input);
      if (result.stable || attempt >= strictAttempts) return result.snapshot;
    } catch (error) {
      await rollback(input.connection);
      if (attempt >= maxAttempts || !isSpoiled(error)) throw error;
    }
  }
}

function isSpoiled(error: unknown): boolean {
  return error instanceof DriftwatchError && error.code === "read.inconsistent";
}

async function rollback(connection: Connection): Promise<void> {
  try {
    await connection.run([{ name: "rollback", sql: rollbackSql }]);
  } catch {
    // The connection is gone or cancelled; the error that led here says more.
  }
}

interface Gathered {
  readonly inheritance: relations.InheritanceRow[];
  readonly constraints: constraints.ConstraintRow[];
  readonly triggers: constraints.TriggerRow[];
  readonly triggerStates: TriggerStates;
  readonly privileges: access.PrivilegeRow[];
  readonly defaultPrivileges: access.DefaultPrivilegeRow[];
  readonly comments: CommentRow[];
  readonly labels: LabelRow[];
  hiddenMappings: number;
}

async function readOnce(
  input: IntrospectInput,
): Promise<{ readonly snapshot: Snapshot; readonly stable: boolean }> {
  const { connection, version, options } = input;
  const reading = startReading();
  const start = await readStart(input, reading);
  const facts: CatalogFacts = {
    version,
    namespaces: `{${[...reading.namespaces.keys()].join(",")}}`,
    roles: options.scope?.roles === true,
    readsConnections: start.rights.readsConnections,
    readsMappings: start.rights.readsMappings,
  };
  const gathered = startGathering();
  await guarded(() => connection.run(mainSteps(facts, reading, gathered)), connection.place);
  const missing = missingRelations(reading, gathered);
  const lookUp = step<names.OtherRelationRow>(
    "relations outside the scope",
    names.otherRelationsSql(missing),
    (row) => addOtherRelation(reading, row),
  );
  let stable = true;
  // The second snapshot is taken after the transaction: equal ones prove that no schema change ended in between.
  const after = step<readonly [string]>("the state afterwards", "select pg_current_snapshot()", ([text]) => {
    stable = text === start.snapshot;
  });
  const changed = step<readonly [string]>("changes meanwhile", changedSinceSql(start.horizon), ([count]) => {
    stable = stable || count === "0";
  });
  await connection.run([
    ...(missing.length > 0 ? [lookUp] : []),
    { name: "the end", sql: commitSql },
    after,
    changed,
  ]);
  const objects = await guarded(async () => finish(reading, gathered), connection.place);
  const snapshot = buildSnapshot({
    dialect: "postgres",
    server: input.server,
    takenAt: new Date(start.takenAtMs).toISOString(),
    visibility: {
      user: input.user,
      schemas: [...reading.namespaces.values()].sort(),
      hidden: hiddenAreas(start.rights, gathered.hiddenMappings, input.user),
      unmodelled: reading.unmodelled,
    },
    objects,
    identities: reading.identities,
  });
  return { snapshot, stable };
}

/** Handlers throw `vanished` or plain errors; both become DriftwatchErrors here. */
async function guarded<T>(work: () => Promise<T>, place: string): Promise<T> {
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

interface Start {
  readonly rights: Rights;
  /** pg_current_snapshot() of our transaction. */
  readonly snapshot: string;
  /** The oldest transaction that had not ended then, as a 32-bit xid. */
  readonly horizon: string;
  readonly takenAtMs: number;
}

async function readStart(input: IntrospectInput, reading: Reading): Promise<Start> {
  let rights: Rights | undefined;
  let state: readonly [string, string, string] = ["", "0", "0"];
  await input.connection.run([
    ...beginSql(input.options).map((sql) => ({ name: "the session's settings", sql })),
    step<readonly [string, string, string]>(
      "the server's state",
      `select pg_current_snapshot(), (pg_snapshot_xmin(pg_current_snapshot())::text::numeric % 4294967296)::text, extract(epoch from clock_timestamp()) * 1000`,
      (row) => {
        state = row;
      },
    ),
    step<VisibilityRow>("privileges", visibilitySql, (row) => {
      rights = readRights(row);
    }),
    step<names.NameRow>("names", names.namesSql, (row) => addName(reading, row)),
    step<names.NamespaceRow>("schemas", names.namespacesSql, ([oid, name, owner]) => {
      if (!isSchemaInScope(name, input.options.scope)) return;
      reading.namespaces.set(Number(oid), name);
      const attributes = { owner: roleName(reading, Number(owner)) };
      addObject(reading, catalogs.namespace, Number(oid), { kind: "schema", path: [name] }, attributes);
    }),
  ]);
  if (rights === undefined)
    throw new DriftwatchError("read.failed", `${input.connection.place} told nothing of itself`);
  if (rights.forbidden.length > 0) {
    throw new DriftwatchError(
      "read.forbidden",
      `${input.user} may not read ${rights.forbidden.join(", ")} of ${input.connection.place}`,
      { remedy: grantsFor(rights.forbidden, input.user) },
    );
  }
  const [snapshot, horizon, takenAt] = state;
  return { rights, snapshot, horizon, takenAtMs: Number(takenAt) };
}

/** Rows of catalogs that deparsing looks at, written by a transaction that had not ended when our snapshot was taken. */
function changedSinceSql(horizon: string): string {
  const tables = [
    "pg_class",
    "pg_attribute",
    "pg_proc",
    "pg_type",
    "pg_constraint",
    "pg_rewrite",
    "pg_trigger",
    "pg_namespace",
  ];
  const counts = tables.map(
    (table) => `(select count(*) from pg_catalog.${table} where age(xmin) <= age('${horizon}'::xid))`,
  );
  return `select ${counts.join(" + ")}`;
}

function startGathering(): Gathered {
  return {
    inheritance: [],
    constraints: [],
    triggers: [],
    triggerStates: new Map(),
    privileges: [],
    defaultPrivileges: [],
    comments: [],
    labels: [],
    hiddenMappings: 0,
  };
}

/** In the order in which rows need each other: names before types, relations before columns, indexes before both. */
function mainSteps(facts: CatalogFacts, reading: Reading, gathered: Gathered): Step[] {
  return [
    step<names.TypeRow>("types of columns", names.typesSql(facts), (row) => addType(reading, row)),
    step<programs.TypeObjectRow>("types", programs.typeObjectsSql(facts), (row) =>
      addTypeObject(reading, row),
    ),
    step<relations.RelationRow>("relations", relations.relationsSql(facts), (row) =>
      ofRelation(reading, Number(row[0]), () => addRelation(reading, row)),
    ),
    step<relations.IndexRow>("indexes", relations.indexesSql(facts), (row) => addIndex(reading, row)),
    step<relations.ColumnRow>("columns", relations.columnsSql(facts), (row) =>
      ofRelation(reading, Number(row[0]), () => addColumn(reading, row)),
    ),
    step<relations.InheritanceRow>("inheritance", relations.inheritanceSql, (row) =>
      gathered.inheritance.push(row),
    ),
    step<constraints.ConstraintRow>("constraints", constraints.constraintsSql(facts), (row) =>
      gathered.constraints.push(row),
    ),
    step<constraints.InternalTriggerRow>("constraint triggers", constraints.internalTriggersSql, (row) =>
      addInternalTrigger(gathered.triggerStates, row),
    ),
    step<constraints.TriggerRow>("triggers", constraints.triggersSql(facts), (row) =>
      gathered.triggers.push(row),
    ),
    step<constraints.RuleRow>("rules", constraints.rulesSql(facts), (row) =>
      ofRelation(reading, Number(row[1]), () => addRule(reading, row)),
    ),
    step<constraints.PolicyRow>("policies", constraints.policiesSql(facts), (row) =>
      ofRelation(reading, Number(row[1]), () => addPolicy(reading, row)),
    ),
    step<constraints.StatisticsRow>("statistics", constraints.statisticsSql(facts), (row) =>
      ofRelation(reading, Number(row[1]), () => addStatistics(reading, row)),
    ),
    step<relations.SequenceRow>("sequences", relations.sequencesSql(facts), (row) =>
      addSequence(reading, row),
    ),
    step<programs.RoutineRow>("routines", programs.routinesSql(facts), (row) =>
      ofRelation(reading, Number(row[0]), () => addRoutine(reading, row)),
    ),
    step<programs.AggregateRow>("aggregates", programs.aggregatesSql(facts), (row) =>
      addAggregate(reading, row),
    ),
    step<DefinitionRow>("definitions", definitionsSql(facts), (row) => addDefinition(reading, row)),
    step<access.UserMappingRow>("user mappings", access.userMappingsSql(facts), (row) => {
      if (!addUserMapping(reading, row)) gathered.hiddenMappings += 1;
    }),
    ...(facts.roles ? roleSteps(facts, reading) : []),
    step<access.SettingRow>("settings", access.settingsSql(facts), (row) => addSetting(reading, row)),
    step<access.PrivilegeRow>("privileges", access.privilegesSql(facts), (row) =>
      gathered.privileges.push(row),
    ),
    step<access.DefaultPrivilegeRow>("default privileges", access.defaultPrivilegesSql(facts), (row) =>
      gathered.defaultPrivileges.push(row),
    ),
    step<CommentRow>("comments", commentsSql, (row) => gathered.comments.push(row)),
    step<LabelRow>("security labels", labelsSql, (row) => gathered.labels.push(row)),
    step<relations.UnknownRelationRow>(
      "what is not modelled",
      relations.unmodelledSql(facts),
      ([what, count]) => reading.unmodelled.push({ what, count: Number(count) }),
    ),
  ];
}

function roleSteps(facts: CatalogFacts, reading: Reading): Step[] {
  return [
    step<access.RoleRow>("roles", access.rolesSql, (row) => addRole(reading, row)),
    step<access.MembershipRow>("memberships", access.membershipsSql(facts), (row) =>
      addMembership(reading, row),
    ),
  ];
}

/** Relations that something refers to and that the scope, or an extension, keeps out. */
function missingRelations(reading: Reading, gathered: Gathered): number[] {
  const missing = new Set<number>();
  const need = (oid: number): void => {
    if (oid !== 0 && !reading.relations.has(oid)) missing.add(oid);
  };
  for (const row of gathered.constraints) if (reading.relations.has(Number(row[3]))) need(Number(row[7]));
  for (const [child, parent] of gathered.inheritance)
    if (reading.relations.has(Number(child))) need(Number(parent));
  return [...missing];
}

function finish(reading: Reading, gathered: Gathered): Reading["objects"] {
  finishInheritance(reading, gathered.inheritance);
  finishConstraints(reading, gathered.constraints, gathered.triggerStates);
  finishIndexes(reading);
  finishColumns(reading);
  finishCompositeTypes(reading);
  finishTriggers(reading, gathered.triggers);
  finishPrivileges(reading, gathered.privileges);
  finishDefaultPrivileges(reading, gathered.defaultPrivileges);
  for (const row of gathered.comments) addComment(reading, row);
  for (const row of gathered.labels) addLabel(reading, row);
  return withoutGone(reading);
}
