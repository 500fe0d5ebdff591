/** Attribute values for reports: in one line where they fit, else as lines that can be compared. */
import { type AttributeValue, canonicalText, sameValue } from "../model/attribute.ts";
import { visibleLine, visibleLines } from "../model/visible-text.ts";
import { type DiffLine, diffLines } from "./line-diff.ts";

export type ValueDifference =
  | { readonly form: "inline"; readonly before: string; readonly after: string }
  | {
      readonly form: "options";
      readonly rows: readonly { readonly name: string; readonly before: string; readonly after: string }[];
    }
  | { readonly form: "lines"; readonly lines: readonly DiffLine[] };

const longestInline = 60;

/** How the step from one value to the other is best shown. */
export function differenceOf(before: AttributeValue, after: AttributeValue): ValueDifference {
  if (isRecord(before) && isRecord(after)) return { form: "options", rows: optionRows(before, after) };
  const old = linesOf(before);
  const now = linesOf(after);
  if (old.length <= 1 && now.length <= 1) {
    const inline = { before: valueText(before), after: valueText(after) };
    if (Math.max(inline.before.length, inline.after.length) <= longestInline)
      return { form: "inline", ...inline };
  }
  return { form: "lines", lines: diffLines(old, now) };
}

/** One line: null is "(none)", lists in parentheses. */
export function valueText(value: AttributeValue | undefined): string {
  if (value === undefined) return "(not set)";
  if (value === null) return "(none)";
  if (typeof value === "string") return value === "" ? "(empty)" : visibleLine(value);
  if (typeof value !== "object") return String(value);
  if (Array.isArray(value)) return `(${value.map((member: AttributeValue) => valueText(member)).join(", ")})`;
  return visibleLine(canonicalText(value));
}

function linesOf(value: AttributeValue): readonly string[] {
  if (value === null) return [];
  if (typeof value === "string") return visibleLines(value.trimEnd());
  if (Array.isArray(value)) {
    const members = value as readonly AttributeValue[];
    const inline = valueText(value);
    return inline.length <= longestInline ? [inline] : members.map((member) => valueText(member));
  }
  return [valueText(value)];
}

type Members = Readonly<Record<string, AttributeValue | undefined>>;

function isRecord(value: AttributeValue): value is Members & AttributeValue {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

function optionRows(before: Members, after: Members): { name: string; before: string; after: string }[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names
    .filter(
      (name) =>
        (before[name] === undefined) !== (after[name] === undefined) || !sameValue(before[name], after[name]),
    )
    .map((name) => ({
      name: visibleLine(name),
      before: valueText(before[name]),
      after: valueText(after[name]),
    }));
}
