/**
 * Tells a real change of a text from one that only follows a rename: the server prints the new name wherever the
 * renamed object is mentioned. A rename explains a text only where the text can speak of the renamed object: inside the
 * same root, or where its qualified name stands. Word by word, both texts must then be equal but for the names.
 */
import { type AttributeValue, sameValue } from "../model/attribute.ts";
import type { Renamed } from "../model/change.ts";
import { keyId, type ObjectKey } from "../model/key.ts";
import type { SchemaObject } from "../model/object.ts";
import type { Pair } from "./order.ts";
import { bare, lengthAt, mentions, tokensOf } from "./tokens.ts";

/** A name that became another. `place` is what a text must mention for it to be meant; empty: a name without a place. */
export interface NameChange {
  readonly from: string;
  readonly to: string;
  readonly oldPlace: readonly string[];
  readonly newPlace: readonly string[];
  /** The place is the thing itself: "shop.orders", not the table of a column. */
  readonly root: boolean;
  /** A schema: meant only where a dot follows. */
  readonly qualifier: boolean;
  /** A member of a composite type: meant only as "(expression).member", wherever that stands. */
  readonly member: boolean;
}

export function nameChangesOf(renamed: readonly Pick<Renamed, "from" | "key" | "object">[]): NameChange[] {
  return renamed.flatMap(({ from, key, object }) => {
    const root = object.parent === undefined;
    const change: NameChange = {
      from: from.path.at(-1) ?? "",
      to: key.path.at(-1) ?? "",
      oldPlace: root ? from.path : from.path.slice(0, -1),
      newPlace: root ? key.path : key.path.slice(0, -1),
      root,
      qualifier: root && key.path.length === 1 && key.kind === "schema",
      member: false,
    };
    return !root && isMoved(from, key) ? [change, foundBySchema(from, key)] : [change];
  });
}

function isMoved(from: ObjectKey, key: ObjectKey): boolean {
  return key.path.length > 1 && from.path[0] !== key.path[0];
}

/** What lies in a table and is found by its schema all the same, as an index is. */
function foundBySchema(from: ObjectKey, key: ObjectKey): NameChange {
  const [name = "", newName = ""] = [from.path.at(-1), key.path.at(-1)];
  const oldPlace = [from.path[0] ?? "", name];
  const newPlace = [key.path[0] ?? "", newName];
  return { from: name, to: newName, oldPlace, newPlace, root: true, qualifier: false, member: false };
}

/** Indexes move along with their table to another schema, and those of partitions speak of them. */
export function movedAlong(renamed: readonly Renamed[], pairs: readonly Pair[]): NameChange[] {
  const moved = new Set<string>();
  for (const { from, key, object } of renamed)
    if (object.parent === undefined && isMoved(from, key)) moved.add(keyId(key));
  if (moved.size === 0) return [];
  return pairs.flatMap(({ before, after }) => {
    const isIndex = after.parent !== undefined && "partitionOf" in after.attributes;
    return isIndex && moved.has(keyId(after.parent)) ? [foundBySchema(before.key, after.key)] : [];
  });
}

/** Lists in a root object whose entries others mention: renamed columns of views, labels of enums, members of types. */
const namingLists = ["columns", "values", "attributes"] as const;

export function isNamingList(attribute: string): boolean {
  return namingLists.some((list) => list === attribute);
}

/** Servers that rename within tables only: the texts of views, routines, triggers and events keep the old name. */
const renamingTablesOnly: ReadonlySet<string> = new Set(["mysql", "mariadb"]);

/** Whether a server of this flavor changes the attribute when something that it speaks of gets another name. */
export function isRewritten(attribute: string, object: SchemaObject, flavor: string): boolean {
  // The columns of a view have names of their own, wherever they come from.
  if (attribute === "columns" && object.parent === undefined) return false;
  return attribute !== "definition" || !renamingTablesOnly.has(flavor);
}

/** Names that changed inside the lists of one root object that is the same on both sides, entry by entry. */
export function innerNameChanges({ before, after }: Pair): NameChange[] {
  if (after.parent !== undefined) return [];
  const old = before.attributes as unknown as Readonly<Record<string, unknown>>;
  const now = after.attributes as unknown as Readonly<Record<string, unknown>>;
  return namingLists.flatMap((list) => {
    const olds = old[list];
    const news = now[list];
    if (!Array.isArray(olds) || !Array.isArray(news) || olds.length !== news.length) return [];
    return olds.flatMap((entry: unknown, index): NameChange[] => {
      const other: unknown = news[index];
      if (typeof entry !== "string" || typeof other !== "string" || entry === other) return [];
      const member = list === "attributes";
      const [from, to] = member ? [firstWord(entry), firstWord(other)] : [entry, other];
      if (from === to) return [];
      const places = { oldPlace: before.key.path, newPlace: after.key.path };
      return [{ from, to, ...places, root: false, qualifier: false, member }];
    });
  });
}

function firstWord(entry: string): string {
  return bare(tokensOf(entry)[0]);
}

/** The renames that a text of this object can follow. */
export function namesFor(pair: Pair, names: readonly NameChange[]): readonly NameChange[] {
  if (names.length === 0) return names;
  let before: readonly string[] | undefined;
  let after: readonly string[] | undefined;
  return names.filter((name) => {
    if (name.oldPlace.length <= 1 || name.member) return true;
    if (isWithin(pair.before.key, name.oldPlace) && isWithin(pair.after.key, name.newPlace)) return true;
    before ??= allTokens(pair.before);
    after ??= allTokens(pair.after);
    if (mentions(before, name.oldPlace) && mentions(after, name.newPlace)) return true;
    return (
      !name.root &&
      isWholeValue(pair.before, name.oldPlace, name.from) &&
      isWholeValue(pair.after, name.newPlace, name.to)
    );
  });
}

/** "shop.orders_idx": an index is found by its schema, not by its table, when its partitions speak of it. */
function isWholeValue(object: SchemaObject, place: readonly string[], name: string): boolean {
  const path = [place[0] ?? "", name];
  return Object.values(object.attributes).some((value) => {
    if (typeof value !== "string") return false;
    const tokens = tokensOf(value);
    return lengthAt(tokens, 0, path) === tokens.length;
  });
}

function allTokens(object: SchemaObject): readonly string[] {
  const attributes = object.attributes as unknown as Readonly<Record<string, AttributeValue | undefined>>;
  const signature = object.key.signature ?? "";
  return [signature, ...Object.values(attributes)].flatMap((value) => (value == null ? [] : tokensOf(value)));
}

function isWithin(key: ObjectKey, place: readonly string[]): boolean {
  return key.path.length >= place.length && place.every((part, index) => key.path[index] === part);
}

/** Whether `after` is what the server prints for `before` since the names changed. */
export function isConsequence(
  before: AttributeValue,
  after: AttributeValue,
  names: readonly NameChange[],
): boolean {
  return names.length > 0 && kinshipOf(before, after, names) === "follows";
}

/** How one value comes from another: it is the same, it follows from new names, or it has changes of its own. */
type Kinship = "same" | "follows" | "other";

function kinshipOf(before: AttributeValue, after: AttributeValue, names: readonly NameChange[]): Kinship {
  if (typeof before === "string" && typeof after === "string") return textKinship(before, after, names);
  if (isList(before) && isList(after)) {
    if (before.length !== after.length) return "other";
    return together(before.map((value, place) => kinshipOf(value, after[place] ?? null, names)));
  }
  if (isRecord(before) && isRecord(after)) return recordKinship(before, after, names);
  return sameValue(before, after) ? "same" : "other";
}

function together(kinships: readonly Kinship[]): Kinship {
  if (kinships.includes("other")) return "other";
  return kinships.includes("follows") ? "follows" : "same";
}

/** Names of members may follow as well: a publication's tables are listed by name. */
function recordKinship(before: Values, after: Values, names: readonly NameChange[]): Kinship {
  const rest = new Map(Object.entries(after));
  const kinships: Kinship[] = [];
  for (const [name, value] of Object.entries(before)) {
    const other = rest.has(name)
      ? name
      : [...rest.keys()].find((key) => !(key in before) && textKinship(name, key, names) === "follows");
    if (other === undefined) return "other";
    kinships.push(other === name ? "same" : "follows");
    kinships.push(kinshipOf(value ?? null, rest.get(other) ?? null, names));
    rest.delete(other);
  }
  return rest.size === 0 ? together(kinships) : "other";
}

function textKinship(before: string, after: string, names: readonly NameChange[]): Kinship {
  if (before === after) return "same";
  if (names.some((name) => standsAlone(name) && name.from === before && name.to === after)) return "follows";
  const old = tokensOf(before);
  const now = tokensOf(after);
  const follow = follows(
    old,
    now,
    (i, j) => labelsStep(old, i, now, j, names) ?? one,
    (i, j) => renamedStep(old, i, now, j, names),
  );
  return follow ? "follows" : "other";
}

/** A name that a value may consist of, whatever is in it; what lies in a schema is told with its schema. */
function standsAlone({ root, oldPlace, member }: NameChange): boolean {
  return !member && (!root || oldPlace.length === 1);
}

/**
 * Whether a view's text differs only in the names that it gives to its own columns: "a" is now "a AS b", "a AS b" is now "a AS c".
 * Where "a" is now "b", the view shows another column, unless that column got another name.
 */
export function isRelabelled(
  before: AttributeValue,
  after: AttributeValue,
  names: readonly NameChange[],
  others: readonly NameChange[],
): boolean {
  const old = tokensOf(before);
  const now = tokensOf(after);
  return (
    names.length > 0 &&
    follows(
      old,
      now,
      (i, j) => {
        const [was, is] = [isAs(old[i + 1]), isAs(now[j + 1])];
        if (was === is) return one;
        const [from, to] = [bare(was ? old[i + 2] : old[i]), bare(is ? now[j + 2] : now[j])];
        if (!names.some((name) => name.from === from && name.to === to)) return one;
        return was ? { old: 3, now: 1 } : { old: 1, now: 3 };
      },
      (i, j) => renamedStep(old, i, now, j, isAs(old[i - 1]) && isAs(now[j - 1]) ? names : others),
    )
  );
}

/** Walks through both texts: how far a pair of equal tokens leads, and a pair of different ones, where they may differ. */
function follows(
  old: readonly string[],
  now: readonly string[],
  same: (i: number, j: number) => Step,
  other: (i: number, j: number) => Step | undefined,
): boolean {
  let i = 0;
  let j = 0;
  let differs = false;
  while (i < old.length && j < now.length) {
    const step = old[i] === now[j] ? same(i, j) : other(i, j);
    if (step === undefined) return false;
    differs ||= old[i] !== now[j] || step !== one;
    i += step.old;
    j += step.now;
  }
  // Texts that differ in nothing but space follow from no rename.
  return differs && i === old.length && j === now.length;
}

type Values = { readonly [name: string]: AttributeValue | undefined };

function isList(value: AttributeValue): value is readonly AttributeValue[] {
  return Array.isArray(value);
}

function isRecord(value: AttributeValue): value is Values {
  return value !== null && typeof value === "object" && !isList(value);
}

interface Step {
  readonly old: number;
  readonly now: number;
}

const one: Step = { old: 1, now: 1 };

function renamedStep(
  old: readonly string[],
  i: number,
  now: readonly string[],
  j: number,
  names: readonly NameChange[],
): Step | undefined {
  for (const name of names) {
    // Moved to another schema: all parts at once.
    const place = name.root && name.oldPlace.length > 1 ? placeStep(old, i, now, j, name) : undefined;
    if (place !== undefined) return place;
    if (name.from !== name.to) {
      const step = labelStep(old, i, now, j, name);
      if (step !== undefined) return step;
    }
    if (bare(old[i]) !== name.from || bare(now[j]) !== name.to) continue;
    if (name.qualifier && old[i + 1] !== ".") continue;
    if (name.member && (old[i - 1] !== "." || old[i - 2] !== ")")) continue;
    return aliasStep(old, i, now, j, name);
  }
  return undefined;
}

function placeStep(
  old: readonly string[],
  i: number,
  now: readonly string[],
  j: number,
  { oldPlace, newPlace }: NameChange,
): Step | undefined {
  const before = lengthAt(old, i, oldPlace);
  const after = before === undefined ? undefined : lengthAt(now, j, newPlace);
  return before === undefined || after === undefined ? undefined : { old: before, now: after };
}

/** A view keeps the names of its columns: "id" becomes "number AS id", and back. */
function aliasStep(
  old: readonly string[],
  i: number,
  now: readonly string[],
  j: number,
  name: NameChange,
): Step {
  const oldAlias = isAs(old[i + 1]);
  const newAlias = isAs(now[j + 1]);
  if (!name.root && newAlias && !oldAlias && bare(now[j + 2]) === name.from) return { old: 1, now: 3 };
  if (!name.root && oldAlias && !newAlias && bare(old[i + 2]) === name.to) return { old: 3, now: 1 };
  return one;
}

function isAs(token: string | undefined): boolean {
  return token === "AS" || token === "as";
}

/** The tokens of a label as a text constant has them, spaces included. */
function inConstant(label: string): readonly string[] {
  return tokensOf(`'${label.replaceAll("'", "''")}'`).slice(1, -1);
}

/** A label that begins like the one it became: 'done' and 'done late'. */
function labelsStep(
  old: readonly string[],
  i: number,
  now: readonly string[],
  j: number,
  names: readonly NameChange[],
): Step | undefined {
  if (old[i - 1] !== "'") return undefined;
  for (const name of names) {
    const step = name.from === name.to ? undefined : labelStep(old, i, now, j, name);
    if (step !== undefined) return step;
  }
  return undefined;
}

/** Labels of several words, and labels that are no words at all. */
function labelStep(
  old: readonly string[],
  i: number,
  now: readonly string[],
  j: number,
  name: NameChange,
): Step | undefined {
  const from = inConstant(name.from);
  const to = inConstant(name.to);
  if (from.length <= 1 && to.length <= 1) return undefined;
  if (old[i - 1] !== "'" || now[j - 1] !== "'") return undefined;
  const fits =
    from.every((token, place) => old[i + place] === token) &&
    to.every((token, place) => now[j + place] === token);
  return fits && old[i + from.length] === "'" && now[j + to.length] === "'"
    ? { old: from.length, now: to.length }
    : undefined;
}
