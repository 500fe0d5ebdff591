/**
 * Compares two sets of objects: pairs them by key, then by identity or structure (renames), and names each attribute
 * that differs within a pair. What differs only because something else was renamed is not a change of its own.
 */
import type { AttributeValue } from "../model/attribute.ts";
import { sameValue } from "../model/attribute.ts";
import type { Change, Renamed } from "../model/change.ts";
import { keyId } from "../model/key.ts";
import { isKnownTo } from "../model/model-version.ts";
import type { SchemaObject } from "../model/object.ts";
import { isConsequence, type NameChange } from "./consequences.ts";
import { isOrderAttribute, movedObjects, type Pair } from "./order.ts";
import { findRenames } from "./renames.ts";
import type { Side } from "./side.ts";

export function compareObjects(before: Side, after: Side): Change[] {
  const version = before.version;
  const { pairs, removed, added, renamed } = findRenames(knownObjects(before), knownObjects(after));
  const names = renamed.map(nameChange);
  const changes: Change[] = [...renamed];
  const moved = movedObjects(pairs);
  for (const pair of pairs) changes.push(...alterations(pair, moved, names, version));
  for (const object of removed) changes.push({ verb: "removed", kind: object.kind, key: object.key, object });
  for (const object of added) changes.push({ verb: "added", kind: object.kind, key: object.key, object });
  return sorted(changes);
}

function knownObjects(side: Side): Side {
  const objects = side.objects.filter((object) => isKnownTo(side.version, object.kind));
  return objects.length === side.objects.length ? side : { ...side, objects };
}

function nameChange(change: Renamed): NameChange {
  return { from: change.from.path.at(-1) ?? "", to: change.key.path.at(-1) ?? "" };
}

type Attributes = Readonly<Record<string, AttributeValue | undefined>>;

function alterations(
  pair: Pair,
  moved: ReadonlySet<SchemaObject>,
  names: readonly NameChange[],
  version: number,
): Change[] {
  const { before, after } = pair;
  const old = before.attributes as unknown as Attributes;
  const now = after.attributes as unknown as Attributes;
  const changes: Change[] = [];
  for (const attribute of new Set([...Object.keys(old), ...Object.keys(now)])) {
    if (!isKnownTo(version, after.kind, attribute)) continue;
    const from = old[attribute];
    const to = now[attribute];
    // A server version that lacks an attribute leaves it out: absent on one side says nothing.
    if (from === undefined || to === undefined || sameValue(from, to)) continue;
    if (isOrderAttribute(attribute) && !moved.has(after)) continue;
    if (names.length > 0 && isConsequence(from, to, names)) continue;
    changes.push({
      verb: "altered",
      kind: after.kind,
      key: after.key,
      object: after,
      attribute,
      before: from,
      after: to,
    });
  }
  return changes;
}

function sorted(changes: Change[]): Change[] {
  const withIds = changes.map((change) => ({
    change,
    id: `${keyId(change.key)} ${change.verb === "altered" ? change.attribute : ""}`,
  }));
  withIds.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  return withIds.map(({ change }) => change);
}
