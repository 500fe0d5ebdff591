/**
 * How plans speak MySQL and MariaDB: a row per kind of object. A kind without a row is not planned, and plans say so.
 * What differs between the two is asked of the side that is rendered.
 */
import type { Renderer } from "../../plan/renderer.ts";
import { commentRenderer } from "./render/access.ts";
import { columnRenderer } from "./render/columns.ts";
import * as constraints from "./render/constraints.ts";
import { planSqlMode } from "./render/drafts.ts";
import { literal } from "./render/names.ts";
import * as programs from "./render/programs.ts";
import { partitionRenderer, schemaRenderer, sequenceRenderer, tableRenderer } from "./render/tables.ts";
import { viewRenderer } from "./render/views.ts";

/** Texts are written for these settings. */
const session: readonly string[] = ["SET NAMES utf8mb4", `SET sql_mode = ${literal(planSqlMode)}`];

export function createRenderer(): Renderer {
  return {
    dialect: "mysql",
    session,
    kinds: {
      schema: schemaRenderer,
      table: tableRenderer,
      column: columnRenderer,
      partition: partitionRenderer,
      sequence: sequenceRenderer,
      "primary-key": constraints.primaryKeyRenderer,
      unique: constraints.uniqueRenderer,
      "foreign-key": constraints.foreignKeyRenderer,
      check: constraints.checkRenderer,
      index: constraints.indexRenderer,
      view: viewRenderer,
      function: programs.functionRenderer,
      procedure: programs.procedureRenderer,
      trigger: programs.triggerRenderer,
      event: programs.eventRenderer,
      comment: commentRenderer,
    },
  };
}
