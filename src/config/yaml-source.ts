/** Reads YAML text into plain values, and finds the line and column of any path in it. Knows nothing of the schema. */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseAllDocuments,
  type YAMLError,
} from "yaml";
import type { ConfigPath, Mistake } from "./mistakes.ts";

export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface YamlSource {
  readonly value: unknown;
  /** 1-based place of the key (or list item) at the path, or of the nearest parent that the file has. */
  placeOf(path: ConfigPath): Place | undefined;
}

export interface YamlMistake extends Mistake {
  readonly place: Place | undefined;
}

export interface YamlResult {
  /** Undefined when the text is so broken that nothing more can be said of it. */
  readonly source: YamlSource | undefined;
  readonly mistakes: readonly YamlMistake[];
}

export function readYaml(text: string): YamlResult {
  const lineCounter = new LineCounter();
  const documents = parseAllDocuments(text, {
    lineCounter,
    prettyErrors: false,
    uniqueKeys: true,
    merge: true,
  });
  const list = Array.isArray(documents) ? (documents as Document.Parsed[]) : [];
  const place = (offset: number | undefined): Place | undefined => {
    if (offset === undefined) return undefined;
    const { line, col } = lineCounter.linePos(offset);
    return line === 0 ? undefined : { line, column: col };
  };
  if (list.length > 1) {
    const mistake = {
      path: [],
      sentence: `holds ${list.length} YAML documents`,
      remedy: "Keep one, and remove the lines that are only `---`.",
      place: place(list[1]?.range[0]),
    };
    return { source: undefined, mistakes: [mistake] };
  }
  const document = list[0];
  if (document === undefined) return { source: { value: null, placeOf: () => undefined }, mistakes: [] };
  const tabs = document.errors.some(isAboutTabs) ? tabMistakes(text) : [];
  const mistakes =
    tabs.length > 0
      ? tabs
      : document.errors.map((error) => ({ ...syntaxMistake(error), place: place(error.pos[0]) }));
  const readable = document.errors.every((error) => error.code === "DUPLICATE_KEY");
  if (!readable) return { source: undefined, mistakes };
  try {
    const value: unknown = document.toJS();
    return { source: { value, placeOf: (path) => place(offsetOf(document, path)) }, mistakes };
  } catch {
    const mistake = {
      path: [],
      sentence: "has aliases that expand without end or point nowhere",
      remedy: "Write the values out.",
      place: undefined,
    };
    return { source: undefined, mistakes: [...mistakes, mistake] };
  }
}

const sentences: Readonly<Partial<Record<YAMLError["code"], readonly [string, string]>>> = {
  DUPLICATE_KEY: ["the same key is given twice", "Keep one of the two."],
  TAB_AS_INDENT: ["a tab is used for indentation", "Indent with spaces; YAML allows no tabs there."],
  BAD_INDENT: [
    "the indentation does not fit",
    "Indent the keys of one section by the same number of spaces.",
  ],
  MISSING_CHAR: [
    "a character is missing, such as a closing quote or bracket, or the line is indented wrongly",
    "Complete it, quote the value, or indent the keys of one section equally.",
  ],
  MULTILINE_IMPLICIT_KEY: ["a key runs over several lines", "Look for a missing colon or quote nearby."],
  BLOCK_AS_IMPLICIT_KEY: [
    "a section begins where a value belongs",
    'Move it to a line of its own, or quote a value that holds ": ".',
  ],
  BAD_SCALAR_START: ["a value begins with a character that YAML reserves", "Put the value in quotes."],
  BAD_DQ_ESCAPE: [
    "a backslash in double quotes starts no known escape",
    "Double the backslash, or use single quotes.",
  ],
  BAD_ALIAS: ["an alias (*name) is not usable here", "Put the value in quotes if the * belongs to it."],
  UNEXPECTED_TOKEN: [
    "something unexpected stands here",
    "Look at the line and the one above: quotes, colons, dashes.",
  ],
};

/** The library's own messages may quote the text around a mistake, and with it a secret: they are not passed on. */
function syntaxMistake(error: YAMLError): Mistake {
  const code = error.message.startsWith("Unresolved alias") ? "BAD_ALIAS" : error.code;
  const [sentence, remedy] = sentences[code] ?? [`is not valid YAML (${error.code})`, "Correct the line."];
  return { path: [], sentence, remedy };
}

function isAboutTabs(error: YAMLError): boolean {
  return error.code === "TAB_AS_INDENT" || /\btabs?\b/i.test(error.message);
}

/** The parser stumbles over a tab only further on, and then over what follows: each line that begins with one is told instead. */
function tabMistakes(text: string): readonly YamlMistake[] {
  const [sentence, remedy] = sentences.TAB_AS_INDENT ?? ["", ""];
  return text.split(/\r?\n/).flatMap((line, index) => {
    const column = /^ *\t/.exec(line)?.[0].length;
    return column === undefined ? [] : [{ path: [], sentence, remedy, place: { line: index + 1, column } }];
  });
}

function offsetOf(document: Document.Parsed, path: ConfigPath): number | undefined {
  let node: Node | null = document.contents;
  let offset = node?.range?.[0];
  for (const part of path) {
    if (isAlias(node)) node = node.resolve(document) ?? null;
    const step = stepInto(node, part);
    if (step === undefined) return offset;
    node = step.node;
    offset = step.offset ?? offset;
  }
  return offset;
}

function stepInto(
  node: Node | null,
  part: string | number,
): { readonly node: Node | null; readonly offset: number | undefined } | undefined {
  if (isSeq(node) && typeof part === "number") {
    const item = node.items[part] as Node | undefined;
    return item === undefined ? undefined : { node: item, offset: item.range?.[0] };
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find((item: Pair) => isScalar(item.key) && String(item.key.value) === String(part));
  if (pair === undefined) return undefined;
  return { node: pair.value as Node | null, offset: (pair.key as Node).range?.[0] };
}
