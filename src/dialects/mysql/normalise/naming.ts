/** Keys of objects: where the schema's name stands in a path, and how comments hang on their subject. */
import type { ObjectKey } from "../../../model/key.ts";
import type { ObjectKind } from "../../../model/kind.ts";
import { objectOf, type SchemaObject } from "../../../model/object.ts";

export type KeyOf<K extends ObjectKind> = ObjectKey & { readonly kind: K };

/** One schema's place in paths: empty when the snapshot covers that one database, its name otherwise. */
export interface SchemaPlace {
  readonly schema: string;
  readonly prefix: readonly string[];
}

export function placeOf(schema: string, isOneDatabase: boolean): SchemaPlace {
  return { schema, prefix: isOneDatabase ? [] : [schema] };
}

export function keyIn<K extends ObjectKind>(
  place: SchemaPlace,
  kind: K,
  ...names: readonly string[]
): KeyOf<K> {
  return { kind, path: place.prefix.length === 0 ? names : [...place.prefix, ...names] };
}

/** The comment on a subject as an object of its own; none when it is empty. */
export function commentOn(subject: ObjectKey, text: string | null): readonly SchemaObject[] {
  const objects: SchemaObject[] = [];
  addComment(objects, subject, text);
  return objects;
}

/** Adds the comment to a list, where there is one. */
export function addComment(objects: SchemaObject[], subject: ObjectKey, text: string | null): void {
  if (text !== null && text !== "")
    objects.push(objectOf({ kind: "comment", path: subject.path, of: subject.kind }, { text }, subject));
}
