/**
 * Compares two sets of objects: pairs them by key, then by identity or structure (renames), and names each attribute
 * that differs within a pair. What differs only because something else was renamed is not a change of its own, nor is
 * what cannot but follow another change of the same object.
 */
import type { AttributeValue } from "../model/attribute.ts";
import { sameValue } from "../model/attribute.ts";
import type { Altered, Change } from "../model/change.ts";
import { keyId } from "../model/key.ts";
import { isKnownTo } from "../model/model-version.ts";
import type { SchemaObject } from "../model/object.ts";
import { withoutBroughtAlong, withoutOwnComments } from "./brought-along.ts";
import {
  innerNameChanges,
  isConsequence,
  isNamingList,
  isRewritten,
  movedAlong,
  type NameChange,
  nameChangesOf,
  namesFor,
} from "./consequences.ts";
import { type Alteration, withoutEchoes } from "./echoes.ts";
import { isSpelledByFlavor, withoutAutomaticChecks } from "./flavors.ts";
import { withoutKeptName } from "./kept-names.ts";
import { isOrderAttribute, movedObjects, type Pair } from "./order.ts";
import { withoutFollowers } from "./rename-followers.ts";
import { findRenames } from "./renames.ts";
import type { Side } from "./side.ts";
import { isReread, isRespelled } from "./spelling.ts";
import { isPrinted } from "./tokens.ts";

export function compareObjects(before: Side, after: Side): Change[] {
  const { pairs, removed, added, renamed } = findRenames(knownObjects(before), knownObjects(after));
  const context: Context = {
    version: before.version,
    names: [...nameChangesOf(renamed), ...movedAlong(renamed, pairs), ...innerNames(pairs, before, after)],
    moved: movedObjects(pairs),
    otherMajor: before.major !== after.major,
    flavor: flavorOf(after),
    otherFlavor: flavorOf(before) !== flavorOf(after),
    sameInstance: before.sameInstance,
  };
  const changes: Change[] = [...withoutFollowers(renamed, after.objects)];
  changes.push(
    ...withoutBroughtAlong(
      pairs.flatMap((pair) => alterations(pair, context)),
      after,
    ),
  );
  for (const object of withoutOwnComments(removed))
    changes.push({ verb: "removed", kind: object.kind, key: object.key, object });
  for (const object of withoutOwnComments(added))
    changes.push({ verb: "added", kind: object.kind, key: object.key, object });
  return sorted(context.otherFlavor ? withoutAutomaticChecks(changes) : changes);
}

function flavorOf(side: Side): string {
  return side.major.split(" ")[0] ?? "";
}

function knownObjects(side: Side): Side {
  const objects = side.objects.filter((object) => isKnownTo(side.version, object.kind));
  return objects.length === side.objects.length ? side : { ...side, objects };
}

interface Context {
  /** The older model version of the two. */
  readonly version: number;
  readonly names: readonly NameChange[];
  readonly moved: ReadonlySet<SchemaObject>;
  /** The two sides come from servers of different major versions, which print texts differently. */
  readonly otherMajor: boolean;
  readonly flavor: string;
  readonly otherFlavor: boolean;
  readonly sameInstance: boolean;
}

/** New names inside objects that the server itself knows to be the same. */
function innerNames(pairs: readonly Pair[], before: Side, after: Side): NameChange[] {
  if (before.identities.size === 0) return [];
  return pairs.flatMap((pair) => {
    if (pair.after.parent !== undefined) return [];
    const identity = before.identities.get(keyId(pair.before.key));
    if (identity === undefined || identity !== after.identities.get(keyId(pair.after.key))) return [];
    return innerNameChanges(pair);
  });
}

type Attributes = Readonly<Record<string, AttributeValue | undefined>>;

function alterations(pair: Pair, context: Context): Altered[] {
  const { after } = pair;
  const old = pair.before.attributes as unknown as Attributes;
  const now = after.attributes as unknown as Attributes;
  const found: Alteration[] = [];
  for (const attribute of new Set([...Object.keys(old), ...Object.keys(now)])) {
    if (!isKnownTo(context.version, after.kind, attribute)) continue;
    // A server version that lacks an attribute leaves it out: absent on one side says nothing.
    if (old[attribute] === undefined || now[attribute] === undefined) continue;
    const [from, to] = withoutKeptName(pair, attribute, old[attribute], now[attribute]);
    if (sameValue(from, to)) continue;
    if (isOrderAttribute(attribute) && !context.moved.has(after)) continue;
    if (!context.sameInstance && isOfMachine(attribute, old, now)) continue;
    if (isPrinted(attribute, to) && (isReread(from, to) || (context.otherMajor && isRespelled(from, to))))
      continue;
    if (context.otherFlavor && isSpelledByFlavor(after.kind, attribute, from, to)) continue;
    found.push({ attribute, before: from, after: to });
  }
  if (found.length === 0) return [];
  const names = namesFor(pair, context.names);
  const own = found.filter(
    ({ attribute, before, after: value }) =>
      !isPrinted(attribute, value) ||
      !isRewritten(attribute, after, context.flavor) ||
      !isConsequence(before, value, isNamingList(attribute) ? ofOthers(names, pair) : names),
  );
  return withoutEchoes(pair, own, ofOthers(names, pair)).map((alteration) => ({
    verb: "altered",
    kind: after.kind,
    key: after.key,
    object: after,
    ...alteration,
  }));
}

/** A list of names does not explain its own change. */
function ofOthers(names: readonly NameChange[], pair: Pair): readonly NameChange[] {
  return names.filter((name) => name.root || name.oldPlace !== pair.before.key.path);
}

/** A recorded version that matches the machine's library on either side says which library it is, and nothing more. */
function isOfMachine(attribute: string, old: Attributes, now: Attributes): boolean {
  const matches = `${attribute}Matches`;
  return old[matches] === true && now[matches] === true;
}

function sorted(changes: Change[]): Change[] {
  const withIds = changes.map((change) => ({
    change,
    id: `${keyId(change.key)} ${change.verb === "altered" ? change.attribute : ""}`,
  }));
  withIds.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  return withIds.map(({ change }) => change);
}
