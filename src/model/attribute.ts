/** The values an attribute may hold: plain JSON, so that snapshots travel between processes and versions unchanged. */
export type AttributeValue =
  | string
  | number
  | boolean
  | null
  | readonly AttributeValue[]
  | { readonly [name: string]: AttributeValue | undefined };

/** Named options as the server keeps them, e.g. storage parameters: { fillfactor: "70" }. */
export type Options = Readonly<Record<string, string>>;

/**
 * Canonical text of a value: JSON with the names of every object sorted and `undefined` members left out. Equal values
 * have equal text whatever order they were built in. Strings are well-formed or escaped, as JSON.stringify does.
 */
export function canonicalText(value: AttributeValue | undefined): string {
  if (value === undefined) return "null";
  if (typeof value === "string") return stringText(value);
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  return isList(value) ? listText(value) : recordText(value);
}

/** Nearly all strings: they need no escape, and this is told more quickly than JSON.stringify writes. */
const plain = /^[ !#-[\]-~]*$/;

function stringText(value: string): string {
  return plain.test(value) ? `"${value}"` : JSON.stringify(value);
}

function isList(value: object): value is readonly AttributeValue[] {
  return Array.isArray(value);
}

function listText(list: readonly AttributeValue[]): string {
  let text = "";
  for (const value of list) text += `${text === "" ? "" : ","}${canonicalText(value)}`;
  return `[${text}]`;
}

function recordText(record: Readonly<Record<string, AttributeValue | undefined>>): string {
  const names: string[] = [];
  for (const name in record) if (record[name] !== undefined) names.push(name);
  let text = "";
  for (const name of names.sort())
    text += `${text === "" ? "" : ","}${stringText(name)}:${canonicalText(record[name])}`;
  return `{${text}}`;
}

/** Whether two attribute values are the same; an absent member and `undefined` are one. */
export function sameValue(a: AttributeValue | undefined, b: AttributeValue | undefined): boolean {
  if (a === b) return true;
  if (a === null || b === null || typeof a !== "object" || typeof b !== "object") return false;
  return canonicalText(a) === canonicalText(b);
}
