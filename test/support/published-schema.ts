/** The JSON Schemas that docs/schemas publishes, as strict validators. */
import { readFileSync } from "node:fs";
import { Ajv, type ValidateFunction } from "ajv";

export function publishedSchema(name: "diff" | "plan"): ValidateFunction {
  const file = new URL(`../../docs/schemas/${name}.schema.json`, import.meta.url);
  const schema = JSON.parse(readFileSync(file, "utf8")) as object;
  return new Ajv({ strict: true, allErrors: true, allowUnionTypes: true }).compile(schema);
}

/** What is wrong with a value as it would be printed; empty when nothing is. */
export function errorsOf(validate: ValidateFunction, value: unknown): readonly unknown[] {
  validate(JSON.parse(JSON.stringify(value)));
  return validate.errors ?? [];
}
