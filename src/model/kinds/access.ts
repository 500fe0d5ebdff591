/** Attributes of who may do what, of links to other servers, and of what is said about an object (comments, labels). */
import type { Options } from "../attribute.ts";

export interface ExtensionAttributes {
  version: string;
  schema: string;
  owner?: string;
}

export interface ForeignDataWrapperAttributes {
  handler: string | null;
  validator: string | null;
  /** Secrets masked, compared by digest. */
  options: Options;
  owner: string;
}

export interface ForeignServerAttributes {
  wrapper: string;
  type: string | null;
  version: string | null;
  options: Options;
  owner: string;
}

export interface UserMappingAttributes {
  /** Left out where the monitoring user may not see them. */
  options?: Options;
}

export interface PublicationAttributes {
  owner: string;
  allTables: boolean;
  allSequences?: boolean;
  operations: readonly string[];
  viaRoot: boolean;
  generatedColumns?: string;
  schemas: readonly string[];
  /** Qualified table -> "(columns) WHERE filter". */
  tables: Options;
}

export interface SubscriptionAttributes {
  owner: string;
  enabled: boolean;
  publications: readonly string[];
  /** A digest, never the string; left out where the monitoring user may not see it. */
  connection?: string;
  slot: string | null;
  options: Options;
}

/**
 * What one grantee holds on one object beyond (or short of) what the server gives by default. An object whose
 * privileges equal the default has no privilege objects at all.
 */
export interface PrivilegeAttributes {
  grantee: string;
  /** Sorted, e.g. ["INSERT", "SELECT"]; empty when even the default was revoked. */
  privileges: readonly string[];
  /** Those of `privileges` held WITH GRANT OPTION. */
  grantable: readonly string[];
  /** What the grantee would hold by default (PUBLIC: EXECUTE on functions ...). */
  defaults: readonly string[];
}

export interface DefaultPrivilegesAttributes {
  role: string;
  grantee: string;
  privileges: readonly string[];
  grantable: readonly string[];
  defaults: readonly string[];
}

export interface RoleAttributes {
  login: boolean;
  superuser?: boolean;
  inherit?: boolean;
  createRole?: boolean;
  createDatabase?: boolean;
  replication?: boolean;
  bypassRowSecurity?: boolean;
  connectionLimit?: number;
  validUntil?: string | null;
  /** MySQL: plugin, TLS requirements, limits, lock, expiry; never a secret. */
  options?: Options;
}

export interface RoleMembershipAttributes {
  admin: boolean;
  inherit?: boolean;
  set?: boolean;
  /** PostgreSQL 16 and later: who granted it; each grant can be revoked by itself. */
  grantors?: readonly string[];
  default?: boolean;
}

export interface CommentAttributes {
  text: string;
}

export interface SecurityLabelAttributes {
  label: string;
}
