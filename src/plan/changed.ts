/** The changes of a comparison, found by object, and the way from an object's new key to its old one. */
import type { Added, Altered, Change, Removed, Renamed } from "../model/change.ts";
import { keyId, type ObjectKey } from "../model/key.ts";
import type { SchemaObject } from "../model/object.ts";
import type { Side } from "./side.ts";

export interface Changed {
  readonly removed: ReadonlyMap<string, Removed>;
  readonly added: ReadonlyMap<string, Added>;
  /** By new key. */
  readonly altered: ReadonlyMap<string, readonly Altered[]>;
  readonly renamed: readonly Renamed[];
  /** The object under its old key in `from`; undefined when it is new. */
  before(key: ObjectKey): SchemaObject | undefined;
  /** The object under its new key in `to`; undefined when it is gone. */
  after(key: ObjectKey): SchemaObject | undefined;
}

export function changedOf(changes: readonly Change[], from: Side, to: Side): Changed {
  const removed = new Map<string, Removed>();
  const added = new Map<string, Added>();
  const altered = new Map<string, Altered[]>();
  const renamed: Renamed[] = [];
  for (const change of changes) {
    const id = keyId(change.key);
    if (change.verb === "removed") removed.set(id, change);
    else if (change.verb === "added") added.set(id, change);
    else if (change.verb === "renamed") renamed.push(change);
    else altered.set(id, [...(altered.get(id) ?? []), change]);
  }
  const forth = renamed.map(({ from: old, key }) => ({ old, now: key }));
  const back = renamed.map(({ from: old, key }) => ({ old: key, now: old }));
  return {
    removed,
    added,
    altered,
    renamed,
    before: (key) => from.find(moved(key, back)) ?? from.find(key),
    after: (key) => (removed.has(keyId(key)) ? undefined : (to.find(moved(key, forth)) ?? to.find(key))),
  };
}

/** Both sides, each knowing what becomes of its objects on the other. */
export function facing(from: Side, to: Side, changed: Changed): { readonly from: Side; readonly to: Side } {
  const alters = (key: ObjectKey, attributes: readonly string[]): boolean =>
    (changed.altered.get(keyId(key)) ?? []).some(({ attribute }) => attributes.includes(attribute));
  const later = (key: ObjectKey): SchemaObject | undefined => changed.after(key);
  const earlier = (key: ObjectKey): SchemaObject | undefined =>
    changed.added.has(keyId(key)) ? undefined : changed.before(key);
  return {
    from: {
      ...from,
      other: later,
      stays(key, ...attributes) {
        const now = later(key);
        return now !== undefined && !alters(now.key, attributes);
      },
    },
    to: {
      ...to,
      other: earlier,
      stays: (key, ...attributes) => earlier(key) !== undefined && !alters(key, attributes),
    },
  };
}

/** A key after the renames of the object itself and of what it lies in or speaks of. */
function moved(
  key: ObjectKey,
  renames: readonly { readonly old: ObjectKey; readonly now: ObjectKey }[],
): ObjectKey {
  let path = key.path;
  let signature = key.signature;
  const inwards = [...renames].sort((a, b) => a.old.path.length - b.old.path.length);
  for (const { old, now } of inwards) {
    const isSelf = old.kind === key.kind || old.kind === key.of;
    const isInside = old.path.length < key.path.length;
    if (!(isInside || (isSelf && old.path.length === key.path.length))) continue;
    if (!old.path.every((part, index) => part === key.path[index])) continue;
    path = [...now.path, ...path.slice(now.path.length)];
    if (isSelf && old.signature === key.signature) signature = now.signature;
  }
  return { ...key, path, ...(signature === undefined ? {} : { signature }) };
}
