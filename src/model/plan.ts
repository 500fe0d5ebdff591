/** A plan: ordered statements that turn one schema into another, each with its way back, its dangers and its lock. */
import type { Change } from "./change.ts";
import type { Dialect } from "./server.ts";

/** What can go wrong when a statement runs on a database with rows and users. */
export const hazardKinds = [
  "data-loss",
  "may-fail",
  "table-rewrite",
  "table-scan",
  "blocks-reads",
  "blocks-writes",
  "column-order",
  "access",
] as const;
export type HazardKind = (typeof hazardKinds)[number];

/** One danger of one statement. */
export interface Hazard {
  readonly kind: HazardKind;
  /** One sentence for people. */
  readonly sentence: string;
}

/** One statement of a plan. */
export interface Statement {
  /** One statement without a semicolon at its end. */
  readonly sql: string;
  /** What takes it back, in order; empty when a neighbouring statement's reverse does. Rows never come back. */
  readonly reverse: readonly string[] | "irreversible";
  readonly hazards: readonly Hazard[];
  /** The lock in the server's own words ("ACCESS EXCLUSIVE"; "INPLACE, LOCK=NONE"), null when no table is locked. */
  readonly lock: string | null;
  /** False when it must not share a transaction with the others, or ends the running one. */
  readonly transactional: boolean;
  readonly because: Change;
  /** Further changes that this statement makes: the columns of a new table, other attributes of the same column. */
  readonly includes?: readonly Change[];
}

/** A change that the plan does not make, and why. */
export interface Unplanned {
  readonly change: Change;
  /** One sentence for people. */
  readonly reason: string;
}

/** Made for the two fingerprints it names, and proven for no others. */
export interface Plan {
  readonly dialect: Dialect;
  /** Fingerprint of the schema that the plan starts from. */
  readonly from: string;
  /** Fingerprint of the schema that it leads to, as far as nothing is unplanned. */
  readonly to: string;
  /** Statements for the session that runs the plan or its reverse: names and texts are read as they were printed. */
  readonly session: readonly string[];
  readonly statements: readonly Statement[];
  /** Changes that the server makes along with the statements: a partition's own copy of its parent's index. */
  readonly brought: readonly Change[];
  readonly unplanned: readonly Unplanned[];
}

/** The way back: the reverses of all statements from the last to the first, and what has none. */
export function rollbackOf(plan: Plan): {
  readonly statements: readonly string[];
  readonly irreversible: readonly Statement[];
} {
  const backwards = plan.statements.toReversed();
  return {
    statements: backwards.flatMap(({ reverse }) => (reverse === "irreversible" ? [] : reverse)),
    irreversible: backwards.filter(({ reverse }) => reverse === "irreversible"),
  };
}
