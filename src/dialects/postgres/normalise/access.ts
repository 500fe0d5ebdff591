/** Rows of ACLs, roles and settings -> privileges, default privileges, roles, memberships, settings. */
import type { ObjectKey } from "../../../model/key.ts";
import type { AttributesOf, ObjectKind } from "../../../model/kind.ts";
import type {
  DefaultPrivilegeRow,
  MembershipRow,
  PrivilegeRow,
  RoleRow,
  SettingRow,
} from "../queries/access.ts";
import { catalogs } from "../queries/facts.ts";
import {
  addObject,
  addPart,
  findColumn,
  granteeName,
  isTrue,
  type Reading,
  roleName,
  type Subject,
  subjectId,
} from "./reading.ts";
import { maskOption } from "./secrets.ts";

interface Grants {
  readonly grantee: string;
  readonly privileges: Set<string>;
  readonly grantable: Set<string>;
  readonly defaults: Set<string>;
  readonly grantableDefaults: Set<string>;
}

/** Both kinds of rows say in the same places to whom, what, whether with grant option, and whether by default. */
type GrantRow = PrivilegeRow | DefaultPrivilegeRow;

/** The rows of each id as one, with the first of them: what all of them say beside the privilege. */
function gatherGrants<R extends GrantRow>(
  reading: Reading,
  rows: readonly R[],
  idOf: (row: R) => string,
): ReadonlyMap<string, Grants & { readonly first: R }> {
  const gathered = new Map<string, Grants & { readonly first: R }>();
  for (const row of rows) {
    const [, , , grantee, privilege, grantable, isDefaultText] = row;
    const id = idOf(row);
    let grants = gathered.get(id);
    if (grants === undefined) {
      grants = { first: row, ...noGrants(granteeName(reading, Number(grantee))) };
      gathered.set(id, grants);
    }
    take(grants, privilege, isTrue(grantable), isTrue(isDefaultText));
  }
  return gathered;
}

function noGrants(grantee: string): Grants {
  return {
    grantee,
    privileges: new Set(),
    grantable: new Set(),
    defaults: new Set(),
    grantableDefaults: new Set(),
  };
}

function take(grants: Grants, privilege: string, grantable: boolean, isDefault: boolean): void {
  (isDefault ? grants.defaults : grants.privileges).add(privilege);
  if (grantable) (isDefault ? grants.grantableDefaults : grants.grantable).add(privilege);
}

function sameSet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((item) => b.has(item));
}

function isDefault(grants: Grants): boolean {
  return sameSet(grants.privileges, grants.defaults) && sameSet(grants.grantable, grants.grantableDefaults);
}

function privilegeAttributes(grants: Grants): AttributesOf["privilege"] {
  return {
    grantee: grants.grantee,
    privileges: [...grants.privileges].sort(),
    grantable: [...grants.grantable].sort(),
    defaults: [...grants.defaults].sort(),
  };
}

/** Gathers the rows of one grantee on one object. */
export function finishPrivileges(reading: Reading, rows: readonly PrivilegeRow[]): void {
  const gathered = gatherGrants(
    reading,
    rows,
    ([catalog, oid, column, grantee]) => `${catalog}:${oid}.${column}@${grantee}`,
  );
  for (const [id, grants] of gathered) {
    const subject = isDefault(grants) ? undefined : subjectOfRow(reading, grants.first);
    if (subject === undefined) continue;
    const { key, parent } = said(subject, "privilege", grants.grantee);
    addPart(reading, id, key, privilegeAttributes(grants), parent);
  }
}

function subjectOfRow(reading: Reading, row: PrivilegeRow): Subject | undefined {
  const [catalog, oid, column, , , , , kind, path, signature, extension] = row;
  if (kind === null) return findSubject(reading, Number(catalog), Number(oid), Number(column));
  const key: ObjectKey = {
    kind: kind as ObjectKind,
    path: JSON.parse(path ?? "[]") as string[],
    ...(signature === null ? {} : { signature }),
  };
  const member = extension === null ? undefined : extensionKey(reading, extension);
  // Nothing in the snapshot stands for a system object, so its privilege is a root of its own.
  return member === undefined ? { key, parent: noParent } : { key, parent: member };
}

const noParent: ObjectKey = { kind: "server", path: [] };

function extensionKey(reading: Reading, name: string): ObjectKey | undefined {
  return reading.objects.find(({ key }) => key.kind === "extension" && key.path[0] === name)?.key;
}

/** The object that a catalog row speaks of, or one of its columns. */
export function findSubject(
  reading: Reading,
  catalog: number,
  oid: number,
  column: number,
): Subject | undefined {
  const subject = reading.subjects.get(subjectId(catalog, oid));
  if (column === 0) {
    if (subject === undefined && catalog === catalogs.largeObject) return largeObject(oid);
    return subject;
  }
  const relation = reading.relations.get(oid);
  const found = relation === undefined ? undefined : findColumn(relation, column);
  if (relation === undefined || found === undefined) return undefined;
  return {
    key: { kind: "column", path: [relation.schema, relation.name, found.name] },
    parent: hasColumnObjects(relation.kind)
      ? { kind: "column", path: [relation.schema, relation.name, found.name] }
      : relation.key,
  };
}

function hasColumnObjects(kind: string): boolean {
  return kind === "r" || kind === "p" || kind === "f";
}

function largeObject(oid: number): Subject {
  return { key: { kind: "large-object", path: [String(oid)] }, parent: noParent };
}

/** The key of a comment, privilege or label, and the object it hangs on. */
export function said<K extends "privilege" | "comment" | "security-label">(
  subject: Subject,
  kind: K,
  role: string | undefined,
): { readonly key: ObjectKey & { readonly kind: K }; readonly parent: ObjectKey | undefined } {
  const { key } = subject;
  const parent = subject.parent ?? key;
  return {
    key: {
      kind,
      path: key.path,
      ...(key.signature === undefined ? {} : { signature: key.signature }),
      of: key.kind,
      ...(role === undefined ? {} : { role }),
    },
    parent: parent === noParent ? undefined : parent,
  };
}

const objectTypes: Readonly<Record<string, ObjectKind>> = {
  r: "table",
  S: "sequence",
  f: "function",
  T: "base-type",
  n: "schema",
  L: "large-object",
};

/** Each grantee that ALTER DEFAULT PRIVILEGES treats unlike the built-in default. */
export function finishDefaultPrivileges(reading: Reading, rows: readonly DefaultPrivilegeRow[]): void {
  const gathered = gatherGrants(
    reading,
    rows,
    ([role, namespace, type, grantee]) => `default ${role} ${namespace} ${type}@${grantee}`,
  );
  for (const [id, grants] of gathered) {
    if (isDefault(grants)) continue;
    const [role, namespace, type] = grants.first;
    const owner = roleName(reading, Number(role));
    const schema = reading.subjects.get(subjectId(catalogs.namespace, Number(namespace)))?.key;
    const key = {
      kind: "default-privileges",
      path: schema?.path ?? [],
      signature: `FOR ROLE ${owner}`,
      of: objectTypes[type] ?? "table",
      role: grants.grantee,
    } as const;
    addPart(
      reading,
      id,
      key,
      { role: owner, ...privilegeAttributes(grants) },
      schema ?? { kind: "database", path: [] },
    );
  }
}

export function addRole(reading: Reading, row: RoleRow): void {
  const [
    oid,
    name,
    login,
    superuser,
    inherit,
    createRole,
    createDatabase,
    replication,
    bypass,
    limit,
    until,
  ] = row;
  const attributes: AttributesOf["role"] = {
    login: isTrue(login),
    superuser: isTrue(superuser),
    inherit: isTrue(inherit),
    createRole: isTrue(createRole),
    createDatabase: isTrue(createDatabase),
    replication: isTrue(replication),
    bypassRowSecurity: isTrue(bypass),
    connectionLimit: Number(limit),
    validUntil: until,
  };
  addObject(reading, catalogs.role, Number(oid), { kind: "role", path: [name] }, attributes);
}

export function addMembership(
  reading: Reading,
  [role, member, admin, inherit, set, grantors]: MembershipRow,
): void {
  const memberName = roleName(reading, Number(member));
  const attributes: AttributesOf["role-membership"] = {
    admin: isTrue(admin),
    ...(inherit === null ? {} : { inherit: isTrue(inherit) }),
    ...(set === null ? {} : { set: isTrue(set) }),
    ...(grantors === null
      ? {}
      : {
          grantors: grantors
            .split(" ")
            .map((oid) => roleName(reading, Number(oid)))
            .sort(),
        }),
  };
  const memberKey = reading.subjects.get(subjectId(catalogs.role, Number(member)))?.key;
  const key = { kind: "role-membership", path: [memberName, roleName(reading, Number(role))] } as const;
  addPart(reading, `membership ${role} ${member}`, key, attributes, memberKey);
}

/** Key: path [name] for the database, [role, name] for a role everywhere; `role` is set for a role in this database. */
export function addSetting(reading: Reading, [database, role, setting]: SettingRow): void {
  const at = setting.indexOf("=");
  const name = setting.slice(0, at);
  const value = maskOption(name, setting.slice(at + 1));
  const ofRole = role === "0" ? undefined : roleName(reading, Number(role));
  const databaseKey: ObjectKey = { kind: "database", path: [] };
  const identity = `setting ${database} ${role} ${name}`;
  if (ofRole === undefined) {
    addPart(reading, identity, { kind: "setting", path: [name] }, { value }, databaseKey);
  } else if (database === "0") {
    const parent = reading.subjects.get(subjectId(catalogs.role, Number(role)))?.key;
    addPart(reading, identity, { kind: "setting", path: [ofRole, name] }, { value }, parent);
  } else addPart(reading, identity, { kind: "setting", path: [name], role: ofRole }, { value }, databaseKey);
}
