/** Builders of schema objects and snapshots for tests that need no server. */
import type { ObjectKey } from "../../src/model/key.ts";
import type { AttributesOf } from "../../src/model/kind.ts";
import { objectOf, type SchemaObject } from "../../src/model/object.ts";
import type { Dialect, ServerInfo, Visibility } from "../../src/model/server.ts";
import { buildSnapshot, type Snapshot } from "../../src/model/snapshot.ts";

type Overrides<K extends keyof AttributesOf> = Partial<AttributesOf[K]>;

export function tableKey(name: string, schema = "public"): ObjectKey & { kind: "table" } {
  return { kind: "table", path: [schema, name] };
}

export function aTable(name: string, overrides: Overrides<"table"> = {}): SchemaObject {
  return objectOf(tableKey(name), { form: "ordinary", owner: "app", rowSecurity: false, ...overrides });
}

export function aColumn(table: string, name: string, overrides: Overrides<"column"> = {}): SchemaObject {
  const parent = tableKey(table);
  return objectOf(
    { kind: "column", path: [...parent.path, name] },
    { type: "integer", notNull: false, default: null, position: 1, ...overrides },
    parent,
  );
}

export function anIndex(table: string, name: string, overrides: Overrides<"index"> = {}): SchemaObject {
  const parent = tableKey(table);
  return objectOf(
    { kind: "index", path: [...parent.path, name] },
    { method: "btree", unique: false, columns: ["id"], predicate: null, valid: true, ...overrides },
    parent,
  );
}

export function aForeignKey(
  table: string,
  name: string,
  overrides: Overrides<"foreign-key"> = {},
): SchemaObject {
  const parent = tableKey(table);
  return objectOf(
    { kind: "foreign-key", path: [...parent.path, name] },
    {
      columns: ["other_id"],
      referencedTable: "public.other",
      referencedColumns: ["id"],
      onUpdate: "NO ACTION",
      onDelete: "NO ACTION",
      ...overrides,
    },
    parent,
  );
}

export function aView(name: string, definition: string, columns: readonly string[] = ["id"]): SchemaObject {
  return objectOf({ kind: "view", path: ["public", name] }, { definition, columns });
}

export function aComment(on: SchemaObject, text: string): SchemaObject {
  return objectOf({ kind: "comment", path: on.key.path, of: on.kind }, { text }, on.key);
}

export function aPrivilege(on: SchemaObject, role: string, privileges: readonly string[]): SchemaObject {
  return objectOf(
    { kind: "privilege", path: on.key.path, of: on.kind, role },
    { grantee: role, privileges, grantable: [], defaults: [] },
    on.key,
  );
}

export interface SnapshotOverrides {
  readonly dialect?: Dialect;
  readonly server?: Partial<ServerInfo>;
  readonly visibility?: Partial<Visibility>;
  readonly modelVersion?: number;
  readonly takenAt?: string;
  /** The server's own id per object. */
  readonly identities?: ReadonlyMap<SchemaObject, string>;
}

export function aSnapshot(objects: readonly SchemaObject[], overrides: SnapshotOverrides = {}): Snapshot {
  const snapshot = buildSnapshot({
    dialect: overrides.dialect ?? "postgres",
    server: {
      flavor: "postgresql",
      version: "18.4",
      major: "18",
      instance: "7001/5",
      database: "shop",
      settings: {},
      ...overrides.server,
    },
    takenAt: overrides.takenAt ?? "2026-01-01T00:00:00.000Z",
    visibility: { user: "monitor", schemas: ["public"], hidden: [], unmodelled: [], ...overrides.visibility },
    objects,
    ...(overrides.identities === undefined ? {} : { identities: overrides.identities }),
  });
  return overrides.modelVersion === undefined
    ? snapshot
    : { ...snapshot, modelVersion: overrides.modelVersion };
}

/** A snapshot whose objects carry server ids: [object, id] pairs. */
export function anIdentifiedSnapshot(
  objects: readonly (readonly [SchemaObject, string])[],
  overrides: SnapshotOverrides = {},
): Snapshot {
  return aSnapshot(
    objects.map(([object]) => object),
    { ...overrides, identities: new Map(objects) },
  );
}
