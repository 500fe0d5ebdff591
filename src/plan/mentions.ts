/**
 * Which texts name which objects. Servers print names in full, so a text that depends on an object names it; a text that
 * names an object without depending on it (a string, an alias) only makes the order stricter than it need be.
 */
import type { ObjectKey } from "../model/key.ts";

const wordPattern = /[\p{L}_][\p{L}\p{N}_$]*/gu;
const isWord = /^[\p{L}_][\p{L}\p{N}_$]*$/u;

export interface Mentions<T> {
  /** Everything whose text names all parts of this path. */
  of(path: readonly string[]): readonly T[];
}

export function mentionsIn<T>(items: readonly T[], textOf: (item: T) => string): Mentions<T> {
  const byWord = new Map<string, Set<T>>();
  const texts = new Map<T, string>();
  const none: ReadonlySet<T> = new Set();
  for (const item of items) {
    const text = textOf(item);
    texts.set(item, text);
    for (const [word] of text.matchAll(wordPattern)) {
      const found = byWord.get(word);
      if (found === undefined) byWord.set(word, new Set([item]));
      else found.add(item);
    }
  }
  const naming = (part: string, among: Iterable<T>): readonly T[] => {
    if (isWord.test(part)) return [...among].filter((item) => byWord.get(part)?.has(item) === true);
    const quoted = [part, part.replaceAll('"', '""'), part.replaceAll("`", "``")];
    // A name may stand in a string, as nextval() takes it.
    const spelled = [...new Set(quoted.flatMap((text) => [text, text.replaceAll("'", "''")]))];
    return [...among].filter((item) => spelled.some((text) => texts.get(item)?.includes(text) === true));
  };
  return {
    of(path) {
      // The rarest word first: names of columns stand in many texts.
      const words = path.filter((part) => isWord.test(part));
      const rarest = words.map((word) => byWord.get(word) ?? none).sort((a, b) => a.size - b.size)[0];
      return path.reduce<readonly T[]>((left, part) => naming(part, left), [...(rarest ?? items)]);
    },
  };
}

/** The parts of a key that a text must name to speak of the object; an index is named without its table. */
export function namedBy(key: ObjectKey): readonly string[] {
  return key.kind === "index" && key.path.length > 2 ? [key.path[0] ?? "", key.path.at(-1) ?? ""] : key.path;
}
