/**
 * Tells a real change of a text from one that only follows a rename: the server prints the new name wherever the
 * renamed object is mentioned. A rename explains a text only where the text can speak of the renamed object: inside the
 * same root, or where its qualified name stands. Word by word, both texts must then be equal but for the names.
 */
import type { AttributeValue } from "../model/attribute.ts";
import type { Renamed } from "../model/change.ts";
import type { ObjectKey } from "../model/key.ts";
import type { SchemaObject } from "../model/object.ts";
import type { Pair } from "./order.ts";
import { bare, isAt, mentions, tokensOf } from "./tokens.ts";

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
  return renamed.map(({ from, key, object }) => {
    const root = object.parent === undefined;
    return {
      from: from.path.at(-1) ?? "",
      to: key.path.at(-1) ?? "",
      oldPlace: root ? from.path : from.path.slice(0, -1),
      newPlace: root ? key.path : key.path.slice(0, -1),
      root,
      qualifier: root && key.path.length === 1 && key.kind === "schema",
      member: false,
    };
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
    return tokens.length === 3 && isAt(tokens, 0, path);
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
  const old = tokensOf(before);
  const now = tokensOf(after);
  return (
    names.length > 0 &&
    follows(
      old,
      now,
      () => one,
      (i, j) => renamedStep(old, i, now, j, names),
    )
  );
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
    if (name.root && name.oldPlace.length > 1 && isAt(old, i, name.oldPlace) && isAt(now, j, name.newPlace)) {
      const length = 2 * name.oldPlace.length - 1;
      return { old: length, now: length };
    }
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
