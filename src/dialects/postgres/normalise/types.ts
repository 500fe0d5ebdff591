/** Rows of pg_type -> enums, domains, composites, ranges and base types. */
import type { AttributesOf } from "../../../model/kind.ts";
import { catalogs } from "../queries/facts.ts";
import type { TypeObjectRow } from "../queries/programs.ts";
import {
  addObject,
  collationName,
  deparsed,
  noOptions,
  qualified,
  quoted,
  type Reading,
  roleName,
  schemaName,
  subjectId,
  vanished,
} from "./reading.ts";

interface DomainDetails {
  readonly baseType: string;
  readonly notNull: boolean;
  readonly default: string | null;
  readonly collation: number | null;
}

interface RangeDetails {
  readonly subtype: string;
  readonly operatorClass: number;
  readonly collation: number | null;
  readonly canonical: string | null;
  readonly subtypeDiff: string | null;
  readonly multirange: string;
  readonly multirangeName: readonly [oid: string, namespace: string, name: string];
}

export function addTypeObject(reading: Reading, row: TypeObjectRow): void {
  const [oidText, namespace, name, ownerOid, type, relation, details] = row;
  const oid = Number(oidText);
  const path = [schemaName(reading, Number(namespace)), name];
  const owner = roleName(reading, Number(ownerOid));
  if (type === "c") {
    const key = { kind: "composite-type", path } as const;
    addObject(reading, catalogs.type, oid, key, { attributes: [], owner });
    const [schema = ""] = path;
    reading.relations.set(Number(relation), {
      oid: Number(relation),
      schema,
      name,
      kind: "c",
      key,
      isPartition: false,
      persistence: "p",
      columns: [],
    });
    return;
  }
  const parsed: unknown = JSON.parse(deparsed(details));
  if (type === "e") {
    addObject(reading, catalogs.type, oid, { kind: "enum", path }, { values: parsed as string[], owner });
  } else if (type === "d") {
    addObject(
      reading,
      catalogs.type,
      oid,
      { kind: "domain", path },
      domainAttributes(reading, parsed as DomainDetails, owner),
    );
  } else if (type === "r") {
    const range = parsed as RangeDetails;
    const key = { kind: "range-type", path } as const;
    addObject(reading, catalogs.type, oid, key, rangeAttributes(reading, range, owner));
    const [multirange, itsNamespace, itsName] = range.multirangeName;
    const itsSchema = reading.namespaces.get(Number(itsNamespace));
    if (itsSchema === undefined) return;
    const its = { kind: "range-type", path: [itsSchema, itsName] } as const;
    reading.subjects.set(subjectId(catalogs.type, Number(multirange)), { key: its, parent: key });
  } else {
    const options = type === "p" ? noOptions : (parsed as Record<string, string>);
    addObject(reading, catalogs.type, oid, { kind: "base-type", path }, { options, owner });
  }
}

function domainAttributes(reading: Reading, details: DomainDetails, owner: string): AttributesOf["domain"] {
  if (details.baseType.includes("???")) throw vanished("domainAttributes");
  return {
    baseType: details.baseType,
    notNull: details.notNull,
    default: details.default,
    collation: collationName(reading, Number(details.collation ?? 0)),
    owner,
    notNullConstraint: null,
  };
}

function rangeAttributes(reading: Reading, details: RangeDetails, owner: string): AttributesOf["range-type"] {
  const known = reading.operatorClasses.get(Number(details.operatorClass));
  if (known === undefined) throw vanished("rangeAttributes");
  return {
    subtype: details.subtype,
    operatorClass: qualified(reading, known.schema, known.name),
    collation: collationName(reading, Number(details.collation ?? 0)),
    canonical: details.canonical,
    subtypeDiff: details.subtypeDiff,
    multirange: details.multirange,
    owner,
  };
}

/** Fills in the attributes of composite types from their columns. Runs after finishColumns. */
export function finishCompositeTypes(reading: Reading): void {
  const byKey = new Map([...reading.relations.values()].map((relation) => [relation.key, relation]));
  for (const object of reading.objects) {
    if (object.kind !== "composite-type") continue;
    const columns = byKey.get(object.key)?.columns ?? [];
    const attributes: AttributesOf["composite-type"] = object.attributes;
    attributes.attributes = columns.map(({ name, attributes: { type, collation } }) => {
      const suffix = collation ? ` COLLATE ${collation}` : "";
      return `${quoted(reading, name)} ${type}${suffix}`;
    });
  }
}
