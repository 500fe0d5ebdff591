/** Comparing with what an .sql file makes: it speaks of what is inside a database, and of nothing around it. Pure. */
import type { Change } from "../model/change.ts";
import type { ObjectKind } from "../model/kind.ts";
import type { Snapshot } from "../model/snapshot.ts";

/** The throw-away database of an .sql file has its own. */
const aroundContent: ReadonlySet<ObjectKind> = new Set([
  "server",
  "database",
  "setting",
  "role",
  "role-membership",
]);

/** Changes of what both sides speak of. */
export function changesOfContent(
  changes: readonly Change[],
  before: Snapshot,
  after: Snapshot,
): readonly Change[] {
  const [ofBefore, ofAfter] = [before, after].map(({ visibility }) => visibility.contentOnly === true);
  if (ofBefore !== true && ofAfter !== true) return changes;
  const isLeftToData = (change: Change): boolean => {
    // A schema-only dump makes each materialized view WITH NO DATA, whether it is filled or not.
    if (change.verb !== "altered" || change.attribute !== "populated" || ofBefore === ofAfter) return false;
    return (ofBefore === true ? change.before : change.after) === false;
  };
  return changes.filter(
    (change) => !aroundContent.has(change.key.of ?? change.kind) && !isLeftToData(change),
  );
}
