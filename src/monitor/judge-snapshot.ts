/** Whether a live snapshot can be believed: a user that sees less, or a database that shows nothing, is not drift. Pure. */
import { DriftwatchError } from "../model/errors.ts";
import type { ObjectKind } from "../model/kind.ts";
import type { Visibility } from "../model/server.ts";
import type { Snapshot } from "../model/snapshot.ts";

/** Kinds that every database has, or that say nothing about its content. */
const furniture: ReadonlySet<ObjectKind> = new Set([
  "database",
  "schema",
  "setting",
  "extension",
  "language",
  "role",
  "role-membership",
  "privilege",
  "default-privileges",
  "comment",
]);

/** No table, view, routine or type at all. */
export function looksEmpty(snapshot: Snapshot): boolean {
  return snapshot.roots.every((root) => furniture.has(root.key.kind));
}

/** The error that says what the monitoring user no longer sees, or undefined when it sees what it saw. */
export function lostVisibility(baseline: Visibility, live: Visibility): DriftwatchError | undefined {
  const known = new Set(baseline.hidden.map((area) => area.area));
  const lost = live.hidden.filter((area) => !known.has(area.area));
  if (lost.length === 0) return undefined;
  const what = lost.map((area) => `${area.area} (${area.reason})`).join("; ");
  const remedies = lost.flatMap((area) => (area.remedy === undefined ? [] : [area.remedy]));
  return new DriftwatchError("check.visibility-lost", `the monitoring user no longer sees: ${what}`, {
    ...(remedies.length > 0 ? { remedy: `An administrator restores it with: ${remedies.join(" ")}` } : {}),
  });
}

/** What could be read when the baseline was taken and may not be read now, is visibility lost as well. */
export function lostRight(error: DriftwatchError): DriftwatchError {
  if (error.code !== "read.forbidden") return error;
  return new DriftwatchError("check.visibility-lost", error.message, {
    cause: error,
    ...(error.remedy === undefined ? {} : { remedy: `An administrator restores it with: ${error.remedy}` }),
  });
}
