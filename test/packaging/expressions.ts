/** Finds the metrics and labels that PromQL expressions name. Knows no metric; text in, names out. */

export interface Selector {
  readonly metric: string;
  /** Labels matched inside its braces. */
  readonly labels: readonly string[];
}

/** Each use of one of the daemon's own metrics in an expression. */
export function selectorsIn(expression: string): readonly Selector[] {
  const pattern = /\b(driftwatch_[a-z0-9_]+)(?:\s*\{([^}]*)\})?/g;
  return [...expression.matchAll(pattern)].map(([, metric = "", matchers = ""]) => ({
    metric,
    labels: [...matchers.matchAll(/([a-zA-Z_]\w*)\s*(?:=~|!~|!=|=)/g)].map(([, label = ""]) => label),
  }));
}

/** Labels named by `by (...)` and `on (...)`. */
export function groupingLabelsIn(expression: string): readonly string[] {
  return [...expression.matchAll(/\b(?:by|on|without|ignoring)\s*\(([^)]*)\)/g)].flatMap(([, list = ""]) =>
    list
      .split(",")
      .map((label) => label.trim())
      .filter((label) => label !== ""),
  );
}

/** The metric that a histogram's series belongs to; others are returned as they are. */
export function familyOf(series: string, isHistogram: (name: string) => boolean): string {
  const family = series.replace(/_(bucket|sum|count)$/, "");
  return isHistogram(family) ? family : series;
}
