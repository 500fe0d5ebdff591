/** Names and definitions come from databases and are untrusted: what could steer a terminal or hide text is spelled out. */

// Control characters (C0, DEL, C1), line and paragraph separators, and the marks that reorder or hide text.
const unsafe = /[\p{Cc}\u2028\u2029\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu;

function spelled(character: string): string {
  if (character === "\n") return "\\n";
  if (character === "\t") return "\\t";
  if (character === "\r") return "\\r";
  return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`;
}

/** One line of text in which every control or invisible character is written as an escape. */
export function visibleLine(text: string): string {
  return text.replace(unsafe, spelled);
}

/** The same for a text of several lines: line feeds stay, tabs become two spaces. */
export function visibleLines(text: string): readonly string[] {
  return text
    .replaceAll("\r\n", "\n")
    .split("\n")
    .map((line) => visibleLine(line.replaceAll("\t", "  ")));
}
