/** The history of checks as a strip, the newest at the right. Height and pattern tell the outcome, not only colour. */
import type { VNode } from "preact";
import type { Check } from "../../model/check.ts";
import { severities } from "../../model/severity.ts";
import { countOf, stateWords } from "./words.ts";

/** `checks` come newest first; the oldest of them stands left. */
export function CheckStrip({ checks, length }: { checks: readonly Check[]; length: number }): VNode {
  const shown = checks.slice(0, length).toReversed();
  return (
    <div class="strip" role="img" aria-label={stripSummary(shown)}>
      {shown.map((check) => (
        <span key={check.id} class={`bar bar-${check.outcome}`} title={checkTitle(check)} />
      ))}
    </div>
  );
}

export function StripLegend(): VNode {
  return (
    <p class="legend">
      {(["in-sync", "drifted", "unknown"] as const).map((outcome) => (
        <span key={outcome}>
          <span class={`bar bar-${outcome}`} aria-hidden="true" /> {stateWords[outcome].toLowerCase()}
        </span>
      ))}
      <span>newest at the right</span>
    </p>
  );
}

function stripSummary(checks: readonly Check[]): string {
  const counts = new Map<string, number>();
  for (const check of checks) counts.set(check.outcome, (counts.get(check.outcome) ?? 0) + 1);
  const words = [...counts].map(([outcome, count]) => `${count} ${outcome.replaceAll("-", " ")}`);
  return `The last ${countOf(checks.length, "check")}: ${words.join(", ")}`;
}

/** One check in words: "10:02:31 UTC: Drifted, 3 findings". */
export function checkTitle(check: Check): string {
  return `${check.startedAt.slice(0, 19).replace("T", " ")} UTC: ${stateWords[check.outcome]}${checkDetail(check)}`;
}

/** What a check found, after a comma; empty when there is nothing to say. */
export function checkDetail(check: Check): string {
  if (check.outcome === "unknown") return check.errorMessage === null ? "" : `, ${check.errorMessage}`;
  if (check.outcome !== "drifted") return check.probeHit ? ", proved by the probe" : "";
  const total = severities.reduce((sum, severity) => sum + check.findingCounts[severity], 0);
  return total === 0 ? "" : `, ${countOf(total, "finding")}`;
}
