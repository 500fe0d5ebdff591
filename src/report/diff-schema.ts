/** The JSON Schema of `diff --json`, published as docs/schemas/diff.schema.json. It may grow; what is there stays. */
import { categories, severities } from "../model/severity.ts";

const text = { type: "string" } as const;
const count = { type: "integer", minimum: 0 } as const;

const objectProperties = {
  kind: { ...text, description: "The kind of object, e.g. column." },
  object: { ...text, description: "The address as people write it, e.g. public.orders.total." },
  key: { ...text, description: "The unambiguous text of the object's key, e.g. column:public.orders.total." },
};

const objectSchema = {
  type: "object",
  additionalProperties: false,
  required: ["kind", "object", "key"],
  properties: objectProperties,
};

const value = {
  description:
    "altered: the attribute's value. added, removed: the object's attributes on its side, null on the other. renamed: the address.",
};

function optionalTexts(names: readonly string[]): Record<string, typeof text> {
  return Object.fromEntries(names.map((name) => [name, text]));
}

const findingSchema = {
  type: "object",
  additionalProperties: false,
  required: [
    "code",
    "severity",
    "category",
    "sentence",
    "verb",
    "kind",
    "object",
    "key",
    "attribute",
    "before",
    "after",
    "includes",
  ],
  properties: {
    code: {
      ...text,
      pattern: "^[A-Z]{3}[0-9]{3}$",
      description: "The rule's stable code; docs/rules.md lists all.",
    },
    severity: { $ref: "#/definitions/severity" },
    category: { enum: [...categories] },
    sentence: { ...text, description: "One sentence for people." },
    verb: {
      enum: ["added", "removed", "altered", "renamed"],
      description: "added: `to` has it, `from` does not.",
    },
    ...objectProperties,
    attribute: { type: ["string", "null"], description: "The attribute that differs; null unless altered." },
    before: value,
    after: value,
    from: { $ref: "#/definitions/object", description: "renamed: the object under its old name." },
    includes: {
      type: "array",
      items: { $ref: "#/definitions/object" },
      description: "Objects that came or went with it and have no finding of their own.",
    },
    expected: {
      type: "object",
      additionalProperties: false,
      required: ["ledger", "version"],
      properties: optionalTexts(["ledger", "version", "appliedAt"]),
      description: "The migration that explains the change.",
    },
    attribution: {
      type: "object",
      additionalProperties: false,
      properties: optionalTexts(["user", "application", "client", "at", "statement"]),
      description: "Who made the change, as far as the server can tell.",
    },
  },
};

const summarySchema = {
  type: "object",
  additionalProperties: false,
  required: ["headline", "total", "worst", "counts", "hidden", "unmodelled", "unreadable"],
  properties: {
    headline: { ...text, description: 'E.g. "2 critical, 1 low".' },
    total: count,
    worst: { anyOf: [{ $ref: "#/definitions/severity" }, { type: "null" }] },
    counts: {
      type: "object",
      additionalProperties: false,
      required: [...severities],
      properties: Object.fromEntries(severities.map((severity) => [severity, count])),
    },
    hidden: {
      type: "array",
      description: "Changes that ignore rules and modes hid.",
      items: {
        type: "object",
        additionalProperties: false,
        required: ["rule", "count"],
        properties: { rule: text, count },
      },
    },
    unmodelled: {
      type: "array",
      description: "Objects seen and not compared.",
      items: {
        type: "object",
        additionalProperties: false,
        required: ["what", "count"],
        properties: { what: text, count },
      },
    },
    unreadable: {
      type: "array",
      description: "Parts of the catalog that the user could not read.",
      items: {
        type: "object",
        additionalProperties: false,
        required: ["area", "reason"],
        properties: optionalTexts(["area", "reason", "remedy"]),
      },
    },
  },
};

export const diffSchema = {
  $schema: "http://json-schema.org/draft-07/schema#",
  title: "driftwatch diff --json",
  description: "The differences between two schemas, each classified.",
  type: "object",
  additionalProperties: false,
  required: ["from", "to", "inSync", "summary", "findings"],
  properties: {
    from: { ...text, description: "The first source, as it was named." },
    to: { ...text, description: "The second source, as it was named." },
    inSync: { type: "boolean", description: "True when there is no finding." },
    summary: summarySchema,
    findings: { type: "array", items: { $ref: "#/definitions/finding" }, description: "Worst first." },
  },
  definitions: { severity: { enum: [...severities] }, object: objectSchema, finding: findingSchema },
} as const;
