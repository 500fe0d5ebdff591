/**
 * Changes of a partition that its parent made: a column, index, constraint or trigger that the parent gained, lost or
 * changed, and the partition in the same way. What differs from the parent's change is the partition's own.
 */
import { type AttributeValue, sameValue } from "../model/attribute.ts";
import type { Change } from "../model/change.ts";
import { ownAttributes } from "./partition-shape.ts";
import { mentions, tokensOf } from "./tokens.ts";

/** Whether one of `above`, the changes of the parent, is the cause of this change of a partition. */
export function isMirrored(change: Change, above: readonly Change[]): boolean {
  return above.some(
    (other) =>
      other.verb === change.verb &&
      other.kind === change.kind &&
      other.object.parent !== undefined &&
      (isCloneOf(change, other)
        ? sameAlteration(change, other)
        : sameName(change, other) && sameContent(change, other)),
  );
}

/** The server itself says where the partition's object comes from. */
function isCloneOf(change: Change, other: Change): boolean {
  const { inheritedFrom, partitionOf } = attributesOf(change);
  const { path } = other.key;
  // An index is known by its schema and name, without its table.
  const places = [path, [path[0] ?? "", path.at(-1) ?? ""]];
  return [inheritedFrom, partitionOf].some(
    (origin) => typeof origin === "string" && places.some((place) => mentions(tokensOf(origin), place)),
  );
}

function sameName(change: Change, other: Change): boolean {
  const [own, above] = [change.key, other.key];
  return own.of === undefined && JSON.stringify(own.path.slice(2)) === JSON.stringify(above.path.slice(2));
}

function sameContent(change: Change, other: Change): boolean {
  if (change.verb === "altered") return sameAlteration(change, other);
  const [own, above] = [attributesOf(change), attributesOf(other)];
  return Object.keys(own).every((name) => ownAttributes.has(name) || sameValue(own[name], above[name]));
}

function sameAlteration(change: Change, other: Change): boolean {
  if (change.verb !== "altered" || other.verb !== "altered") return true;
  return (
    change.attribute === other.attribute &&
    sameValue(change.before, other.before) &&
    sameValue(change.after, other.after)
  );
}

function attributesOf({ object }: Change): Readonly<Record<string, AttributeValue | undefined>> {
  return object.attributes as unknown as Readonly<Record<string, AttributeValue | undefined>>;
}
