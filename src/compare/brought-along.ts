/**
 * What a server does along with another change. Alterations: what lies in a table that is attached to or detached from a parent or
 * no longer inherits from one, what a table owns when it gets another owner, its partitions when it gets another engine. And the
 * comment that comes and goes with an object whose own script writes it.
 */
import type { AttributeValue } from "../model/attribute.ts";
import { sameValue } from "../model/attribute.ts";
import type { Altered } from "../model/change.ts";
import { keyId } from "../model/key.ts";
import type { ObjectKind } from "../model/kind.ts";
import type { SchemaObject } from "../model/object.ts";
import type { Side } from "./side.ts";
import { bare, mentions, tokensOf } from "./tokens.ts";

export function withoutBroughtAlong(changes: readonly Altered[], after: Side): readonly Altered[] {
  if (changes.length < 2) return changes;
  const attached = new Set<string>();
  const orphaned = new Map<string, readonly AttributeValue[]>();
  const handed: Altered[] = [];
  const passed = new Map<string, Altered>();
  for (const change of changes) {
    if (change.object.parent !== undefined) continue;
    if (change.attribute === "partitionOf") attached.add(keyId(change.key));
    if (losesParent(change)) orphaned.set(keyId(change.key), [change.after].flat());
    if (inherited.has(change.attribute)) handed.push(change);
    if (shared.has(change.attribute)) passed.set(`${change.attribute} ${keyId(change.key)}`, change);
  }
  if (attached.size + orphaned.size + passed.size === 0 && handed.length < 2) return changes;
  return changes.filter(
    (change) =>
      !isMembership(change, attached) &&
      !isMadeLocal(change, orphaned, after) &&
      !isHandedDown(change, handed) &&
      !isPassedOn(change, passed),
  );
}

/** What every part of a table has in common with it: MySQL and MariaDB refuse partitions of another engine. */
const shared: ReadonlySet<string> = new Set(["engine"]);

function isPassedOn(change: Altered, passed: ReadonlyMap<string, Altered>): boolean {
  const { parent } = change.object;
  const ofParent = parent && passed.get(`${change.attribute} ${keyId(parent)}`);
  return ofParent !== undefined && isSameAlteration(ofParent, change);
}

function isSameAlteration(one: Altered, other: Altered): boolean {
  return sameValue(one.before, other.before) && sameValue(one.after, other.after);
}

/** What a partition shares with its parent only as long as it is one; attaching or detaching it is one change. */
const membership: ReadonlySet<string> = new Set(["partitionOf", "inheritedFrom"]);

function isMembership({ object, attribute }: Altered, attached: ReadonlySet<string>): boolean {
  return object.parent !== undefined && membership.has(attribute) && attached.has(keyId(object.parent));
}

function losesParent({ attribute, before, after }: Altered): boolean {
  return (
    attribute === "inherits" &&
    Array.isArray(before) &&
    Array.isArray(after) &&
    before.some((parent) => !after.includes(parent))
  );
}

/** NO INHERIT: what came from the parent alone is the table's own from then on. What another parent has was made so by itself. */
function isMadeLocal(
  { object, attribute, before, after }: Altered,
  orphaned: ReadonlyMap<string, readonly AttributeValue[]>,
  side: Side,
): boolean {
  const { parent, kind, key } = object;
  if (parent === undefined || attribute !== "local" || before !== false || after !== true) return false;
  const parents = orphaned.get(keyId(parent));
  return (
    parents !== undefined &&
    !parents.some((other) => side.has(keyId({ kind, path: [...pathOf(other), key.path.at(-1) ?? ""] })))
  );
}

/** Of a name as the server qualifies and quotes it. */
function pathOf(name: AttributeValue): readonly string[] {
  return tokensOf(name)
    .filter((token) => token !== ".")
    .map(bare);
}

/** What a table's own sequences take from it. */
const inherited: ReadonlySet<string> = new Set(["owner", "persistence"]);

function isHandedDown(change: Altered, handed: readonly Altered[]): boolean {
  const { ownedBy } = change.object.attributes as { readonly ownedBy?: AttributeValue };
  if (typeof ownedBy !== "string" || !inherited.has(change.attribute)) return false;
  const tokens = tokensOf(ownedBy);
  return handed.some(
    (other) =>
      other !== change &&
      other.attribute === change.attribute &&
      isSameAlteration(other, change) &&
      mentions(tokens, other.key.path),
  );
}

/** Kinds that say themselves what they are: CREATE EXTENSION writes the comment of the extension's control file. */
const selfDescribed: ReadonlySet<ObjectKind> = new Set(["extension"]);

/** Objects that came (or went), without the comments that such an object brings (or takes) along. */
export function withoutOwnComments(objects: readonly SchemaObject[]): readonly SchemaObject[] {
  const described = new Set<string>();
  for (const { kind, key } of objects) if (selfDescribed.has(kind)) described.add(keyId(key));
  if (described.size === 0) return objects;
  return objects.filter(
    ({ kind, parent }) => kind !== "comment" || parent === undefined || !described.has(keyId(parent)),
  );
}
