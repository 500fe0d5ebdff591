/** Change[] -> operations: what is dropped, renamed, altered and made, each with its way back, in no order yet. */
import type { Change, Renamed } from "../model/change.ts";
import { keyId, type ObjectKey } from "../model/key.ts";
import type { ObjectKind } from "../model/kind.ts";
import type { Unplanned } from "../model/plan.ts";
import { alterationsFor } from "./alterations.ts";
import { changedOf, facing } from "./changed.ts";
import type { Operation, Operations, Passings } from "./operation.ts";
import { byRank } from "./order.ts";
import { dropOperations, makeOperations } from "./passing.ts";
import { type Draft, isRefusal, type Refusal, type Renderer, refuse } from "./renderer.ts";
import type { Side } from "./side.ts";
import { stageOf } from "./stages.ts";
import { rendererOf } from "./tables.ts";

export function operationsFor(
  changes: readonly Change[],
  before: Side,
  after: Side,
  renderer: Renderer,
): Operations {
  const changed = changedOf(changes, before, after);
  const { from, to } = facing(before, after, changed);
  const gone: Passings = new Map();
  const come: Passings = new Map();
  for (const [id, change] of changed.removed)
    gone.set(id, { object: change.object, because: change, includes: [] });
  for (const [id, change] of changed.added)
    come.set(id, { object: change.object, because: change, includes: [] });
  for (const change of changed.renamed) {
    if (!isMadeAnew(renderer, change)) continue;
    const object = from.find(change.from);
    if (object !== undefined) gone.set(keyId(change.from), { object, because: change, includes: [] });
    come.set(keyId(change.key), { object: change.object, because: change, includes: [] });
  }
  const altered = alterationsFor({ renderer, from, to, changed }, gone, come);
  const parts: readonly Operations[] = [
    dropOperations(renderer, from, gone),
    renameOperations(changed.renamed, from, gone, renderer),
    altered,
    makeOperations(renderer, to, come),
  ];
  return {
    operations: afterRenames(parts.flatMap(({ operations }) => operations)),
    unplanned: parts.flatMap(({ unplanned }) => unplanned),
  };
}

/** What takes alterations back under old names runs once the last rename is taken back, which is the first made. */
function afterRenames(operations: readonly Operation[]): readonly Operation[] {
  const later = operations.flatMap(({ underOldNames = [] }) => underOldNames);
  const [first] = operations.filter(({ role }) => role === "rename").sort(byRank);
  if (later.length === 0 || first === undefined) return operations;
  return operations.map((each) => {
    if (each.underOldNames !== undefined) return { ...each, backward: [] };
    return each === first && !isRefusal(each.backward)
      ? { ...each, backward: [...each.backward, ...later] }
      : each;
  });
}

function renameOperations(
  renames: readonly Renamed[],
  side: Side,
  gone: Passings,
  renderer: Renderer,
): Operations {
  const operations: Operation[] = [];
  const unplanned: Unplanned[] = [];
  for (const change of renames) {
    // What is made anew has its new name at once.
    if (gone.has(keyId(change.from))) continue;
    // What it lies in is renamed before it is, and called back after it.
    const old = change.object.parent === undefined ? change.from : inPlaceOf(change);
    const forward = renameDrafts(renderer, change, old, change.key);
    const backward = renameDrafts(renderer, change, change.key, old);
    const isTaken = side.find(change.key) !== undefined && !gone.has(keyId(change.key));
    if (isTaken || isRefusal(forward)) {
      const reason = isRefusal(forward) ? forward.refused : "another object has the name until then";
      unplanned.push({ change, reason });
      continue;
    }
    // What lies deeper is renamed inside what is already renamed.
    const rank = renameRank + change.from.path.length + stageOf[change.kind] / 100;
    operations.push({
      role: "rename",
      key: change.from,
      because: change,
      includes: [],
      forward,
      backward,
      rank,
      onNew: false,
    });
  }
  return { operations, unplanned };
}

/** Where the dialect cannot rename an object, nothing hangs on it and nothing is kept in it, it goes and comes. */
function isMadeAnew(renderer: Renderer, change: Renamed): boolean {
  const kind = rendererOf(renderer, change.kind);
  if (kind === undefined || kind.blockers !== undefined || kind.anchors !== undefined) return false;
  if (keepsData.has(change.kind)) return false;
  return isRefusal(renameDrafts(renderer, change, change.from, change.key));
}

const keepsData: ReadonlySet<ObjectKind> = new Set(["schema", "table", "column", "partition", "sequence"]);

/** The old name under the new names of everything above. */
function inPlaceOf({ from, key }: Renamed): ObjectKey {
  return { ...from, path: [...key.path.slice(0, -1), from.path.at(-1) ?? ""] };
}

function renameDrafts(
  renderer: Renderer,
  { kind, object }: Renamed,
  from: ObjectKey,
  to: ObjectKey,
): readonly Draft[] | Refusal {
  const rename = rendererOf(renderer, kind)?.rename;
  return rename?.(from, to, object as never) ?? refuse(`plans do not rename a ${kind} yet`);
}

/** After all that goes, which is called by its old name, and before all that is altered or made. */
const renameRank = -10;
