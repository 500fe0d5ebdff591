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
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(",")}]`;
  const record = value as Readonly<Record<string, AttributeValue | undefined>>;
  const names = Object.keys(record);
  if (names.length === 0) return "{}";
  const members: string[] = [];
  for (const name of names.sort()) {
    const member = record[name];
    if (member !== undefined) members.push(`${JSON.stringify(name)}:${canonicalText(member)}`);
  }
  return `{${members.join(",")}}`;
}

/** Whether two attribute values are the same; an absent member and `undefined` are one. */
export function sameValue(a: AttributeValue | undefined, b: AttributeValue | undefined): boolean {
  if (a === b) return true;
  if (a === null || b === null || typeof a !== "object" || typeof b !== "object") return false;
  return canonicalText(a) === canonicalText(b);
}
