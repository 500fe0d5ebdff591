/**
 * Which rows go where: the queries of a read in the order in which rows need each other, and what is done when all are in.
 * With `facts.only` they read some root objects and no more.
 */
import * as access from "../queries/access.ts";
import {
  type CommentRow,
  commentsSql,
  type ExtensionMarkRow,
  extensionMarksSql,
  type LabelRow,
  labelsSql,
} from "../queries/annotations.ts";
import * as constraints from "../queries/constraints.ts";
import { type DefinitionRow, definitionsSql } from "../queries/definitions.ts";
import { type CatalogFacts, noOids } from "../queries/facts.ts";
import * as names from "../queries/names.ts";
import * as programs from "../queries/programs.ts";
import * as relations from "../queries/relations.ts";
import { type Step, step } from "../wire/batch.ts";
import { addMembership, addRole, addSetting, finishDefaultPrivileges, finishPrivileges } from "./access.ts";
import { addComment, addLabel, finishExtensionMarks } from "./annotations.ts";
import { addInternalTrigger, finishConstraints, type TriggerStates } from "./constraints.ts";
import { addDefinition, addUserMapping } from "./definitions.ts";
import { addIndex, finishIndexes } from "./indexes.ts";
import { addOtherRelation, addType } from "./names.ts";
import {
  addAggregate,
  addPolicy,
  addRoutine,
  addRule,
  addSequence,
  addStatistics,
  finishTriggers,
} from "./programs.ts";
import { ofRelation, type Reading, withoutGone } from "./reading.ts";
import { addColumn, addRelation, finishColumns, finishInheritance } from "./relations.ts";
import { addTypeObject, finishCompositeTypes } from "./types.ts";

export interface Gathered {
  readonly inheritance: relations.InheritanceRow[];
  readonly constraints: constraints.ConstraintRow[];
  readonly sequences: relations.SequenceRow[];
  readonly triggers: constraints.TriggerRow[];
  readonly triggerStates: TriggerStates;
  readonly privileges: access.PrivilegeRow[];
  readonly defaultPrivileges: access.DefaultPrivilegeRow[];
  readonly comments: CommentRow[];
  readonly labels: LabelRow[];
  readonly extensionMarks: ExtensionMarkRow[];
  hiddenMappings: number;
}

export function startGathering(): Gathered {
  return {
    inheritance: [],
    constraints: [],
    sequences: [],
    triggers: [],
    triggerStates: new Map(),
    privileges: [],
    defaultPrivileges: [],
    comments: [],
    labels: [],
    extensionMarks: [],
    hiddenMappings: 0,
  };
}

/** In the order in which rows need each other: names before types, relations before columns, indexes before both. */
export function mainSteps(facts: CatalogFacts, reading: Reading, gathered: Gathered): Step[] {
  const everything = facts.only === undefined;
  return [
    // First, because a trigger's text is found in the newest catalogs alone: what is made again meanwhile spoils the read.
    step<constraints.TriggerRow>("triggers", constraints.triggersSql(facts), (row) =>
      gathered.triggers.push(row),
    ),
    step<names.TypeRow>("types of columns", names.typesSql(facts), (row) => addType(reading, row)),
    ...(everything ? [typeStep(facts, reading)] : []),
    ...relationSteps(facts, reading, gathered),
    ...constraintSteps(facts, reading, gathered),
    ...(everything || facts.only.routines !== noOids ? routineSteps(facts, reading) : []),
    ...annotationSteps(facts, gathered),
    ...(everything ? otherSteps(facts, reading, gathered) : []),
  ];
}

function typeStep(facts: CatalogFacts, reading: Reading): Step {
  return step<programs.TypeObjectRow>("types", programs.typeObjectsSql(facts), (row) =>
    addTypeObject(reading, row),
  );
}

function relationSteps(facts: CatalogFacts, reading: Reading, gathered: Gathered): Step[] {
  return [
    step<relations.RelationRow>("relations", relations.relationsSql(facts), (row) =>
      ofRelation(reading, Number(row[0]), () => addRelation(reading, row)),
    ),
    step<relations.IndexRow>("indexes", relations.indexesSql(facts), (row) => addIndex(reading, row)),
    step<relations.ColumnRow>("columns", relations.columnsSql(facts), (row) =>
      ofRelation(reading, Number(row[0]), () => addColumn(reading, row)),
    ),
    step<relations.InheritanceRow>("inheritance", relations.inheritanceSql(facts), (row) =>
      gathered.inheritance.push(row),
    ),
  ];
}

function constraintSteps(facts: CatalogFacts, reading: Reading, gathered: Gathered): Step[] {
  return [
    step<constraints.ConstraintRow>("constraints", constraints.constraintsSql(facts), (row) =>
      gathered.constraints.push(row),
    ),
    step<constraints.InternalTriggerRow>(
      "constraint triggers",
      constraints.internalTriggersSql(facts),
      (row) => addInternalTrigger(gathered.triggerStates, row),
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
      gathered.sequences.push(row),
    ),
  ];
}

function routineSteps(facts: CatalogFacts, reading: Reading): Step[] {
  return [
    step<programs.RoutineRow>("routines", programs.routinesSql(facts), (row) =>
      ofRelation(reading, Number(row[0]), () => addRoutine(reading, row)),
    ),
    step<programs.AggregateRow>("aggregates", programs.aggregatesSql(facts), (row) =>
      addAggregate(reading, row),
    ),
  ];
}

/** Kinds that are only ever read as a whole: a change of theirs is decisive. */
function otherSteps(facts: CatalogFacts, reading: Reading, gathered: Gathered): Step[] {
  return [
    step<DefinitionRow>("definitions", definitionsSql(facts), (row) => addDefinition(reading, row)),
    step<access.UserMappingRow>("user mappings", access.userMappingsSql(facts), (row) => {
      if (!addUserMapping(reading, row)) gathered.hiddenMappings += 1;
    }),
    ...(facts.roles ? roleSteps(facts, reading) : []),
    step<access.SettingRow>("settings", access.settingsSql(facts), (row) => addSetting(reading, row)),
    step<access.DefaultPrivilegeRow>("default privileges", access.defaultPrivilegesSql(facts), (row) =>
      gathered.defaultPrivileges.push(row),
    ),
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

function annotationSteps(facts: CatalogFacts, gathered: Gathered): Step[] {
  return [
    step<access.PrivilegeRow>("privileges", access.privilegesSql(facts), (row) =>
      gathered.privileges.push(row),
    ),
    step<CommentRow>("comments", commentsSql(facts), (row) => gathered.comments.push(row)),
    step<LabelRow>("security labels", labelsSql(facts), (row) => gathered.labels.push(row)),
    step<ExtensionMarkRow>("extension dependencies", extensionMarksSql, (row) =>
      gathered.extensionMarks.push(row),
    ),
  ];
}

/** Looks up, in one step or none, the names of relations that something refers to and that were not read. */
export function lookUpSteps(reading: Reading, gathered: Gathered): Step[] {
  const missing = missingRelations(reading, gathered);
  if (missing.length === 0) return [];
  return [
    step<names.OtherRelationRow>("relations outside the scope", names.otherRelationsSql(missing), (row) =>
      addOtherRelation(reading, row),
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
  for (const row of gathered.sequences) need(Number(row[12]));
  return [...missing];
}

export function finish(reading: Reading, gathered: Gathered): Reading["objects"] {
  for (const row of gathered.sequences) addSequence(reading, row);
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
  finishExtensionMarks(reading, gathered.extensionMarks);
  return withoutGone(reading);
}
