/** The configuration's JSON Schema, derived from the zod schema: for editors, for the reference, for "did you mean". */
import { z } from "zod";
import { configSchema } from "./schema.ts";

/** The parts of a JSON Schema that are used here. */
export interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly [keyword: string]: unknown;
}

let derived: JsonSchema | undefined;

/** As zod derives it, with every object closed. */
export function plainJsonSchema(): JsonSchema {
  derived ??= z.toJSONSchema(configSchema, { io: "input", target: "draft-07" }) as JsonSchema;
  return derived;
}

/** JSON Schema (draft 7) of the configuration file, for editors and validators. */
export function configurationJsonSchema(): object {
  const { $schema, ...schema } = forEditors(plainJsonSchema());
  return {
    $schema,
    title: "Driftwatch configuration",
    description: "driftwatch.yaml: what is watched, how often, and who is told.",
    ...schema,
  };
}

const variable = { type: "string", pattern: "\\$\\{" };

/** Lets a variable stand for any scalar, and the File variant for a required secret. */
function forEditors(schema: JsonSchema): JsonSchema {
  const copy: Record<string, unknown> = { ...schema };
  if (schema.properties !== undefined) {
    copy.properties = mapMembers(schema.properties, forEditors);
    Object.assign(copy, fileAlternatives(schema));
  }
  if (schema.items !== undefined) copy.items = forEditors(schema.items);
  if (typeof schema.additionalProperties === "object") {
    copy.additionalProperties = forEditors(schema.additionalProperties);
  }
  for (const keyword of ["anyOf", "oneOf"] as const) {
    const branches = schema[keyword];
    if (branches !== undefined) copy[keyword] = branches.map(forEditors);
  }
  if (!takesVariable(schema)) return copy;
  const { description, default: fallback, ...rest } = copy;
  const either: Record<string, unknown> = { anyOf: [rest, variable] };
  if (description !== undefined) either.description = description;
  if (fallback !== undefined) either.default = fallback;
  return either;
}

function takesVariable(schema: JsonSchema): boolean {
  if (schema.const !== undefined) return false;
  const scalar = ["integer", "number", "boolean"].includes(schema.type ?? "");
  return scalar || schema.enum !== undefined || (schema.type === "string" && schema.pattern !== undefined);
}

function fileAlternatives(schema: JsonSchema): object {
  const required = schema.required ?? [];
  const both = required.filter((key) => schema.properties?.[`${key}File`] !== undefined);
  if (both.length === 0) return {};
  return {
    required: required.filter((key) => !both.includes(key)),
    allOf: both.map((key) => ({ anyOf: [{ required: [key] }, { required: [`${key}File`] }] })),
  };
}

function mapMembers(
  members: Readonly<Record<string, JsonSchema>>,
  change: (schema: JsonSchema) => JsonSchema,
): Record<string, JsonSchema> {
  return Object.fromEntries(Object.entries(members).map(([key, member]) => [key, change(member)]));
}

/** The schemas that may apply at a path: several where the file may choose (channels of different types). */
export function schemasAt(path: readonly (string | number)[]): readonly JsonSchema[] {
  let current: readonly JsonSchema[] = [plainJsonSchema()];
  for (const part of path) current = current.flatMap(branches).flatMap((schema) => stepInto(schema, part));
  return current.flatMap(branches);
}

function branches(schema: JsonSchema): readonly JsonSchema[] {
  return [schema, ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
}

function stepInto(schema: JsonSchema, part: string | number): readonly JsonSchema[] {
  if (typeof part === "number") return schema.items === undefined ? [] : [schema.items];
  const member = schema.properties?.[part];
  if (member !== undefined) return [member];
  return typeof schema.additionalProperties === "object" ? [schema.additionalProperties] : [];
}
