/** Rows of rare kinds, whose attributes came as JSON -> objects: owners named, options as maps, secrets masked. */
import type { AttributeValue } from "../../../model/attribute.ts";
import type { ObjectKey } from "../../../model/key.ts";
import type { AttributesOf, ObjectKind } from "../../../model/kind.ts";
import { digestOf } from "../../digest.ts";
import type { UserMappingRow } from "../queries/access.ts";
import type { DefinitionRow } from "../queries/definitions.ts";
import { catalogs } from "../queries/facts.ts";
import { readDictionaryOptions } from "./dictionary-options.ts";
import {
  addObject,
  granteeName,
  isTrue,
  optionsOf,
  type Reading,
  readOptions,
  roleName,
  subjectId,
} from "./reading.ts";
import { maskOptions, maskUserMapping } from "./secrets.ts";

export function addDefinition(reading: Reading, row: DefinitionRow): void {
  const [kind, catalog, oid, path, signature, owner, json] = row;
  const attributes = JSON.parse(json) as Record<string, AttributeValue>;
  if (Array.isArray(attributes.options) || (kind.startsWith("foreign") && attributes.options === null)) {
    attributes.options = maskOptions(optionsOf(attributes.options as string[] | null));
  }
  if (kind === "text-search-dictionary") {
    const text = attributes.options as string | null;
    attributes.options = readDictionaryOptions(text) ?? { options: text ?? "" };
  }
  if (kind === "subscription") {
    const { connection } = attributes;
    // What may not be seen is left out: when it can be seen one day, that is no change.
    if (typeof connection === "string") attributes.connection = digestOf(connection);
    else delete attributes.connection;
  }
  if (owner !== null) attributes.owner = roleName(reading, Number(owner));
  const key: ObjectKey = {
    kind: kind as ObjectKind,
    path: JSON.parse(path) as string[],
    ...(signature === null ? {} : { signature }),
  };
  // The query builds exactly the members of its kind; test/dialects/postgres checks every one of them on a server.
  addObject(reading, Number(catalog), Number(oid), key as ObjectKey & { kind: "cast" }, attributes as never);
}

/** Returns false when the user may not see this mapping's options. */
export function addUserMapping(
  reading: Reading,
  [oid, server, role, options, readable]: UserMappingRow,
): boolean {
  const parent = reading.subjects.get(subjectId(catalogs.foreignServer, Number(server)))?.key;
  if (parent === undefined) return true;
  const name = granteeName(reading, Number(role));
  const attributes: AttributesOf["user-mapping"] = isTrue(readable)
    ? { options: maskUserMapping(readOptions(options)) }
    : {};
  const key = { kind: "user-mapping", path: [...parent.path, name] } as const;
  addObject(reading, catalogs.userMapping, Number(oid), key, attributes, parent);
  return isTrue(readable);
}
