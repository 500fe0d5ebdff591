/** Turns what zod found into mistakes: one sentence and one remedy each, with "did you mean". */
import type { z } from "zod";
import { closestWord } from "../model/closest-word.ts";
import { describeValue } from "./fields.ts";
import { schemasAt } from "./json-schema.ts";
import { type ConfigPath, configPathText, type Mistake } from "./mistakes.ts";

type Issue = z.core.$ZodIssue;

/** Words that other tools use, and what they are called here. */
const otherWords: Readonly<Record<string, string>> = {
  interval: "every",
  frequency: "every",
  period: "every",
  timeout: "deadline",
  dsn: "url",
  uri: "url",
  connection: "url",
  connectionString: "url",
  targets: "environments",
  databases: "environments",
  receivers: "channels",
  alerts: "routes",
  tz: "timezone",
  tags: "labels",
  exclude: "excludeSchemas",
  until: "expires",
  severity: "minimumSeverity",
  bind: "host",
  address: "host",
  redis: "queue",
  database: "store",
};

/** `raw` is the value that was validated. */
export function mistakesOfIssue(issue: Issue, raw: unknown): readonly Mistake[] {
  const path = issue.path.map((part) => (typeof part === "symbol" ? String(part) : part));
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey(path, key));
  // A record's key that is refused has its own issues inside.
  if (issue.code === "invalid_key")
    return [{ path, sentence: "is not a usable name", remedy: "Choose another." }];
  const [sentence, remedy] = wordsOf(issue, path, valueAt(raw, path));
  return [{ path, sentence, remedy }];
}

function wordsOf(issue: Issue, path: ConfigPath, value: unknown): readonly [string, string] {
  const [sentence = "", remedy] = issue.message.split("\n");
  if (remedy !== undefined) return [sentence, remedy];
  if (value === undefined || value === null) return missing(path, value);
  switch (issue.code) {
    case "invalid_type":
      return wrongType(issue.expected, value);
    case "invalid_value":
      return wrongChoice(issue.values.map(String), value);
    case "invalid_union":
      return wrongChoice(choicesAt(path), value);
    case "too_small":
      return issue.origin === "string"
        ? ["is empty", "Give it a value, or leave the key out."]
        : [`is ${String(value)}, which is too small`, `Write ${issue.minimum} or more.`];
    case "too_big":
      return [`is ${String(value)}, which is too large`, `Write ${issue.maximum} or less.`];
    default:
      return [`is not valid: ${sentence}`, "Correct the value."];
  }
}

function missing(path: ConfigPath, value: unknown): readonly [string, string] {
  const key = String(path.at(-1) ?? "");
  const parents = schemasAt(path.slice(0, -1));
  const file = parents.some((schema) => schema.properties?.[`${key}File`] !== undefined);
  const choices = choicesAt(path);
  const remedy =
    choices.length > 0
      ? `Write one of ${choices.join(", ")}.`
      : file
        ? `Give ${key}, or ${key}File with the path of a file that holds it.`
        : value === null
          ? "Give it a value, or remove the key."
          : `Add ${key}.`;
  return [value === null ? "is empty" : "is missing", remedy];
}

const typeWords: Readonly<Record<string, readonly [string, string]>> = {
  string: ["text", "Write text; put it in quotes if it looks like a number or a switch."],
  number: ["a number", "Write a number without quotes."],
  int: ["a whole number", "Write a whole number without quotes."],
  boolean: ["true or false", "Write true or false, without quotes."],
  array: ["a list", "Write a list: one line per item, each beginning with a dash."],
  object: ["a section", "Write a section: indented keys with values."],
  record: ["a section", "Write a section: indented names with values."],
};

function wrongType(expected: string, value: unknown): readonly [string, string] {
  const [words, remedy] = typeWords[expected] ?? [expected, "Correct the value."];
  return [`is ${describeValue(value)}, not ${words}`, remedy];
}

function wrongChoice(choices: readonly string[], value: unknown): readonly [string, string] {
  const shown = typeof value === "string" ? `"${value}"` : describeValue(value);
  const near = typeof value === "string" ? closestWord(value, choices) : undefined;
  if (choices.length > 12) {
    const remedy = near === undefined ? "See the list in docs/configuration.md." : `Did you mean ${near}?`;
    return [`${shown} is not known`, remedy];
  }
  const hint = near === undefined ? "" : ` Did you mean ${near}?`;
  return [`${shown} is not possible here`, `Write one of ${choices.join(", ")}.${hint}`];
}

/** The values that a field may have, from the JSON Schema: an enum, or the constants of a choice. */
function choicesAt(path: ConfigPath): readonly string[] {
  const choices = schemasAt(path).flatMap(
    (schema) => schema.enum ?? (schema.const === undefined ? [] : [schema.const]),
  );
  return [...new Set(choices.map(String))];
}

function unknownKey(parent: ConfigPath, key: string): Mistake {
  const known = new Set(schemasAt(parent).flatMap((schema) => Object.keys(schema.properties ?? {})));
  const other = otherWords[key];
  const near = other !== undefined && known.has(other) ? other : closestWord(key, known);
  const remedy =
    near === undefined
      ? `Remove it, or use one of ${[...known].join(", ")}.`
      : `Did you mean ${configPathText([...parent, near])}?`;
  return { path: [...parent, key], sentence: "is not a known key", remedy };
}

/** The value at a path of plain data, or undefined. */
export function valueAt(raw: unknown, path: ConfigPath): unknown {
  let value = raw;
  for (const part of path) {
    if (value === null || typeof value !== "object") return undefined;
    value = (value as Readonly<Record<string | number, unknown>>)[part];
  }
  return value;
}
