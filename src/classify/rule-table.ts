/**
 * THE RULE TABLE: every kind of object and the rules for its verbs and attributes. Adding a kind to the model makes this
 * file fail to compile until the kind has rules.
 */
import type { RuleTable } from "./rule.ts";
import {
  commentRules,
  largeObjectRules,
  roleMembershipRules,
  roleRules,
  securityLabelRules,
} from "./rules/access.ts";
import { columnRules } from "./rules/columns.ts";
import {
  checkRules,
  exclusionRules,
  foreignKeyRules,
  primaryKeyRules,
  uniqueRules,
} from "./rules/constraints.ts";
import * as definitions from "./rules/definitions.ts";
import { indexRules, statisticsRules } from "./rules/indexes.ts";
import * as links from "./rules/links.ts";
import { policyRules } from "./rules/policies.ts";
import { defaultPrivilegesRules, privilegeRules } from "./rules/privileges.ts";
import * as routines from "./rules/routines.ts";
import { databaseRules, serverRules, settingRules } from "./rules/server.ts";
import { partitionRules, schemaRules, tableRules } from "./rules/tables.ts";
import { eventRules, eventTriggerRules, rewriteRuleRules, triggerRules } from "./rules/triggers.ts";
import * as types from "./rules/types.ts";
import { materializedViewRules, sequenceRules, viewRules } from "./rules/views.ts";

export const ruleTable: RuleTable = {
  server: serverRules,
  database: databaseRules,
  setting: settingRules,
  schema: schemaRules,
  table: tableRules,
  column: columnRules,
  partition: partitionRules,
  "primary-key": primaryKeyRules,
  unique: uniqueRules,
  "foreign-key": foreignKeyRules,
  check: checkRules,
  exclusion: exclusionRules,
  index: indexRules,
  statistics: statisticsRules,
  view: viewRules,
  "materialized-view": materializedViewRules,
  sequence: sequenceRules,
  function: routines.functionRules,
  procedure: routines.procedureRules,
  aggregate: routines.aggregateRules,
  package: routines.packageRules,
  "package-body": routines.packageBodyRules,
  "loadable-function": routines.loadableFunctionRules,
  trigger: triggerRules,
  "event-trigger": eventTriggerRules,
  rule: rewriteRuleRules,
  event: eventRules,
  policy: policyRules,
  enum: types.enumRules,
  domain: types.domainRules,
  "composite-type": types.compositeTypeRules,
  "range-type": types.rangeTypeRules,
  collation: types.collationRules,
  "base-type": definitions.baseTypeRules,
  cast: definitions.castRules,
  operator: definitions.operatorRules,
  "operator-class": definitions.operatorClassRules,
  "operator-family": definitions.operatorFamilyRules,
  conversion: definitions.conversionRules,
  language: definitions.languageRules,
  "access-method": definitions.accessMethodRules,
  transform: definitions.transformRules,
  "text-search-configuration": definitions.textSearchConfigurationRules,
  "text-search-dictionary": definitions.textSearchDictionaryRules,
  "text-search-parser": definitions.textSearchParserRules,
  "text-search-template": definitions.textSearchTemplateRules,
  extension: links.extensionRules,
  "foreign-data-wrapper": links.foreignDataWrapperRules,
  "foreign-server": links.foreignServerRules,
  "user-mapping": links.userMappingRules,
  publication: links.publicationRules,
  subscription: links.subscriptionRules,
  role: roleRules,
  "role-membership": roleMembershipRules,
  privilege: privilegeRules,
  "default-privileges": defaultPrivilegesRules,
  comment: commentRules,
  "security-label": securityLabelRules,
  "large-object": largeObjectRules,
};
