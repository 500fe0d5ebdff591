/** Rows of comments and security labels -> objects that hang on what they speak of. */
import type { CommentRow, LabelRow } from "../queries/annotations.ts";
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
