/** How two snapshots are compared. */
import type { CompareModes, IgnoreRule, PartitionMode } from "../model/environment.ts";

export interface CompareOptions {
  readonly ignore?: readonly IgnoreRule[];
  readonly modes?: CompareModes;
  readonly partitions?: { readonly default: PartitionMode; readonly tables: Readonly<Record<string, PartitionMode>> };
  /** ISO time at which ignore rules are judged for expiry; rules never expire without it. */
  readonly now?: string;
}

export interface Comparison {
  readonly changes: readonly import("../model/change.ts").Change[];
  /** Changes that an ignore rule or mode hid, by rule (its index in `ignore`, or the mode's name). */
  readonly hidden: readonly { readonly rule: string; readonly count: number }[];
}
