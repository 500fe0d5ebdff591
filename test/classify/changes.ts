/** Builders of single changes for the tests of the rule table; attributes are the live ones. */
import type { AttributeValue } from "../../src/model/attribute.ts";
import type { Added, Altered, Removed, Renamed } from "../../src/model/change.ts";
import type { ObjectKey } from "../../src/model/key.ts";
import type { ObjectKind } from "../../src/model/kind.ts";
import type { SchemaObject } from "../../src/model/object.ts";

type Attributes = Readonly<Record<string, AttributeValue>>;

const inTable: ReadonlySet<ObjectKind> = new Set<ObjectKind>([
  "column",
  "partition",
  "index",
  "primary-key",
  "unique",
  "foreign-key",
  "check",
  "exclusion",
  "trigger",
  "policy",
  "rule",
]);

/** A key of any kind that reads like one of a shop: public.orders.total for a column, public.orders for a table. */
export function aKey(kind: ObjectKind, name = "total"): ObjectKey {
  if (kind === "server" || kind === "database") return { kind, path: [] };
  if (kind === "privilege") return { kind, path: ["public", "orders"], of: "table", role: name };
  if (kind === "comment" || kind === "security-label")
    return { kind, path: ["public", "orders"], of: "table" };
  if (kind === "function" || kind === "procedure")
    return { kind, path: ["public", name], signature: "integer" };
  return { kind, path: inTable.has(kind) ? ["public", "orders", name] : ["public", name] };
}

export function anObject(
  kind: ObjectKind,
  attributes: Attributes = {},
  key: ObjectKey = aKey(kind),
): SchemaObject {
  const parent: ObjectKey = { kind: "table", path: ["public", "orders"] };
  const child = inTable.has(kind) || key.of !== undefined;
  return { kind, key, ...(child ? { parent } : {}), attributes } as unknown as SchemaObject;
}

export function added(object: SchemaObject): Added {
  return { verb: "added", kind: object.kind, key: object.key, object };
}

export function removed(object: SchemaObject): Removed {
  return { verb: "removed", kind: object.kind, key: object.key, object };
}

export function renamed(object: SchemaObject, from: ObjectKey): Renamed {
  return { verb: "renamed", kind: object.kind, key: object.key, object, from, certainty: "identity" };
}

/** `others` are the live object's other attributes. */
export function altered(
  kind: ObjectKind,
  attribute: string,
  before: AttributeValue,
  after: AttributeValue,
  others: Attributes = {},
): Altered {
  const object = anObject(kind, { ...others, [attribute]: after });
  return { verb: "altered", kind, key: object.key, object, attribute, before, after };
}
