/** Change[] -> operations: what is dropped, renamed, altered and made, each with its way back, in no order yet. */
import type { Change, Renamed } from "../model/change.ts";
import { keyId, type ObjectKey } from "../model/key.ts";
import type { Unplanned } from "../model/plan.ts";
import { alterationsFor } from "./alterations.ts";
import { changedOf } from "./changed.ts";
import type { Operation, Operations, Passings } from "./operation.ts";
import { dropOperations, makeOperations } from "./passing.ts";
import { type Draft, isRefusal, type Refusal, type Renderer, refuse } from "./renderer.ts";
import type { Side } from "./side.ts";
import { stageOf } from "./stages.ts";
import { rendererOf } from "./tables.ts";

export function operationsFor(
  changes: readonly Change[],
  from: Side,
  to: Side,
  renderer: Renderer,
): Operations {
  const changed = changedOf(changes, from, to);
  const gone: Passings = new Map();
  const come: Passings = new Map();
  for (const [id, change] of changed.removed)
    gone.set(id, { object: change.object, because: change, includes: [] });
  for (const [id, change] of changed.added)
    come.set(id, { object: change.object, because: change, includes: [] });
  const altered = alterationsFor({ renderer, from, to, changed }, gone, come);
  const parts: readonly Operations[] = [
    dropOperations(renderer, from, gone),
    renameOperations(changed.renamed, from, gone, renderer),
    altered,
    makeOperations(renderer, to, come),
  ];
  return {
    operations: parts.flatMap(({ operations }) => operations),
    unplanned: parts.flatMap(({ unplanned }) => unplanned),
  };
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
    const forward = renameDrafts(renderer, change, change.from, change.key);
    const backward = renameDrafts(renderer, change, change.key, change.from);
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
