/**
 * What has to be dropped and made anew: an object whose change the server has no statement for, what hangs on it, and
 * what stands in the way because it was built from it.
 */
import { describeKey, keyId } from "../model/key.ts";
import type { ObjectKind } from "../model/kind.ts";
import type { SchemaObject } from "../model/object.ts";
import type { Changed } from "./changed.ts";
import { type Mentions, mentionsIn, namedBy } from "./mentions.ts";
import { isRefusal, type Refusal, type Renderer, refuse } from "./renderer.ts";
import type { Side } from "./side.ts";
import { buildSteps, buildText, rendererOf } from "./tables.ts";

export interface RebuildContext {
  readonly renderer: Renderer;
  readonly from: Side;
  readonly to: Side;
  readonly changed: Changed;
}

export interface Rebuilder {
  /** The object itself with its descendants and dependents, as `from` has them. */
  closureOf(object: SchemaObject): ReadonlySet<SchemaObject> | Refusal;
  /** What holds on to the object and stands in the way of a change to it, when the object itself stays. */
  holdersOf(object: SchemaObject, kinds: readonly ObjectKind[]): ReadonlySet<SchemaObject> | Refusal;
  /** Only what stands in the way, when the object itself stays. */
  dependentsOf(object: SchemaObject, kinds: readonly ObjectKind[]): ReadonlySet<SchemaObject> | Refusal;
  /** Why the object has to stay as it is: what depends on it, stays and cannot be made anew. */
  anchorOf(object: SchemaObject, kinds: readonly ObjectKind[]): Refusal | undefined;
}

export function createRebuilder(context: RebuildContext): Rebuilder {
  const { renderer, from, changed } = context;
  let index: Mentions<SchemaObject> | undefined;
  const isRemoved = (object: SchemaObject): boolean => changed.removed.has(keyId(object.key));

  function naming(object: SchemaObject): readonly SchemaObject[] {
    index ??= mentionsIn(from.objects, (each) => buildText(renderer, each, from));
    const path = rendererOf(renderer, object.kind)?.knownAs?.(object as never) ?? namedBy(object.key);
    const own = new Set([object, ...descendantsOf(object, from)]);
    return index.of(path).filter((each) => !own.has(each) && !isRemoved(each));
  }

  function spread(start: readonly SchemaObject[]): ReadonlySet<SchemaObject> | Refusal {
    const found = new Set<SchemaObject>();
    const queue = [...start];
    for (let object = queue.shift(); object !== undefined; object = queue.shift()) {
      if (found.has(object)) continue;
      found.add(object);
      const refusal = obstacle(object);
      if (refusal !== undefined) return refusal;
      queue.push(...from.childrenOf(object.key).filter((child) => !isRemoved(child)));
      const { blockers = [] } = rendererOf(renderer, object.kind) ?? {};
      if (blockers.length > 0) queue.push(...naming(object).filter(({ kind }) => blockers.includes(kind)));
    }
    return found;
  }

  /** Why this object cannot be dropped and made anew, if so. */
  function obstacle(object: SchemaObject): Refusal | undefined {
    const steps = buildSteps(renderer, object, from);
    if (isRefusal(steps)) return steps;
    const after = changed.after(object.key);
    const again = after === undefined ? [] : buildSteps(renderer, after, context.to);
    if (isRefusal(again)) return again;
    return anchorOf(object, rendererOf(renderer, object.kind)?.anchors ?? []);
  }

  function anchorOf(object: SchemaObject, kinds: readonly ObjectKind[]): Refusal | undefined {
    if (kinds.length === 0) return undefined;
    const anchor = naming(object).find(({ kind }) => kinds.includes(kind));
    return anchor === undefined
      ? undefined
      : refuse(`${describeKey(anchor.key)} depends on ${describeKey(object.key)} and stays`);
  }

  return {
    anchorOf,
    holdersOf: (object, kinds) =>
      spread(
        naming(object).filter(
          (each) =>
            kinds.includes(each.kind) && rendererOf(renderer, each.kind)?.isBound?.(each as never) !== false,
        ),
      ),
    closureOf: (object) => spread([object]),
    dependentsOf: (object, kinds) => spread(naming(object).filter(({ kind }) => kinds.includes(kind))),
  };
}

/** Everything below an object. */
export function descendantsOf(object: SchemaObject, side: Side): readonly SchemaObject[] {
  return side.childrenOf(object.key).flatMap((child) => [child, ...descendantsOf(child, side)]);
}
