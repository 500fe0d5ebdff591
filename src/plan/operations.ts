/** Change[] -> operations: what is dropped, renamed, altered and made, each with its way back, in no order yet. */
import type { Change, Renamed } from "../model/change.ts";
import { keyId } from "../model/key.ts";
import type { Unplanned } from "../model/plan.ts";
import { alterationsFor } from "./alterations.ts";
import { changedOf } from "./changed.ts";
import type { Operation, Operations, Passings } from "./operation.ts";
import { dropOperations, makeOperations } from "./passing.ts";
import { isRefusal, type Renderer } from "./renderer.ts";
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
    renameOperations(
      changed.renamed.filter(({ from: old }) => !gone.has(keyId(old))),
      renderer,
    ),
    altered,
    makeOperations(renderer, to, come),
  ];
  return {
    operations: parts.flatMap(({ operations }) => operations),
    unplanned: parts.flatMap(({ unplanned }) => unplanned),
  };
}

function renameOperations(renames: readonly Renamed[], renderer: Renderer): Operations {
  const operations: Operation[] = [];
  const unplanned: Unplanned[] = [];
  for (const change of renames) {
    const rename = rendererOf(renderer, change.kind)?.rename;
    const object = change.object as never;
    const forward = rename?.(change.from, change.key, object);
    const backward = rename?.(change.key, change.from, object);
    if (forward === undefined || backward === undefined || isRefusal(forward)) {
      const reason = forward !== undefined && isRefusal(forward) ? forward.refused : undefined;
      unplanned.push({ change, reason: reason ?? `plans do not rename a ${change.kind} yet` });
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

/** After all that goes, which is called by its old name, and before all that is altered or made. */
const renameRank = -10;
