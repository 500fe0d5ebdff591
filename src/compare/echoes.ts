/**
 * Attributes that cannot but follow another one of the same object: a server that changes the one changes the other, so
 * the pair is one change. Named by attribute, never by kind of object.
 */
import { type AttributeValue, canonicalText } from "../model/attribute.ts";
import { innerNameChanges, isRelabelled, type NameChange } from "./consequences.ts";
import type { Pair } from "./order.ts";

export interface Alteration {
  readonly attribute: string;
  readonly before: AttributeValue;
  readonly after: AttributeValue;
}

/** Follower -> leaders. Where a leader comes or goes, the follower comes or goes with it. */
const comeAndGo: Readonly<Record<string, readonly string[]>> = {
  accessMethod: ["partitionKey"],
  characterType: ["provider"],
  generatedKind: ["generated"],
  identityOptions: ["identity"],
  partitionBound: ["partitionOf"],
};

/** The same, but only where it goes: what comes along tells something that the leader does not. */
const go: Readonly<Record<string, readonly string[]>> = { notNullConstraint: ["notNull"] };

/** Follower -> leaders that tell all that the follower tells. */
const toldBy: Readonly<Record<string, readonly string[]>> = {
  form: ["partitionOf", "partitionKey"],
  operatorClass: ["subtype"],
  // What is not enforced is not validated either.
  validated: ["enforced"],
  version: ["provider"],
};

/** The alterations of one object without those that only follow another of them. `names`: what got another name elsewhere. */
export function withoutEchoes(
  pair: Pair,
  alterations: readonly Alteration[],
  names: readonly NameChange[],
): readonly Alteration[] {
  if (alterations.length < 2) return alterations;
  const changed = new Map(alterations.map((alteration) => [alteration.attribute, alteration]));
  return alterations.filter((alteration) => {
    const { attribute, before, after } = alteration;
    if (toldBy[attribute]?.some((leader) => changed.has(leader))) return false;
    if ((before === null || after === null) && comeAndGo[attribute]?.some((leader) => changed.has(leader)))
      return false;
    if (after === null && go[attribute]?.some((leader) => changed.has(leader))) return false;
    if (attribute === "rows" && changed.has("returns")) return !isRowsOfSet(before, after);
    if (attribute === "definition" && tellsOptions(alteration, changed)) return false;
    if (isListOfNames(attribute, changed)) return explainsText(pair, changed, names);
    if (attribute === "definition" && changed.has("columns")) return !explainsText(pair, changed, names);
    return !followsType(alteration, changed.get("type"));
  });
}

/** A function that now returns a set, or no longer does, has as many rows as the server assumes, or none. */
function isRowsOfSet(before: AttributeValue, after: AttributeValue): boolean {
  return (before === 0 && after === 1000) || (before === 1000 && after === 0);
}

/** An exclusion constraint is printed with options that are attributes of their own. */
function tellsOptions({ before, after }: Alteration, changed: ReadonlyMap<string, Alteration>): boolean {
  if (!["deferrable", "initiallyDeferred", "storageParameters"].some((option) => changed.has(option)))
    return false;
  return (
    typeof before === "string" &&
    typeof after === "string" &&
    withoutOptions(before) === withoutOptions(after)
  );
}

function withoutOptions(definition: string): string {
  return definition
    .replace(/( DEFERRABLE)?( INITIALLY DEFERRED)?$/, "")
    .replace(/ WITH \(\w+='?[\w.+-]*'?(?:, \w+='?[\w.+-]*'?)*\)/, "");
}

/** A view's names of columns stand in its text as well. */
function isListOfNames(attribute: string, changed: ReadonlyMap<string, Alteration>): boolean {
  return attribute === "columns" && changed.has("definition");
}

/** Whether the columns have new names and nothing else: then the list says more than the text. */
function explainsText(
  pair: Pair,
  changed: ReadonlyMap<string, Alteration>,
  names: readonly NameChange[],
): boolean {
  const text = changed.get("definition");
  return text !== undefined && isRelabelled(text.before, text.after, innerNameChanges(pair), names);
}

/** Bounds that a sequence has when nobody set any. */
const bounds: Readonly<Record<string, readonly string[]>> = {
  smallint: ["32767", "-32768"],
  integer: ["2147483647", "-2147483648"],
  bigint: ["9223372036854775807", "-9223372036854775808"],
};

/** A bound that was the old type's and is the new type's; an expression in which only the cast to the type differs. */
function followsType({ attribute, before, after }: Alteration, type: Alteration | undefined): boolean {
  if (type === undefined || typeof type.before !== "string" || typeof type.after !== "string") return false;
  if (attribute === "maximum" || attribute === "minimum") {
    const at = bounds[type.before]?.indexOf(String(before)) ?? -1;
    return at >= 0 && bounds[type.after]?.[at] === after;
  }
  if (attribute !== "default" || typeof before !== "string" || typeof after !== "string") return false;
  const [old, now] = [castName(type.before), castName(type.after)];
  return after === before.replaceAll(`::${old}`, `::${now}`) && canonicalText(before).includes(`::${old}`);
}

/** A constant is cast to the type without its length: character varying(20) -> character varying. */
function castName(type: string): string {
  const plain = type.replace(/\([^)]*\)/, "");
  return plain === "bit" || plain === "char" ? `"${plain}"` : plain;
}
