/** Options that several commands share, and how their texts are read. */
import { InvalidArgumentError, Option } from "commander";
import { ruleCodes } from "../app/rule-codes.ts";
import { objectKinds } from "../config/environment-schema.ts";
import { closestWord } from "../model/closest-word.ts";
import type { IgnoreRule } from "../model/environment.ts";
import { DriftwatchError } from "../model/errors.ts";
import { matchesAny } from "../model/glob.ts";
import type { Scope } from "../model/server.ts";
import { isAtLeast, type Severity, severities } from "../model/severity.ts";

export type FailOn = Severity | "any" | "never";

export function failOnOption(): Option {
  return new Option("--fail-on <severity>", "exit with 2 only for drift at least this severe")
    .choices(["any", ...severities, "never"])
    .default("any");
}

/** Whether findings of this worst severity make the command exit with 2. */
export function failsOn(worst: Severity | null, failOn: FailOn): boolean {
  if (worst === null || failOn === "never") return false;
  return failOn === "any" || isAtLeast(worst, failOn);
}

export function jsonOption(): Option {
  return new Option("--json", "print JSON");
}

/** For options that may be given several times, and hold several values split by commas. */
export function collect(value: string, earlier: readonly string[] | undefined): readonly string[] {
  const values = value
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
  if (values.length === 0) throw new InvalidArgumentError("Name at least one.");
  return [...(earlier ?? []), ...values];
}

/** One per option, commas included: patterns may hold them. */
function collectOne(value: string, earlier: readonly string[] | undefined): readonly string[] {
  return [...(earlier ?? []), value];
}

export interface ScopeOptions {
  readonly schemas?: readonly string[];
  readonly excludeSchemas?: readonly string[];
  readonly withRoles?: boolean;
}

export function scopeOptions(): readonly Option[] {
  return [
    new Option("--schemas <names>", "only these schemas (comma-separated, patterns with * and ?)").argParser(
      collect,
    ),
    new Option("--exclude-schemas <names>", "all but these schemas").argParser(collect),
    new Option("--with-roles", "also roles (accounts) and their memberships"),
  ];
}

/** The options of a scope that were given, as they are written. */
export function scopeFlags(options: ScopeOptions): readonly string[] {
  return [
    ...(options.schemas === undefined ? [] : ["--schemas"]),
    ...(options.excludeSchemas === undefined ? [] : ["--exclude-schemas"]),
    ...(options.withRoles === undefined ? [] : ["--with-roles"]),
  ];
}

export function scopeOf(options: ScopeOptions): Scope {
  return {
    ...(options.schemas === undefined ? {} : { schemas: options.schemas }),
    ...(options.excludeSchemas === undefined ? {} : { excludeSchemas: options.excludeSchemas }),
    ...(options.withRoles === undefined ? {} : { roles: options.withRoles }),
  };
}

/** `more` names what besides patterns of objects the command takes: "kind=, attribute=". */
export function ignoreOption(more: string): Option {
  return new Option(
    "--ignore <what>",
    `leave out objects by pattern ("public.tmp_*"), or ${more}; repeatable`,
  ).argParser(collectOne);
}

/** "public.tmp_*", "kind=index", "attribute=comment", "code=COL005": one ignore rule each. */
export function ignoreRuleOf(text: string): IgnoreRule {
  const [, name, value = ""] = /^([a-z]+)=(.+)$/.exec(text) ?? [];
  switch (name) {
    case undefined:
      return { objects: [text] };
    case "object":
      return { objects: [value] };
    case "kind":
      if (!objectKinds.some((kind) => kind === value)) {
        throw wrongIgnore(`"${value}" is no kind of object`, value, objectKinds);
      }
      return { kinds: [value] };
    case "attribute":
      return { attributes: [value] };
    case "code": {
      const codes = ruleCodes();
      if (!codes.some((code) => matchesAny([value], code))) {
        throw wrongIgnore(`no rule has the code ${value}`, value, codes);
      }
      return { codes: [value] };
    }
    default:
      throw wrongIgnore(`"${name}" is neither kind, attribute, code nor object`, name, [
        "kind",
        "attribute",
        "code",
        "object",
      ]);
  }
}

/** A rule that can hide nothing is a mistyped one. */
function wrongIgnore(message: string, word: string, known: readonly string[]): DriftwatchError {
  const near = closestWord(word, known);
  const hint = near === undefined ? "" : `Did you mean ${near}? `;
  return new DriftwatchError("usage.invalid", `--ignore: ${message}`, {
    remedy: `${hint}Write a pattern such as "public.tmp_*", or kind=, attribute=, code=, object= and what it is.`,
  });
}

export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < min || value > max) {
      throw new InvalidArgumentError(`Write a whole number from ${min} to ${max}.`);
    }
    return value;
  };
}
