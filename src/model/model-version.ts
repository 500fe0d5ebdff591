/**
 * The version of the canonical form, and what each version added. A baseline taken by an older version never reads as
 * drift: kinds and attributes that it did not know are not compared, and the baseline is completed on the next clean check.
 */
import type { ObjectKind } from "./kind.ts";

/** Grows whenever a kind or an attribute is added to the canonical form, or an attribute's spelling changes. */
export const modelVersion = 1;

/** Version that introduced (or last respelled) a kind ("event") or an attribute ("column.storage"); absent means 1. */
const introducedIn: Readonly<Record<string, number>> = {};

/** Whether a snapshot of `version` holds this kind (or attribute of it) in today's spelling. */
export function isKnownTo(version: number, kind: ObjectKind, attribute?: string): boolean {
  if ((introducedIn[kind] ?? 1) > version) return false;
  return attribute === undefined || (introducedIn[`${kind}.${attribute}`] ?? 1) <= version;
}
