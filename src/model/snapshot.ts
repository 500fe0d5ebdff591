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
  const built = builtRoots(parts);
  for (const { entry, objects: own } of built) {
    roots.push({ ...entry, start: objects.length });
    for (const object of own) objects.push(object);
  }
  knownIds.set(
    roots,
    built.map((root) => root.id),
  );
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
  const add = ({ id, entry, objects: own }: BuiltRoot): void => {
    ids.push(id);
    roots.push({ ...entry, start: objects.length });
    for (const object of own) objects.push(object);
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
  readonly entry: Omit<RootEntry, "start">;
  readonly objects: readonly SchemaObject[];
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
    const root = { key, fingerprint: fingerprintOf(members), count: members.length };
    const entry = withIdentities(root, members, parts.identities);
    built.push({ id, entry, objects: members.map((member) => member.object) });
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
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

/** Every object under the id of its topmost ancestor that is an object itself. */
function groupByRoot(objects: readonly SchemaObject[]): Map<string, Identified[]> {
  const parents = parentIds(objects);
  const grandparents = new Map<string, ObjectKey | undefined>();
  const wanted = new Set(parents.values());
  const identified = objects.map((object): Identified => {
    const id = keyId(object.key);
    if (wanted.has(id)) grandparents.set(id, object.parent);
    return { id, object };
  });
  const groups = new Map<string, Identified[]>();
  for (const member of identified) {
    let rootId = member.id;
    let parent = member.object.parent;
    while (parent !== undefined) {
      const parentId = parents.get(parent) ?? "";
      if (!grandparents.has(parentId)) break;
      rootId = parentId;
      parent = grandparents.get(parentId);
    }
    const group = groups.get(rootId);
    if (group === undefined) groups.set(rootId, [member]);
    else group.push(member);
  }
  return groups;
}

/** Siblings mostly share the very key object of their parent, so each id is made once. */
function parentIds(objects: readonly SchemaObject[]): Map<ObjectKey, string> {
  const ids = new Map<ObjectKey, string>();
  for (const { parent } of objects)
    if (parent !== undefined && !ids.has(parent)) ids.set(parent, keyId(parent));
  return ids;
}

/** Members are sorted, so the same id twice stands side by side. */
function refuseDuplicates(members: readonly Identified[]): void {
  let previous = "";
  for (const { id } of members) {
    if (id === previous) throw new Error(`two objects have the key ${id}`);
    previous = id;
  }
}

function withIdentities(
  root: Omit<RootEntry, "start">,
  members: readonly Identified[],
  identities: ReadonlyMap<SchemaObject, string> | undefined,
): Omit<RootEntry, "start"> {
  const own = members.map((member) => identities?.get(member.object) ?? "");
  return own.some((identity) => identity !== "") ? { ...root, identities: own } : root;
}
