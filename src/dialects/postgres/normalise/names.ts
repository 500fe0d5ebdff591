/** Rows of names -> the maps that every other row is read with. */
import type { NameRow, OtherRelationRow, TypeRow } from "../queries/names.ts";
import { isTrue, qualified, type Reading } from "./reading.ts";

export function addName(reading: Reading, [what, oidText, schema, name, detail]: NameRow): void {
  const oid = Number(oidText);
  if (what === "am") reading.accessMethods.set(oid, name);
  else if (what === "tablespace") reading.tablespaces.set(oid, name);
  else if (what === "role") reading.roles.set(oid, name);
  else if (what === "keyword") reading.keywords.add(name);
  else if (what === "collation") reading.collations.set(oid, [schema ?? "", name]);
  else {
    const [method = "", inputType = "", isDefault = ""] = (detail ?? "").split(",");
    reading.operatorClasses.set(oid, {
      schema: schema ?? "",
      name,
      method: Number(method),
      inputType: Number(inputType),
      isDefault: isTrue(isDefault),
    });
    if (isTrue(isDefault)) reading.defaultClasses.set(`${method},${inputType}`, oid);
  }
}

export function addType(reading: Reading, [oid, modifier, text, collation, storage]: TypeRow): void {
  reading.types.set(`${oid},${modifier}`, { text, collation: Number(collation), storage });
}

export function addOtherRelation(reading: Reading, [oid, schema, name, columns]: OtherRelationRow): void {
  reading.others.set(Number(oid), {
    name: qualified(reading, schema, name),
    columns: columns === null ? {} : (JSON.parse(columns) as Record<string, string>),
  });
}
