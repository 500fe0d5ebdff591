/**
 * What a monitoring user sees since it was granted more. Nobody knows how long it has been there, so it joins the baseline
 * and is no drift. Pure.
 */
import { keyId } from "../model/key.ts";
import type { SchemaObject } from "../model/object.ts";
import type { HiddenArea, Visibility } from "../model/server.ts";
import { objectsOfRoot, patchSnapshot, type RootEntry, rootsById, type Snapshot } from "../model/snapshot.ts";
import { isOpened } from "./openings.ts";

/** Whether anything was hidden when the baseline was taken that is open now. */
export function seesMore(baseline: Visibility, live: Visibility): boolean {
  return gainedAreas(baseline, live).length + openedPaths(baseline, live).length > 0;
}

function gainedAreas(baseline: Visibility, live: Visibility): readonly HiddenArea[] {
  const hidden = new Set(live.hidden.map(({ area }) => area));
  return baseline.hidden.filter(({ area }) => !hidden.has(area));
}

/** Schemas, tables and columns that no grant opened, so that the server did not list them. */
function openedPaths(baseline: Visibility, live: Visibility): readonly (readonly string[])[] {
  if (baseline.opened === undefined || live.opened === undefined) return [];
  const schemas = live.schemas.filter((schema) => !baseline.schemas.includes(schema)).map((name) => [name]);
  const parts = live.opened.map(({ path }) => path).filter((path) => path.length > 1);
  return [...schemas, ...parts].filter((path) => !isOpened(baseline, path));
}

/** A part of the catalog that has come to sight; of every kind where none is said. */
type Gained = Pick<HiddenArea, "path" | "attributes"> & Partial<Pick<HiddenArea, "kinds">>;

function gainsOf(baseline: Visibility, { visibility, objects }: Snapshot): readonly Gained[] {
  const isOneDatabase = objects.some(({ kind, key }) => kind === "schema" && key.path.length === 0);
  const opened = openedPaths(baseline, visibility).map((path): Gained => {
    const inKeys = { path: isOneDatabase ? path.slice(1) : path };
    return path.length > 2 ? { ...inKeys, kinds: ["column"] } : inKeys;
  });
  return [...gainedAreas(baseline, visibility), ...opened];
}

/** The baseline as it would have been with today's grants: all that it has, and what has come to sight. */
export function withNewlyVisible(baseline: Snapshot, live: Snapshot): Snapshot {
  const gained = gainsOf(baseline.visibility, live);
  const known = rootsById(baseline);
  const objects: SchemaObject[] = [];
  const identities = new Map<SchemaObject, string>();
  for (const [id, root] of rootsById(live)) {
    const before = known.get(id);
    if (before?.fingerprint === root.fingerprint) continue;
    const members = completedRoot(gained, membersOf(baseline, before), membersOf(live, root));
    for (const { object, identity } of members) {
      objects.push(object);
      identities.set(object, identity);
    }
  }
  const { dialect, server, modelVersion } = baseline;
  const { takenAt, visibility } = live;
  const parts = { dialect, server, takenAt, visibility, objects, identities };
  return { ...patchSnapshot(baseline, parts, new Set()), modelVersion };
}

interface Member {
  readonly object: SchemaObject;
  readonly identity: string;
}

function membersOf(snapshot: Snapshot, root: RootEntry | undefined): readonly Member[] {
  if (root === undefined) return [];
  return objectsOfRoot(snapshot, root).map((object, index) => ({
    object,
    identity: root.identities?.[index] ?? "",
  }));
}

/** The members from before with what they lacked, and those that have come to sight. */
function completedRoot(
  gained: readonly Gained[],
  before: readonly Member[],
  now: readonly Member[],
): readonly Member[] {
  const visible = new Map(now.map((member) => [keyId(member.object.key), member]));
  const known = new Set(before.map(({ object }) => keyId(object.key)));
  const hasCome = ({ object: { key, kind, parent } }: Member): boolean => {
    if (known.has(keyId(key))) return false;
    const above = parent === undefined ? undefined : visible.get(keyId(parent));
    if (above !== undefined && hasCome(above)) return true;
    // A hidden table hides its columns; a column that a known table gets is a change.
    const hid = ({ kinds, attributes, path = [] }: Gained): boolean =>
      attributes === undefined &&
      path.every((name, index) => name === key.path[index]) &&
      kinds?.includes(kind) !== false &&
      (above === undefined || kinds?.includes(above.object.kind) === false);
    return gained.some(hid);
  };
  const completed = before.map((member) =>
    completedMember(gained, member, visible.get(keyId(member.object.key))),
  );
  return [...completed, ...now.filter(hasCome)];
}

/** What may not be read is left out of an object. */
function completedMember(gained: readonly Gained[], before: Member, now: Member | undefined): Member {
  const old = before.object.attributes as Readonly<Record<string, unknown>>;
  const read = (now?.object.attributes ?? {}) as Readonly<Record<string, unknown>>;
  const names = gained
    .filter(({ kinds }) => kinds?.includes(before.object.kind) !== false)
    .flatMap(({ attributes = [] }) => attributes)
    .filter((name) => old[name] === undefined && read[name] !== undefined);
  if (names.length === 0) return before;
  const attributes = { ...old, ...Object.fromEntries(names.map((name) => [name, read[name]])) };
  return { ...before, object: { ...before.object, attributes } as unknown as SchemaObject };
}
