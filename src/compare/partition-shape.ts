/**
 * A partition made at run time should look like the others. Its shape (columns, indexes, constraints, triggers,
 * privileges, switches; no names, no bound) is compared with its siblings in the baseline, or with its parent where the
 * baseline has none. Generic: an object is told by its attributes, never by its kind.
 */
import { type AttributeValue, canonicalText } from "../model/attribute.ts";
import type { Change } from "../model/change.ts";
import { keyId, type ObjectKey } from "../model/key.ts";
import type { SchemaObject } from "../model/object.ts";

/** What a partition never shares with its parent or siblings. */
export const ownAttributes: ReadonlySet<string> = new Set([
  "form",
  "inherits",
  "inheritedFrom",
  "local",
  "partitionBound",
  "partitionKey",
  "partitionOf",
  "position",
  "tablespace",
]);

/** A table with everything in it; the table itself comes first. */
export interface Whole {
  readonly root: SchemaObject;
  readonly members: readonly SchemaObject[];
}

/**
 * How `partition` differs from what is expected of it: nothing when its shape equals one of `siblings`; else the
 * differences from the first of them, or from `parent` when there is none. Missing privileges count only against siblings:
 * a server does not hand the parent's privileges down.
 */
export function shapeDifferences(
  partition: Whole,
  siblings: readonly Whole[],
  parent: Whole | undefined,
): Change[] {
  const shape = shapeOf(partition);
  const candidates = siblings.length > 0 ? siblings : parent === undefined ? [] : [parent];
  const shapes = candidates.map((candidate) => ({ candidate, shape: shapeOf(candidate) }));
  const [template] = shapes;
  if (template === undefined) return [];
  const found = shapes.map((other) => differences(partition, shape, other.candidate, other.shape));
  const best = found.reduce((least, next) => (next.length < least.length ? next : least));
  return siblings.length > 0 ? best : best.filter((change) => !isMissingPrivilege(change));
}

function isMissingPrivilege(change: Change): boolean {
  return change.verb === "removed" && change.key.of !== undefined;
}

/** Shape text -> the objects that have it. */
type Shape = ReadonlyMap<string, readonly SchemaObject[]>;

function shapeOf(whole: Whole): Shape {
  const shape = new Map<string, SchemaObject[]>();
  const name = whole.root.key.path.at(-1) ?? "";
  for (const object of whole.members) {
    if (object === whole.root || (object.key.of !== undefined && object.key.role === undefined)) continue;
    const text = shapeText(object, whole.root.key, name);
    const list = shape.get(text);
    if (list === undefined) shape.set(text, [object]);
    else list.push(object);
  }
  return shape;
}

function shapeText(object: SchemaObject, root: ObjectKey, name: string): string {
  const attributes = Object.fromEntries(
    Object.entries(object.attributes as Record<string, AttributeValue>).filter(
      ([key]) => !ownAttributes.has(key),
    ),
  );
  // Only what has a place among its siblings is known by its name; indexes and constraints of partitions are named by the server.
  const named = "position" in object.attributes || object.key.of !== undefined;
  const inside = named ? object.key.path.slice(root.path.length) : [];
  const text = withoutName(canonicalText(attributes), name);
  const nameless = named ? text : text.replaceAll(objectName(object), "\u0001");
  return `${object.kind} ${object.key.of ?? ""} ${object.key.role ?? ""} ${inside.join(".")} ${nameless}`;
}

function objectName(object: SchemaObject): string {
  return object.key.path.at(-1) || "\u0002";
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function differences(partition: Whole, shape: Shape, template: Whole, expected: Shape): Change[] {
  const missing = new Map<string, SchemaObject>();
  for (const [text, objects] of expected) {
    for (const object of objects.slice(shape.get(text)?.length ?? 0)) {
      const moved = inPartition(object, template.root.key, partition.root.key);
      missing.set(keyId(moved.key), moved);
    }
  }
  const changes: Change[] = rootDifferences(partition.root, template.root);
  const names = [nameOf(template.root), nameOf(partition.root)] as const;
  for (const [text, objects] of shape) {
    for (const object of objects.slice(expected.get(text)?.length ?? 0)) {
      const other = missing.get(keyId(object.key));
      missing.delete(keyId(object.key));
      if (other === undefined) changes.push({ verb: "added", kind: object.kind, key: object.key, object });
      else changes.push(...alterations(other, object, names));
    }
  }
  for (const object of missing.values()) {
    changes.push({ verb: "removed", kind: object.kind, key: object.key, object });
  }
  return changes;
}

function nameOf(object: SchemaObject): string {
  return object.key.path.at(-1) ?? "";
}

function rootDifferences(partition: SchemaObject, template: SchemaObject): Change[] {
  return alterations(template, partition, ["", ""]);
}

/** Attribute by attribute; `names` of the two tables stand for each other. */
function alterations(
  template: SchemaObject,
  object: SchemaObject,
  [oldName, newName]: readonly [string, string],
): Change[] {
  const old = template.attributes as unknown as Record<string, AttributeValue | undefined>;
  const now = object.attributes as unknown as Record<string, AttributeValue | undefined>;
  return Object.keys(now).flatMap((attribute): Change[] => {
    const before = old[attribute];
    const after = now[attribute];
    if (ownAttributes.has(attribute) || before === undefined || after === undefined) return [];
    if (withoutName(canonicalText(before), oldName) === withoutName(canonicalText(after), newName)) return [];
    return [{ verb: "altered", kind: object.kind, key: object.key, object, attribute, before, after }];
  });
}

function withoutName(text: string, name: string): string {
  if (name === "") return text;
  return text.replaceAll(
    new RegExp(`(?<![\\p{L}\\p{N}_$])${escaped(name)}(?![\\p{L}\\p{N}_$])`, "gu"),
    "\u0000",
  );
}

/** The template's object as the partition should have it. */
function inPartition(object: SchemaObject, template: ObjectKey, partition: ObjectKey): SchemaObject {
  const path = [...partition.path, ...object.key.path.slice(template.path.length)];
  return { ...object, key: { ...object.key, path }, parent: partition } as SchemaObject;
}
