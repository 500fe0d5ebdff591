/**
 * Objects that go and objects that come. Making is told by the dialect step by step; dropping is the same steps
 * backwards. What lies in a dropped object goes with it and comes back with its reverse.
 */
import type { Change } from "../model/change.ts";
import { addressText, describeKey, keyId } from "../model/key.ts";
import type { SchemaObject } from "../model/object.ts";
import type { Unplanned } from "../model/plan.ts";
import type { Operation, Operations, Passing, Passings } from "./operation.ts";
import { type Draft, isRefusal, type Renderer, type Step } from "./renderer.ts";
import type { Side } from "./side.ts";
import { depthRank, dropRank, keyedStage, lastStage, stageOf } from "./stages.ts";
import { buildSteps, rendererOf } from "./tables.ts";

/** Of what comes and goes by itself with another object. */
const nothing: Step = { make: [], unmake: [] };

/** One object with the steps that make it, and what is made or dropped by its statement. */
interface Host {
  readonly passing: Passing;
  readonly steps: readonly Step[];
  readonly includes: Change[];
  readonly extras: { readonly rank: number; readonly drafts: readonly Draft[] }[];
  /** See Operation.names. */
  readonly names: string[];
}

function schemaName(renderer: Renderer, { kind, key }: SchemaObject): readonly string[] {
  if (rendererOf(renderer, kind)?.schemaWide !== true) return [];
  return [addressText({ kind, path: [...key.path.slice(0, -2), key.path.at(-1) ?? ""] })];
}

interface Hosting {
  readonly hosts: readonly Host[];
  readonly unplanned: readonly Unplanned[];
}

/** Whether an object needs no statement of its own when its parent passes, too. */
type Follows = (object: SchemaObject) => boolean;

function hostAll(renderer: Renderer, whole: Side, passings: Passings, follows: Follows): Hosting {
  const side: Side = { ...whole, isMade: (key) => passings.has(keyId(key)) };
  const hosts = new Map<string, Host>();
  const unplanned: Unplanned[] = [];
  const refused = new Set<string>();
  for (const [id, passing] of outermostFirst(passings)) {
    const { object, because } = passing;
    const parentId = object.parent === undefined ? "" : keyId(object.parent);
    const parent = follows(object) ? hosts.get(parentId) : undefined;
    if (parent !== undefined) {
      hosts.set(id, parent);
      parent.names.push(...schemaName(renderer, object));
      parent.includes.push(because, ...passing.includes);
      if (rendererOf(renderer, object.kind)?.inline === true) continue;
    }
    const steps = buildSteps(renderer, object, side);
    const refusal = refused.has(parentId) ? waiting(object) : isRefusal(steps) ? steps.refused : undefined;
    if (refusal !== undefined || isRefusal(steps)) {
      refused.add(id);
      unplanned.push({ change: because, reason: refusal ?? "" });
    } else if (parent === undefined) {
      const names = [...schemaName(renderer, object)];
      hosts.set(id, { passing, steps, includes: [...passing.includes], extras: [], names });
    } else {
      for (const step of steps) parent.extras.push({ rank: stageRank(object, step), drafts: step.make });
    }
  }
  return { hosts: [...new Set(hosts.values())], unplanned };
}

export function makeOperations(renderer: Renderer, side: Side, come: Passings): Operations {
  const isInline: Follows = ({ kind }) => rendererOf(renderer, kind)?.inline === true;
  const { hosts, unplanned } = hostAll(renderer, side, come, isInline);
  const operations: Operation[] = [];
  for (const { passing, steps, includes, names } of hosts) {
    const { object, because } = passing;
    const isInside = object.parent !== undefined && come.has(keyId(object.parent));
    let after: Operation | undefined;
    for (const step of steps.length === 0 ? [nothing] : steps) {
      const operation: Operation = {
        role: after === undefined ? "make" : "alter",
        key: object.key,
        because,
        includes: after === undefined ? includes : [],
        forward: step.make,
        backward: step.unmake,
        rank: stageRank(object, step),
        ...(after === undefined ? {} : { after }),
        onNew: object.parent === undefined || isInside,
        ...(names.length > 0 && after === undefined ? { names } : {}),
        ...(passing.again === true ? { again: true } : {}),
      };
      operations.push(operation);
      after = operation;
    }
  }
  return { operations, unplanned };
}

export function dropOperations(renderer: Renderer, side: Side, gone: Passings): Operations {
  const goesAlong: Follows = ({ kind }) => rendererOf(renderer, kind)?.alone !== true;
  const { hosts, unplanned } = hostAll(renderer, side, gone, goesAlong);
  const operations: Operation[] = [];
  const refused: Unplanned[] = [];
  for (const host of hosts) {
    const drops = dropsOf(host);
    if (Array.isArray(drops)) operations.push(...(drops as Operation[]));
    else refused.push(drops as Unplanned);
  }
  return { operations, unplanned: [...unplanned, ...refused] };
}

/** Steps that nothing takes back (the owner, the state of a trigger) come back with the object itself. */
function dropsOf({ passing, steps, includes, extras, names }: Host): Operation[] | Unplanned {
  const { object, because } = passing;
  const rank = (step: Step): number => stageRank(object, step);
  const own: Host["extras"] = [];
  const operations: Operation[] = [];
  const [first = nothing, ...rest] = steps;
  for (const step of [...rest.reverse(), first]) {
    if (isRefusal(step.unmake)) return { change: because, reason: step.unmake.refused };
    const isFirst = step === first;
    if (!isFirst && step.unmake.length === 0) {
      own.unshift({ rank: rank(step), drafts: step.make });
      continue;
    }
    const after = operations.at(-1);
    operations.push({
      role: isFirst ? "drop" : "alter",
      key: object.key,
      because,
      includes: isFirst ? includes : [],
      forward: step.unmake,
      backward: step.make,
      rank: dropRank - rank(step),
      ...(after === undefined ? {} : { after }),
      onNew: false,
    });
  }
  const drop = operations.pop();
  if (drop === undefined || isRefusal(drop.backward)) return operations;
  const more = [...own, ...extras].toSorted((a, b) => a.rank - b.rank).flatMap(({ drafts }) => drafts);
  return [
    ...operations,
    { ...drop, backward: [...drop.backward, ...more], ...(names.length > 0 ? { names } : {}) },
  ];
}

function stageRank(object: SchemaObject, step: Step): number {
  const stage = step.at === "late" ? lastStage : step.at === "keyed" ? keyedStage : stageOf[object.kind];
  return stage - (step.at === "early" ? 0.5 : 0) + (step.depth ?? 0) * depthRank;
}

/** Parents before their children. */
function outermostFirst(passings: Passings): readonly (readonly [string, Passing])[] {
  const depth = ({ object }: Passing): number => {
    let count = 0;
    for (let parent = object.parent; parent !== undefined; count += 1) {
      parent = passings.get(keyId(parent))?.object.parent;
    }
    return count;
  };
  return [...passings].sort(([, a], [, b]) => depth(a) - depth(b));
}

function waiting({ parent }: SchemaObject): string {
  return parent === undefined ? "" : `it belongs to the ${describeKey(parent)}, which is not planned`;
}
