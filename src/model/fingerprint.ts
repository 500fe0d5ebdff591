/**
 * The digest of the objects of one root: over their key ids, the names of their attributes and their values, every part
 * with its length or kind before it, so that no two contents share a text. Independent of the order attributes were set in.
 */
import { hash } from "node:crypto";
import { type AttributeValue, canonicalText } from "./attribute.ts";
import type { ObjectKind } from "./kind.ts";
import type { SchemaObject } from "./object.ts";

export interface Identified {
  /** keyId of the object's key. */
  readonly id: string;
  readonly object: SchemaObject;
}

/** Hex SHA-256 of the members in the order given. */
export type Fingerprinter = (members: readonly Identified[]) => string;

type Attributes = Readonly<Record<string, AttributeValue | undefined>>;

/** Attribute names as an object lists them, and in order: objects of one kind are nearly always built alike. */
interface Outline {
  readonly names: readonly string[];
  readonly sorted: readonly string[];
  readonly text: string;
}

/** The names and the values of an object's attributes. */
interface Content {
  readonly outline: Outline;
  readonly values: string;
}

/**
 * Make one per snapshot: it remembers the attribute names of each kind, so that they are sorted once and not per object, and
 * the content of attributes that many objects share.
 */
export function createFingerprinter(): Fingerprinter {
  const outlines = new Map<ObjectKind, Outline>();
  const memories = new Map<ObjectKind, Memory>();

  function outlineOf(kind: ObjectKind, attributes: Attributes): Outline {
    const known = outlines.get(kind);
    if (known !== undefined && fits(known, attributes)) return known;
    // An absent member and `undefined` are one.
    const names = Object.keys(attributes).filter((name) => attributes[name] !== undefined);
    const sorted = names.toSorted();
    const outline = { names, sorted, text: `#${sorted.map(sized).join("")}\n` };
    outlines.set(kind, outline);
    return outline;
  }

  function memoryOf(kind: ObjectKind): Memory {
    const known = memories.get(kind);
    if (known !== undefined) return known;
    const memory = createMemory();
    memories.set(kind, memory);
    return memory;
  }

  function contentOf({ kind, attributes }: SchemaObject): Content {
    const read = attributes as unknown as Attributes;
    const memory = memoryOf(kind);
    const known = recall(memory, read);
    if (known !== undefined) return known;
    const outline = outlineOf(kind, read);
    let values = "";
    for (const name of outline.sorted) values += valueText(read[name]);
    const content = { outline, values };
    if (memory.isUseful) memory.contents.set(read, content);
    return content;
  }

  return (members) => {
    let text = "";
    let written = "";
    for (const { id, object } of members) {
      const { outline, values } = contentOf(object);
      // Siblings of one kind stand side by side, so most roots name each attribute once.
      if (outline.text !== written) {
        written = outline.text;
        text += written;
      }
      text += sized(id) + values;
    }
    return hash("sha256", text, "hex");
  };
}

/** By the attributes themselves: a dialect may give equal columns one object. */
interface Memory {
  readonly contents: Map<Attributes, Content>;
  asked: number;
  found: number;
  isUseful: boolean;
}

function createMemory(): Memory {
  return { contents: new Map(), asked: 0, found: 0, isUseful: true };
}

/** So many objects tell whether the next ones share their attributes. */
const trial = 200;

function recall(memory: Memory, attributes: Attributes): Content | undefined {
  if (!memory.isUseful) return undefined;
  const content = memory.contents.get(attributes);
  memory.asked += 1;
  if (content !== undefined) memory.found += 1;
  if (memory.asked === trial && memory.found < trial / 8) {
    memory.isUseful = false;
    memory.contents.clear();
  }
  return content;
}

/** Whether the object lists these names in this order; one loop without a copy, for this runs once per object. */
function fits({ names }: Outline, attributes: Attributes): boolean {
  let index = 0;
  for (const name in attributes) {
    if (names[index] !== name || attributes[name] === undefined) return false;
    index += 1;
  }
  return index === names.length;
}

function sized(text: string): string {
  return `${text.length}:${text}`;
}

function valueText(value: AttributeValue | undefined): string {
  if (value === null) return "n";
  if (value === false) return "f";
  if (value === true) return "t";
  if (typeof value === "string") return `s${value.length}:${value}`;
  if (typeof value === "number") return `d${value};`;
  const text = canonicalText(value);
  return `j${text.length}:${text}`;
}
