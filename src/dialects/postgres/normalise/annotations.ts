/** Rows of comments and security labels -> objects that hang on what they speak of; marks of extensions -> attributes. */
import type { CommentRow, ExtensionMarkRow, LabelRow } from "../queries/annotations.ts";
import { catalogs } from "../queries/facts.ts";
import { findSubject, said } from "./access.ts";
import { addPart, type Reading } from "./reading.ts";

/** What is said about objects outside the snapshot (system objects, members of extensions) is left out. */
export function addComment(reading: Reading, [catalog, oid, column, text]: CommentRow): void {
  const subject = findSubject(reading, Number(catalog), Number(oid), Number(column));
  if (subject === undefined) return;
  const { key, parent } = said(subject, "comment", undefined);
  addPart(reading, `comment ${catalog}:${oid}.${column}`, key, { text }, parent);
}

export function addLabel(reading: Reading, [catalog, oid, column, provider, label]: LabelRow): void {
  const subject = findSubject(reading, Number(catalog), Number(oid), Number(column));
  if (subject === undefined) return;
  const { key, parent } = said(subject, "security-label", provider);
  addPart(reading, `label ${catalog}:${oid}.${column}@${provider}`, key, { label }, parent);
}

/** Runs when all objects are there. The mark of the index behind a constraint is the constraint's. */
export function finishExtensionMarks(reading: Reading, rows: readonly ExtensionMarkRow[]): void {
  if (rows.length === 0) return;
  const extensions = new Map<string, Set<string>>();
  for (const [catalog, oid, extension] of rows) {
    const constraint = Number(catalog) === catalogs.class ? reading.indexes.get(Number(oid))?.constraint : 0;
    const identity = constraint ? `${catalogs.constraint}:${constraint}` : `${catalog}:${oid}`;
    extensions.set(identity, (extensions.get(identity) ?? new Set()).add(extension));
  }
  for (const [object, identity] of reading.identities) {
    const names = extensions.get(identity);
    if (names === undefined || !("extensionDependencies" in object.attributes)) continue;
    const attributes = object.attributes as { extensionDependencies?: readonly string[] };
    attributes.extensionDependencies = [...names].sort();
  }
}
