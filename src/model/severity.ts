/** Severities, from worst to mildest, and categories of findings. */
export const severities = ["critical", "high", "medium", "low", "info"] as const;
export type Severity = (typeof severities)[number];

export const categories = [
  "data-loss",
  "integrity",
  "security",
  "performance",
  "compatibility",
  "behaviour",
  "cosmetic",
] as const;
export type Category = (typeof categories)[number];

/** Negative when `a` is worse than `b`; usable as a sort order. */
export function compareSeverity(a: Severity, b: Severity): number {
  return severities.indexOf(a) - severities.indexOf(b);
}

export function isAtLeast(severity: Severity, floor: Severity): boolean {
  return compareSeverity(severity, floor) <= 0;
}

/** The worst of a list, or undefined when it is empty. */
export function worstOf(list: Iterable<Severity>): Severity | undefined {
  let worst: Severity | undefined;
  for (const severity of list) {
    if (worst === undefined || compareSeverity(severity, worst) < 0) worst = severity;
  }
  return worst;
}
