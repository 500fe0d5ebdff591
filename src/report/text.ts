/**
 * Findings for a terminal: grouped by root object, worst first, what was and what is, a table of counts at the end. Names
 * and values are untrusted and never reach the terminal raw.
 */
import type { Change, Finding } from "../model/change.ts";
import { describeKey } from "../model/key.ts";
import { severities } from "../model/severity.ts";
import { visibleLine } from "../model/visible-text.ts";
import { type FindingGroup, groupFindings, includedText, labelWithin } from "./group-findings.ts";
import { counted, type DiffInput, notesOf } from "./input.ts";
import type { DiffLine } from "./line-diff.ts";
import { type Paint, paintWith, type Tone } from "./style.ts";
import { headline, summarizeFindings } from "./summary.ts";
import { differenceOf } from "./value-text.ts";

export interface TextOptions {
  readonly color: boolean;
  /** Columns of the terminal; 100 when unknown. Sentences wrap there. */
  readonly width?: number;
}

const indent = " ".repeat(12);
const mostDiffLines = 24;
const narrowest = 60;

/** The report as text that ends in a line feed. */
export function renderFindings(input: DiffInput, options: TextOptions): string {
  const paint = paintWith(options.color);
  const width = Math.max(narrowest, options.width ?? 100);
  const { counts, total } = summarizeFindings(input.findings);
  const lines = [
    `${paint("strong", `${visibleLine(input.from)} -> ${visibleLine(input.to)}`)}: ${headline(counts)}`,
    "",
  ];
  const groups = groupFindings(input.findings);
  for (const group of groups) lines.push(...groupLines(group, paint, width), "");
  if (total > 0) lines.push(...summaryLines(input, groups.length, paint), "");
  const notes = noteLines(input, paint, width);
  if (notes.length > 0) lines.push(...notes, "");
  while (lines.at(-1) === "") lines.pop();
  return `${lines.join("\n")}\n`;
}

function groupLines(group: FindingGroup, paint: Paint, width: number): string[] {
  const lines = [paint("strong", visibleLine(describeKey(group.root)))];
  for (const finding of group.findings) lines.push(...findingLines(finding, group, paint, width));
  return lines;
}

const signs: Readonly<Record<Change["verb"], readonly [string, Tone]>> = {
  added: ["+", "come"],
  removed: ["-", "gone"],
  altered: ["~", "changed"],
  renamed: [">", "changed"],
};

function findingLines(finding: Finding, group: FindingGroup, paint: Paint, width: number): string[] {
  const { change, severity } = finding;
  const [sign, tone] = signs[change.verb];
  const attribute =
    change.verb === "altered" ? ` ${paint("faint", "·")} ${visibleLine(change.attribute)}` : "";
  const label = visibleLine(labelWithin(group.root, change.key));
  return [
    `  ${paint(severity, severity.padEnd(8))}  ${paint(tone, `${sign} ${label}`)}${attribute}  ${paint("faint", finding.code)}`,
    ...differenceLines(change, paint, width),
    ...wrapped(finding.sentence, width - indent.length).map((line) => `${indent}${line}`),
    ...includesLines(finding, paint),
    ...originLines(finding, paint, width),
  ];
}

function differenceLines(change: Change, paint: Paint, width: number): string[] {
  if (change.verb === "renamed") {
    return [
      `${indent}${step(visibleLine(describeKey(change.from)), visibleLine(describeKey(change.key)), paint)}`,
    ];
  }
  if (change.verb !== "altered") return [];
  const difference = differenceOf(change.before, change.after);
  switch (difference.form) {
    case "inline":
      return [`${indent}${step(difference.before, difference.after, paint)}`];
    case "options":
      return difference.rows.flatMap((row) => optionLines(row, paint, width));
    case "lines":
      return lineDiff(difference.lines, paint, width - indent.length - 2);
  }
}

function optionLines(
  { name, before, after }: { readonly name: string; readonly before: string; readonly after: string },
  paint: Paint,
  width: number,
): string[] {
  const room = width - indent.length;
  if (`${name}: ${before} -> ${after}`.length <= room)
    return [`${indent}${name}: ${step(before, after, paint)}`];
  const sides: DiffLine[] = [
    { sign: "-", text: `${name}: ${before}` },
    { sign: "+", text: `${name}: ${after}` },
  ];
  return lineDiff(sides, paint, room - 2);
}

function step(before: string, after: string, paint: Paint): string {
  return `${paint("gone", before)} -> ${paint("come", after)}`;
}

const lineTones: Readonly<Record<DiffLine["sign"], Tone | undefined>> = {
  "-": "gone",
  "+": "come",
  "@": "faint",
  " ": undefined,
};

function lineDiff(lines: readonly DiffLine[], paint: Paint, width: number): string[] {
  const shown = lines.slice(0, mostDiffLines).flatMap(({ sign, text }) => {
    const tone = lineTones[sign];
    const pieces = sign === "@" ? [`... ${text}`] : cut(text, width);
    return pieces.map(
      (piece) =>
        `${indent}${tone === undefined ? `${sign} ${piece}` : paint(tone, `${sign === "@" ? " " : sign} ${piece}`)}`,
    );
  });
  const more = lines.length - mostDiffLines;
  return more > 0 ? [...shown, `${indent}${paint("faint", `  ... ${counted(more, "more line")}`)}`] : shown;
}

/** A long line of SQL in pieces, so that none of it is lost. */
function cut(text: string, width: number): string[] {
  if (text.length <= width) return [text];
  return wrapped(text, width);
}

function includesLines(finding: Finding, paint: Paint): string[] {
  if (finding.includes === undefined || finding.includes.length === 0) return [];
  return [`${indent}${paint("faint", `with ${includedText(finding.includes)}`)}`];
}

/** Who did it and which migration explains it, where that is known. */
function originLines(finding: Finding, paint: Paint, width: number): string[] {
  const words: string[] = [];
  if (finding.expected !== undefined)
    words.push(`explained by ${finding.expected.ledger} ${finding.expected.version}`);
  const who = finding.attribution;
  if (who?.user !== undefined) words.push(`by ${who.user}`);
  if (who?.application !== undefined) words.push(`through ${who.application}`);
  if (who?.client !== undefined) words.push(`from ${who.client}`);
  if (who?.at !== undefined) words.push(`at ${who.at}`);
  if (words.length === 0) return [];
  return wrapped(visibleLine(words.join(" ")), width - indent.length).map(
    (line) => `${indent}${paint("faint", line)}`,
  );
}

function summaryLines(input: DiffInput, objects: number, paint: Paint): string[] {
  const { counts, total } = summarizeFindings(input.findings);
  const present = severities.filter((severity) => counts[severity] > 0);
  const digits = String(total).length;
  const rows = present.map((severity) => {
    const verbs = verbCounts(input.findings.filter((finding) => finding.severity === severity));
    return `  ${paint(severity, severity.padEnd(8))}  ${String(counts[severity]).padStart(digits)}  ${paint("faint", verbs)}`;
  });
  return [
    paint("strong", "Summary"),
    ...rows,
    `  ${"total".padEnd(8)}  ${total}  ${paint("faint", `in ${counted(objects, "object")}`)}`,
  ];
}

function verbCounts(findings: readonly Finding[]): string {
  const verbs = ["removed", "altered", "renamed", "added"] as const;
  return verbs
    .map((verb) => ({ verb, count: findings.filter((finding) => finding.change.verb === verb).length }))
    .filter(({ count }) => count > 0)
    .map(({ verb, count }) => `${count} ${verb}`)
    .join(", ");
}

function noteLines(input: DiffInput, paint: Paint, width: number): string[] {
  return notesOf(input).flatMap((note) =>
    wrapped(visibleLine(note), width).map((line) => paint("faint", line)),
  );
}

/** Words in lines of at most `width` characters; a longer word is cut. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/(?<=\s)(?=\S)/u)) {
    if (line !== "" && (line + word).trimEnd().length > width) {
      lines.push(line.trimEnd());
      line = "";
    }
    line += word;
    while (line.trimEnd().length > width) {
      lines.push(line.slice(0, width));
      line = line.slice(width);
    }
  }
  if (line.trim() !== "" || lines.length === 0) lines.push(line.trimEnd());
  return lines;
}
