/** The renderer table without its types: the mapped type has already held kinds, attributes and rules together. */
import { canonicalText } from "../model/attribute.ts";
import type { ObjectKind } from "../model/kind.ts";
import type { SchemaObject } from "../model/object.ts";
import {
  type AlterRule,
  type KindRenderer,
  type Refusal,
  type Renderer,
  refuse,
  type Step,
} from "./renderer.ts";
import type { Side } from "./side.ts";

type AnyKind = Omit<KindRenderer<"comment">, "alter"> & {
  readonly alter?: Readonly<Record<string, AlterRule<"comment">>>;
};

export function rendererOf(renderer: Renderer, kind: ObjectKind): AnyKind | undefined {
  return renderer.kinds[kind] as unknown as AnyKind | undefined;
}

export function buildSteps(renderer: Renderer, object: SchemaObject, side: Side): readonly Step[] | Refusal {
  const kind = rendererOf(renderer, object.kind);
  if (kind === undefined) return refuse(`plans do not make or drop a ${object.kind} yet`);
  return kind.build(object as never, side);
}

export function alterRule(
  renderer: Renderer,
  kind: ObjectKind,
  attribute: string,
): AlterRule<"comment"> | undefined {
  const rules = rendererOf(renderer, kind)?.alter;
  return rules !== undefined && Object.hasOwn(rules, attribute) ? rules[attribute] : undefined;
}

/** Everything a text could mention of how the object is made; of what cannot be rendered, all that is known of it. */
export function buildText(renderer: Renderer, object: SchemaObject, side: Side): string {
  const steps = buildSteps(renderer, object, side);
  if ("refused" in steps) return [...object.key.path, canonicalText({ ...object.attributes })].join(" ");
  return steps.flatMap(({ make }) => make.map(({ sql }) => sql)).join("\n");
}
