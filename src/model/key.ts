/** The structured identity of an object, its stable text for maps and storage, and its words for people. */
import type { ObjectKind } from "./kind.ts";

/**
 * `path` is the name path from the schema down (["public", "orders", "total"]); objects outside schemas start with
 * their own name. A MySQL snapshot of one database leaves the database's name out, so that two copies under other
 * names compare equal. `signature` holds a routine's identity arguments (or an operator's, a cast's). `of` is set on
 * comments, privileges and security labels: the kind of the object that `path` addresses. `role` is the grantee of a
 * privilege or the provider of a label.
 */
export interface ObjectKey {
  readonly kind: ObjectKind;
  readonly path: readonly string[];
  readonly signature?: string;
  readonly of?: ObjectKind;
  readonly role?: string;
}

/** Nearly all names, and several times as quick as the letters of every language. */
const asciiPart = /^[\w$-]+$/;
const plainPart = /^[\p{L}\p{N}_$-]+$/u;

function quotePart(part: string): string {
  return asciiPart.test(part) || plainPart.test(part) ? part : `"${part.replaceAll('"', '""')}"`;
}

/** The path as people write it: public.orders.total, quoted only where a name needs it. */
export function pathText(path: readonly string[]): string {
  let text = "";
  for (const part of path) text += text === "" ? quotePart(part) : `.${quotePart(part)}`;
  return text;
}

/** What stands where an object is named: the path, and a signature in parentheses: public.total(integer). */
export function addressText(key: ObjectKey): string {
  const path = pathText(key.path);
  return key.signature === undefined ? path : `${path}(${key.signature})`;
}

/** Unambiguous text of a key, for maps, storage and fingerprints: "comment:table:public.orders". */
export function keyId(key: ObjectKey): string {
  const of = key.of === undefined ? "" : `${key.of}:`;
  const role = key.role === undefined ? "" : `@${quotePart(key.role)}`;
  return `${key.kind}:${of}${addressText(key)}${role}`;
}

/** Kinds whose name alone does not read as a noun. */
const kindWords: Readonly<Partial<Record<ObjectKind, string>>> = {
  unique: "unique constraint",
  check: "check constraint",
  exclusion: "exclusion constraint",
  rule: "rewrite rule",
};

/** A kind in words: "unique constraint", "materialized view". */
export function kindText(kind: ObjectKind): string {
  return kindWords[kind] ?? kind.replaceAll("-", " ");
}

/** Words for people: "column public.orders.total", "comment on table public.orders". */
export function describeKey(key: ObjectKey): string {
  const address = addressText(key);
  const kind = kindText(key.kind);
  if (key.of === undefined) return address === "" ? kind : `${kind} ${address}`;
  const subject = `${kindText(key.of)} ${address}`.trim();
  if (key.kind === "privilege") return `privilege of ${key.role ?? "?"} on ${subject}`;
  return `${kind} on ${subject}`;
}

/** The key of the object that a comment, privilege or label speaks about. */
export function subjectOf(key: ObjectKey): ObjectKey | undefined {
  if (key.of === undefined) return undefined;
  return key.signature === undefined
    ? { kind: key.of, path: key.path }
    : { kind: key.of, path: key.path, signature: key.signature };
}

export function sameKey(a: ObjectKey, b: ObjectKey): boolean {
  return keyId(a) === keyId(b);
}
