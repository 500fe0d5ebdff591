/** From two snapshots to findings, with everything an environment says about comparing and severity. Pure. */
import { classifyChanges } from "../classify/classify.ts";
import { compareWithHidden } from "../compare/compare.ts";
import { ignoreRuleMatches } from "../compare/ignore.ts";
import type { HiddenChanges } from "../compare/options.ts";
import type { Finding } from "../model/change.ts";
import type { Environment } from "../model/environment.ts";
import { matchesAny, type NameCase } from "../model/glob.ts";
import { nameCaseOf } from "../model/server.ts";
import type { Snapshot } from "../model/snapshot.ts";

export interface Drift {
  readonly findings: readonly Finding[];
  readonly hidden: readonly HiddenChanges[];
}

/** `now` is ISO time; it decides which ignore rules have expired. */
export function detectDrift(
  environment: Pick<Environment, "ignore" | "modes" | "partitions" | "severities">,
  baseline: Snapshot,
  live: Snapshot,
  now: string,
): Drift {
  const { ignore, modes, partitions } = environment;
  const { changes, hidden } = compareWithHidden(baseline, live, { ignore, modes, partitions, now });
  const findings = classifyChanges(changes, { overrides: environment.severities, baseline, live });
  const nameCase = nameCaseOf(baseline.server, live.server);
  const drift = hideByCode(environment, { findings, hidden }, now, nameCase);
  return { ...drift, hidden: drift.hidden.map((by) => withReason(environment, by)) };
}

function withReason({ ignore }: Pick<Environment, "ignore">, hidden: HiddenChanges): HiddenChanges {
  const reason = ignore.find((_rule, index) => nameOfRule(index) === hidden.rule)?.reason;
  return reason === undefined ? hidden : { ...hidden, reason };
}

/** As the comparison names it. */
function nameOfRule(index: number): string {
  return `ignore[${index}]`;
}

/** Ignore rules that name codes act on findings; the others already acted on changes. */
function hideByCode(
  environment: Pick<Environment, "ignore">,
  { findings, hidden }: Drift,
  now: string,
  nameCase: NameCase,
): Drift {
  const rules = environment.ignore
    .map((rule, index) => ({ rule, name: nameOfRule(index) }))
    .filter(({ rule }) => rule.codes !== undefined && !(rule.expires !== undefined && now >= rule.expires));
  if (rules.length === 0) return { findings, hidden };
  const counts = new Map<string, number>();
  const visible = findings.filter((finding) => {
    const match = rules.find(
      ({ rule }) =>
        matchesAny(rule.codes ?? [], finding.code) && ignoreRuleMatches(rule, finding.change, nameCase),
    );
    if (match !== undefined) counts.set(match.name, (counts.get(match.name) ?? 0) + 1);
    return match === undefined;
  });
  return { findings: visible, hidden: [...hidden, ...[...counts].map(([rule, count]) => ({ rule, count }))] };
}
