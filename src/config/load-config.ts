/**
 * Finds, reads and validates the configuration. It tells all mistakes at once, and never uses a configuration that has
 * one. The only place of the program where configuration is read.
 */
import { readFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { DriftwatchError } from "../model/errors.ts";
import { buildConfig } from "./build-config.ts";
import type { Config } from "./config.ts";
import { crossMistakes } from "./cross-checks.ts";
import { type EnvironmentVariables, interpolate } from "./interpolate.ts";
import { mistakesOfIssue, valueAt } from "./issue-sentences.ts";
import { mergeDefaults } from "./merge-defaults.ts";
import {
  type ConfigPath,
  configError,
  configPathText,
  type Mistake,
  type PlacedMistake,
} from "./mistakes.ts";
import { configSchema, fileFields } from "./schema.ts";
import { fillFromFiles } from "./secret-files.ts";
import { readYaml, type YamlSource } from "./yaml-source.ts";

export interface LoadRequest {
  /** Path of the file; absent: `DRIFTWATCH_CONFIG`, else driftwatch.yaml in `cwd` when there is one. */
  readonly file?: string;
  readonly env: EnvironmentVariables;
  readonly cwd: string;
  /** Leaves every file and DATABASE_URL aside and watches the demo. */
  readonly demo?: boolean;
  /** Every code of the rule table; codes that name none of them are mistakes. Absent: they are not looked up. */
  readonly ruleCodes?: readonly string[];
}

const fileNames = ["driftwatch.yaml", "driftwatch.yml"];

/**
 * The complete configuration. Without a file, `DATABASE_URL` is the environment `default`; with neither, the demo.
 * Throws DriftwatchError: config.not-found, config.invalid with every mistake in its message (see mistakesOf).
 */
export function loadConfig(request: LoadRequest): Config {
  if (request.demo === true) return fromEnvironment({ env: {}, cwd: request.cwd });
  const found = findFile(request);
  if (found === undefined) return fromEnvironment(request);
  const place = relative(request.cwd, found.file) || found.file;
  const shownPlace = place.startsWith("..") ? found.file : place;
  const { source, mistakes: yamlMistakes } = readYaml(found.text);
  const syntax = yamlMistakes.map((mistake) => placed(mistake, mistake.place));
  if (source === undefined) throw configError(shownPlace, syntax);
  const value = withDatabaseUrl(source.value, request.env);
  const result = validate(value, { ...request, directory: dirname(found.file) });
  const mistakes = [
    ...syntax,
    ...result.mistakes.map((mistake) => placed(mistake, placeOf(source, mistake))),
  ];
  if (mistakes.length > 0 || result.input === undefined) throw configError(shownPlace, inOrder(mistakes));
  return buildConfig(result.input, found.file, dirname(found.file));
}

interface FoundFile {
  readonly file: string;
  readonly text: string;
}

function findFile(request: LoadRequest): FoundFile | undefined {
  const named = request.file ?? nonEmpty(request.env.DRIFTWATCH_CONFIG);
  if (named !== undefined) {
    const file = resolve(request.cwd, named);
    try {
      return { file, text: readFileSync(file, "utf8") };
    } catch (error) {
      throw unreadable(file, error as NodeJS.ErrnoException);
    }
  }
  for (const name of fileNames) {
    const file = resolve(request.cwd, name);
    try {
      return { file, text: readFileSync(file, "utf8") };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT")
        throw unreadable(file, error as NodeJS.ErrnoException);
    }
  }
  return undefined;
}

function unreadable(file: string, error: NodeJS.ErrnoException): DriftwatchError {
  const words = { ENOENT: "does not exist", EACCES: "may not be read", EISDIR: "is a folder, not a file" }[
    error.code ?? ""
  ];
  return new DriftwatchError(
    "config.not-found",
    `the configuration file ${file} ${words ?? `cannot be read (${error.code})`}`,
    {
      cause: error,
      remedy:
        "Name an existing file with --config, or run where driftwatch.yaml is; docs/getting-started.md has one to start from.",
    },
  );
}

function fromEnvironment(request: LoadRequest): Config {
  const value = withDatabaseUrl({}, request.env);
  const watched = Object.keys(value as object).length > 0;
  const result = validate(watched ? value : { demo: true }, { env: {}, directory: request.cwd });
  if (result.mistakes.length > 0 || result.input === undefined) {
    const mistakes = result.mistakes.map((mistake) => ({
      ...placed(mistake, undefined),
      path: mistake.path.at(-1) === "urlFile" ? "DATABASE_URL_FILE" : "DATABASE_URL",
    }));
    throw configError("the environment", mistakes);
  }
  return buildConfig(result.input, null, request.cwd);
}

/** A configuration that names no environments watches DATABASE_URL. */
function withDatabaseUrl(value: unknown, env: EnvironmentVariables): unknown {
  if (value === null || value === undefined) value = {};
  if (typeof value !== "object" || Array.isArray(value) || "environments" in (value as object)) return value;
  const url = nonEmpty(env.DATABASE_URL);
  const urlFile = nonEmpty(env.DATABASE_URL_FILE);
  if (url === undefined && urlFile === undefined) return value;
  // A "${" in the variable's value is part of the password, not a reference.
  const environment = url === undefined ? { urlFile } : { url: url.replaceAll("${", () => "$${") };
  return { ...value, environments: [{ name: "default", ...environment }] };
}

interface Validation {
  readonly input: ReturnType<typeof configSchema.parse> | undefined;
  readonly mistakes: readonly Mistake[];
}

interface Circumstances extends Pick<LoadRequest, "env" | "ruleCodes"> {
  /** Where relative paths begin. */
  readonly directory: string;
}

function validate(value: unknown, { env, directory, ruleCodes }: Circumstances): Validation {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    const mistake = {
      path: [],
      sentence: "is not a section with keys such as environments",
      remedy: "Begin with a line `environments:`; docs/getting-started.md has an example.",
    };
    return { input: undefined, mistakes: [mistake] };
  }
  const filled = interpolate(value, env);
  const files = fillFromFiles(filled.value, fileFields, directory);
  const raw = dropBlanks(files.value);
  const own = parse(raw, filled.filled);
  const early = [...filled.mistakes, ...files.mistakes];
  const silenced = new Set(early.map((mistake) => configPathText(mistake.path)));
  const late = [...own.mistakes, ...crossMistakes(raw, ruleCodes), ...nothingToWatch(raw)].filter(
    (mistake) => !isSilenced(mistake.path, silenced, raw),
  );
  const mistakes = [...early, ...late].map((mistake) => atOrigin(mistake, files.origins));
  if (mistakes.length > 0) return { input: undefined, mistakes };
  // Each half is valid by itself; merged they are parsed again so that defaults come below an environment's own values.
  return { input: configSchema.parse(mergeDefaults(own.raw)), mistakes };
}

/** Mistakes that only follow from one already told: an empty value of an unset variable, a url whose file is missing. */
function isSilenced(path: ConfigPath, silenced: ReadonlySet<string>, raw: unknown): boolean {
  const text = configPathText(path);
  if (silenced.has(text)) return true;
  return silenced.has(`${text}File`) && valueAt(raw, path) === undefined;
}

/** A value that came from a file is told by the name of the field that named the file. */
function atOrigin(mistake: Mistake, origins: ReadonlyMap<string, ConfigPath>): Mistake {
  const origin = origins.get(configPathText(mistake.path));
  return origin === undefined
    ? mistake
    : { ...mistake, path: origin, sentence: `what the file holds ${mistake.sentence}` };
}

interface Parsed {
  readonly raw: unknown;
  readonly mistakes: readonly Mistake[];
}

/** Validates; a variable's text becomes the number or switch that the schema asks for at its place. */
function parse(raw: unknown, filled: ReadonlySet<string>): Parsed {
  const first = configSchema.safeParse(raw);
  if (first.success) return { raw, mistakes: [] };
  let converted = raw;
  for (const issue of first.error.issues) {
    const path = issue.path as ConfigPath;
    if (issue.code !== "invalid_type" || !filled.has(configPathText(path))) continue;
    const value = scalarOf(valueAt(raw, path), issue.expected);
    if (value !== undefined) converted = replaceAt(converted, path, value);
  }
  const second = converted === raw ? first : configSchema.safeParse(converted);
  if (second.success) return { raw: converted, mistakes: [] };
  return {
    raw: converted,
    mistakes: second.error.issues.flatMap((issue) => mistakesOfIssue(issue, converted)),
  };
}

function scalarOf(value: unknown, expected: string): number | boolean | undefined {
  if (typeof value !== "string") return undefined;
  const text = value.trim();
  if (expected === "boolean") return text === "true" ? true : text === "false" ? false : undefined;
  if (expected !== "number" && expected !== "int") return undefined;
  return /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : undefined;
}

function replaceAt(raw: unknown, path: ConfigPath, value: unknown): unknown {
  const [part, ...rest] = path;
  if (part === undefined) return value;
  if (Array.isArray(raw))
    return raw.map((item, index) => (index === part ? replaceAt(item, rest, value) : item));
  const members = raw as Readonly<Record<string, unknown>>;
  return { ...members, [part]: replaceAt(members[part], rest, value) };
}

/** A section whose keys are all commented out reads as null: the same as leaving it out. */
function dropBlanks(raw: unknown): unknown {
  return Object.fromEntries(Object.entries(raw as object).filter(([, member]) => member !== null));
}

function nothingToWatch(raw: unknown): readonly Mistake[] {
  const { environments, demo } = raw as { readonly environments?: unknown; readonly demo?: unknown };
  const empty = environments === undefined || (Array.isArray(environments) && environments.length === 0);
  if (!empty || demo === true) return [];
  const mistake = {
    path: ["environments"],
    sentence:
      environments === undefined
        ? "is missing, so there is nothing to watch"
        : "is an empty list, so there is nothing to watch",
    remedy: "Add an environment with name and url, set DATABASE_URL, or write demo: true.",
  };
  return [mistake];
}

function placeOf(source: YamlSource, mistake: Mistake): { line: number; column: number } | undefined {
  return source.placeOf(mistake.path);
}

function placed(mistake: Mistake, place: { line: number; column: number } | undefined): PlacedMistake {
  return {
    path: configPathText(mistake.path),
    sentence: mistake.sentence,
    remedy: mistake.remedy,
    line: place?.line ?? null,
    column: place?.column ?? null,
  };
}

function inOrder(mistakes: readonly PlacedMistake[]): readonly PlacedMistake[] {
  return [...mistakes].sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === "" ? undefined : text;
}
