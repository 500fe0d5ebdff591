/** One schema as renderers look into it. */
import { keyId, type ObjectKey } from "../model/key.ts";
import type { ObjectKind } from "../model/kind.ts";
import type { ObjectOf, SchemaObject } from "../model/object.ts";
import type { ServerInfo } from "../model/server.ts";
import type { Snapshot } from "../model/snapshot.ts";

export interface Side {
  readonly objects: readonly SchemaObject[];
  readonly server: ServerInfo;
  /** The user that read the snapshot: what it owns needs no change of owner. */
  readonly user: string;
  find(key: ObjectKey): SchemaObject | undefined;
  /** Whether the plan itself makes this object on this side: until then it is not there. */
  isMade(key: ObjectKey): boolean;
  /** The same object on the other side of the plan, whatever it is called there; undefined when it comes or goes. */
  other(key: ObjectKey): SchemaObject | undefined;
  /** Whether the object is on both sides, and none of these attributes changes between them. */
  stays(key: ObjectKey, ...attributes: readonly string[]): boolean;
  /** Objects whose parent is this one. */
  childrenOf(key: ObjectKey): readonly SchemaObject[];
}

export function sideOf(snapshot: Snapshot): Side {
  const byId = new Map<string, SchemaObject>();
  const children = new Map<string, SchemaObject[]>();
  for (const object of snapshot.objects) {
    byId.set(keyId(object.key), object);
    if (object.parent === undefined) continue;
    const id = keyId(object.parent);
    const siblings = children.get(id);
    if (siblings === undefined) children.set(id, [object]);
    else siblings.push(object);
  }
  return {
    objects: snapshot.objects,
    server: snapshot.server,
    user: snapshot.visibility.user,
    find: (key) => byId.get(keyId(key)),
    isMade: () => false,
    other: () => undefined,
    stays: () => false,
    childrenOf: (key) => children.get(keyId(key)) ?? [],
  };
}

/** The children of one kind. */
export function childrenOfKind<K extends ObjectKind>(
  side: Side,
  key: ObjectKey,
  kind: K,
): readonly ObjectOf<K>[] {
  return side.childrenOf(key).filter((child) => child.kind === kind) as unknown as readonly ObjectOf<K>[];
}

/** The key of an object's comment, in the form that both dialects give it. */
export function commentOf(side: Side, key: ObjectKey): string | undefined {
  const found = side.find({ ...key, kind: "comment", of: key.kind });
  return found?.kind === "comment" ? found.attributes.text : undefined;
}
