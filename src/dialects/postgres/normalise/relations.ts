/** Rows of pg_class, pg_attribute and pg_inherits -> tables, views, materialized views and their columns. */
import type { ObjectKey } from "../../../model/key.ts";
import type { AttributesOf } from "../../../model/kind.ts";
import { catalogs } from "../queries/facts.ts";
import type { ColumnRow, InheritanceRow, RelationRow } from "../queries/relations.ts";
import {
  addObject,
  addPart,
  type Column,
  collationName,
  deparsed,
  deparsedOrNull,
  intern,
  isTrue,
  noNames,
  noOptions,
  optionsOf,
  type Reading,
  type Relation,
  readOptions,
  relationName,
  roleName,
  schemaName,
  tablespaceName,
  vanished,
} from "./reading.ts";

const persistences: Readonly<Record<string, string>> = { p: "permanent", u: "unlogged", t: "temporary" };
const identities: Readonly<Record<string, string>> = { d: "default", n: "nothing", f: "full" };

export function persistenceName(letter: string): string {
  return persistences[letter] ?? letter;
}

export function addRelation(reading: Reading, row: RelationRow): void {
  const [oidText, namespace, rawName, kind] = row;
  const isPartition = isTrue(row[14]);
  const schema = schemaName(reading, Number(namespace));
  const name = intern(reading, rawName);
  const path = [schema, name];
  const oid = Number(oidText);
  const keep = (key: ObjectKey): void => {
    reading.relations.set(oid, {
      oid,
      schema,
      name,
      kind,
      key,
      isPartition,
      persistence: row[5],
      columns: [],
    });
  };
  if (kind === "v") {
    const key = { kind: "view", path } as const;
    addObject(reading, catalogs.class, oid, key, viewAttributes(reading, row));
    keep(key);
  } else if (kind === "m") {
    const key = { kind: "materialized-view", path } as const;
    addObject(reading, catalogs.class, oid, key, materializedViewAttributes(reading, row));
    keep(key);
  } else {
    const key = { kind: "table", path } as const;
    addObject(reading, catalogs.class, oid, key, tableAttributes(reading, row));
    keep(key);
  }
}

function tableAttributes(reading: Reading, row: RelationRow): AttributesOf["table"] {
  const [, , , kind, owner, persistence, accessMethod, tablespace, options, toastOptions] = row;
  const [
    ,
    ,
    ,
    ,
    ,
    ,
    ,
    ,
    ,
    ,
    rowSecurity,
    forced,
    identity,
    ofType,
    partition,
    ,
    key,
    bound,
    ,
    server,
    foreignOptions,
  ] = row;
  return {
    form:
      kind === "f" ? "foreign" : isTrue(partition) ? "partition" : kind === "p" ? "partitioned" : "ordinary",
    owner: roleName(reading, Number(owner)),
    persistence: persistenceName(persistence),
    accessMethod: reading.accessMethods.get(Number(accessMethod)) ?? null,
    tablespace: tablespaceName(reading, Number(tablespace)),
    storageParameters: readOptions(options),
    toastParameters: readOptions(toastOptions),
    rowSecurity: isTrue(rowSecurity),
    rowSecurityForced: isTrue(forced),
    replicaIdentity: identities[identity] ?? "index",
    inherits: noNames,
    ofType,
    partitionKey: deparsedOrNull(key),
    partitionOf: null,
    partitionBound: isTrue(partition) ? deparsed(bound) : null,
    foreignServer: server,
    foreignOptions: readOptions(foreignOptions),
  };
}

function viewAttributes(reading: Reading, row: RelationRow): AttributesOf["view"] {
  return {
    definition: deparsed(row[18]),
    owner: roleName(reading, Number(row[4])),
    options: readOptions(row[8]),
    columns: [],
    columnDefaults: noOptions,
  };
}

function materializedViewAttributes(reading: Reading, row: RelationRow): AttributesOf["materialized-view"] {
  const toast = Object.entries(readOptions(row[9])).map(([name, value]) => `toast.${name}=${value}`);
  return {
    definition: deparsed(row[18]),
    owner: roleName(reading, Number(row[4])),
    options: toast.length === 0 ? readOptions(row[8]) : { ...readOptions(row[8]), ...optionsOf(toast) },
    columns: [],
    columnOptions: noOptions,
    populated: isTrue(row[15]),
    tablespace: tablespaceName(reading, Number(row[7])),
    accessMethod: reading.accessMethods.get(Number(row[6])) ?? null,
    extensionDependencies: noNames,
  };
}

const storages: Readonly<Record<string, string>> = { p: "plain", e: "external", m: "main", x: "extended" };
const compressions: Readonly<Record<string, string>> = { p: "pglz", l: "lz4" };

/** Columns of relations, and settings of single columns of indexes. Composite types register as relations of kind "c". */
export function addColumn(reading: Reading, row: ColumnRow): void {
  const [relationOid, number, name, typeOid, modifier, notNull, default_, identity, generated, collation] =
    row;
  const [, , , , , , , , , , storage, compression, target, options, foreignOptions, local] = row;
  const relation = reading.relations.get(Number(relationOid));
  if (relation === undefined) {
    addIndexColumn(reading, row);
    return;
  }
  const type = reading.types.get(`${typeOid},${modifier}`);
  if (type === undefined || type.text.includes("???")) throw vanished("addColumn");
  const collationOid = Number(collation);
  const text = deparsedOrNull(default_);
  relation.columns.push({
    number: Number(number),
    name: intern(reading, name),
    typeOid: Number(typeOid),
    collation: collationOid,
    attributes: {
      type: type.text,
      notNull: notNull === "t",
      notNullConstraint: null,
      default: generated === "" ? text : null,
      identity: identity === "a" ? "always" : identity === "d" ? "by default" : null,
      identityOptions: null,
      generated: generated === "" ? null : text,
      generatedKind: generated === "s" ? "stored" : generated === "v" ? "virtual" : null,
      collation: collationOid === type.collation ? null : collationName(reading, collationOid),
      storage: storage === type.storage ? null : (storages[storage] ?? storage),
      compression: compressions[compression] ?? null,
      statisticsTarget: target === null ? null : Number(target),
      options: readOptions(options),
      foreignOptions: readOptions(foreignOptions),
      // The server takes the mark from a column when its table becomes a partition, and gives it back later.
      local: local === "t" || relation.isPartition,
      position: 0,
    },
  });
}

function addIndexColumn(reading: Reading, row: ColumnRow): void {
  const index = reading.indexes.get(Number(row[0]));
  if (index === undefined) return;
  const number = Number(row[1]);
  if (row[12] !== null) index.statisticsTargets[number] = row[12];
  if (row[13] !== null) index.columnOptions.set(number, JSON.parse(row[13]) as string[]);
}

/** Adds the columns of tables as objects, and those of views to their view. Runs after the last column row. */
export function finishColumns(reading: Reading): void {
  for (const relation of reading.relations.values()) {
    relation.columns.sort((a, b) => a.number - b.number);
    const object = reading.subjects.get(subjectOfRelation(relation));
    if (relation.kind === "c" || object === undefined) continue;
    if (relation.kind === "v" || relation.kind === "m") continue;
    for (const [index, column] of relation.columns.entries()) {
      column.attributes.position = index + 1;
      addPart(
        reading,
        `${relation.oid}.${column.number}`,
        { kind: "column", path: [relation.schema, relation.name, column.name] },
        column.attributes,
        relation.key,
      );
    }
  }
  finishViews(reading);
}

function subjectOfRelation(relation: Relation): number {
  return catalogs.class * 4294967296 + relation.oid;
}

function finishViews(reading: Reading): void {
  for (const object of reading.objects) {
    if (object.kind !== "view" && object.kind !== "materialized-view") continue;
    const oid = Number(reading.identities.get(object)?.split(":")[1]);
    const columns = reading.relations.get(oid)?.columns ?? [];
    const attributes: AttributesOf["view"] | AttributesOf["materialized-view"] = object.attributes;
    attributes.columns = columns.map(({ name }) => name);
    if (object.kind === "view") {
      const view: AttributesOf["view"] = object.attributes;
      const defaults = columns.flatMap(({ name, attributes: column }) =>
        column.default === null ? [] : [[name, column.default] as const],
      );
      if (defaults.length > 0) view.columnDefaults = Object.fromEntries(defaults);
    } else {
      const settings = columns.flatMap(columnSettings);
      const view: AttributesOf["materialized-view"] = object.attributes;
      if (settings.length > 0) view.columnOptions = Object.fromEntries(settings);
    }
  }
}

/** What ALTER MATERIALIZED VIEW ... ALTER COLUMN has set. */
function columnSettings({ name, attributes }: Column): (readonly [string, string])[] {
  const settings: (readonly [string, string])[] = [];
  if (attributes.storage) settings.push([`${name} storage`, attributes.storage]);
  if (attributes.compression) settings.push([`${name} compression`, attributes.compression]);
  if (attributes.statisticsTarget != null)
    settings.push([`${name} statistics`, String(attributes.statisticsTarget)]);
  for (const [option, value] of Object.entries(attributes.options ?? {}))
    settings.push([`${name} ${option}`, value]);
  return settings;
}

/** Fills in inheritance parents, partition parents and parents of indexes. Runs after all relations and indexes. */
export function finishInheritance(reading: Reading, rows: readonly InheritanceRow[]): void {
  const parents = new Map<number, (readonly [position: number, parent: number])[]>();
  const pending = new Set<number>();
  for (const [child, parent, position, detaching] of rows) {
    if (isTrue(detaching)) pending.add(Number(child));
    const list = parents.get(Number(child));
    const entry = [Number(position), Number(parent)] as const;
    if (list === undefined) parents.set(Number(child), [entry]);
    else list.push(entry);
  }
  for (const object of reading.objects) {
    if (object.kind !== "table") continue;
    const oid = Number(reading.identities.get(object)?.split(":")[1]);
    const list = parents.get(oid);
    if (list === undefined) continue;
    const names = list.sort((a, b) => a[0] - b[0]).map(([, parent]) => relationName(reading, parent));
    const attributes: AttributesOf["table"] = object.attributes;
    // DETACH CONCURRENTLY that was interrupted: queries no longer look into it, and FINALIZE is yet to come.
    const state = pending.has(oid) ? " (detach pending)" : "";
    if (reading.relations.get(oid)?.isPartition === true)
      attributes.partitionOf = names[0] === undefined ? null : `${names[0]}${state}`;
    else attributes.inherits = names;
  }
  for (const index of reading.indexes.values()) {
    const parent = parents.get(index.oid)?.[0]?.[1];
    if (parent === undefined) continue;
    const above = reading.indexes.get(parent);
    index.partitionOf = above === undefined ? `index ${parent}` : above.qualifiedName;
  }
}
