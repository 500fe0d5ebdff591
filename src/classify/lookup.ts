/** The children of a root object in a snapshot, without an index over all objects: few changes ask, of few roots. */
import type { ObjectKey } from "../model/key.ts";
import type { RootEntry, Snapshot } from "../model/snapshot.ts";
import type { SchemaLookup } from "./rule.ts";

export function lookupIn({ objects, roots }: Pick<Snapshot, "objects" | "roots">): SchemaLookup {
  let rootsById: Map<string, RootEntry> | undefined;
  return {
    childrenOf(parent) {
      rootsById ??= new Map(roots.map((root) => [quickId(root.key), root]));
      const id = quickId(parent);
      const root = rootsById.get(id);
      if (root === undefined) return [];
      return objects
        .slice(root.start, root.start + root.count)
        .filter((object) => object.parent !== undefined && quickId(object.parent) === id);
    },
  };
}

/** As unambiguous as keyId for the keys of roots, but without quoting. */
function quickId(key: ObjectKey): string {
  return `${key.kind}\u0000${key.signature ?? ""}\u0000${key.path.join("\u0000")}`;
}
