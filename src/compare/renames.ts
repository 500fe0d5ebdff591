/**
 * Pairs the objects of two sides. First by key; then what is left, parents before children, by the server's own
 * identity (proof), and where there is none by strict equality of everything but the name (a hint, only when unique).
 * The children of a renamed parent are looked for under its new name.
 */
import { type AttributeValue, canonicalText } from "../model/attribute.ts";
import type { Renamed } from "../model/change.ts";
import { keyId, type ObjectKey, subjectOf } from "../model/key.ts";
import type { SchemaObject } from "../model/object.ts";
import type { Pair } from "./order.ts";
import type { Side } from "./side.ts";

export interface Pairing {
  readonly pairs: readonly Pair[];
  readonly removed: readonly SchemaObject[];
  readonly added: readonly SchemaObject[];
  readonly renamed: readonly Renamed[];
}

/** One object that still lacks its partner. `key` is where the other side would have it, given renames found so far. */
interface Open {
  readonly object: SchemaObject;
  key: ObjectKey;
}

export function findRenames(before: Side, after: Side): Pairing {
  const pairs: Pair[] = [];
  const renamed: Renamed[] = [];
  const unmatched = new Map<string, SchemaObject>();
  for (const object of after.objects) unmatched.set(keyId(object.key), object);
  let open: Open[] = [];
  for (const object of before.objects) {
    const partner = unmatched.get(keyId(object.key));
    if (partner === undefined || contradicts(object, partner, before, after))
      open.push({ object, key: object.key });
    else {
      pairs.push({ before: object, after: partner });
      unmatched.delete(keyId(partner.key));
    }
  }
  if (open.length > 0 && unmatched.size > 0) {
    const depths = [...new Set(open.map(({ object }) => depthOf(object)))].sort((a, b) => a - b);
    for (const depth of depths) {
      const level = open.filter(({ object }) => depthOf(object) === depth);
      const found = matchLevel(level, unmatched, before, after);
      for (const { item, partner, certainty } of found) {
        pairs.push({ before: item.object, after: partner });
        unmatched.delete(keyId(partner.key));
        if (certainty === undefined) continue;
        renamed.push({
          verb: "renamed",
          kind: partner.kind,
          key: partner.key,
          object: partner,
          from: item.object.key,
          certainty,
        });
      }
      const done = new Set(found.map(({ item }) => item));
      open = open.filter((item) => !done.has(item));
      translate(open, found);
    }
  }
  return { pairs, removed: open.map(({ object }) => object), added: [...unmatched.values()], renamed };
}

/** Comments and privileges come after the object they speak of, whose path they share. */
function depthOf(object: SchemaObject): number {
  return object.key.path.length + (object.key.of === undefined ? 0 : 0.5);
}

/**
 * Two objects under one key that the server itself tells apart, while one of them has its partner under another name:
 * names were swapped, or one took the other's. An object that was dropped and made again under its name is the same.
 * So is one whose rebuilt copy took its place (an online schema change): identities of storage only prove a change of
 * places among names that both sides have.
 */
function contradicts(object: SchemaObject, partner: SchemaObject, before: Side, after: Side): boolean {
  const old = before.identities.get(keyId(object.key));
  const now = after.identities.get(keyId(partner.key));
  if (old === undefined || now === undefined || old === now) return false;
  const oldIsAt = identityIndex(after).get(`${object.kind} ${old}`);
  const nowWasAt = identityIndex(before).get(`${object.kind} ${now}`);
  if (!isOfStorage(now)) return oldIsAt !== undefined || nowWasAt !== undefined;
  return oldIsAt !== undefined && nowWasAt !== undefined && before.identities.has(oldIsAt);
}

/** Kept by a rename and lost by a rebuild, so that another one under the same name says nothing. */
function isOfStorage(identity: string | undefined): boolean {
  return identity?.startsWith("storage:") === true;
}

/** Whether equality may hint at a rename: no lasting identity would have told. */
function isHintable(object: SchemaObject, side: Side): boolean {
  const identity = side.identities.get(keyId(object.key));
  return identity === undefined || isOfStorage(identity);
}

const indexes = new WeakMap<Side, Map<string, string>>();

/** "kind identity" -> key id, once per side. */
function identityIndex(side: Side): Map<string, string> {
  let index = indexes.get(side);
  if (index === undefined) {
    index = new Map();
    for (const object of side.objects) {
      const id = keyId(object.key);
      const identity = side.identities.get(id);
      if (identity !== undefined) index.set(`${object.kind} ${identity}`, id);
    }
    indexes.set(side, index);
  }
  return index;
}

interface Match {
  readonly item: Open;
  readonly partner: SchemaObject;
  /** Absent when the key is the same once the parents' renames are followed. */
  readonly certainty?: Renamed["certainty"];
}

function matchLevel(
  level: readonly Open[],
  unmatched: Map<string, SchemaObject>,
  before: Side,
  after: Side,
): Match[] {
  const matches: Match[] = [];
  const taken = new Set<SchemaObject>();
  const rest: Open[] = [];
  const byIdentity = identityIndex(after);
  for (const item of level) {
    const identity = before.identities.get(keyId(item.object.key));
    const identified = identity === undefined ? undefined : byIdentity.get(`${item.object.kind} ${identity}`);
    const proven = identified === undefined ? undefined : unmatched.get(identified);
    const partner = proven ?? unmatched.get(keyId(item.key));
    if (partner === undefined || taken.has(partner)) rest.push(item);
    else {
      taken.add(partner);
      const followed = keyId(partner.key) === keyId(item.key);
      matches.push(followed ? { item, partner } : { item, partner, certainty: "identity" });
    }
  }
  const candidates = [...unmatched.values()].filter((object) => !taken.has(object));
  return [...matches, ...structuralMatches(rest, candidates, before, after)];
}

/** Unique on both sides, or no match: a hint must not be a guess. */
function structuralMatches(
  rest: readonly Open[],
  candidates: readonly SchemaObject[],
  before: Side,
  after: Side,
): Match[] {
  const hintable = rest.filter(({ object }) => isHintable(object, before));
  if (hintable.length === 0 || candidates.length === 0) return [];
  const oldChildren = childrenOf(before);
  const newChildren = childrenOf(after);
  const olds = groupBy(hintable, (item) => structureOf(item.object, item.key, oldChildren));
  const news = groupBy(
    candidates.filter((object) => isHintable(object, after)),
    (object) => structureOf(object, object.key, newChildren),
  );
  const matches: Match[] = [];
  for (const [structure, items] of olds) {
    const partners = news.get(structure);
    const [item] = items;
    const [partner] = partners ?? [];
    if (structure === undefined || items.length !== 1 || partners?.length !== 1 || !item || !partner)
      continue;
    matches.push({ item, partner, certainty: "structure" });
  }
  return matches;
}

function childrenOf(side: Side): Map<string, SchemaObject[]> {
  const children = new Map<string, SchemaObject[]>();
  for (const object of side.objects) {
    if (object.parent === undefined) continue;
    const id = keyId(object.parent);
    const list = children.get(id);
    if (list === undefined) children.set(id, [object]);
    else list.push(object);
  }
  return children;
}

/**
 * Everything about an object but its own name: kind, place, attributes and children. `undefined` when it says too
 * little to recognise anything by (a bare schema, a comment, a grant).
 */
function structureOf(
  object: SchemaObject,
  key: ObjectKey,
  children: ReadonlyMap<string, readonly SchemaObject[]>,
): string | undefined {
  if (key.of !== undefined) return undefined;
  const name = key.path.at(-1) ?? "";
  const place = key.path.slice(0, -1);
  const own = ownText(object, name);
  const below = (children.get(keyId(object.key)) ?? [])
    .map((child) => {
      const inside = child.key.path.slice(key.path.length);
      const rest = withoutName(canonicalText({ ...child.attributes }), name);
      return `${child.kind} ${child.key.of ?? ""} ${child.key.role ?? ""} ${JSON.stringify(inside)} ${rest}`;
    })
    .sort();
  const evidence = own.length + below.join("").length;
  if (evidence < (object.parent === undefined ? minimumEvidence : minimumEvidenceInside)) return undefined;
  return `${object.kind} ${key.signature ?? ""} ${JSON.stringify(place)} ${own} ${below.join("\n")}`;
}

/** The attributes without the object's own name; the parent's object that it was cloned from may have that name, too. */
function ownText(object: SchemaObject, name: string): string {
  const { inheritedFrom, ...attributes }: Readonly<Record<string, AttributeValue | undefined>> = {
    ...object.attributes,
  };
  return `${withoutName(canonicalText(attributes), name)}${canonicalText(inheritedFrom ?? null)}`;
}

/** Characters of canonical text below which equality is chance: about three plain attributes. */
const minimumEvidence = 60;

/** Within one parent fewer candidates exist: the columns of a unique key or the expression of a check are enough. */
const minimumEvidenceInside = 30;

function withoutName(text: string, name: string): string {
  if (name === "") return text;
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return text.replace(new RegExp(`(?<![\\p{L}\\p{N}_$])${escaped}(?![\\p{L}\\p{N}_$])`, "gu"), "\u0000");
}

function groupBy<T>(items: readonly T[], key: (item: T) => string | undefined): Map<string | undefined, T[]> {
  const groups = new Map<string | undefined, T[]>();
  for (const item of items) {
    const value = key(item);
    if (value === undefined) continue;
    const group = groups.get(value);
    if (group === undefined) groups.set(value, [item]);
    else group.push(item);
  }
  return groups;
}

/** Moves what lies below a renamed object, or speaks of it, to where the other side has it. */
function translate(open: readonly Open[], matches: readonly Match[]): void {
  const targets = new Map<string, Match>();
  const signed = new Map<string, Match>();
  for (const match of matches) {
    const from = match.item.object.key;
    const to = match.partner.key;
    if (pathId(from.path) !== pathId(to.path)) targets.set(pathId(from.path), match);
    if (keyId(from) !== keyId(to)) signed.set(keyId(from), match);
  }
  if (signed.size === 0) return;
  for (const item of open) {
    const { key, parent } = item.object;
    const subject = signed.get(keyId(subjectOf(key) ?? key)) ?? (parent && signed.get(keyId(parent)));
    if (
      key.of !== undefined &&
      subject !== undefined &&
      subject.item.object.key.path.length === key.path.length
    ) {
      const { path, signature } = subject.partner.key;
      const isSubject = subject.item.object.key.signature === key.signature && signature !== undefined;
      item.key = { ...key, path, ...(isSubject ? { signature } : {}) };
      continue;
    }
    for (let length = key.path.length - 1; length > 0; length--) {
      const target = targets.get(pathId(key.path.slice(0, length)));
      if (target === undefined) continue;
      item.key = { ...key, path: [...target.partner.key.path, ...key.path.slice(length)] };
      break;
    }
  }
}

function pathId(path: readonly string[]): string {
  return JSON.stringify(path);
}
