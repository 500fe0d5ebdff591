/** What one side brings to a comparison. */
import type { SchemaObject } from "../model/object.ts";

/** One side of a comparison. `identities` is empty unless both sides come from one server instance. */
export interface Side {
  readonly objects: readonly SchemaObject[];
  readonly identities: ReadonlyMap<string, string>;
  /** The older model version of the two: what it did not know is not compared. */
  readonly version: number;
  /** The server's major version: texts of different ones may be spelled differently. */
  readonly major: string;
  /** Both sides come from one server instance, so that facts of its machine can be compared. */
  readonly sameInstance: boolean;
  /** Whether the snapshot has an object of this key id, in roots that are equal on both sides as well. */
  has(id: string): boolean;
}
