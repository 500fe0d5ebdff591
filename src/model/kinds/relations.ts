/**
 * Attributes of what holds rows or shows them: schemas, tables, columns, partitions, indexes, views, sequences.
 * Both dialects share a kind; an attribute that one dialect lacks is optional and absent there.
 */
import type { AttributeValue, Options } from "../attribute.ts";

export interface SchemaAttributes {
  owner?: string;
  /** MySQL: default charset, collation, encryption, read-only. */
  charset?: string;
  collation?: string;
  encrypted?: boolean;
  readOnly?: boolean;
}

export interface TableAttributes {
  /** "ordinary" | "partitioned" | "partition" | "foreign" | "system-versioned" | "sequence" (MariaDB). */
  form: string;
  owner?: string;
  /** "permanent" | "unlogged" | "temporary". */
  persistence?: string;
  accessMethod?: string | null;
  tablespace?: string | null;
  storageParameters?: Options;
  toastParameters?: Options;
  rowSecurity?: boolean;
  rowSecurityForced?: boolean;
  /** "default" | "nothing" | "full" | "index <name>". */
  replicaIdentity?: string;
  /** Inheritance parents in order, qualified. */
  inherits?: readonly string[];
  /** The composite type of a table created with OF. */
  ofType?: string | null;
  /** The partition key as the server prints it, e.g. "RANGE (created_at)". */
  partitionKey?: string | null;
  /** PostgreSQL partitions: the qualified parent and the bound. */
  partitionOf?: string | null;
  partitionBound?: string | null;
  /** Foreign tables. */
  foreignServer?: string | null;
  foreignOptions?: Options;
  engine?: string | null;
  charset?: string | null;
  collation?: string | null;
  rowFormat?: string | null;
  /** Every other CREATE TABLE option of MySQL and MariaDB, by upper-case name. */
  createOptions?: Options;
  encrypted?: boolean;
  dataDirectory?: string | null;
  /** MariaDB: application-time periods and system versioning, as the server prints them. */
  periods?: readonly string[];
  /** Text of SHOW CREATE that the model could not regenerate; null when the model tells all. */
  unmodelledDefinition?: string | null;
}

export interface ColumnAttributes {
  /** The full type as the server prints it (format_type, COLUMN_TYPE reconciled). */
  type: string;
  notNull: boolean;
  /** PostgreSQL 18: a NOT NULL constraint that differs from the automatic one. */
  notNullConstraint?: { name?: string; validated?: boolean; inherit?: boolean } | null;
  /** Default expression as the server prints it; null when there is none. */
  default: string | null;
  /** MySQL: false when the nullable column has no default at all (ALTER ... DROP DEFAULT). */
  implicitDefault?: boolean;
  /** "always" | "by default" | null. */
  identity?: string | null;
  identityOptions?: Options | null;
  generated?: string | null;
  /** "stored" | "virtual" | null. */
  generatedKind?: string | null;
  collation?: string | null;
  charset?: string | null;
  /** PostgreSQL: null where it is the type's own. */
  storage?: string | null;
  compression?: string | null;
  statisticsTarget?: number | null;
  /** n_distinct and n_distinct_inherited. */
  options?: Options;
  foreignOptions?: Options;
  /** True when an inherited column is (also) declared here. */
  local?: boolean;
  autoIncrement?: boolean;
  onUpdate?: string | null;
  invisible?: boolean;
  srid?: number | null;
  zerofill?: boolean;
  /** COLUMN_FORMAT, STORAGE, ENGINE_ATTRIBUTE, COMPRESSED, WITHOUT SYSTEM VERSIONING ... by upper-case name. */
  createOptions?: Options;
  /** 1-based ordinal among the live columns; low severity, can be ignored. */
  position: number;
}

/** MySQL and MariaDB partition or subpartition; PostgreSQL partitions are tables. */
export interface PartitionAttributes {
  /** Position among its siblings. */
  position: number;
  values: string | null;
  engine: string | null;
  options: Options;
}

export interface IndexAttributes {
  method: string;
  unique: boolean;
  /** Key columns or expressions in order, each with opclass, collation, order and nulls order as printed. */
  columns: readonly string[];
  include?: readonly string[];
  predicate?: string | null;
  nullsNotDistinct?: boolean;
  storageParameters?: Options;
  tablespace?: string | null;
  /** False after a failed CREATE INDEX CONCURRENTLY, or on a partitioned index whose parts are missing. */
  valid?: boolean;
  ready?: boolean;
  /** The table is clustered on this index. */
  clustered?: boolean;
  /** Statistics targets of expressions, by 1-based position. */
  statisticsTargets?: Options;
  /** Qualified parent index when attached to a partitioned index. */
  partitionOf?: string | null;
  /** PostgreSQL: names of the extensions whose DROP takes it along (ALTER ... DEPENDS ON EXTENSION), sorted. */
  extensionDependencies?: readonly string[];
  /** MySQL: "fulltext" | "spatial" | "vector" | "ordinary". */
  form?: string;
  parser?: string | null;
  invisible?: boolean;
  /** KEY_BLOCK_SIZE, ENGINE_ATTRIBUTE, vector M and DISTANCE ... by upper-case name. */
  createOptions?: Options;
}

export interface ViewAttributes {
  definition: string;
  owner?: string;
  options?: Options;
  /** Column names in order. */
  columns: readonly string[];
  /** Column defaults by column name (PostgreSQL: ALTER VIEW ... SET DEFAULT). */
  columnDefaults?: Options;
  definer?: string;
  sqlSecurity?: string;
  algorithm?: string;
  checkOption?: string | null;
  clientCharset?: string;
  clientCollation?: string;
  /** False when the view names something that is gone (MySQL warning 1356). */
  valid?: boolean;
}

export interface MaterializedViewAttributes {
  definition: string;
  owner?: string;
  options?: Options;
  columns: readonly string[];
  /** "<column> storage|compression|statistics|n_distinct": what ALTER COLUMN set. */
  columnOptions?: Options;
  populated: boolean;
  tablespace?: string | null;
  accessMethod?: string | null;
  /** As IndexAttributes.extensionDependencies. */
  extensionDependencies?: readonly string[];
}

export interface SequenceAttributes {
  type: string;
  start: string;
  minimum: string;
  maximum: string;
  increment: string;
  cycle: boolean;
  cache: string;
  /** Qualified column that owns the sequence ("public.t.id"), or null. */
  ownedBy?: string | null;
  persistence?: string;
  owner?: string;
  engine?: string | null;
}

export interface ExtendedStatisticsAttributes {
  definition: string;
  owner?: string;
  statisticsTarget?: number | null;
}

export interface LargeObjectAttributes {
  owner: string;
}

/** What only a server as a whole has; compared when baseline and live come from one server instance. */
export interface ServerAttributes {
  /** "postgresql" | "mysql" | "mariadb". */
  flavor: string;
  /** Major version, e.g. "18", "9.7", "10.11". */
  version: string;
  settings: Options;
}

export interface DatabaseAttributes {
  owner?: string;
  encoding?: string;
  collation?: string;
  characterType?: string;
  localeProvider?: string;
  locale?: string | null;
  icuRules?: string | null;
  connectionLimit?: number;
  allowConnections?: boolean;
  tablespace?: string;
  /** Recorded collation version; `collationVersionMatches` false means indexes may be corrupt. */
  collationVersion?: string | null;
  collationVersionMatches?: boolean;
  [extra: string]: AttributeValue | undefined;
}

/** ALTER DATABASE SET, ALTER ROLE SET, ALTER ROLE IN DATABASE SET: one object per scope and parameter. */
export interface SettingAttributes {
  value: string;
}
