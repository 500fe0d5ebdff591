/** In which order kinds are made when nothing else tells: what others are built from comes first. */
import type { ObjectKind } from "../model/kind.ts";

/** 0 for what is made first. A kind that is missing here does not compile. */
export const stageOf: Readonly<Record<ObjectKind, number>> = {
  server: 0,
  database: 0,
  setting: 0,
  role: 0,
  "role-membership": 1,
  schema: 1,
  language: 1,
  "access-method": 1,
  extension: 2,
  "foreign-data-wrapper": 2,
  "foreign-server": 3,
  collation: 3,
  "text-search-parser": 3,
  "text-search-template": 3,
  "user-mapping": 4,
  "text-search-dictionary": 4,
  "text-search-configuration": 5,
  enum: 5,
  "base-type": 5,
  "loadable-function": 5,
  "composite-type": 6,
  "range-type": 6,
  domain: 6,
  sequence: 7,
  function: 8,
  procedure: 8,
  package: 8,
  aggregate: 9,
  cast: 9,
  operator: 9,
  conversion: 9,
  transform: 9,
  "package-body": 9,
  "operator-family": 10,
  "operator-class": 11,
  table: 12,
  column: 13,
  partition: 13,
  "primary-key": 14,
  unique: 15,
  exclusion: 15,
  check: 16,
  index: 17,
  statistics: 18,
  "foreign-key": 19,
  view: 20,
  "materialized-view": 20,
  trigger: 21,
  rule: 21,
  policy: 21,
  event: 21,
  "event-trigger": 21,
  publication: 22,
  subscription: 22,
  "large-object": 22,
  comment: 23,
  privilege: 23,
  "default-privileges": 23,
  "security-label": 23,
};

/** Once keys and indexes are made, and before foreign keys. */
export const keyedStage = 18.5;

/** Beyond every stage. */
export const lastStage = 24;

/** What one step deeper adds; never so much that it comes to a stage. */
export const depthRank = 0.001;

/** Before every alteration: what goes may stand in its way. What is made last goes first. */
export const dropRank = -100;

/** Before every stage, and before everything that is dropped. */
export const firstStage = -1000;
