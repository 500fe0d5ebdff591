/**
 * The port to a dialect: how objects of each kind are made, altered and renamed. A renderer says one direction only;
 * dropping is making backwards and every reverse is the same renderer asked with the sides exchanged. A kind or an
 * attribute that is missing here is not planned, and the plan says so.
 */
import type { ObjectKey } from "../model/key.ts";
import type { AttributesOf, ObjectKind } from "../model/kind.ts";
import type { ObjectOf } from "../model/object.ts";
import type { Hazard } from "../model/plan.ts";
import type { Dialect } from "../model/server.ts";
import type { Side } from "./side.ts";

/** One statement in one direction. */
export interface Draft {
  readonly sql: string;
  /** In the server's words; absent when no table is locked. */
  readonly lock?: string;
  readonly hazards?: readonly Hazard[];
  /** True unless said otherwise by the renderer. */
  readonly transactional?: boolean;
  /** The part of the statement that names what it depends on, where the rest only says its place. */
  readonly core?: string;
  /** True when the statement changes the place of the object, so that others' places depend on it. */
  readonly moves?: true;
  /** Of an alteration: when it has its place before everything that goes, or after everything that comes. */
  readonly at?: "first" | "late";
  /** Of several at one place: deeper ones are done after others, and undone before them. */
  readonly depth?: number;
}

/** Why something cannot be rendered: one sentence for people. */
export interface Refusal {
  readonly refused: string;
}

/** A part of making an object, and what takes that part back. */
export interface Step {
  readonly make: readonly Draft[];
  readonly unmake: readonly Draft[] | Refusal;
  /** "early": before others of its stage. "keyed": once keys are made, before foreign keys lean on them. "late": after everything else is made (what ties objects together). */
  readonly at?: "early" | "keyed" | "late";
  /** Of several at one place: deeper ones are made after others, and unmade before them. */
  readonly depth?: number;
}

/** The same object on both sides; its key differs only when it was renamed. */
export interface PairOf<K extends ObjectKind> {
  readonly before: ObjectOf<K>;
  readonly after: ObjectOf<K>;
  readonly from: Side;
  readonly to: Side;
}

/** Several attributes may share one function: it then runs once. No draft at all: another attribute's statement does it. */
export type AlterDrafts<K extends ObjectKind> = (pair: PairOf<K>) => readonly Draft[] | Refusal;

/**
 * "rebuild": dropped and made anew, with whatever hangs on it. `clears`: dependents of these kinds are taken away
 * before and made anew afterwards. `anchors`: dependents of these kinds forbid the change. `underOneName`: the statement only works
 * while what the object speaks of has its new name, and its way back only under the old one; beside a rename it is made anew.
 */
export type AlterRule<K extends ObjectKind> =
  | "rebuild"
  | AlterDrafts<K>
  | {
      readonly clears?: readonly ObjectKind[];
      readonly anchors?: readonly ObjectKind[] | ((pair: PairOf<K>) => readonly ObjectKind[]);
      readonly underOneName?: true;
      /** Whether this one has to be made anew all the same. */
      readonly anew?: (pair: PairOf<K>) => boolean;
      readonly draft: AlterDrafts<K>;
    };

type NameOf<A> = keyof { [N in keyof A as string extends N ? never : N]: A[N] } & keyof A;

export interface KindRenderer<K extends ObjectKind> {
  /** The steps that make the object; dropping it runs them backwards. No step: it comes and goes with another object. */
  readonly build: (object: ObjectOf<K>, side: Side) => readonly Step[] | Refusal;
  readonly alter?: { readonly [N in NameOf<AttributesOf[K]>]?: AlterRule<K> };
  /** When an alteration has its place once keys are made and before foreign keys are, or after these are gone and before keys go. */
  readonly alteredAt?: (pair: PairOf<K>) => "keyed" | "unkeyed" | undefined;
  readonly rename?: (from: ObjectKey, to: ObjectKey, object: ObjectOf<K>) => readonly Draft[] | Refusal;
  /** Made by its parent's own statement when both are new. */
  readonly inline?: true;
  /** Its name is taken in its whole schema, whatever it lies in. */
  readonly schemaWide?: true;
  /** Dropped by a statement of its own even when its parent goes, because others may be in a circle with it. */
  readonly alone?: true;
  /** Kinds whose objects stand in the way of rebuilding this one and are rebuilt with it. */
  readonly blockers?: readonly ObjectKind[];
  /** Kinds that stand in the way of rebuilding or dropping this one, and cannot be rebuilt themselves. */
  readonly anchors?: readonly ObjectKind[];
  /** Whether it holds on to the columns that its text names, as `clears` asks; always, unless said otherwise. */
  readonly isBound?: (object: ObjectOf<K>) => boolean;
  /** What dependents name when they depend on the object; its own path by default. */
  readonly knownAs?: (object: ObjectOf<K>) => readonly string[];
}

export type RendererTable = { readonly [K in ObjectKind]?: KindRenderer<K> };

export interface Renderer {
  readonly dialect: Dialect;
  /** See Plan.session. */
  readonly session: readonly string[];
  readonly kinds: RendererTable;
}

/** One statement each way. */
export function step(make: Draft, unmake: Draft): Step {
  return { make: [make], unmake: [unmake] };
}

export function hazard(kind: Hazard["kind"], sentence: string): Hazard {
  return { kind, sentence };
}

export function refuse(reason: string): Refusal {
  return { refused: reason };
}

export function isRefusal(value: object): value is Refusal {
  return "refused" in value;
}
