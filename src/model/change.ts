/** What differs between two snapshots, and what Driftwatch says of it. */
import type { AttributeValue } from "./attribute.ts";
import { keyId, type ObjectKey } from "./key.ts";
import type { ObjectKind } from "./kind.ts";
import type { SchemaObject } from "./object.ts";
import type { Category, Severity } from "./severity.ts";

/** `object` is the live object, except on `removed`, where it is the baseline's. */
interface ChangeOf<V extends string> {
  readonly verb: V;
  readonly kind: ObjectKind;
  readonly key: ObjectKey;
  readonly object: SchemaObject;
}

export type Added = ChangeOf<"added">;
export type Removed = ChangeOf<"removed">;

/** One attribute of an object that both sides have. */
export interface Altered extends ChangeOf<"altered"> {
  readonly attribute: string;
  readonly before: AttributeValue;
  readonly after: AttributeValue;
}

/** `key` is the new key. "identity": the server's own object id proves it; "structure": everything else is equal. */
export interface Renamed extends ChangeOf<"renamed"> {
  readonly from: ObjectKey;
  readonly certainty: "identity" | "structure";
}

/** One difference between two snapshots, baseline -> live. */
export type Change = Added | Removed | Altered | Renamed;

/** Stable text that tells one change of a comparison from every other; the same drift has the same id every time. */
export function changeId(change: Change): string {
  const attribute = change.verb === "altered" ? `.${change.attribute}` : "";
  return `${change.verb} ${keyId(change.key)}${attribute}`;
}

/** Stable: "COL005". docs/rules.md lists all. */
export type RuleCode = string;

/** A migration ledger's row that explains a change. */
export interface LedgerEntry {
  readonly ledger: string;
  readonly version: string;
  readonly appliedAt?: string;
}

/** Who made a change, as far as the server can tell. */
export interface Attribution {
  readonly user?: string;
  readonly application?: string;
  readonly client?: string;
  readonly at?: string;
  readonly statement?: string;
}

/** A change with what it means. */
export interface Finding {
  readonly code: RuleCode;
  readonly severity: Severity;
  readonly category: Category;
  readonly change: Change;
  /** One sentence for people. */
  readonly sentence: string;
  /** Objects that came or went with an added or removed parent and have no finding of their own. */
  readonly includes?: readonly ObjectKey[];
  readonly expected?: LedgerEntry;
  readonly attribution?: Attribution;
}
