/**
 * What one read has gathered so far: names by object id, relations and their columns, and the objects of the snapshot.
 * The other files of this folder turn rows into objects with it; nothing here talks to a server.
 */
import type { Options } from "../../../model/attribute.ts";
import type { ObjectKey } from "../../../model/key.ts";
import type { AttributesOf, ObjectKind } from "../../../model/kind.ts";
import { objectOf, type SchemaObject } from "../../../model/object.ts";
import type { IndexRow } from "../queries/relations.ts";

export interface Column {
  readonly number: number;
  readonly name: string;
  readonly typeOid: number;
  readonly collation: number;
  readonly attributes: AttributesOf["column"];
}

export interface Relation {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  /** pg_class.relkind. */
  readonly kind: string;
  readonly key: ObjectKey;
  readonly isPartition: boolean;
  /** pg_class.relpersistence. */
  readonly persistence: string;
  /** In catalog order until finishColumns sorts them. */
  readonly columns: Column[];
}

/** An index until all is known; one that stands behind a constraint ends as part of that constraint. */
export interface IndexDraft {
  readonly oid: number;
  readonly relation: Relation;
  readonly name: string;
  readonly qualifiedName: string;
  readonly row: IndexRow;
  readonly keyNumbers: readonly number[];
  readonly includeNumbers: readonly number[];
  readonly statisticsTargets: Record<string, string>;
  readonly columnOptions: Map<number, readonly string[]>;
  partitionOf: string | null;
  /** Object id of the constraint that it stands behind; 0: none. */
  constraint: number;
}

export interface TypeName {
  readonly text: string;
  readonly collation: number;
  /** pg_type.typstorage. */
  readonly storage: string;
}

export interface OperatorClass {
  readonly schema: string;
  readonly name: string;
  readonly method: number;
  readonly inputType: number;
  readonly isDefault: boolean;
}

/** What a comment, label or privilege may speak of. `root` becomes the parent of what is said. */
export interface Subject {
  readonly key: ObjectKey;
  /** Key of the object to hang on, when the subject has none of its own in the snapshot. */
  readonly parent?: ObjectKey;
}

export interface Reading {
  readonly namespaces: Map<number, string>;
  readonly roles: Map<number, string>;
  readonly accessMethods: Map<number, string>;
  readonly tablespaces: Map<number, string>;
  readonly collations: Map<number, readonly [schema: string, name: string]>;
  readonly operatorClasses: Map<number, OperatorClass>;
  /** The default operator class by "access method,input type"; the server allows one. */
  readonly defaultClasses: Map<string, number>;
  readonly keywords: Set<string>;
  readonly types: Map<string, TypeName>;
  readonly relations: Map<number, Relation>;
  readonly indexes: Map<number, IndexDraft>;
  readonly subjects: Map<number, Subject>;
  readonly objects: SchemaObject[];
  readonly identities: Map<SchemaObject, string>;
  /** Relations outside the scope, by object id: filled after the main batch, where something refers to them. */
  readonly others: Map<number, { readonly name: string; readonly columns: Readonly<Record<string, string>> }>;
  /** Relations dropped since our snapshot: nothing of them may stay. */
  readonly gone: Set<number>;
  readonly unmodelled: { readonly what: string; readonly count: number }[];
  /** Names that occur thousands of times are kept once. */
  readonly interned: Map<string, string>;
}

export function startReading(): Reading {
  return {
    namespaces: new Map(),
    roles: new Map(),
    accessMethods: new Map(),
    tablespaces: new Map(),
    collations: new Map(),
    operatorClasses: new Map(),
    defaultClasses: new Map(),
    keywords: new Set(),
    types: new Map(),
    relations: new Map(),
    indexes: new Map(),
    subjects: new Map(),
    objects: [],
    identities: new Map(),
    others: new Map(),
    gone: new Set(),
    unmodelled: [],
    interned: new Map(),
  };
}

/** Thrown when something is missing that our snapshot has: it was dropped since, so the read starts over. */
export interface Vanished {
  /** What was being read, for whoever debugs it. */
  readonly vanished: string;
}

export function vanished(what: string): Vanished {
  return { vanished: what };
}

export function isVanished(error: unknown): error is Vanished {
  return error !== null && typeof error === "object" && "vanished" in error;
}

const missing = "???";

/** Runs what reads one relation; when a text of it is missing, the relation as a whole leaves the snapshot. */
export function ofRelation(reading: Reading, relation: number, work: () => void): void {
  if (reading.gone.has(relation)) return;
  try {
    work();
  } catch (error) {
    if (!isVanished(error)) throw error;
    reading.gone.add(relation);
  }
}

/** What is left without the relations that are gone. Children come after their parents in `objects`. */
export function withoutGone(reading: Reading): SchemaObject[] {
  if (reading.gone.size === 0) return reading.objects;
  const removed = new Set<ObjectKey>();
  for (const oid of reading.gone) {
    const key = reading.relations.get(oid)?.key;
    if (key !== undefined) removed.add(key);
  }
  return reading.objects.filter((object) => {
    if (!removed.has(object.key) && (object.parent === undefined || !removed.has(object.parent))) return true;
    removed.add(object.key);
    return false;
  });
}

/** A text that the server must have given. Queries say "???" for what pg_get_* could no longer find. */
export function deparsed(text: string | null): string {
  if (text === null || text === missing) throw vanished("deparsed");
  return text;
}

export function deparsedOrNull(text: string | null): string | null {
  if (text === missing) throw vanished("deparsedOrNull");
  return text;
}

export function isTrue(text: string | null): boolean {
  return text === "t" || text === "true";
}

export function intern(reading: Reading, text: string): string {
  const known = reading.interned.get(text);
  if (known !== undefined) return known;
  reading.interned.set(text, text);
  return text;
}

/** catalog and oid both fit: the catalogs' ids need 13 bits, an oid 32. */
export function subjectId(catalog: number, oid: number): number {
  return catalog * 4294967296 + oid;
}

export function addObject<K extends ObjectKind>(
  reading: Reading,
  catalog: number,
  oid: number,
  key: ObjectKey & { readonly kind: K },
  attributes: AttributesOf[K],
  parent?: ObjectKey,
): void {
  const object = objectOf(key, attributes, parent);
  reading.objects.push(object);
  reading.identities.set(object, `${catalog}:${oid}`);
  reading.subjects.set(subjectId(catalog, oid), { key });
}

/** For objects that have no object id of their own; nothing can be said about them. */
export function addPart<K extends ObjectKind>(
  reading: Reading,
  identity: string,
  key: ObjectKey & { readonly kind: K },
  attributes: AttributesOf[K],
  parent?: ObjectKey,
): void {
  const object = objectOf(key, attributes, parent);
  reading.objects.push(object);
  reading.identities.set(object, identity);
}

export const noOptions: Options = Object.freeze({});
export const noNames: readonly string[] = Object.freeze([]);

/** JSON array of "name=value", as the catalogs keep options. */
export function readOptions(json: string | null): Options {
  if (json === null) return noOptions;
  return optionsOf(JSON.parse(json) as readonly string[]);
}

export function optionsOf(list: readonly string[] | null): Options {
  if (list === null || list.length === 0) return noOptions;
  const options: Record<string, string> = {};
  for (const text of list) {
    const at = text.indexOf("=");
    options[at < 0 ? text : text.slice(0, at)] = at < 0 ? "" : text.slice(at + 1);
  }
  return options;
}

export function roleName(reading: Reading, oid: number): string {
  return reading.roles.get(oid) ?? `unknown role ${oid}`;
}

/** A grantee: PUBLIC for everyone, who has no object id; a role that is named so is quoted. */
export function granteeName(reading: Reading, oid: number): string {
  if (oid === 0) return "PUBLIC";
  const name = roleName(reading, oid);
  return name === "PUBLIC" ? '"PUBLIC"' : name;
}

export function schemaName(reading: Reading, oid: number): string {
  const name = reading.namespaces.get(oid);
  if (name === undefined) throw vanished("schemaName");
  return name;
}

/** As quote_ident does: quoted unless plain lower case and no keyword. */
export function quoted(reading: Reading, name: string): string {
  if (/^[a-z_][a-z0-9_$]*$/.test(name) && !reading.keywords.has(name) && !name.includes("$")) return name;
  return `"${name.replaceAll('"', '""')}"`;
}

export function qualified(reading: Reading, schema: string, name: string): string {
  return `${quoted(reading, schema)}.${quoted(reading, name)}`;
}

/** Qualified name of any relation, or of one outside the scope. */
export function relationName(reading: Reading, oid: number): string {
  const relation = reading.relations.get(oid);
  if (relation !== undefined) return qualified(reading, relation.schema, relation.name);
  return reading.others.get(oid)?.name ?? `relation ${oid}`;
}

export function tablespaceName(reading: Reading, oid: number): string | null {
  return oid === 0 ? null : (reading.tablespaces.get(oid) ?? `tablespace ${oid}`);
}

export function collationName(reading: Reading, oid: number): string | null {
  if (oid === 0) return null;
  const known = reading.collations.get(oid);
  if (known === undefined) throw vanished("collationName");
  const [schema, name] = known;
  return schema === "pg_catalog" ? quoted(reading, name) : qualified(reading, schema, name);
}

/** Column numbers as the catalogs print vectors: "1 2 3". */
export function numbersOf(text: string | null): number[] {
  return text === null || text === "" ? [] : text.split(" ").map(Number);
}

export function columnNames(reading: Reading, relationOid: number, numbers: readonly number[]): string[] {
  const relation = reading.relations.get(relationOid);
  return numbers.map((number) => {
    if (relation === undefined) return reading.others.get(relationOid)?.columns[number] ?? `column ${number}`;
    const column = findColumn(relation, number);
    if (column === undefined) throw vanished("columnNames");
    return column.name;
  });
}

/** Columns are nearly always stored in order of their numbers, so the guess mostly hits. */
export function findColumn(relation: Relation, number: number): Column | undefined {
  const guess = relation.columns[number - 1];
  return guess?.number === number ? guess : relation.columns.find((column) => column.number === number);
}
