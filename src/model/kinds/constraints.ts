/** Attributes of constraints, triggers, rules and policies: what a table enforces or does by itself. */
import type { Options } from "../attribute.ts";

export interface KeyConstraintAttributes {
  columns: readonly string[];
  include?: readonly string[];
  nullsNotDistinct?: boolean;
  deferrable?: boolean;
  initiallyDeferred?: boolean;
  withoutOverlaps?: boolean;
  /** Parameters of the index behind the constraint. */
  storageParameters?: Options;
  tablespace?: string | null;
  clustered?: boolean;
  valid?: boolean;
  /** Qualified parent constraint when inherited by a partition. */
  inheritedFrom?: string | null;
  method?: string;
  /** PostgreSQL: as ForeignKeyAttributes.triggerState, of the trigger behind a deferrable constraint. */
  triggerState?: string;
  /** MySQL: INVISIBLE, KEY_BLOCK_SIZE, USING, ENGINE_ATTRIBUTE ... by upper-case name. */
  createOptions?: Options;
  /** As IndexAttributes.extensionDependencies, of the index behind the constraint. */
  extensionDependencies?: readonly string[];
}

export interface ExclusionAttributes {
  /** The server's own text (pg_get_constraintdef). */
  definition: string;
  deferrable?: boolean;
  initiallyDeferred?: boolean;
  storageParameters?: Options;
  tablespace?: string | null;
  inheritedFrom?: string | null;
  clustered?: boolean;
  triggerState?: string;
  valid?: boolean;
  /** As IndexAttributes.extensionDependencies, of the index behind the constraint. */
  extensionDependencies?: readonly string[];
}

export interface ForeignKeyAttributes {
  columns: readonly string[];
  /** Qualified; MySQL leaves the schema out when it is the table's own. */
  referencedTable: string;
  referencedColumns: readonly string[];
  onUpdate: string;
  onDelete: string;
  /** Columns of ON DELETE SET NULL (a, b). */
  onDeleteColumns?: readonly string[];
  match?: string;
  deferrable?: boolean;
  initiallyDeferred?: boolean;
  validated?: boolean;
  enforced?: boolean;
  period?: boolean;
  inheritedFrom?: string | null;
  /** "O" enabled; "D" when ALTER TABLE ... DISABLE TRIGGER ALL switched its internal triggers off; "R", "A". */
  triggerState?: string;
  /** The same for the triggers on the referenced table. */
  referencedTriggerState?: string;
}

export interface CheckAttributes {
  expression: string;
  validated?: boolean;
  enforced?: boolean;
  inherit?: boolean;
  /** True when (also) declared on this table and not only inherited. */
  local?: boolean;
  /** MariaDB: the column whose own check this is; null for checks of the table. */
  column?: string | null;
}

export interface TriggerAttributes {
  /** The server's own text. */
  definition: string;
  /** "O" enabled, "D" disabled, "R" replica, "A" always. */
  enabled?: string;
  constraint?: boolean;
  /** Qualified parent trigger when cloned to a partition. */
  inheritedFrom?: string | null;
  /** As IndexAttributes.extensionDependencies. */
  extensionDependencies?: readonly string[];
  timing?: string;
  event?: string;
  /** MySQL: order among the triggers of one table, timing and event. */
  order?: number;
  definer?: string;
  sqlMode?: string;
  clientCharset?: string;
  clientCollation?: string;
  databaseCollation?: string;
}

export interface EventTriggerAttributes {
  event: string;
  function: string;
  tags: readonly string[];
  enabled: string;
  owner: string;
}

export interface RewriteRuleAttributes {
  definition: string;
  enabled: string;
}

export interface PolicyAttributes {
  command: string;
  permissive: boolean;
  roles: readonly string[];
  using: string | null;
  withCheck: string | null;
}
