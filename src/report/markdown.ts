/** Findings as Markdown for comments in code review and CI: a line of counts, then one section per root object. */
import type { Finding } from "../model/change.ts";
import { describeKey } from "../model/key.ts";
import { visibleLine } from "../model/visible-text.ts";
import { type FindingGroup, groupFindings, includedText, labelWithin } from "./group-findings.ts";
import { type DiffInput, notesOf } from "./input.ts";
import { headline, summarizeFindings } from "./summary.ts";
import { differenceOf } from "./value-text.ts";

/** GitHub refuses comments above 65,536 characters; what follows is counted instead. */
const mostCharacters = 60_000;
const mostDiffLines = 60;

/** The report as Markdown that ends in a line feed. */
export function renderMarkdown(input: DiffInput): string {
  const { counts } = summarizeFindings(input.findings);
  const head = [
    `### Schema drift: ${code(input.from)} → ${code(input.to)}`,
    "",
    `**${headline(counts)}**`,
    "",
  ];
  const tail = notesOf(input).map((note) => `> - ${escaped(note)}`);
  const sections = groupFindings(input.findings).map((group) => groupLines(group).join("\n"));
  const kept = fitting(sections, mostCharacters - head.join("\n").length - tail.join("\n").length);
  const left = sections.length - kept.length;
  const more =
    left === 0 ? [] : [`*… and findings on ${left} more ${left === 1 ? "object" : "objects"}.*`, ""];
  const lines = [...head, ...kept, ...more, ...tail];
  return `${lines.join("\n").trimEnd()}\n`;
}

function fitting(sections: readonly string[], room: number): readonly string[] {
  let used = 0;
  const end = sections.findIndex((section) => {
    used += section.length + 1;
    return used > room;
  });
  return end === -1 ? sections : sections.slice(0, end);
}

function groupLines(group: FindingGroup): string[] {
  const lines = [`#### ${code(describeKey(group.root))}`, ""];
  lines.push("| severity | what | finding |", "|---|---|---|");
  for (const finding of group.findings) lines.push(row(finding, group));
  lines.push("");
  for (const finding of group.findings) lines.push(...details(finding, group));
  return lines;
}

function row(finding: Finding, group: FindingGroup): string {
  const { change, severity } = finding;
  const attribute = change.verb === "altered" ? ` · ${cellCode(change.attribute)}` : "";
  const what = `${change.verb} ${cellCode(labelWithin(group.root, change.key))}${attribute}`;
  const includes =
    finding.includes === undefined || finding.includes.length === 0
      ? ""
      : ` (with ${includedText(finding.includes)})`;
  return `| ${severity} | ${what} | ${escaped(finding.sentence)}${includes} \`${finding.code}\` |`;
}

/** Texts of several lines as a folded diff. */
function details(finding: Finding, group: FindingGroup): string[] {
  const { change } = finding;
  if (change.verb !== "altered") return [];
  const difference = differenceOf(change.before, change.after);
  if (difference.form !== "lines") return [];
  const shown = difference.lines.slice(0, mostDiffLines);
  const more = difference.lines.length - shown.length;
  const body = shown.map(({ sign, text }) => (sign === "@" ? `@@ ${text} @@` : `${sign} ${text}`));
  const fence = fenceFor(body);
  return [
    `<details><summary>${escaped(`${labelWithin(group.root, change.key)}: ${change.attribute}`)}</summary>`,
    "",
    `${fence}diff`,
    ...body,
    ...(more > 0 ? [`@@ ${more} more lines @@`] : []),
    fence,
    "",
    "</details>",
    "",
  ];
}

/** A fence that no line of the content can close. */
function fenceFor(lines: readonly string[]): string {
  const longest = Math.max(2, ...lines.flatMap((line) => line.match(/`+/g) ?? []).map((run) => run.length));
  return "`".repeat(longest + 1);
}

/** Inline code in a table cell, where a bar would end the cell. */
function cellCode(text: string): string {
  return code(text).replaceAll("|", "\\|");
}

/** Inline code that holds any text, backticks included. */
function code(text: string): string {
  const line = visibleLine(text);
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map((run) => run.length));
  const quote = "`".repeat(longest + 1);
  const space = line.startsWith("`") || line.endsWith("`") ? " " : "";
  return `${quote}${space}${line}${space}${quote}`;
}

/** Plain text: no markup, no mention of people, no link. */
function escaped(text: string): string {
  return visibleLine(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replace(/[\\`*_{}[\]#|~]/g, "\\$&")
    .replace(/@(?=[a-z\d])/gi, "@\u200b")
    .replace(/:\/\//g, ":\u200b//");
}
