/** How plans speak PostgreSQL: a row per kind of object. A kind without a row is not planned, and plans say so. */
import type { Renderer } from "../../plan/renderer.ts";
import { commentRenderer, defaultPrivilegesRenderer, privilegeRenderer } from "./render/access.ts";
import { columnRenderer } from "./render/columns.ts";
import * as constraints from "./render/constraints.ts";
import { indexRenderer } from "./render/indexes.ts";
import * as programs from "./render/programs.ts";
import { schemaRenderer, sequenceRenderer, tableRenderer } from "./render/tables.ts";
import * as types from "./render/types.ts";
import { materializedViewRenderer, ruleRenderer, viewRenderer } from "./render/views.ts";

/** Statements of the session that keep texts from being read otherwise than they were printed, as pg_dump sets them. */
const session: readonly string[] = [
  "SET search_path = ''",
  "SET check_function_bodies = off",
  "SET standard_conforming_strings = on",
];

export function createRenderer(): Renderer {
  return {
    dialect: "postgres",
    session,
    kinds: {
      schema: schemaRenderer,
      table: tableRenderer,
      column: columnRenderer,
      sequence: sequenceRenderer,
      "primary-key": constraints.primaryKeyRenderer,
      unique: constraints.uniqueRenderer,
      "foreign-key": constraints.foreignKeyRenderer,
      check: constraints.checkRenderer,
      exclusion: constraints.exclusionRenderer,
      index: indexRenderer,
      view: viewRenderer,
      "materialized-view": materializedViewRenderer,
      rule: ruleRenderer,
      function: programs.functionRenderer,
      procedure: programs.procedureRenderer,
      aggregate: programs.aggregateRenderer,
      trigger: programs.triggerRenderer,
      "event-trigger": programs.eventTriggerRenderer,
      policy: programs.policyRenderer,
      enum: types.enumRenderer,
      domain: types.domainRenderer,
      "composite-type": types.compositeTypeRenderer,
      "range-type": types.rangeTypeRenderer,
      extension: types.extensionRenderer,
      comment: commentRenderer,
      privilege: privilegeRenderer,
      "default-privileges": defaultPrivilegesRenderer,
    },
  };
}
