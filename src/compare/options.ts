/** How two snapshots are compared, and what a comparison yields. */
import type { Change } from "../model/change.ts";
import type { CompareModes, IgnoreRule, PartitionMode } from "../model/environment.ts";

/** What a comparison leaves out. Without options it leaves out nothing. */
export interface CompareOptions {
  readonly ignore?: readonly IgnoreRule[];
  readonly modes?: CompareModes;
  readonly partitions?: {
    readonly default: PartitionMode;
    readonly tables: Readonly<Record<string, PartitionMode>>;
  };
  /** ISO time at which ignore rules are judged for expiry; rules never expire without it. */
  readonly now?: string;
  /** Whether a changed server version, flavor or setting is a change; default true. */
  readonly server?: boolean;
}

/** How much one rule or mode hid. */
export interface HiddenChanges {
  /** The ignore rule ("ignore[2]") or mode ("ignoreComments") that hid them. */
  readonly rule: string;
  readonly count: number;
  /** Of an ignore rule, when its configuration says why. */
  readonly reason?: string;
}

/** The changes that are told, and how many were not. */
export interface Comparison {
  readonly changes: readonly Change[];
  readonly hidden: readonly HiddenChanges[];
}
