/** One thing that a plan does, before it has its place in the order. */
import type { Change } from "../model/change.ts";
import type { ObjectKey } from "../model/key.ts";
import type { SchemaObject } from "../model/object.ts";
import type { Unplanned } from "../model/plan.ts";
import type { Draft, Refusal } from "./renderer.ts";

export interface Operation {
  readonly role: "drop" | "rename" | "alter" | "make";
  /** The object it is about; a dropped or renamed one under its old key. */
  readonly key: ObjectKey;
  readonly because: Change;
  readonly includes: readonly Change[];
  readonly forward: readonly Draft[];
  readonly backward: readonly Draft[] | Refusal;
  /** Smaller ones come first where nothing else tells. */
  readonly rank: number;
  /** The operation on the same object that must come before. */
  readonly after?: Operation;
  /** True when what it works on is made by this very plan: nobody uses it yet. */
  readonly onNew: boolean;
  /** Names in their schema that it takes or sets free, beside its own. */
  readonly names?: readonly string[];
  /** Drafts that take it back once renames are taken back, because they speak of old names. */
  readonly underOldNames?: readonly Draft[];
  /** True when the object was there before, and is made anew for what is altered. */
  readonly again?: true;
}

/** An object that goes or comes, and the change that asks for it. */
export interface Passing {
  readonly object: SchemaObject;
  readonly because: Change;
  readonly includes: readonly Change[];
  /** See Operation.again. */
  readonly again?: true;
}

/** By key id. */
export type Passings = Map<string, Passing>;

export interface Operations {
  readonly operations: readonly Operation[];
  readonly unplanned: readonly Unplanned[];
}
