/** Whether a live snapshot can be believed: a user that sees less, or a database that shows nothing, is not drift. Pure. */
import { DriftwatchError } from "../model/errors.ts";
import { pathText } from "../model/key.ts";
import type { ObjectKind } from "../model/kind.ts";
import type { HiddenArea, Visibility } from "../model/server.ts";
import type { Snapshot } from "../model/snapshot.ts";
import { isOpened } from "./openings.ts";

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
  const lost = [...live.hidden.filter((area) => !known.has(area.area)), ...closedAreas(baseline, live)];
  if (lost.length === 0) return undefined;
  const what = lost.map((area) => `${area.area} (${area.reason})`).join("; ");
  const remedies = lost.flatMap((area) => (area.remedy === undefined ? [] : [area.remedy]));
  return new DriftwatchError("check.visibility-lost", `the monitoring user no longer sees: ${what}`, {
    ...(remedies.length > 0 ? { remedy: `An administrator restores it with: ${remedies.join(" ")}` } : {}),
  });
}

type Area = Pick<HiddenArea, "area" | "reason" | "remedy">;

/** What no grant opens any more: a server that lists nothing else would show it as dropped. */
function closedAreas(baseline: Visibility, live: Visibility): readonly Area[] {
  if (live.opened === undefined || baseline.opened === undefined) return [];
  const schemas = baseline.schemas.filter(
    (schema) => !live.schemas.includes(schema) && !isOpened(live, [schema]),
  );
  const parts = baseline.opened.filter(
    ({ path: [schema = "", ...rest] }) =>
      rest.length > 0 && baseline.schemas.includes(schema) && !schemas.includes(schema),
  );
  return [
    ...schemas.map((schema) => closedArea([schema], [], live)),
    ...parts.flatMap(({ path, privileges }) => {
      const missing = privileges.filter((privilege) => !isOpened(live, path, privilege));
      return missing.length === 0 ? [] : [closedArea(path, missing.includes("any") ? [] : missing, live)];
    }),
  ];
}

function closedArea(path: readonly string[], privileges: readonly string[], { user }: Visibility): Area {
  const what = pathText(path);
  const which = privileges.length === 0 ? "privileges" : privileges.join(", ");
  return {
    area: what,
    reason: `${privileges.length === 0 ? "every grant on it" : which} was revoked`,
    remedy: `Grant ${user} ${privileges.length === 0 ? "its privileges" : which} on ${what} again.`,
  };
}

/** What could be read when the baseline was taken and may not be read now, is visibility lost as well. */
export function lostRight(error: DriftwatchError): DriftwatchError {
  if (error.code !== "read.forbidden") return error;
  return new DriftwatchError("check.visibility-lost", error.message, {
    cause: error,
    ...(error.remedy === undefined ? {} : { remedy: `An administrator restores it with: ${error.remedy}` }),
  });
}
