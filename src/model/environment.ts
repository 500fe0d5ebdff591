/** One monitored database: its name, where it is, how often it is looked at and how its snapshots are read. */
import type { Dialect, Scope } from "./server.ts";
import type { Severity } from "./severity.ts";

export type PartitionMode = "compare" | "shape" | "ignore";

/** Hides changes from findings; what it hid is counted. */
export interface IgnoreRule {
  /** Object kinds; all when absent. */
  readonly kinds?: readonly string[];
  /** Globs over the object's address, e.g. "public.tmp_*", "*.audit_*.*". */
  readonly objects?: readonly string[];
  readonly attributes?: readonly string[];
  readonly codes?: readonly string[];
  readonly reason?: string;
  readonly owner?: string;
  /** ISO date; from then on the rule no longer hides anything. */
  readonly expires?: string;
}

/** Gives findings another severity; all that is named must fit. */
export interface SeverityOverride {
  readonly code: string;
  readonly severity: Severity;
  readonly objects?: readonly string[];
}

export interface CompareModes {
  readonly ignoreComments?: boolean;
  readonly ignoreColumnOrder?: boolean;
  /** Equal indexes (constraints) under other names are one. */
  readonly ignoreIndexNames?: boolean;
  readonly ignoreConstraintNames?: boolean;
}

export interface Environment {
  readonly name: string;
  readonly dialect: Dialect;
  /** With its password; never logged, shown or queued. */
  readonly url: string;
  readonly critical: boolean;
  /** node-cron expression (5 or 6 fields), or null when derived from `everyMs`. */
  readonly cron: string | null;
  readonly everyMs: number;
  readonly timezone: string;
  readonly deadlineMs: number;
  readonly statementTimeoutMs: number;
  readonly lockTimeoutMs: number;
  /** A full check is forced this often, whatever the probe says. */
  readonly fullCheckEveryMs: number;
  /** What happens when no baseline exists: capture the first snapshot, or stay unbaselined. */
  readonly baseline: "capture" | "manual";
  readonly scope: Scope;
  readonly partitions: {
    readonly default: PartitionMode;
    readonly tables: Readonly<Record<string, PartitionMode>>;
  };
  readonly ignore: readonly IgnoreRule[];
  readonly severities: readonly SeverityOverride[];
  readonly modes: CompareModes;
  /** Key-value labels for routing and messages. */
  readonly labels: Readonly<Record<string, string>>;
}
