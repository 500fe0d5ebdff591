/** Globs over names: `*` any run of characters, `?` one; everything else is literal. Case matters. */

const compiled = new Map<string, RegExp>();

export function matchesGlob(pattern: string, text: string): boolean {
  let regex = compiled.get(pattern);
  if (regex === undefined) {
    const source = pattern
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".");
    regex = new RegExp(`^${source}$`, "su");
    compiled.set(pattern, regex);
  }
  return regex.test(text);
}

export function matchesAny(patterns: readonly string[], text: string): boolean {
  return patterns.some((pattern) => matchesGlob(pattern, text));
}
