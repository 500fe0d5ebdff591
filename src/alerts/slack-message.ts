/**
 * PURE. A notification as a Slack message in Block Kit, within Slack's limits: 50 blocks, header 150 characters,
 * section text 3,000, a field 2,000, all text together 12,000 (Slack refuses at about 13,000). Names in schemas are
 * untrusted: & < > are escaped everywhere but in the one link that this file builds.
 */
import type { Finding } from "../model/change.ts";
import { describeKey } from "../model/key.ts";
import type { NotificationContent } from "../model/notification.ts";
import {
  beforeAfter,
  clipped,
  commands,
  countsText,
  explanation,
  footer,
  furtherCount,
  headline,
  impact,
  originText,
  reasonFacts,
  severitySign,
  since,
  worstFindings,
} from "./message-facts.ts";

interface PlainText {
  readonly type: "plain_text";
  readonly text: string;
  readonly emoji: true;
}

interface Markdown {
  readonly type: "mrkdwn";
  readonly text: string;
}

type SlackBlock =
  | { readonly type: "header"; readonly text: PlainText }
  | { readonly type: "section"; readonly text: Markdown }
  | { readonly type: "section"; readonly fields: Markdown[] }
  | { readonly type: "context"; readonly elements: Markdown[] }
  | { readonly type: "divider" };

export interface SlackMessage {
  /** What notifications, screen readers and old clients show. */
  readonly text: string;
  readonly blocks: SlackBlock[];
}

/** Escapes what Slack gives meaning to; everything else in untrusted text is only text. */
export function escapeSlack(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

export function buildSlackMessage(content: NotificationContent): SlackMessage {
  const title = `${sign(content)} ${headline(content)}`;
  const over = reasonFacts[content.reason].state === "over";
  const findings = worstFindings(content);
  const blocks: SlackBlock[] = [
    { type: "header", text: { type: "plain_text", text: safe(title, 150), emoji: true } },
    section(safe(explanation(content), 1200)),
    { type: "section", fields: facts(content) },
    ...findings.map((finding) => section(findingText(finding))),
  ];
  const further = furtherCount(content);
  if (further > 0) blocks.push(section(`… and ${further} more`));
  if (!over) blocks.push({ type: "divider" }, section(nextSteps(content)));
  blocks.push({ type: "context", elements: [markdown(safe(footer(content), 600))] });
  return { text: safe(fallback(content, title, findings), 700), blocks };
}

function sign(content: NotificationContent): string {
  const { state, about } = reasonFacts[content.reason];
  if (state === "over") return "✅";
  return about === "unknown" ? "⚠️" : severitySign(content.worst);
}

function fallback(content: NotificationContent, title: string, findings: readonly Finding[]): string {
  const first = findings[0];
  return `${title}. ${first === undefined ? explanation(content) : first.sentence}`;
}

function facts(content: NotificationContent): Markdown[] {
  const { state, about } = reasonFacts[content.reason];
  const critical = content.critical ? " (critical)" : "";
  const fields = [field("Environment", `${clipped(content.environment, 200)}${critical}`)];
  if (about === "drift") {
    fields.push(field(state === "over" ? "Was open since" : "Since", since(content)));
    fields.push(field(state === "over" ? "Worst was" : "Worst", content.worst));
    if (state === "problem") fields.push(field("Open findings", countsText(content)));
  } else {
    fields.push(field("Since", since(content)));
  }
  const labels = Object.entries(content.labels).slice(0, 8);
  if (labels.length > 0) {
    fields.push(
      field(
        "Labels",
        labels.map(([name, value]) => `${clipped(name, 60)}=${clipped(value, 100)}`).join(", "),
      ),
    );
  }
  return fields;
}

function findingText(finding: Finding): string {
  const lines = [
    `${severitySign(finding.severity)} *${finding.severity}* · \`${finding.code}\` · ${safe(describeKey(finding.change.key), 300)}`,
    safe(finding.sentence, 500),
  ];
  const values = beforeAfter(finding);
  if (values !== undefined) lines.push(`${code(values.before, 200)} → ${code(values.after, 200)}`);
  const included = finding.includes?.length ?? 0;
  if (included > 0) lines.push(`_with ${included} ${included === 1 ? "object" : "objects"} in it_`);
  const origin = originText(finding);
  if (origin !== undefined) lines.push(`_${safe(origin, 300)}_`);
  return lines.join("\n");
}

function nextSteps(content: NotificationContent): string {
  const lines: string[] = [];
  const meaning = impact(content);
  if (meaning !== undefined) lines.push(`*Impact:* ${safe(meaning, 300)}`);
  const { inspect, repair, accept, doctor } = commands(content);
  if (reasonFacts[content.reason].about === "drift") {
    lines.push(
      `*See all:* ${code(inspect, 400)}`,
      `*SQL to take it back:* ${code(repair, 400)}`,
      `*Accept:* ${code(accept, 400)}`,
    );
  } else {
    lines.push(`*Look closer:* ${code(doctor, 300)}`);
  }
  if (content.link !== null) lines.push(link(content.link, "Open in Driftwatch"));
  return lines.join("\n");
}

function section(text: string): SlackBlock {
  return { type: "section", text: markdown(text) };
}

function markdown(text: string): Markdown {
  return { type: "mrkdwn", text };
}

function field(title: string, value: string): Markdown {
  return markdown(`*${title}*\n${safe(value, 900)}`);
}

/** Untrusted text, escaped, at most `limit` characters long after escaping: an entity is never cut in two. */
function safe(text: string, limit: number): string {
  let result = "";
  for (const character of clipped(text, limit)) {
    const escaped = escapeSlack(character);
    if (result.length + escaped.length > limit - 1) return `${result}…`;
    result += escaped;
  }
  return result;
}

/** A code span cannot hold a backtick and must not be empty. */
function code(text: string, limit: number): string {
  const shown = safe(text.replaceAll("`", "ˋ"), limit);
  return `\`${shown === "" ? " " : shown}\``;
}

/** URL() leaves | alone in a query, and it would end the link's address. */
function link(url: string, label: string): string {
  const href = URL.canParse(url) ? new URL(url).href : "";
  if (href === "" || href.length > 1000) return safe(url, 500);
  return `<${escapeSlack(href.replaceAll("|", "%7C").replaceAll(">", "%3E").replaceAll("<", "%3C"))}|${label}>`;
}
