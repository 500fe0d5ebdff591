/**
 * Names that a server keeps when what they were made from is renamed. The sequence behind an identity column is told by
 * its name only where that is not the automatic one: after a rename of both table and column the old one looks chosen.
 */
import type { AttributeValue } from "../model/attribute.ts";
import { isAutomaticSequence } from "../model/sequence-name.ts";
import type { Pair } from "./order.ts";

type Values = readonly [before: AttributeValue, after: AttributeValue];

/** Both values of an attribute, without a name on one side that the other side's table and column explain. */
export function withoutKeptName(
  pair: Pair,
  attribute: string,
  before: AttributeValue,
  after: AttributeValue,
): Values {
  if (attribute !== "identityOptions") return [before, after];
  return [withoutNameOf(pair.after, before, after), withoutNameOf(pair.before, after, before)];
}

function withoutNameOf(column: Pair["before"], value: AttributeValue, other: AttributeValue): AttributeValue {
  const { name, ...others } = membersOf(value);
  if (typeof name !== "string" || other === null || membersOf(other).name !== undefined) return value;
  const [table = "", own = ""] = column.key.path.slice(-2);
  return isAutomaticSequence(name, table, own) ? others : value;
}

function membersOf(value: AttributeValue): Readonly<Record<string, AttributeValue | undefined>> {
  return value !== null && typeof value === "object" && !Array.isArray(value)
    ? (value as Readonly<Record<string, AttributeValue | undefined>>)
    : {};
}
