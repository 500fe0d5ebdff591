/** Findings in numbers: counts by severity, the worst one and a headline. */
import type { Finding } from "../model/change.ts";
import { type Severity, severities, worstOf } from "../model/severity.ts";

export interface FindingSummary {
  readonly total: number;
  readonly worst: Severity | null;
  readonly counts: Readonly<Record<Severity, number>>;
}

export function summarizeFindings(findings: readonly Pick<Finding, "severity">[]): FindingSummary {
  const counts: Record<Severity, number> = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  for (const { severity } of findings) counts[severity] += 1;
  return {
    total: findings.length,
    worst: worstOf(findings.map((finding) => finding.severity)) ?? null,
    counts,
  };
}

/** "2 critical, 1 low", worst first; "no differences" when every count is zero. */
export function headline(counts: Readonly<Record<Severity, number>>): string {
  const parts = severities
    .filter((severity) => counts[severity] > 0)
    .map((severity) => `${counts[severity]} ${severity}`);
  return parts.length === 0 ? "no differences" : parts.join(", ");
}
