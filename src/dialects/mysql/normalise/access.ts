/** Single privileges become one object per grantee and subject. Pure. */
import type { ObjectKey } from "../../../model/key.ts";
import type { ObjectKind } from "../../../model/kind.ts";
import { objectOf, type SchemaObject } from "../../../model/object.ts";

export interface Held {
  readonly grantee: string;
  readonly level: "server" | "schema" | "table" | "column" | "procedure" | "function" | "role";
  readonly path: readonly string[];
  readonly privilege: string;
  readonly isGrantable: boolean;
}

interface Collected {
  readonly of: ObjectKind;
  readonly first: Held;
  readonly privileges: Set<string>;
  readonly grantable: Set<string>;
}

/** `kindOf` tells whether a path names a table, a view or a sequence. */
export function privilegeObjects(
  held: readonly Held[],
  kindOf: (path: readonly string[]) => ObjectKind,
): readonly SchemaObject[] {
  const collected = new Map<string, Collected>();
  for (const each of held) {
    const of = each.level === "table" ? kindOf(each.path) : each.level;
    const id = [of, each.grantee, ...each.path].join("\0");
    const known = collected.get(id) ?? { of, first: each, privileges: new Set(), grantable: new Set() };
    collected.set(id, known);
    known.privileges.add(each.privilege);
    if (each.isGrantable) known.grantable.add(each.privilege);
  }
  return [...collected.values()].map(({ of, first, privileges, grantable }) => {
    const key: ObjectKey & { kind: "privilege" } = {
      kind: "privilege",
      path: first.path,
      of,
      role: first.grantee,
    };
    const attributes = {
      grantee: first.grantee,
      privileges: [...privileges].sort(),
      grantable: [...grantable].sort(),
      defaults: [],
    };
    return of === "server"
      ? objectOf(key, attributes)
      : objectOf(key, attributes, { kind: of, path: first.path });
  });
}
