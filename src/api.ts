/** The public TypeScript API: what `import { ... } from "driftwatch"` gives. Nothing else is stable. */
export { type App, type AppOptions, createApp } from "./app/create-app.ts";
export { loadConfig } from "./app/load-config.ts";
export { type PlanOptions, planMigration } from "./app/plan-migration.ts";
export { snapshotOfSqlFile } from "./app/sql-source.ts";
export { type TakeSnapshotOptions, takeSnapshot } from "./app/take-snapshot.ts";
export { type ClassifyPolicy, classifyChanges } from "./classify/classify.ts";
export { compareSnapshots, compareWithHidden } from "./compare/compare.ts";
export type { CompareOptions, Comparison, HiddenChanges } from "./compare/options.ts";
export type { Config } from "./config/config.ts";
export type { LoadRequest } from "./config/load-config.ts";
export type { AttributeValue } from "./model/attribute.ts";
export type { Added, Altered, Change, Finding, Removed, Renamed, RuleCode } from "./model/change.ts";
export type { Baseline, Check, CheckOutcome, Incident, TrackedFinding } from "./model/check.ts";
export type {
  CompareModes,
  Environment,
  IgnoreRule,
  PartitionMode,
  SeverityOverride,
} from "./model/environment.ts";
export { DriftwatchError, type ErrorCode, errorCodes } from "./model/errors.ts";
export { describeKey, keyId, type ObjectKey } from "./model/key.ts";
export type { ObjectKind } from "./model/kind.ts";
export type { ObjectOf, SchemaObject } from "./model/object.ts";
export {
  type Hazard,
  type HazardKind,
  type Plan,
  rollbackOf,
  type Statement,
  type Unplanned,
} from "./model/plan.ts";
export type { Dialect, Scope, ServerInfo, Visibility } from "./model/server.ts";
export { type Category, categories, type Severity, severities } from "./model/severity.ts";
export type { RootEntry, Snapshot } from "./model/snapshot.ts";
export { parseSnapshot, serializeSnapshot } from "./model/snapshot-file.ts";
export type { DiffInput } from "./report/input.ts";
export { type JsonFinding, type JsonReport, jsonReport } from "./report/json.ts";
export { type JsonChange, type JsonPlan, planJson } from "./report/plan-json.ts";
export { type PlanInput, renderPlan, renderRollback } from "./report/sql.ts";
export { renderFindings, type TextOptions } from "./report/text.ts";
