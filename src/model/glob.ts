/** Globs over names: `*` any run of characters, `?` one; everything else is literal. */

/** Whether case matters; it does unless said otherwise. */
export type NameCase = "exact" | "folded";

const compiled = { exact: new Map<string, RegExp>(), folded: new Map<string, RegExp>() } as const;

export function matchesGlob(pattern: string, text: string, nameCase: NameCase = "exact"): boolean {
  let regex = compiled[nameCase].get(pattern);
  if (regex === undefined) {
    const source = pattern
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".");
    regex = new RegExp(`^${source}$`, nameCase === "folded" ? "sui" : "su");
    compiled[nameCase].set(pattern, regex);
  }
  return regex.test(text);
}

export function matchesAny(patterns: readonly string[], text: string, nameCase?: NameCase): boolean {
  return patterns.some((pattern) => matchesGlob(pattern, text, nameCase));
}
