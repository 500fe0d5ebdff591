/** Whether another index of the same table does all that an index does, so that losing it costs nothing but its name. */
import { sameValue } from "../model/attribute.ts";
import { describeKey, sameKey } from "../model/key.ts";
import type { KeyConstraintAttributes } from "../model/kinds/constraints.ts";
import type { IndexAttributes } from "../model/kinds/relations.ts";
import type { SchemaObject } from "../model/object.ts";
import type { Facts, SchemaLookup } from "./rule.ts";

/** Words for an equal and usable index, or key constraint, beside this one on that side; undefined when there is none. */
export function twinOf(facts: Facts<IndexAttributes>, side: SchemaLookup | undefined): string | undefined {
  if (side === undefined || facts.parent === undefined) return undefined;
  const twin = side
    .childrenOf(facts.parent)
    .find((other) => !sameKey(other.key, facts.key) && standsIn(other, facts.attributes));
  return twin === undefined ? undefined : describeKey(twin.key);
}

function standsIn(other: SchemaObject, index: IndexAttributes): boolean {
  switch (other.kind) {
    case "index":
      return indexStandsIn(other.attributes, index);
    case "primary-key":
    case "unique":
      return keyStandsIn(other.attributes, index);
    default:
      return false;
  }
}

function indexStandsIn(other: IndexAttributes, index: IndexAttributes): boolean {
  const usable = other.valid !== false && other.ready !== false && other.invisible !== true;
  return (
    usable &&
    (other.unique || !index.unique) &&
    other.method === index.method &&
    (other.form ?? "ordinary") === (index.form ?? "ordinary") &&
    sameValue(other.parser ?? null, index.parser ?? null) &&
    sameValue(other.columns, index.columns) &&
    sameValue(other.include ?? [], index.include ?? []) &&
    sameValue(other.predicate ?? null, index.predicate ?? null) &&
    (other.nullsNotDistinct ?? false) === (index.nullsNotDistinct ?? false)
  );
}

/** The index behind a constraint: ordinary, over plain columns, all rows, unique at once. */
function keyStandsIn(other: KeyConstraintAttributes, index: IndexAttributes): boolean {
  return (
    other.valid !== false &&
    !(index.unique && other.deferrable === true) &&
    other.withoutOverlaps !== true &&
    index.method.toLowerCase() === (other.method ?? "btree").toLowerCase() &&
    (index.form ?? "ordinary") === "ordinary" &&
    (index.predicate ?? null) === null &&
    sameValue(other.columns, index.columns) &&
    sameValue(other.include ?? [], index.include ?? []) &&
    (other.nullsNotDistinct ?? false) === (index.nullsNotDistinct ?? false)
  );
}
