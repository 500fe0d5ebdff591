/**
 * The kinds of field that the schema is made of: durations, database URLs, globs, names. Each refuses with a sentence
 * that continues "path: ..." and, after a line break, what to do; neither ever repeats a secret's value.
 */
import { z } from "zod";
import { closestWord } from "../model/closest-word.ts";
import { cronMistake } from "../model/cron.ts";
import { durationPattern, formatDuration, parseDuration } from "./duration.ts";

type CheckedValue = z.core.ParsePayload<string>;

function refuse(context: CheckedValue, sentence: string, remedy: string): void {
  context.issues.push({
    code: "custom",
    message: `${sentence}\n${remedy}`,
    input: context.value,
    continue: false,
  });
}

export interface DurationBounds {
  readonly min: string;
  readonly max: string;
}

/** A duration in, milliseconds out. */
export function duration(bounds: DurationBounds) {
  const min = parseDuration(bounds.min) ?? 0;
  const max = parseDuration(bounds.max) ?? Number.MAX_SAFE_INTEGER;
  return z
    .string({
      error: (issue) =>
        issue.input === undefined
          ? undefined
          : `is ${describeValue(issue.input)}, not a duration\nWrite a number with its unit, such as "30s", "5m" or "1h30m".`,
    })
    .meta({ pattern: durationPattern.source })
    .check((context) => {
      const ms = parseDuration(context.value);
      if (ms === undefined) {
        const hint = /^\d+$/.test(context.value)
          ? `Add the unit: "${context.value}s" or "${context.value}m".`
          : 'Write a number with its unit, such as "30s", "5m" or "1h30m".';
        refuse(context, `"${context.value}" is not a duration`, hint);
      } else if (ms < min) {
        refuse(context, `"${context.value}" is too short`, `Write at least "${formatDuration(min)}".`);
      } else if (ms > max)
        refuse(context, `"${context.value}" is too long`, `Write at most "${formatDuration(max)}".`);
    })
    .transform((text) => parseDuration(text) ?? 0);
}

/** What a mistaken value is, in words, without repeating what may be a secret. */
export function describeValue(value: unknown): string {
  if (value === null) return "empty";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "number") return `the number ${value}`;
  if (typeof value === "boolean") return `the switch ${value}`;
  return typeof value === "string" ? "text" : "a section";
}

const databaseSchemes = ["postgres", "postgresql", "mysql", "mariadb"];

/** postgres:, postgresql:, mysql: or mariadb: */
export function databaseUrl(accepted: readonly string[] = databaseSchemes) {
  return z.string().check((context) => {
    checkUrl(context, accepted, `${accepted[0]}://user:password@host/database`);
  });
}

export function redisUrl() {
  return z.string().check((context) => checkUrl(context, ["redis", "rediss"], "redis://host:6379/0"));
}

export function webUrl() {
  return z.string().check((context) => checkUrl(context, ["http", "https"], "https://host/path"));
}

function checkUrl(context: CheckedValue, accepted: readonly string[], example: string): void {
  const mistake = urlMistake(context.value, accepted, `Write it as ${example}.`);
  if (mistake !== undefined) refuse(context, ...mistake);
}

/** Sentence and remedy; neither holds more of the URL than its scheme. */
function urlMistake(
  text: string,
  accepted: readonly string[],
  remedy: string,
): readonly [string, string] | undefined {
  if (text.trim() === "") return ["is empty", remedy];
  const scheme = /^([a-z][a-z0-9+.:-]*?):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) return ["is not a URL", remedy];
  if (!accepted.includes(scheme)) {
    const meant = scheme.startsWith("jdbc:") ? scheme.slice("jdbc:".length) : scheme;
    const near = closestWord(meant, accepted);
    const hint = near === undefined ? "" : `Did you mean ${near}://? `;
    const sentence = `has the scheme "${scheme}", which is not one of ${accepted.join(", ")}`;
    return [sentence, `${hint}${remedy}`];
  }
  // Unescaped, "#" cuts the URL short and "@" moves the host: what is left would go to the wrong server.
  const authority = /^[^:]+:\/\/([^/?#]*)/.exec(text)?.[1] ?? "";
  if (text.includes("#") || authority.split("@").length > 2) {
    return [
      'holds a "#" or a second "@" that is not escaped',
      "Percent-encode special characters of the user and the password (# is %23, @ is %40, / is %2F).",
    ];
  }
  return /\s/.test(text) ? ["holds a space or a line break", remedy] : undefined;
}

const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

/** A name of an environment or a channel: usable in commands, URLs, job ids and labels. */
export function name(what: string) {
  return z
    .string()
    .meta({ pattern: namePattern.source })
    .check((context) => {
      if (!namePattern.test(context.value)) {
        refuse(
          context,
          `"${context.value}" is not a name for ${what}`,
          "Use 1 to 63 letters, digits, dots, dashes and underscores, starting with a letter or digit.",
        );
      } else if (/\.(?:json|sql)$/i.test(context.value)) {
        refuse(
          context,
          `"${context.value}" looks like a file`,
          "Choose a name that does not end in .json or .sql.",
        );
      }
    });
}

export function cron() {
  return z.string().check((context) => {
    const mistake = cronMistake(context.value);
    if (mistake !== undefined) {
      refuse(
        context,
        `"${context.value}" ${mistake}`,
        'Write for example "*/15 * * * *" (every 15 minutes) or "0 3 * * *" (daily at 3:00).',
      );
    }
  });
}

/** Either a duration ("5m") or a cron expression; the text stays as it is. */
export function schedule() {
  return z.string().check((context) => {
    const text = context.value.trim();
    const ms = parseDuration(text);
    if (ms !== undefined) {
      if (ms < 1000) refuse(context, `"${text}" is too short`, 'Write at least "1s".');
      return;
    }
    const mistake = cronMistake(text);
    if (mistake === undefined) return;
    const remedy = 'Write a duration such as "5m", or a cron expression such as "*/15 * * * *".';
    if (/[\s@]/.test(text)) refuse(context, `"${text}" ${mistake}`, remedy);
    else refuse(context, `"${text}" is neither a duration nor a cron expression`, remedy);
  });
}

export function timezone() {
  return z.string().check((context) => {
    if (!isTimezone(context.value)) {
      refuse(
        context,
        `"${context.value}" is not a time zone`,
        'Write an IANA name such as "UTC" or "Europe/Berlin".',
      );
    }
  });
}

function isTimezone(text: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: text });
    return true;
  } catch {
    return false;
  }
}

/** An ISO date or date and time. */
export function date() {
  return z.string().check((context) => {
    const text = context.value;
    const whole = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/.test(
      text,
    );
    const parsed = whole ? Date.parse(text) : Number.NaN;
    const moved = !Number.isNaN(parsed) && text.length === 10 && !isoDay(parsed).startsWith(text);
    if (Number.isNaN(parsed) || moved) {
      refuse(context, `"${text}" is not a date`, 'Write it as "2027-01-31".');
    }
  });
}

function isoDay(ms: number): string {
  return new Date(ms).toISOString();
}

/** A list of globs with at least one in it. */
export function globs(what: string) {
  return z
    .array(
      z.string().min(1, { error: "is empty\nWrite a name or a pattern with * and ?, or remove the line." }),
    )
    .min(1, {
      error: `is an empty list, which would match no ${what}\nName at least one ${what}, or leave the key out.`,
    });
}
