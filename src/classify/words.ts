/** The words of sentences: how values are shown, shortened and compared in text. No rule and no severity lives here. */
import { type AttributeValue, sameValue } from "../model/attribute.ts";
import { describeKey, type ObjectKey } from "../model/key.ts";
import type { AlteredValue } from "./rule.ts";

const longestValue = 72;

/** A text in one line of at most `limit` characters, its middle left out when it is longer. */
export function shortened(text: string, limit: number = longestValue): string {
  const line = text.replace(/\s+/gu, " ").trim();
  const characters = [...line];
  if (characters.length <= limit) return line;
  const head = Math.ceil((limit - 1) * 0.65);
  const tail = limit - 1 - head;
  return `${characters.slice(0, head).join("")}…${characters.slice(characters.length - tail).join("")}`;
}

/** A value in words: null is "none", true is "on". */
export function shown(value: AttributeValue): string {
  if (value === null) return "none";
  if (typeof value === "boolean") return value ? "on" : "off";
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return value.trim() === "" ? "an empty text" : shortened(value);
  return shortened(plain(value)) || "nothing";
}

function plain(value: AttributeValue): string {
  if (value === null || typeof value !== "object") return value === null ? "none" : String(value);
  if (Array.isArray(value)) return value.map(plain).join(", ");
  const members = Object.entries(value as Readonly<Record<string, AttributeValue | undefined>>);
  return members
    .flatMap(([name, member]) => (member === undefined ? [] : [`${name} ${plain(member)}`]))
    .join(", ");
}

/** "table public.orders" as the beginning of a sentence. */
export function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function ending(consequence: string | undefined): string {
  return consequence === undefined ? "." : `: ${consequence}.`;
}

/**
 * The sentence for an altered attribute: "The owner of table public.orders is ops, the baseline has app."
 * Options name each option that differs; long texts name the first line that differs.
 */
export function differs(noun: string, consequence?: string): (facts: AlteredValue) => string {
  return ({ the, before, after }) => {
    const subject = `The ${noun} of ${the}`;
    if (isRecord(before) || isRecord(after)) {
      return `${subject}: ${optionDifferences(recordOf(before), recordOf(after))}${ending(consequence)}`;
    }
    if (typeof before === "string" && typeof after === "string" && isLong(before, after)) {
      return `${subject} is not the baseline's, ${firstDifference(before, after)}${ending(consequence)}`;
    }
    return `${subject} is ${shown(after)}, the baseline has ${shown(before)}${ending(consequence)}`;
  };
}

/** The sentence for a program whose text differs in nothing that is run. */
export function differsInComments({ the }: { readonly the: string }): string {
  return `The definition of ${the} differs from the baseline's in comments and white space only.`;
}

/** The sentence for what ALTER ... DEPENDS ON EXTENSION marks. */
export const differsInExtensions = differs(
  "list of extension dependencies",
  "DROP EXTENSION takes it along, or no longer does",
);

/** The sentence for a value that must not be shown, because it is (a digest of) a secret. */
export function differsUnseen(noun: string, consequence?: string): (facts: AlteredValue) => string {
  return ({ the }) => `The ${noun} of ${the} differs from the baseline's${ending(consequence)}`;
}

/** The sentence for an on/off attribute, e.g. says("is no longer forced for its owner"). */
export function says(what: string): (facts: { readonly the: string }) => string {
  return ({ the }) => `${sentenceCase(the)} ${what}.`;
}

export function unexpected(consequence?: string): (facts: { readonly the: string }) => string {
  return ({ the }) =>
    `${sentenceCase(the)} is unexpected, the baseline does not have it${ending(consequence)}`;
}

export function missing(consequence?: string): (facts: { readonly the: string }) => string {
  return ({ the }) => `${sentenceCase(the)} is missing, the baseline has it${ending(consequence)}`;
}

export function renamedFrom(
  consequence?: string,
): (facts: { readonly the: string; readonly from: ObjectKey }) => string {
  return ({ the, from }) =>
    `${sentenceCase(the)} is the baseline's ${describeKey(from)} under a new name${ending(consequence)}`;
}

function isLong(before: string, after: string): boolean {
  return Math.max(before.length, after.length) > longestValue || /\n/.test(before.trim() + after.trim());
}

/** Where two texts part: the first line that differs, as both sides have it. */
function firstDifference(before: string, after: string): string {
  const old = before.split("\n");
  const now = after.split("\n");
  const index = now.findIndex((line, position) => line !== old[position]);
  const at = index === -1 ? now.length : index;
  const where = Math.max(old.length, now.length) > 1 ? `first in line ${at + 1}: ` : "";
  return `${where}${excerpt(now[at], old[at])} where the baseline has ${excerpt(old[at], now[at])}`;
}

/** A line's part around the first character in which it differs from the other. */
function excerpt(line: string | undefined, other: string | undefined): string {
  if (line === undefined) return "nothing more";
  const text = [...line.replace(/\s+/gu, " ").trim()];
  const compared = [...(other ?? "").replace(/\s+/gu, " ").trim()];
  if (text.length === 0) return "an empty line";
  if (text.length <= longestValue) return `"${text.join("")}"`;
  let at = 0;
  while (at < text.length && text[at] === compared[at]) at += 1;
  const start = Math.max(0, Math.min(at - 20, text.length - longestValue));
  const end = Math.min(text.length, start + longestValue);
  return `"${start > 0 ? "…" : ""}${text.slice(start, end).join("")}${end < text.length ? "…" : ""}"`;
}

type Members = Readonly<Record<string, AttributeValue | undefined>>;

function isRecord(value: AttributeValue): value is Members & AttributeValue {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

function recordOf(value: AttributeValue): Members {
  return isRecord(value) ? value : {};
}

const mostOptionsNamed = 4;

/** "fillfactor is 70 (baseline: not set)", at most a few of them. */
function optionDifferences(before: Members, after: Members): string {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  const differing = names.filter((name) => !sameValue(before[name] ?? null, after[name] ?? null));
  const named = differing
    .slice(0, mostOptionsNamed)
    .map((name) => `${name} is ${shownOption(after[name])} (baseline: ${shownOption(before[name])})`);
  const more = differing.length - named.length;
  if (named.length === 0) return "it differs from the baseline's";
  return more > 0 ? `${named.join(", ")} and ${more} more` : named.join(", ");
}

function shownOption(value: AttributeValue | undefined): string {
  return value === undefined ? "not set" : shown(value);
}
