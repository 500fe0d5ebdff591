/** Options that several commands share, and how their texts are read. */
import { InvalidArgumentError, Option } from "commander";
import type { IgnoreRule } from "../model/environment.ts";
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
  const [, name, value = ""] = /^(kind|attribute|code|object)=(.+)$/.exec(text) ?? [];
  switch (name) {
    case "kind":
      return { kinds: [value] };
    case "attribute":
      return { attributes: [value] };
    case "code":
      return { codes: [value] };
    default:
      return { objects: [name === "object" ? value : text] };
  }
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
