/** Rows of pg_index -> indexes, written as pg_get_indexdef would, without asking the server for each one. */
import type { Options } from "../../../model/attribute.ts";
import type { AttributesOf } from "../../../model/kind.ts";
import { catalogs } from "../queries/facts.ts";
import type { IndexRow } from "../queries/relations.ts";
import {
  addObject,
  collationName,
  columnNames,
  deparsedOrNull,
  findColumn,
  type IndexDraft,
  isTrue,
  noNames,
  numbersOf,
  ofRelation,
  qualified,
  quoted,
  type Reading,
  readOptions,
  tablespaceName,
  vanished,
} from "./reading.ts";

export function addIndex(reading: Reading, row: IndexRow): void {
  const relation = reading.relations.get(Number(row[1]));
  // An index of an extension's table, which is not part of the snapshot.
  if (relation === undefined) return;
  const oid = Number(row[0]);
  const numbers = numbersOf(row[8]);
  const keys = Number(row[7]);
  reading.indexes.set(oid, {
    oid,
    relation,
    name: row[2],
    qualifiedName: qualified(reading, relation.schema, row[2]),
    row,
    keyNumbers: numbers.slice(0, keys),
    includeNumbers: numbers.slice(keys),
    statisticsTargets: {},
    columnOptions: new Map(),
    partitionOf: null,
    constraint: 0,
  });
}

export interface IndexFacts {
  readonly storageParameters: Options;
  readonly tablespace: string | null;
  readonly clustered: boolean;
  readonly valid: boolean;
  readonly nullsNotDistinct: boolean;
}

export function indexFacts(reading: Reading, draft: IndexDraft): IndexFacts {
  const { row } = draft;
  return {
    storageParameters: readOptions(row[5]),
    tablespace: tablespaceName(reading, Number(row[4])),
    clustered: isTrue(row[15]),
    valid: isTrue(row[13]),
    nullsNotDistinct: isTrue(row[12]),
  };
}

/** Adds what is not behind a constraint, and says which index is a table's replica identity. Runs after constraints. */
export function finishIndexes(reading: Reading): void {
  const replicaIdentities = new Map<number, string>();
  for (const draft of reading.indexes.values()) {
    const { relation, row } = draft;
    if (isTrue(row[16])) replicaIdentities.set(relation.oid, draft.name);
    const path = [relation.schema, relation.name, draft.name];
    const key = { kind: "index", path } as const;
    if (draft.constraint !== 0) continue;
    ofRelation(reading, relation.oid, () => {
      addObject(reading, catalogs.class, draft.oid, key, indexAttributes(reading, draft), relation.key);
    });
  }
  for (const object of reading.objects) {
    if (object.kind !== "table" || object.attributes.replicaIdentity !== "index") continue;
    const name = replicaIdentities.get(Number(reading.identities.get(object)?.split(":")[1]));
    const attributes: AttributesOf["table"] = object.attributes;
    // The index may be gone: the table then has none to replicate by, which the server treats as "nothing".
    attributes.replicaIdentity = name === undefined ? "index" : `index ${quoted(reading, name)}`;
  }
}

function indexAttributes(reading: Reading, draft: IndexDraft): AttributesOf["index"] {
  const { row, relation } = draft;
  const facts = indexFacts(reading, draft);
  const method = reading.accessMethods.get(Number(row[3]));
  if (method === undefined) throw vanished("indexAttributes");
  return {
    method,
    unique: isTrue(row[6]),
    columns: keyTexts(reading, draft),
    include: columnNames(reading, relation.oid, draft.includeNumbers),
    predicate: deparsedOrNull(row[17]),
    nullsNotDistinct: facts.nullsNotDistinct,
    storageParameters: facts.storageParameters,
    tablespace: facts.tablespace,
    valid: facts.valid,
    ready: isTrue(row[14]),
    clustered: facts.clustered,
    statisticsTargets: draft.statisticsTargets,
    partitionOf: draft.partitionOf,
    extensionDependencies: noNames,
  };
}

/** Each key column as the server would print it: expression, collation, operator class with options, order. */
function keyTexts(reading: Reading, draft: IndexDraft): string[] {
  const { row, relation } = draft;
  const classes = numbersOf(row[9]);
  const collations = numbersOf(row[10]);
  const flags = numbersOf(row[11]);
  const expressions = row[18] === null ? {} : (JSON.parse(row[18]) as Record<string, string>);
  return draft.keyNumbers.map((number, index) => {
    const column = number === 0 ? undefined : findColumn(relation, number);
    if (number !== 0 && column === undefined) throw vanished("keyTexts");
    const expression = deparsedOrNull(expressions[String(index + 1)] ?? null);
    const base = column === undefined ? (expression ?? "") : quoted(reading, column.name);
    const collation = collationText(reading, collations[index] ?? 0, column?.collation);
    const options = draft.columnOptions.get(index + 1);
    const operatorClass = classText(reading, classes[index] ?? 0, column?.typeOid, options);
    return `${base}${collation}${operatorClass}${orderText(flags[index] ?? 0)}`;
  });
}

/** Of an expression the collation's origin is unknown, so every one but the database's default is printed. */
function collationText(reading: Reading, collation: number, ofColumn: number | undefined): string {
  const defaultCollation = 100;
  if (collation === 0 || collation === (ofColumn ?? defaultCollation)) return "";
  return ` COLLATE ${collationName(reading, collation)}`;
}

function classText(
  reading: Reading,
  oid: number,
  type: number | undefined,
  options: readonly string[] | undefined,
): string {
  const known = reading.operatorClasses.get(oid);
  if (known === undefined) throw vanished("classText");
  // The server keeps them in the order in which they were given, which means nothing.
  const list = options?.toSorted().map((option) => option.replace("=", "='"));
  const text = list === undefined ? "" : ` (${list.join("', ")}')`;
  if (known.isDefault && text === "" && isDefaultFor(reading, oid, type)) return "";
  const name =
    known.schema === "pg_catalog"
      ? quoted(reading, known.name)
      : qualified(reading, known.schema, known.name);
  return ` ${name}${text}`;
}

/** text_ops is a default, but not citext's: a type with a default of its own makes any other worth printing. */
function isDefaultFor(reading: Reading, oid: number, type: number | undefined): boolean {
  const known = reading.operatorClasses.get(oid);
  if (type === undefined || known === undefined || known.inputType === type) return true;
  return (reading.defaultClasses.get(`${known.method},${type}`) ?? oid) === oid;
}

function orderText(flags: number): string {
  const descending = (flags & 1) !== 0;
  const nullsFirst = (flags & 2) !== 0;
  if (descending) return nullsFirst ? " DESC" : " DESC NULLS LAST";
  return nullsFirst ? " NULLS FIRST" : "";
}
