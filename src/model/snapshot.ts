/**
 * All objects of an environment at one moment. Objects are ordered and grouped by root object, every root has a
 * fingerprint, and so has the whole: equal fingerprints mean equal schemas.
 */
import { createHash } from "node:crypto";
import { createFingerprinter, type Identified } from "./fingerprint.ts";
import { keyId, type ObjectKey } from "./key.ts";
import { modelVersion } from "./model-version.ts";
import type { SchemaObject } from "./object.ts";
import type { Dialect, ServerInfo, Visibility } from "./server.ts";

/** One root object (a table with its columns, indexes ...): `count` objects of the snapshot from `start` on. */
export interface RootEntry {
  readonly key: ObjectKey;
  readonly fingerprint: string;
  readonly start: number;
  readonly count: number;
  /**
   * The server's own ids of the root's objects, in their order, "" where there is none. Never compared, only matched.
   * "storage:..." outlives a rename and not a rebuild of the object; every other id lives as long as its object.
   */
  readonly identities?: readonly string[];
}

/** Canonical: what the schema does not depend on (object ids, order of creation, sizes) is not in it. */
export interface Snapshot {
  readonly modelVersion: number;
  readonly dialect: Dialect;
  readonly server: ServerInfo;
  /** ISO 8601, UTC. */
  readonly takenAt: string;
  readonly objects: readonly SchemaObject[];
  readonly roots: readonly RootEntry[];
  /** Hex SHA-256. */
  readonly fingerprint: string;
  readonly visibility: Visibility;
  /** How it was read; says nothing about the schema and is never stored, compared or written to a file. */
  readonly reading?: Reading;
}

export interface Reading {
  /** True when everything was read; false when unchanged roots were taken from an earlier snapshot. */
  readonly full: boolean;
  /** What the dialect needs to read only what changed next time; opaque to everybody else, and never written anywhere. */
  readonly state?: unknown;
}

export interface SnapshotParts {
  readonly dialect: Dialect;
  readonly server: ServerInfo;
  readonly takenAt: string;
  readonly visibility: Visibility;
  /** In any order; a child names its parent by key. */
  readonly objects: readonly SchemaObject[];
  /** The server's own id per object, for recognising renames. */
  readonly identities?: ReadonlyMap<SchemaObject, string>;
  readonly reading?: Reading;
}

/** Sorts, groups by root and fingerprints. Throws when two objects have one key: a dialect must never produce that. */
export function buildSnapshot(parts: SnapshotParts): Snapshot {
  const objects: SchemaObject[] = [];
  const roots: RootEntry[] = [];
  const ids: string[] = [];
  for (const root of builtRoots(parts)) {
    ids.push(root.id);
    roots.push(entryAt(objects.length, root));
    for (const { object } of root.members) objects.push(object);
  }
  knownIds.set(roots, ids);
  return snapshotOf(parts, objects, roots);
}

/**
 * The snapshot that follows `previous` when only some roots were read again: roots of `parts` replace those of the same
 * key, roots whose key id is in `gone` disappear, all others are taken over unread, fingerprints included.
 */
export function patchSnapshot(previous: Snapshot, parts: SnapshotParts, gone: ReadonlySet<string>): Snapshot {
  const read = builtRoots(parts);
  const objects: SchemaObject[] = [];
  const roots: RootEntry[] = [];
  const ids: string[] = [];
  const add = (root: BuiltRoot): void => {
    ids.push(root.id);
    roots.push(entryAt(objects.length, root));
    for (const { object } of root.members) objects.push(object);
  };
  let next = 0;
  const idsBefore = idsOfRoots(previous.roots);
  for (const [position, entry] of previous.roots.entries()) {
    const id = idsBefore[position] as string;
    for (; next < read.length && (read[next] as BuiltRoot).id < id; next++) add(read[next] as BuiltRoot);
    if (gone.has(id) || read[next]?.id === id) continue;
    ids.push(id);
    roots.push(entry.start === objects.length ? entry : { ...entry, start: objects.length });
    const end = entry.start + entry.count;
    for (let index = entry.start; index < end; index++) objects.push(previous.objects[index] as SchemaObject);
  }
  for (const root of read.slice(next)) add(root);
  knownIds.set(roots, ids);
  return snapshotOf(parts, objects, roots);
}

interface BuiltRoot {
  readonly id: string;
  readonly key: ObjectKey;
  readonly fingerprint: string;
  readonly members: readonly Identified[];
  readonly identities: readonly string[] | undefined;
}

function entryAt(start: number, { key, fingerprint, members, identities }: BuiltRoot): RootEntry {
  const count = members.length;
  return identities === undefined
    ? { key, fingerprint, start, count }
    : { key, fingerprint, start, count, identities };
}

function builtRoots(parts: SnapshotParts): BuiltRoot[] {
  const groups = groupByRoot(parts.objects);
  const fingerprintOf = createFingerprinter();
  const built: BuiltRoot[] = [];
  for (const id of [...groups.keys()].sort()) {
    const members = (groups.get(id) ?? []).sort(byId);
    const key = members.find((member) => member.id === id)?.object.key ?? members[0]?.object.key;
    if (key === undefined) continue;
    refuseDuplicates(members);
    const identities = identitiesOf(members, parts.identities);
    built.push({ id, key, fingerprint: fingerprintOf(members), members, identities });
  }
  return built;
}

function snapshotOf(parts: SnapshotParts, objects: SchemaObject[], roots: RootEntry[]): Snapshot {
  return {
    modelVersion,
    dialect: parts.dialect,
    server: parts.server,
    takenAt: parts.takenAt,
    objects,
    roots,
    fingerprint: fingerprintOfRoots(roots),
    visibility: parts.visibility,
    ...(parts.reading === undefined ? {} : { reading: parts.reading }),
  };
}

const knownIds = new WeakMap<readonly object[], readonly string[]>();

/** Roots by key id, in their order. */
export function rootsById({ roots }: Pick<Snapshot, "roots">): Map<string, RootEntry> {
  const ids = idsOfRoots(roots);
  return new Map(roots.map((root, position) => [ids[position] as string, root]));
}

/** Key ids in the order of the roots. They are made once per list: readings that change little patch the same one again. */
function idsOfRoots(roots: readonly Pick<RootEntry, "key">[]): readonly string[] {
  const known = knownIds.get(roots);
  if (known !== undefined) return known;
  const ids = roots.map((root) => keyId(root.key));
  knownIds.set(roots, ids);
  return ids;
}

/** The digest over all roots: the snapshot's fingerprint. */
export function fingerprintOfRoots(roots: readonly Pick<RootEntry, "key" | "fingerprint">[]): string {
  const ids = idsOfRoots(roots);
  let text = "";
  for (const [position, { fingerprint }] of roots.entries()) text += `${ids[position]} ${fingerprint}\n`;
  return createHash("sha256").update(text).digest("hex");
}

/** The fingerprint of one root from its objects, whatever their order. */
export function fingerprintOfRoot(objects: readonly SchemaObject[]): string {
  const members = objects.map((object) => ({ id: keyId(object.key), object }));
  return createFingerprinter()(members.sort(byId));
}

/** The objects of one root. */
export function objectsOfRoot(snapshot: Snapshot, root: RootEntry): readonly SchemaObject[] {
  return snapshot.objects.slice(root.start, root.start + root.count);
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : a.id === b.id ? 0 : 1;
}

/** Every object under the id of its topmost ancestor that is an object itself. */
function groupByRoot(objects: readonly SchemaObject[]): Map<string, Identified[]> {
  const identified = objects.map((object): Identified => ({ id: keyId(object.key), object }));
  const parents = parentsIn(identified);
  const groups = new Map<string, Identified[]>();
  const groupOf = (rootId: string): Identified[] => {
    const known = groups.get(rootId);
    if (known !== undefined) return known;
    const group: Identified[] = [];
    groups.set(rootId, group);
    return group;
  };
  const groupOfSiblings = new Map<ObjectKey, Identified[]>();
  for (const member of identified) {
    const { parent } = member.object;
    const known = parent === undefined ? undefined : groupOfSiblings.get(parent);
    const group = known ?? groupOf(topmost(member, parents).id);
    group.push(member);
    if (known === undefined && parent !== undefined && parents.get(parent) !== undefined)
      groupOfSiblings.set(parent, group);
  }
  return groups;
}

type Parents = ReadonlyMap<ObjectKey, Identified | undefined>;

function topmost(member: Identified, parents: Parents): Identified {
  let top = member;
  for (;;) {
    const above = top.object.parent === undefined ? undefined : parents.get(top.object.parent);
    if (above === undefined) return top;
    top = above;
  }
}

/**
 * The objects that children name as their parents; undefined where a parent is no object. Children mostly hold the very
 * key object of their parent, which is found without comparing texts.
 */
function parentsIn(identified: readonly Identified[]): Parents {
  const parents = new Map<ObjectKey, Identified | undefined>();
  let last: ObjectKey | undefined;
  for (const { object } of identified) {
    const { parent } = object;
    if (parent !== undefined && parent !== last) parents.set(parent, undefined);
    last = parent;
  }
  for (const member of identified) if (parents.has(member.object.key)) parents.set(member.object.key, member);
  const copies = [...parents.keys()].filter((key) => parents.get(key) === undefined);
  const kinds = new Set(copies.map((key) => key.kind));
  const wanted = new Set(copies.map(keyId));
  const found = new Map<string, Identified>();
  for (const member of identified)
    if (kinds.has(member.object.kind) && wanted.has(member.id)) found.set(member.id, member);
  for (const key of copies) parents.set(key, found.get(keyId(key)));
  return parents;
}

/** Members are sorted, so the same id twice stands side by side. */
function refuseDuplicates(members: readonly Identified[]): void {
  let previous = "";
  for (const { id } of members) {
    if (id === previous) throw new Error(`two objects have the key ${id}`);
    previous = id;
  }
}

/** Those of the members in their order, "" where there is none; undefined where none has one. */
function identitiesOf(
  members: readonly Identified[],
  identities: ReadonlyMap<SchemaObject, string> | undefined,
): readonly string[] | undefined {
  if (identities === undefined || !members.some(({ object }) => identities.has(object))) return undefined;
  return members.map(({ object }) => identities.get(object) ?? "");
}
