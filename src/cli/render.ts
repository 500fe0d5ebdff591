/** Findings for the terminal and for machines: chooses the report and tells it colour and width. */
import type { ResolvedSource } from "../app/resolve-source.ts";
import type { Check, CheckOutcome } from "../model/check.ts";
import type { DiffInput } from "../report/input.ts";
import { jsonReport, renderJson } from "../report/json.ts";
import { renderMarkdown } from "../report/markdown.ts";
import { renderFindings } from "../report/text.ts";
import type { CliContext } from "./context.ts";

export const reportFormats = ["text", "json", "markdown"] as const;
export type ReportFormat = (typeof reportFormats)[number];

export function renderDiff(
  context: CliContext,
  format: ReportFormat,
  from: ResolvedSource,
  to: ResolvedSource,
  drift: Pick<DiffInput, "findings" | "hidden">,
): string {
  const input: DiffInput = { from: from.label, to: to.label, ...drift, ...notSeen(from, to) };
  switch (format) {
    case "json":
      return renderJson(input);
    case "markdown":
      return renderMarkdown(input);
    case "text":
      return renderDrift(context, input);
  }
}

/** `stream`: where it will be written. */
export function renderDrift(
  context: CliContext,
  input: DiffInput,
  stream: "stdout" | "stderr" = "stdout",
): string {
  const { columns } = context[stream];
  return renderFindings(input, {
    color: context.colors[stream],
    ...(columns === undefined ? {} : { width: Math.min(columns, 120) }),
  });
}

/** One checked environment as JSON: the check, what went wrong if anything did, and its findings as `diff --json` has them. */
export function checkJson(result: {
  readonly environment: string;
  readonly check: Check;
  readonly outcome: CheckOutcome;
  readonly captured: boolean;
}): object {
  const { environment, check, outcome, captured } = result;
  const findings = outcome.kind === "drifted" ? outcome.findings : [];
  const report = jsonReport({ from: `${environment}@baseline`, to: environment, findings, hidden: [] });
  return {
    environment,
    outcome: outcome.kind,
    worst: outcome.kind === "drifted" ? outcome.worst : null,
    error: outcome.kind === "unknown" ? { code: outcome.code, message: outcome.message } : null,
    baselineCaptured: captured,
    check,
    findings: report.findings,
  };
}

function notSeen(from: ResolvedSource, to: ResolvedSource): Pick<DiffInput, "unmodelled" | "unreadable"> {
  const counts = new Map<string, number>();
  const areas = new Map<string, NonNullable<DiffInput["unreadable"]>[number]>();
  for (const { snapshot } of [from, to]) {
    // The same thing on both sides is told once, with the larger count.
    for (const { what, count } of snapshot.visibility.unmodelled) {
      counts.set(what, Math.max(count, counts.get(what) ?? 0));
    }
    for (const area of snapshot.visibility.hidden) areas.set(area.area, area);
  }
  return {
    unmodelled: [...counts].map(([what, count]) => ({ what, count })),
    unreadable: [...areas.values()],
  };
}
