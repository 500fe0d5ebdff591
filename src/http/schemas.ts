/** JSON Schemas of requests and answers: requests are validated by them, and OpenAPI is generated from all of them. */
import { checkPhases } from "../model/check.ts";
import { errorCodes } from "../model/errors.ts";
import { dialects } from "../model/server.ts";
import { categories, severities } from "../model/severity.ts";

export const outcomes = ["in-sync", "unbaselined", "drifted", "unknown"] as const;
const incidentStates = ["open", "resolved", "accepted"] as const;
export const largestLimit = 500;

const text = { type: "string" } as const;
const count = { type: "integer", minimum: 0 } as const;
const flag = { type: "boolean" } as const;
const time = { type: "string", format: "date-time" } as const;
const orNull = <T extends object>(schema: T) => ({ ...schema, nullable: true }) as const;
const anything = { description: "Any JSON value." } as const;

function record<T extends Readonly<Record<string, object>>>(
  properties: T,
  optional: readonly (keyof T)[] = [],
) {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: "object", properties, required } as const;
}

function listOf<T extends object>(items: T) {
  return record({
    items: { type: "array", items },
    next: { ...orNull(text), description: "Pass it as `before` for the next page; null on the last one." },
  });
}

const countsBySeverity = record(Object.fromEntries(severities.map((severity) => [severity, count])));

export const environmentSchema = record({
  name: text,
  dialect: { type: "string", enum: dialects },
  flavor: {
    ...orNull({ type: "string", enum: ["postgresql", "mysql", "mariadb", null] }),
    description: "What the server really is, as the baseline knows it; null before there is one.",
  },
  configured: { ...flag, description: "False when it is stored but no longer in the configuration." },
  critical: flag,
  labels: { type: "object", additionalProperties: text },
  outcome: {
    ...orNull({ type: "string", enum: [...outcomes, null] }),
    description: "Null before the first check.",
  },
  lastCheckAt: orNull(time),
  lastSuccessAt: { ...orNull(time), description: "The last check that could read everything." },
  lastFullCheckAt: orNull(time),
  openFindings: countsBySeverity,
  oldestFindingAt: orNull(time),
  everySeconds: orNull({ type: "number" }),
  nextCheckAt: orNull(time),
});

const keySchema = record(
  { kind: text, path: { type: "array", items: text }, signature: text, of: text, role: text },
  ["signature", "of", "role"],
);

const changeSchema = {
  ...record(
    {
      verb: { type: "string", enum: ["added", "removed", "altered", "renamed"] },
      kind: text,
      key: keySchema,
      object: { type: "object", additionalProperties: true },
      attribute: text,
      before: anything,
      after: anything,
      from: keySchema,
      certainty: text,
    },
    ["attribute", "before", "after", "from", "certainty"],
  ),
  description: "`attribute`, `before` and `after` on altered; `from` and `certainty` on renamed.",
} as const;

const findingSchema = {
  ...record({
    code: text,
    severity: { type: "string", enum: severities },
    category: { type: "string", enum: categories },
    sentence: text,
    change: changeSchema,
  }),
  additionalProperties: true,
} as const;

const trackedFindingSchema = record({
  id: text,
  environment: text,
  incidentId: orNull(text),
  finding: findingSchema,
  firstSeenAt: time,
  lastSeenAt: time,
  resolvedAt: orNull(time),
});

export const checkSchema = record({
  id: text,
  environment: text,
  startedAt: time,
  finishedAt: time,
  outcome: { type: "string", enum: outcomes },
  worst: orNull({ type: "string", enum: [...severities, null] }),
  findingCounts: countsBySeverity,
  probeHit: flag,
  snapshotFingerprint: orNull(text),
  errorCode: orNull(text),
  errorMessage: orNull(text),
  hiddenChanges: count,
  durations: {
    ...record(Object.fromEntries(checkPhases.map((phase) => [phase, { type: "number" }])), [...checkPhases]),
    description: "Milliseconds per phase.",
  },
});

const incidentSchema = {
  ...record({
    id: text,
    environment: text,
    state: { type: "string", enum: incidentStates },
    worst: { type: "string", enum: severities },
    openedAt: time,
    updatedAt: time,
    closedAt: orNull(time),
  }),
  additionalProperties: true,
} as const;

export const baselineSchema = {
  ...record({
    id: text,
    environment: text,
    fingerprint: text,
    modelVersion: count,
    acceptedAt: time,
    acceptedBy: text,
    reason: text,
    origin: { type: "string", enum: ["captured", "accepted", "imported", "completed"] },
  }),
  additionalProperties: true,
} as const;

export const previewSchema = {
  ...record({
    environment: text,
    fingerprint: { ...text, description: "Pass it to accept just this." },
    objects: count,
    baseline: { ...baselineSchema, nullable: true },
    findings: { type: "array", items: findingSchema },
    hidden: { type: "array", items: record({ rule: text, count, reason: text }, ["reason"]) },
  }),
  additionalProperties: true,
} as const;

export const snapshotMetadataSchema = record({
  fingerprint: text,
  takenAt: time,
  modelVersion: count,
  dialect: { type: "string", enum: dialects },
  server: { type: "object", additionalProperties: true },
  objects: count,
  roots: count,
  visibility: { type: "object", additionalProperties: true },
});

export const auditSchema = record({ at: time, actor: text, action: text, environment: text, detail: text });

export const errorSchema = record({
  error: record({
    code: { type: "string", enum: Object.keys(errorCodes) },
    message: text,
    remedy: orNull(text),
  }),
});

export const readinessSchema = record({
  status: { type: "string", enum: ["ready", "degraded", "unready", "stopping"] },
  parts: {
    type: "array",
    items: record(
      { name: text, status: { type: "string", enum: ["ok", "degraded", "down"] }, code: text, reason: text },
      ["code", "reason"],
    ),
  },
});

export const lists = {
  environments: listOf(environmentSchema),
  checks: listOf(checkSchema),
  findings: listOf(trackedFindingSchema),
  incidents: listOf(incidentSchema),
  baselines: listOf(baselineSchema),
  snapshots: listOf(snapshotMetadataSchema),
  audit: listOf(auditSchema),
} as const;

// ---- requests -------------------------------------------------------------------------------------------------

const limit = { type: "integer", minimum: 1, maximum: largestLimit, default: 50 } as const;
/** PostgreSQL refuses the NUL character in text. */
const plainText = { type: "string", minLength: 1, maxLength: 200, pattern: "^[^\\u0000]+$" } as const;
const environmentName = plainText;

/** Checked in paging.ts, which says what is wrong with it. */
const before = {
  type: "string",
  maxLength: 50,
  description: "The `next` of the page before, or a time: only what is older.",
} as const;

export const queries = {
  environment: { type: "object", properties: { environment: environmentName, limit, before } },
  checks: {
    type: "object",
    properties: {
      environment: environmentName,
      limit,
      before,
    },
  },
  findings: {
    type: "object",
    properties: {
      environment: environmentName,
      limit,
      before,
      open: { ...flag, description: "True: only open ones; false: only resolved ones." },
    },
  },
  incidents: {
    type: "object",
    properties: {
      environment: environmentName,
      limit,
      before,
      state: { type: "string", enum: incidentStates },
    },
  },
  baselines: {
    type: "object",
    properties: { environment: environmentName, limit, before },
    required: ["environment"],
  },
  snapshots: {
    type: "object",
    properties: {
      environment: environmentName,
      at: {
        ...time,
        description: "The latest snapshot at or before this time; the latest of all when absent.",
      },
    },
    required: ["environment"],
  },
} as const;

export const parameters = {
  environment: { type: "object", properties: { name: environmentName }, required: ["name"] },
  check: { type: "object", properties: { id: plainText }, required: ["id"] },
  fingerprint: {
    type: "object",
    properties: { fingerprint: { type: "string", pattern: "^[0-9a-f]{64}$" } },
    required: ["fingerprint"],
  },
} as const;

export const acceptBodySchema = {
  type: "object",
  properties: {
    reason: { type: "string", minLength: 1, maxLength: 500, pattern: "\\S" },
    fingerprint: { type: "string", pattern: "^[0-9a-f]{64}$", description: "Of the preview." },
    actor: {
      type: "string",
      maxLength: 100,
      description: "Who accepts; written to the audit log as stated.",
    },
  },
  required: ["reason", "fingerprint"],
  additionalProperties: false,
} as const;

export interface AcceptBody {
  readonly reason: string;
  readonly fingerprint: string;
  readonly actor?: string;
}
