/** Rows of pg_constraint -> keys, foreign keys, checks and exclusions, with the index behind each. */
import type { ObjectKey } from "../../../model/key.ts";
import type { AttributesOf } from "../../../model/kind.ts";
import type { ConstraintRow, InternalTriggerRow } from "../queries/constraints.ts";
import { catalogs } from "../queries/facts.ts";
import { indexFacts } from "./indexes.ts";
import { isAutomaticNotNull } from "./not-null.ts";
import {
  addObject,
  columnNames,
  deparsed,
  findColumn,
  type IndexDraft,
  intern,
  isTrue,
  noNames,
  noOptions,
  numbersOf,
  ofRelation,
  quoted,
  type Reading,
  type Relation,
  relationName,
  subjectId,
} from "./reading.ts";

/** State of the triggers behind each constraint, where it is not "O" on both sides. */
export type TriggerStates = Map<number, { checks?: string; actions?: string }>;

export function addInternalTrigger(
  states: TriggerStates,
  [constraint, checks, enabled]: InternalTriggerRow,
): void {
  const oid = Number(constraint);
  const state = states.get(oid) ?? {};
  if (isTrue(checks)) state.checks = enabled;
  else state.actions = enabled;
  states.set(oid, state);
}

/** Runs when all rows are in: parents are looked up by object id, whatever the order they came in. */
export function finishConstraints(
  reading: Reading,
  rows: readonly ConstraintRow[],
  states: TriggerStates,
): void {
  const byOid = new Map<string, ConstraintRow>();
  for (const row of rows) byOid.set(row[0], row);
  for (const row of rows) {
    if (row[3] === "0") addDomainConstraint(reading, row);
    else {
      const relation = reading.relations.get(Number(row[3]));
      if (relation === undefined) continue;
      ofRelation(reading, relation.oid, () => addOwn(reading, relation, row, byOid, states));
    }
  }
}

function addOwn(
  reading: Reading,
  relation: Relation,
  row: ConstraintRow,
  byOid: ReadonlyMap<string, ConstraintRow>,
  states: TriggerStates,
): void {
  const type = row[2];
  if (type === "n") foldNotNull(reading, relation, row);
  else if (type === "c") addCheck(reading, relation, row);
  else if (type === "f") addForeignKey(reading, relation, row, byOid, states);
  else addKey(reading, relation, row, byOid, states);
}

type ConstraintKind = "check" | "foreign-key" | "primary-key" | "unique" | "exclusion";

function keyOf<K extends ConstraintKind>(
  reading: Reading,
  kind: K,
  relation: Relation,
  row: ConstraintRow,
): ObjectKey & { readonly kind: K } {
  return { kind, path: [relation.schema, relation.name, intern(reading, row[1])] };
}

function addConstraint<K extends ConstraintKind>(
  reading: Reading,
  kind: K,
  relation: Relation,
  row: ConstraintRow,
  attributes: AttributesOf[K],
): ObjectKey {
  const key = keyOf(reading, kind, relation, row);
  addObject(reading, catalogs.constraint, Number(row[0]), key, attributes, relation.key);
  return key;
}

function parentName(
  reading: Reading,
  row: ConstraintRow,
  byOid: ReadonlyMap<string, ConstraintRow>,
): string | null {
  const parent = byOid.get(row[6]);
  if (parent === undefined) return null;
  return `${relationName(reading, Number(parent[3]))}.${quoted(reading, parent[1])}`;
}

function addCheck(reading: Reading, relation: Relation, row: ConstraintRow): void {
  addConstraint(reading, "check", relation, row, {
    expression: deparsed(row[21]),
    validated: isTrue(row[16]),
    enforced: isTrue(row[17]),
    inherit: !isTrue(row[19]),
    local: isTrue(row[18]) || relation.isPartition,
  });
}

const actions: Readonly<Record<string, string>> = {
  a: "NO ACTION",
  r: "RESTRICT",
  c: "CASCADE",
  n: "SET NULL",
  d: "SET DEFAULT",
};
const matches: Readonly<Record<string, string>> = { s: "SIMPLE", f: "FULL", p: "PARTIAL" };

function addForeignKey(
  reading: Reading,
  relation: Relation,
  row: ConstraintRow,
  byOid: ReadonlyMap<string, ConstraintRow>,
  states: TriggerStates,
): void {
  const referenced = Number(row[7]);
  // Each partition of a referenced table has a row of its own behind the real constraint: the server's bookkeeping.
  const parent = byOid.get(row[6]);
  if (parent !== undefined && parent[7] !== row[7]) return;
  if (reading.gone.has(referenced)) return;
  const state = states.get(Number(row[0]));
  addConstraint(reading, "foreign-key", relation, row, {
    columns: columnNames(reading, relation.oid, numbersOf(row[8])),
    referencedTable: relationName(reading, referenced),
    referencedColumns: columnNames(reading, referenced, numbersOf(row[9])),
    onUpdate: actions[row[10]] ?? row[10],
    onDelete: actions[row[11]] ?? row[11],
    onDeleteColumns: columnNames(reading, relation.oid, numbersOf(row[13])).sort(),
    match: matches[row[12]] ?? row[12],
    deferrable: isTrue(row[14]),
    initiallyDeferred: isTrue(row[15]),
    validated: isTrue(row[16]),
    enforced: isTrue(row[17]),
    period: isTrue(row[20]),
    inheritedFrom: parentName(reading, row, byOid),
    triggerState: state?.checks ?? "O",
    referencedTriggerState: state?.actions ?? "O",
  });
}

function addKey(
  reading: Reading,
  relation: Relation,
  row: ConstraintRow,
  byOid: ReadonlyMap<string, ConstraintRow>,
  states: TriggerStates,
): void {
  const draft = reading.indexes.get(Number(row[5]));
  const facts = draft === undefined ? undefined : indexFacts(reading, draft);
  const state = states.get(Number(row[0]));
  const shared = {
    deferrable: isTrue(row[14]),
    initiallyDeferred: isTrue(row[15]),
    storageParameters: facts?.storageParameters ?? noOptions,
    tablespace: facts?.tablespace ?? null,
    clustered: facts?.clustered ?? false,
    valid: facts?.valid ?? true,
    inheritedFrom: parentName(reading, row, byOid),
    triggerState: state?.actions ?? "O",
    extensionDependencies: noNames,
  };
  const key =
    row[2] === "x"
      ? addConstraint(reading, "exclusion", relation, row, { definition: deparsed(row[21]), ...shared })
      : addConstraint(reading, row[2] === "p" ? "primary-key" : "unique", relation, row, {
          columns: columnNames(reading, relation.oid, draft?.keyNumbers ?? numbersOf(row[8])),
          include: columnNames(reading, relation.oid, draft?.includeNumbers ?? []),
          nullsNotDistinct: facts?.nullsNotDistinct ?? false,
          withoutOverlaps: isTrue(row[20]),
          ...shared,
        });
  if (draft !== undefined) nameIndex(reading, draft, Number(row[0]), key);
}

/** A comment on the index behind a constraint hangs on the constraint. */
function nameIndex(reading: Reading, draft: IndexDraft, constraint: number, parent: ObjectKey): void {
  draft.constraint = constraint;
  const path = [draft.relation.schema, draft.relation.name, draft.name];
  reading.subjects.set(subjectId(catalogs.class, draft.oid), { key: { kind: "index", path }, parent });
}

/** PostgreSQL 18 keeps NOT NULL as a constraint; here it stays an attribute of its column. A comment on it keeps its name. */
function foldNotNull(reading: Reading, relation: Relation, row: ConstraintRow): void {
  const column = findColumn(relation, numbersOf(row[8])[0] ?? 0);
  if (column === undefined) return;
  const key = keyOf(reading, "check", relation, row);
  reading.subjects.set(subjectId(catalogs.constraint, Number(row[0])), { key, parent: relation.key });
  // One that is only inherited has the parent's name, or the one it had before; no statement can choose it.
  const automatic = isAutomaticNotNull(row[1], true) || !isTrue(row[18]);
  const validated = isTrue(row[16]);
  const inherit = !isTrue(row[19]);
  if (automatic && validated && inherit) return;
  column.attributes.notNullConstraint = {
    ...(automatic ? {} : { name: row[1] }),
    ...(validated ? {} : { validated }),
    ...(inherit ? {} : { inherit }),
  };
}

function addDomainConstraint(reading: Reading, row: ConstraintRow): void {
  const domain = reading.subjects.get(subjectId(catalogs.type, Number(row[4])))?.key;
  if (domain === undefined) return;
  if (row[2] === "n") {
    const path = [...domain.path, row[1]];
    const subject = { key: { kind: "check", path }, parent: domain } as const;
    reading.subjects.set(subjectId(catalogs.constraint, Number(row[0])), subject);
    const object = reading.objects.find((candidate) => candidate.key === domain);
    if (object?.kind !== "domain" || isAutomaticNotNull(row[1], false)) return;
    const attributes: AttributesOf["domain"] = object.attributes;
    attributes.notNullConstraint = row[1];
    return;
  }
  addObject(
    reading,
    catalogs.constraint,
    Number(row[0]),
    { kind: "check", path: [...domain.path, row[1]] },
    { expression: deparsed(row[21]), validated: isTrue(row[16]), enforced: true, inherit: true, local: true },
    domain,
  );
}
