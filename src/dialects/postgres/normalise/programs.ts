/** Rows of triggers, rules, policies, statistics, sequences, routines and aggregates -> objects. */
import type { Options } from "../../../model/attribute.ts";
import type { AttributesOf } from "../../../model/kind.ts";
import { isAutomaticSequence } from "../../../model/sequence-name.ts";
import type { PolicyRow, RuleRow, StatisticsRow, TriggerRow } from "../queries/constraints.ts";
import { catalogs } from "../queries/facts.ts";
import type { AggregateRow, RoutineRow } from "../queries/programs.ts";
import type { SequenceRow } from "../queries/relations.ts";
import {
  addObject,
  columnNames,
  deparsed,
  deparsedOrNull,
  findColumn,
  granteeName,
  intern,
  isTrue,
  noNames,
  numbersOf,
  ofRelation,
  quoted,
  type Reading,
  readOptions,
  relationName,
  roleName,
  schemaName,
  subjectId,
} from "./reading.ts";
import { persistenceName } from "./relations.ts";

/** Runs when all rows are in, because a clone on a partition names its parent. */
export function finishTriggers(reading: Reading, rows: readonly TriggerRow[]): void {
  const byOid = new Map<string, TriggerRow>();
  for (const row of rows) byOid.set(row[0], row);
  for (const [oid, relationOid, name, enabled, constraint, parentOid, definition] of rows) {
    const relation = reading.relations.get(Number(relationOid));
    if (relation === undefined) continue;
    const parent = byOid.get(parentOid);
    const inheritedFrom =
      parent === undefined
        ? null
        : `${relationName(reading, Number(parent[1]))}.${quoted(reading, parent[2])}`;
    const key = { kind: "trigger", path: [relation.schema, relation.name, intern(reading, name)] } as const;
    ofRelation(reading, relation.oid, () => {
      const attributes = {
        definition: deparsed(definition),
        enabled,
        constraint: isTrue(constraint),
        inheritedFrom,
        extensionDependencies: noNames,
      };
      addObject(reading, catalogs.trigger, Number(oid), key, attributes, relation.key);
    });
  }
}

export function addRule(reading: Reading, [oid, relationOid, name, enabled, definition]: RuleRow): void {
  const relation = reading.relations.get(Number(relationOid));
  if (relation === undefined) return;
  const path = [relation.schema, relation.name, name];
  const attributes = { definition: deparsed(definition), enabled };
  addObject(reading, catalogs.rewrite, Number(oid), { kind: "rule", path }, attributes, relation.key);
}

const commands: Readonly<Record<string, string>> = {
  r: "SELECT",
  a: "INSERT",
  w: "UPDATE",
  d: "DELETE",
  "*": "ALL",
};

export function addPolicy(reading: Reading, row: PolicyRow): void {
  const relation = reading.relations.get(Number(row[1]));
  if (relation === undefined) return;
  const attributes: AttributesOf["policy"] = {
    command: commands[row[3]] ?? row[3],
    permissive: isTrue(row[4]),
    roles: numbersOf(row[5])
      .map((oid) => granteeName(reading, oid))
      .sort(),
    using: deparsedOrNull(row[6]),
    withCheck: deparsedOrNull(row[7]),
  };
  const path = [relation.schema, relation.name, row[2]];
  addObject(reading, catalogs.policy, Number(row[0]), { kind: "policy", path }, attributes, relation.key);
}

/** Statistics live in a schema of their own choice; it takes the place of the table's in the path when it differs. */
export function addStatistics(reading: Reading, row: StatisticsRow): void {
  const [oid, relationOid, schema, name, owner, target, definition] = row;
  const relation = reading.relations.get(Number(relationOid));
  if (relation === undefined) return;
  const attributes: AttributesOf["statistics"] = {
    definition: deparsed(definition),
    owner: roleName(reading, Number(owner)),
    statisticsTarget: target === null ? null : Number(target),
  };
  const path = [schema, relation.name, name];
  addObject(
    reading,
    catalogs.statistics,
    Number(oid),
    { kind: "statistics", path },
    attributes,
    relation.key,
  );
}

export function addSequence(reading: Reading, row: SequenceRow): void {
  const [oidText, namespace, name, owner, persistence, type] = row;
  const [
    ,
    ,
    ,
    ,
    ,
    ,
    start,
    minimum,
    maximum,
    increment,
    cache,
    cycle,
    ownerRelation,
    ownerColumn,
    dependency,
  ] = row;
  const oid = Number(oidText);
  const path = [schemaName(reading, Number(namespace)), name];
  const relation = ownerRelation === null ? undefined : reading.relations.get(Number(ownerRelation));
  if (dependency === "i") {
    const column = relation === undefined ? undefined : findColumn(relation, Number(ownerColumn));
    if (relation === undefined || column === undefined) return;
    column.attributes.identityOptions = identityOptions(column.attributes.type, {
      type,
      start,
      minimum,
      maximum,
      increment,
      cache,
      cycle: String(isTrue(cycle)),
      ...(isAutomaticSequence(name, relation.name, column.name) ? {} : { name }),
      // The other way round is how PostgreSQL 14 left the sequences of unlogged tables.
      ...(persistence === "u" && relation.persistence !== "u" ? { persistence: "unlogged" } : {}),
    });
    reading.subjects.set(subjectId(catalogs.class, oid), {
      key: { kind: "sequence", path },
      parent: relation.key,
    });
    return;
  }
  const attributes: AttributesOf["sequence"] = {
    type,
    start,
    minimum,
    maximum,
    increment,
    cycle: isTrue(cycle),
    cache,
    ownedBy: ownerRelation === null ? null : ownedBy(reading, Number(ownerRelation), Number(ownerColumn)),
    persistence: persistenceName(persistence),
    owner: roleName(reading, Number(owner)),
  };
  addObject(reading, catalogs.class, oid, { kind: "sequence", path }, attributes);
}

const limits: Readonly<Record<string, readonly [minimum: string, maximum: string]>> = {
  smallint: ["-32768", "32767"],
  integer: ["-2147483648", "2147483647"],
  bigint: ["-9223372036854775808", "9223372036854775807"],
};

/**
 * The options of an identity column, without those that follow from its type: they change along with it. LIKE copies an
 * identity with a sequence of type bigint and the bounds of the column's type, and a dump writes the bounds alone.
 */
function identityOptions(columnType: string, options: Readonly<Record<string, string>>): Options {
  const { type = "", minimum = "", maximum = "", increment = "", ...others } = options;
  const [lowest, highest] = boundsOf(columnType, increment);
  if (minimum === lowest && maximum === highest) return { increment, ...others };
  const [ownLowest, ownHighest] = boundsOf(type, increment);
  return {
    ...(type === columnType ? {} : { type }),
    ...(minimum === ownLowest ? {} : { minimum }),
    ...(maximum === ownHighest ? {} : { maximum }),
    increment,
    ...others,
  };
}

/** The bounds of a sequence that was given none. */
function boundsOf(type: string, increment: string): readonly (string | undefined)[] {
  const [lowest, highest] = limits[type] ?? [];
  return increment.startsWith("-") ? [lowest, "-1"] : ["1", highest];
}

function ownedBy(reading: Reading, relation: number, column: number): string {
  const [name = ""] = columnNames(reading, relation, [column]);
  return `${relationName(reading, relation)}.${quoted(reading, name)}`;
}

const volatilities: Readonly<Record<string, string>> = { i: "immutable", s: "stable", v: "volatile" };
const parallelisms: Readonly<Record<string, string>> = { s: "safe", r: "restricted", u: "unsafe" };

export function addRoutine(reading: Reading, row: RoutineRow): void {
  const [oid, namespace, name, signature, owner, kind, , , , language, returns, arguments_] = row;
  const [definer, volatility, parallel, strict, leakproof, cost, rows, support, settings, transforms] =
    row.slice(12);
  if (isOfTemporaryType(signature, returns)) return;
  const attributes: AttributesOf["function"] = {
    definition: bodyOf(row),
    owner: roleName(reading, Number(owner)),
    language,
    returns: deparsedOrNull(returns),
    arguments: deparsed(arguments_),
    securityDefiner: isTrue(definer ?? null),
    volatility: volatilities[volatility ?? ""] ?? "",
    parallel: parallelisms[parallel ?? ""] ?? "",
    strict: isTrue(strict ?? null),
    leakproof: isTrue(leakproof ?? null),
    cost: Number(cost),
    rows: Number(rows),
    support: support ?? null,
    settings: readOptions(settings ?? null),
    window: kind === "w",
    transforms: transforms == null ? [] : (JSON.parse(transforms) as string[]).sort(),
    extensionDependencies: noNames,
  };
  const path = [schemaName(reading, Number(namespace)), name];
  const key = { kind: kind === "p" ? "procedure" : "function", path, signature } as const;
  addObject(reading, catalogs.procedure, Number(oid), key, attributes);
}

/** It goes with the session whose temporary type it takes or gives. */
function isOfTemporaryType(signature: string, returns: string | null): boolean {
  return /\bpg_temp_\d+\./.test(`${signature} ${returns ?? ""}`);
}

/**
 * The body clause as pg_get_functiondef prints it. All before it (arguments, result, language, options) is told by other
 * attributes, so that a changed option is one change and not two.
 */
function bodyOf(row: RoutineRow): string {
  const [, , , , , kind, source, library, sqlBody] = row;
  if (sqlBody !== null) return deparsed(sqlBody);
  if (library !== null) return `AS ${literal(library)}, ${literal(source)}`;
  let tag = kind === "p" ? "$procedure" : "$function";
  while (source.includes(tag)) tag += "x";
  return `AS ${tag}$${source}${tag}$`;
}

function literal(text: string): string {
  const escaped = text.replaceAll("'", "''");
  return text.includes("\\") ? `E'${escaped.replaceAll("\\", "\\\\")}'` : `'${escaped}'`;
}

export function addAggregate(reading: Reading, row: AggregateRow): void {
  const [oid, namespace, name, signature, owner, returns, arguments_, parallel, options] = row;
  if (isOfTemporaryType(signature, returns)) return;
  const attributes: AttributesOf["aggregate"] = {
    options: JSON.parse(options) as Record<string, string>,
    returns,
    arguments: arguments_,
    owner: roleName(reading, Number(owner)),
    parallel: parallelisms[parallel] ?? parallel,
    extensionDependencies: noNames,
  };
  const path = [schemaName(reading, Number(namespace)), name];
  addObject(reading, catalogs.procedure, Number(oid), { kind: "aggregate", path, signature }, attributes);
}
