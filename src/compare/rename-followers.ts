/**
 * Renames that another rename brings along: a column of an inheritance parent is renamed in its children, too; a routine
 * whose argument's type has a new name is found under a new signature; a sequence moves with the table that owns it.
 */
import type { AttributeValue } from "../model/attribute.ts";
import type { Renamed } from "../model/change.ts";
import { addressText, keyId, subjectOf } from "../model/key.ts";
import type { SchemaObject } from "../model/object.ts";
import { isConsequence, nameChangesOf } from "./consequences.ts";
import { mentions, tokensOf } from "./tokens.ts";

export function withoutFollowers(
  renamed: readonly Renamed[],
  after: readonly SchemaObject[],
): readonly Renamed[] {
  if (renamed.length === 0) return renamed;
  const parents = new Set(renamed.flatMap(({ object }) => (object.parent ? [keyId(object.parent)] : [])));
  const roots = new Map<string, SchemaObject>();
  for (const object of after) {
    const id = keyId(object.key);
    if (parents.has(id)) roots.set(id, object);
  }
  const subjects = subjectsWithObjects(renamed, after);
  return renamed.filter((rename) => {
    if (isSaidOfNoObject(rename, subjects) || isAddressedAnew(rename, renamed)) return false;
    const root = rename.object.parent && roots.get(keyId(rename.object.parent));
    return !renamed.some(
      (other) =>
        other !== rename &&
        (isInherited(rename, root, other) || isMovedWithOwner(rename.object, rename, other)),
    );
  });
}

/** Key ids of objects of which something says that it has a new name. */
function subjectsWithObjects(
  renamed: readonly Renamed[],
  after: readonly SchemaObject[],
): ReadonlySet<string> {
  const wanted = new Set(
    renamed.flatMap(({ key }) => (key.of === undefined ? [] : [keyId(subjectOf(key) ?? key)])),
  );
  if (wanted.size === 0) return wanted;
  return new Set(after.map(({ key }) => keyId(key)).filter((id) => wanted.has(id)));
}

/**
 * A comment on what has no object of its own (the sequence of an identity, an index behind a constraint, a member of an
 * extension): its name, where it means something, is an attribute of what it belongs to.
 */
function isSaidOfNoObject({ key }: Renamed, subjects: ReadonlySet<string>): boolean {
  const subject = subjectOf(key);
  return subject !== undefined && !subjects.has(keyId(subject));
}

/** Only types in its signature, and schemas, have new names. */
function isAddressedAnew({ from, key }: Renamed, renamed: readonly Renamed[]): boolean {
  if (from.signature === undefined || from.signature === key.signature) return false;
  const others = renamed.filter((other) => other.key !== key);
  const tokens = tokensOf(from.signature);
  const names = nameChangesOf(others).filter(
    (name) => name.root && (name.qualifier || mentions(tokens, name.oldPlace)),
  );
  return isConsequence(addressText(from), addressText(key), names);
}

function isInherited(rename: Renamed, root: SchemaObject | undefined, other: Renamed): boolean {
  if (root === undefined || other.kind !== rename.kind) return false;
  if (nameOf(other.from) !== nameOf(rename.from) || nameOf(other.key) !== nameOf(rename.key)) return false;
  const { inherits, partitionOf } = attributesOf(root);
  const above = [inherits, partitionOf].flat().filter((name) => typeof name === "string");
  return above.some((name) => mentions(tokensOf(name), other.key.path.slice(0, -1)));
}

/** Same name, other schema, owned by what moved between the same schemas. */
function isMovedWithOwner(object: SchemaObject, rename: Renamed, other: Renamed): boolean {
  const { ownedBy } = attributesOf(object);
  return (
    typeof ownedBy === "string" &&
    nameOf(rename.from) === nameOf(rename.key) &&
    other.from.path[0] === rename.from.path[0] &&
    other.key.path[0] === rename.key.path[0] &&
    mentions(tokensOf(ownedBy), other.key.path)
  );
}

function nameOf(key: Renamed["key"]): string {
  return key.path.at(-1) ?? "";
}

function attributesOf(object: SchemaObject): Readonly<Record<string, AttributeValue | undefined>> {
  return object.attributes as unknown as Readonly<Record<string, AttributeValue | undefined>>;
}
