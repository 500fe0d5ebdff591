/** The JSON Schema of `diff --json`, published as docs/schemas/diff.schema.json. It may grow; what is there stays. */
import { categories, severities } from "../model/severity.ts";
import { count, list, objectProperties, record, text } from "./schema-parts.ts";

const value = {
  description:
    "altered: the attribute's value. added, removed: the object's attributes on its side, null on the other. renamed: the address.",
};

const findingSchema = record(
  {
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
    includes: list(
      { $ref: "#/definitions/object" },
      "Objects that came or went with it and have no finding of their own.",
    ),
    expected: {
      ...record({ ledger: text, version: text, appliedAt: text }, ["appliedAt"]),
      description: "The migration that explains the change.",
    },
    attribution: {
      ...record({ user: text, application: text, client: text, at: text, statement: text }, [
        "user",
        "application",
        "client",
        "at",
        "statement",
      ]),
      description: "Who made the change, as far as the server can tell.",
    },
  },
  ["from", "expected", "attribution"],
);

const summarySchema = record({
  headline: { ...text, description: 'E.g. "2 critical, 1 low".' },
  total: count,
  worst: { anyOf: [{ $ref: "#/definitions/severity" }, { type: "null" }] },
  counts: record(Object.fromEntries(severities.map((severity) => [severity, count]))),
  hidden: list(record({ rule: text, count }), "Changes that ignore rules and modes hid."),
  unmodelled: list(record({ what: text, count }), "Objects seen and not compared."),
  unreadable: list(
    record({ area: text, reason: text, remedy: text }, ["remedy"]),
    "Parts of the catalog that the user could not read.",
  ),
});

export const diffSchema = {
  $schema: "http://json-schema.org/draft-07/schema#",
  title: "driftwatch diff --json",
  description: "The differences between two schemas, each classified.",
  ...record({
    from: { ...text, description: "The first source, as it was named." },
    to: { ...text, description: "The second source, as it was named." },
    inSync: { type: "boolean", description: "True when there is no finding." },
    summary: summarySchema,
    findings: list({ $ref: "#/definitions/finding" }, "Worst first."),
  }),
  definitions: {
    severity: { enum: [...severities] },
    object: record(objectProperties),
    finding: findingSchema,
  },
} as const;
