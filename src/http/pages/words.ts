/** Words of the pages: states, times and values as people say them. Pure; "now" is an argument. */
import type { AttributeValue } from "../../model/attribute.ts";
import type { OutcomeKind } from "../../model/check.ts";
import { flavorNames } from "../../model/server.ts";

export type StateName = OutcomeKind | "waiting";

/** `waiting`: not checked yet. */
export const stateWords: Readonly<Record<StateName, string>> = {
  "in-sync": "In sync",
  drifted: "Drifted",
  unbaselined: "No baseline",
  unknown: "Unknown",
  waiting: "Not checked yet",
};

export function countOf(count: number, singular: string, plural = `${singular}s`): string {
  return `${count.toLocaleString("en")} ${count === 1 ? singular : plural}`;
}

/** "just now", "3 min ago", "in a moment", "in 20 s": `at` is ISO time. */
export function relativeTime(at: string, nowMs: number): string {
  const ms = Date.parse(at) - nowMs;
  const length = lengthOfTime(Math.abs(ms));
  if (Math.abs(ms) < 1000) return ms > 0 ? "in a moment" : "just now";
  return ms > 0 ? `in ${length}` : `${length} ago`;
}

const units = [
  { ms: 86_400_000, word: "d", until: Number.POSITIVE_INFINITY },
  { ms: 3_600_000, word: "h", until: 48 },
  { ms: 60_000, word: "min", until: 60 },
  { ms: 1000, word: "s", until: 60 },
] as const;

/** A length of time in its fitting unit: "45 s", "12 min", "3 h", "4 d"; under a second "350 ms". */
export function lengthOfTime(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  for (const unit of [...units].reverse()) {
    const value = ms / unit.ms;
    if (value < unit.until) return `${Math.max(1, Math.floor(value))} ${unit.word}`;
  }
  return `${Math.floor(ms / 86_400_000)} d`;
}

/** A configured interval, never rounded: "90 s", "5 min", "1 h". */
export function intervalWords(seconds: number): string {
  if (seconds % 3600 === 0) return `${seconds / 3600} h`;
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}

/** A name from the model in words: "notNull" -> "not null", "row-security" -> "row security". */
export function attributeWords(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/gu, "$1 $2")
    .replaceAll("-", " ")
    .toLowerCase();
}

/** An attribute's value as text, one entry per line where it has several. */
export function valueText(value: AttributeValue | undefined): string {
  if (value === null || value === undefined) return "none";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "string") return value === "" ? "(empty)" : value;
  if (typeof value === "number") return String(value);
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.map(valueText).join("\n");
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  if (members.length === 0) return "none";
  return members.map(([name, member]) => `${name} = ${valueText(member).replaceAll("\n", ", ")}`).join("\n");
}

/** Errors begin in lower case, because they often follow a name; on a page they stand alone. */
export function sentenceStart(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const dialectNames: Readonly<Record<string, string>> = { postgres: flavorNames.postgresql, ...flavorNames };

export function dialectWord(name: string): string {
  return dialectNames[name] ?? name;
}

/** The first characters of a fingerprint are enough for people. */
export function shortFingerprint(fingerprint: string): string {
  return fingerprint.slice(0, 12);
}
