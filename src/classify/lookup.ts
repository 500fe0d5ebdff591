/** The objects of a snapshot by their parent; the index is built when the first rule asks. */
import { keyId } from "../model/key.ts";
import type { SchemaObject } from "../model/object.ts";
import type { Snapshot } from "../model/snapshot.ts";
import type { SchemaLookup } from "./rule.ts";

export function lookupIn(snapshot: Pick<Snapshot, "objects">): SchemaLookup {
  let children: Map<string, SchemaObject[]> | undefined;
  return {
    childrenOf(parent) {
      children ??= childrenByParent(snapshot.objects);
      return children.get(keyId(parent)) ?? [];
    },
  };
}

function childrenByParent(objects: readonly SchemaObject[]): Map<string, SchemaObject[]> {
  const children = new Map<string, SchemaObject[]>();
  for (const object of objects) {
    if (object.parent === undefined) continue;
    const id = keyId(object.parent);
    const siblings = children.get(id);
    if (siblings === undefined) children.set(id, [object]);
    else siblings.push(object);
  }
  return children;
}
