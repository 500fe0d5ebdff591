/** The one grain: every addressable thing in a schema is an object with a kind, a key and typed attributes. */
import type { ObjectKey } from "./key.ts";
import type { AttributesOf, ObjectKind } from "./kind.ts";

/** One object of kind K. `parent` is absent on root objects. */
export interface ObjectOf<K extends ObjectKind> {
  readonly kind: K;
  readonly key: ObjectKey;
  readonly parent?: ObjectKey;
  readonly attributes: Readonly<AttributesOf[K]>;
}

export type SchemaObject = { [K in ObjectKind]: ObjectOf<K> }[ObjectKind];

/** Builds one object; the compiler holds kind, key and attributes together. */
export function objectOf<K extends ObjectKind>(
  key: ObjectKey & { readonly kind: K },
  attributes: AttributesOf[K],
  parent?: ObjectKey,
): SchemaObject {
  const object =
    parent === undefined ? { kind: key.kind, key, attributes } : { kind: key.kind, key, parent, attributes };
  return object as unknown as SchemaObject;
}
