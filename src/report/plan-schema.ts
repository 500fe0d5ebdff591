/** The JSON Schema of `plan --json`, published as docs/schemas/plan.schema.json. It may grow; what is there stays. */
import { hazardKinds } from "../model/plan.ts";
import { dialects } from "../model/server.ts";
import { list, objectProperties, record, text } from "./schema-parts.ts";

const sql = { ...text, description: "One statement without a semicolon at its end." };
const fingerprint = { ...text, pattern: "^[0-9a-f]{64}$" };

const changeProperties = {
  verb: {
    enum: ["added", "removed", "altered", "renamed"],
    description: "added: `to` has it, `from` does not.",
  },
  ...objectProperties,
  attribute: { type: ["string", "null"], description: "The attribute that differs; null unless altered." },
} as const;

const change = { $ref: "#/definitions/change" };

const statementSchema = record({
  sql,
  reverse: {
    description: "What takes it back, in order; empty when the reverse of a neighbouring statement does.",
    anyOf: [{ type: "array", items: sql }, { const: "irreversible" }],
  },
  hazards: list(
    record({
      kind: { enum: [...hazardKinds] },
      sentence: { ...text, description: "One sentence for people." },
    }),
    "What can go wrong on a database with rows and users.",
  ),
  lock: {
    type: ["string", "null"],
    description: "In the server's own words, e.g. ACCESS EXCLUSIVE; null when no table is locked.",
  },
  transactional: {
    type: "boolean",
    description: "False when it must not share a transaction with the others, or ends the running one.",
  },
  because: change,
  includes: list(change, "Further changes that this statement makes, such as the columns of a new table."),
});

export const planSchema = {
  $schema: "http://json-schema.org/draft-07/schema#",
  title: "driftwatch plan --json",
  description: "The ordered statements that turn one schema into another, with their way back.",
  ...record({
    from: { ...text, description: "The source that the database holds, as it was named." },
    to: { ...text, description: "The source that it is to match, as it was named." },
    dialect: { enum: [...dialects] },
    fingerprints: {
      ...record({ from: fingerprint, to: fingerprint }),
      description: "What the plan was made for.",
    },
    session: list(sql, "To be run first, by whoever runs the plan or its rollback."),
    statements: list({ $ref: "#/definitions/statement" }, "In the order in which they are to be run."),
    brought: list(change, "Changes that the server makes along with the statements."),
    unplanned: list(
      record({ ...changeProperties, reason: { ...text, description: "One sentence for people." } }),
      "Changes that the plan does not make. While there is one, the result is not `to`.",
    ),
    rollback: {
      ...record({
        complete: { type: "boolean", description: "False when a statement is irreversible." },
        statements: list(sql, "In the order in which they are to be run."),
      }),
      description: "The way back. Rows never come back.",
    },
  }),
  definitions: { change: record(changeProperties), statement: statementSchema },
} as const;
