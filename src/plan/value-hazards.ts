/** What a new type of a column means for the values there are, and new bounds for where a sequence stands. */
import { parseColumnType } from "../model/column-type.ts";
import type { SequenceAttributes } from "../model/kinds/relations.ts";
import type { Hazard } from "../model/plan.ts";
import { compareTypes } from "../model/type-change.ts";
import { hazard } from "./renderer.ts";

const mayFail = hazard("may-fail", "Fails when a value does not fit the new type.");
const loses = hazard(
  "data-loss",
  "Values lose what the new type does not hold; the rollback does not bring it back.",
);

/** Types as the server prints them. None where every value fits unchanged. */
export function typeHazards(before: string, after: string): readonly Hazard[] {
  switch (compareTypes(before, after)) {
    case "equivalent":
    case "widened":
      return [];
    case "narrowed":
      return [mayFail];
    case "lossy":
      // Of whole numbers nothing is cut: one that does not fit is refused.
      return isWhole(before) && isWhole(after) ? [mayFail] : [loses, mayFail];
    case "incompatible":
      return isText(after) ? [mayFail] : [loses, mayFail];
  }
}

function isWhole(type: string): boolean {
  return parseColumnType(type).family === "integer";
}

function isText(type: string): boolean {
  return parseColumnType(type).family === "text";
}

type Bounds = Pick<SequenceAttributes, "minimum" | "maximum">;

/** Between bounds that have nothing in common no position can be kept: the sequence has to start anew. */
export function boundsHazard(
  before: Bounds,
  after: Bounds,
): { readonly startsAnew: boolean; readonly hazard: Hazard } {
  const startsAnew =
    BigInt(after.minimum) > BigInt(before.maximum) || BigInt(after.maximum) < BigInt(before.minimum);
  return {
    startsAnew,
    hazard: startsAnew
      ? hazard("data-loss", "The position of the sequence is lost: no old one is within the new bounds.")
      : hazard("may-fail", "Fails when the sequence already stands beyond its new bounds."),
  };
}
