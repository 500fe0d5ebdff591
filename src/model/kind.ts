/**
 * The kinds of object and their attributes: one row per kind. A kind that is missing here, or an attribute without a
 * rule, does not compile.
 */
import type * as access from "./kinds/access.ts";
import type * as constraints from "./kinds/constraints.ts";
import type * as programs from "./kinds/programs.ts";
import type * as relations from "./kinds/relations.ts";

export interface AttributesOf {
  server: relations.ServerAttributes;
  database: relations.DatabaseAttributes;
  setting: relations.SettingAttributes;
  schema: relations.SchemaAttributes;
  table: relations.TableAttributes;
  column: relations.ColumnAttributes;
  partition: relations.PartitionAttributes;
  "primary-key": constraints.KeyConstraintAttributes;
  unique: constraints.KeyConstraintAttributes;
  "foreign-key": constraints.ForeignKeyAttributes;
  check: constraints.CheckAttributes;
  exclusion: constraints.ExclusionAttributes;
  index: relations.IndexAttributes;
  view: relations.ViewAttributes;
  "materialized-view": relations.MaterializedViewAttributes;
  function: programs.RoutineAttributes;
  procedure: programs.RoutineAttributes;
  aggregate: programs.AggregateAttributes;
  trigger: constraints.TriggerAttributes;
  "event-trigger": constraints.EventTriggerAttributes;
  rule: constraints.RewriteRuleAttributes;
  policy: constraints.PolicyAttributes;
  sequence: relations.SequenceAttributes;
  enum: programs.EnumAttributes;
  domain: programs.DomainAttributes;
  "composite-type": programs.CompositeTypeAttributes;
  "range-type": programs.RangeTypeAttributes;
  "base-type": programs.DefinitionAttributes;
  extension: access.ExtensionAttributes;
  "foreign-data-wrapper": access.ForeignDataWrapperAttributes;
  "foreign-server": access.ForeignServerAttributes;
  "user-mapping": access.UserMappingAttributes;
  publication: access.PublicationAttributes;
  subscription: access.SubscriptionAttributes;
  collation: programs.CollationAttributes;
  "text-search-configuration": programs.TextSearchConfigurationAttributes;
  "text-search-dictionary": programs.TextSearchDictionaryAttributes;
  "text-search-parser": programs.DefinitionAttributes;
  "text-search-template": programs.DefinitionAttributes;
  statistics: relations.ExtendedStatisticsAttributes;
  cast: programs.DefinitionAttributes;
  operator: programs.DefinitionAttributes;
  "operator-class": programs.DefinitionAttributes;
  "operator-family": programs.DefinitionAttributes;
  conversion: programs.DefinitionAttributes;
  language: programs.DefinitionAttributes;
  "access-method": programs.DefinitionAttributes;
  transform: programs.DefinitionAttributes;
  "large-object": relations.LargeObjectAttributes;
  event: programs.EventAttributes;
  package: programs.PackageAttributes;
  "package-body": programs.PackageAttributes;
  "loadable-function": programs.LoadableFunctionAttributes;
  role: access.RoleAttributes;
  "role-membership": access.RoleMembershipAttributes;
  privilege: access.PrivilegeAttributes;
  "default-privileges": access.DefaultPrivilegesAttributes;
  comment: access.CommentAttributes;
  "security-label": access.SecurityLabelAttributes;
}

export type ObjectKind = keyof AttributesOf;
