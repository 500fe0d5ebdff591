/** The database server behind a snapshot, and what the monitoring user could not see there. */
import type { Options } from "./attribute.ts";
import type { NameCase } from "./glob.ts";
import type { ObjectKind } from "./kind.ts";

export const dialects = ["postgres", "mysql"] as const;
export type Dialect = (typeof dialects)[number];

/** MariaDB is a flavor of the mysql dialect. */
export type Flavor = "postgresql" | "mysql" | "mariadb";

/** Flavors by the names that people know. */
export const flavorNames: Readonly<Record<Flavor, string>> = {
  postgresql: "PostgreSQL",
  mysql: "MySQL",
  mariadb: "MariaDB",
};

export interface ServerInfo {
  readonly flavor: Flavor;
  /** As the server says it, e.g. "18.4", "9.7.4", "10.11.19-MariaDB". */
  readonly version: string;
  /** What must be equal for texts to be comparable: "18", "9.7", "10.11". */
  readonly major: string;
  /**
   * Which server instance and database this is (system identifier and database oid; server uuid), or null when it
   * cannot be told. Object ids and settings are comparable only inside one instance.
   */
  readonly instance: string | null;
  readonly database: string;
  /** Settings that give SQL its meaning; compared only inside one instance. */
  readonly settings: Options;
}

/**
 * Whether globs over names look at case: not where one of the servers itself takes names of schemas and tables for equal
 * whatever their case (MySQL's lower_case_table_names 1 and 2; its other names never differ by case alone).
 */
export function nameCaseOf(...servers: readonly Pick<ServerInfo, "settings">[]): NameCase {
  const isFolded = servers.some(({ settings }) => /^[12]$/.test(String(settings.lower_case_table_names)));
  return isFolded ? "folded" : "exact";
}

/** A part of the catalog that the monitoring user could not read. */
export interface HiddenArea {
  /** Stable name, e.g. "subscriptions", "routine bodies of shop". */
  readonly area: string;
  /** Why, one sentence. */
  readonly reason: string;
  /** The exact statement that an administrator runs to open it. */
  readonly remedy?: string;
  /** Kinds of object that may be missing or incomplete because of it. */
  readonly kinds: readonly ObjectKind[];
  /** Where such objects are all there and only lack something: what they lack. */
  readonly attributes?: readonly string[];
  /** What the paths of such objects begin with, where that is known: a schema, or one object. */
  readonly path?: readonly string[];
}

/** What a snapshot covers. Patterns are globs over names (`*`, `?`), matched against "schema" or "schema.object". */
export interface Scope {
  readonly schemas?: readonly string[];
  readonly excludeSchemas?: readonly string[];
  /** Roles (cluster-wide accounts, memberships, settings of roles) are opt-in. */
  readonly roles?: boolean;
}

/** What a grant of the monitoring user opens. */
export interface Opening {
  /** Schema, table, column; shorter is more, none is everything. The name of the schema is a glob. */
  readonly path: readonly string[];
  /** Those that let something be seen; "any" beside them where one of all lists what is there. */
  readonly privileges: readonly string[];
}

/** What was read, and what was not. */
export interface Visibility {
  /** The user that read, without host or password. */
  readonly user: string;
  readonly schemas: readonly string[];
  readonly hidden: readonly HiddenArea[];
  /** Objects seen and not modelled, by what they are. */
  readonly unmodelled: readonly { readonly what: string; readonly count: number }[];
  /**
   * Where the server only lists what the user holds a privilege on: what the grants open, and the schemas that are closed
   * again. What went out of sight with a grant is told from what was dropped by them.
   */
  readonly opened?: readonly Opening[];
  readonly closed?: readonly string[];
  /** True for what an .sql file makes: it says what is inside a database, and nothing of the database or server around it. */
  readonly contentOnly?: boolean;
  /** Of a baseline: the scope of its environment at that time. */
  readonly scope?: Scope;
}
