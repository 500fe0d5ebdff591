/** Attributes of programs and of the types and operators they are built from. */
import type { Options } from "../attribute.ts";

export interface RoutineAttributes {
  /**
   * MySQL: SHOW CREATE FUNCTION without its definer. PostgreSQL: the body clause alone, as pg_get_functiondef prints it
   * ("AS $function$...$function$", "BEGIN ATOMIC ...", "RETURN ..."); the other attributes tell every other clause.
   */
  definition: string;
  owner?: string;
  language?: string;
  returns?: string | null;
  arguments?: string;
  securityDefiner?: boolean;
  volatility?: string;
  parallel?: string;
  strict?: boolean;
  leakproof?: boolean;
  cost?: number;
  rows?: number;
  support?: string | null;
  settings?: Options;
  window?: boolean;
  /** PostgreSQL: TRANSFORM FOR TYPE ... */
  transforms?: readonly string[];
  /** As IndexAttributes.extensionDependencies. */
  extensionDependencies?: readonly string[];
  definer?: string;
  sqlSecurity?: string;
  deterministic?: boolean;
  dataAccess?: string;
  /** MariaDB: a stored aggregate function. */
  aggregate?: boolean;
  sqlMode?: string;
  clientCharset?: string;
  clientCollation?: string;
  databaseCollation?: string;
}

export interface AggregateAttributes {
  /** Every clause of CREATE AGGREGATE that is set, by its name there. */
  options: Options;
  returns: string;
  /** As CREATE AGGREGATE takes them, names and ORDER BY included. */
  arguments?: string;
  owner?: string;
  parallel?: string;
  /** As IndexAttributes.extensionDependencies. */
  extensionDependencies?: readonly string[];
}

export interface EventAttributes {
  definition: string;
  schedule: string;
  status: string;
  onCompletion: string;
  definer: string;
  sqlMode?: string;
  timeZone?: string;
  clientCharset?: string;
  clientCollation?: string;
  databaseCollation?: string;
}

export interface PackageAttributes {
  definition: string;
  definer: string;
  sqlSecurity?: string;
  sqlMode?: string;
  clientCharset?: string;
  clientCollation?: string;
  databaseCollation?: string;
}

export interface LoadableFunctionAttributes {
  library: string;
  returns: string;
  form: string;
}

export interface EnumAttributes {
  values: readonly string[];
  owner?: string;
}

export interface DomainAttributes {
  baseType: string;
  notNull: boolean;
  default: string | null;
  collation?: string | null;
  owner?: string;
  /** PostgreSQL 18: name of a NOT NULL constraint that is not the automatic one. */
  notNullConstraint?: string | null;
}

export interface CompositeTypeAttributes {
  /** "name type [COLLATE c]" in order. */
  attributes: readonly string[];
  owner?: string;
}

export interface RangeTypeAttributes {
  subtype: string;
  operatorClass: string;
  collation: string | null;
  canonical: string | null;
  subtypeDiff: string | null;
  multirange: string | null;
  owner?: string;
}

/** Definition-only kinds: each clause that is set, by its name in the CREATE statement. */
export interface DefinitionAttributes {
  options: Options;
  owner?: string;
}

export interface CollationAttributes {
  provider: string;
  locale: string | null;
  characterType?: string | null;
  icuRules?: string | null;
  deterministic: boolean;
  version: string | null;
  /** False when the recorded version differs from the library's: indexes may be corrupt. */
  versionMatches: boolean;
  owner?: string;
}

export interface TextSearchConfigurationAttributes {
  parser: string;
  /** Token type -> dictionaries in order, comma-separated. */
  mapping: Options;
  owner?: string;
}

export interface TextSearchDictionaryAttributes {
  template: string;
  options: Options;
  owner?: string;
}
