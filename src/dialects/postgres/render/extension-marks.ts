/**
 * ALTER ... DEPENDS ON EXTENSION: the extensions whose DROP takes an object along. Which lock it takes is in
 * ExecAlterObjectDependsStmt of the server (alter.c): ACCESS EXCLUSIVE on the relation, for a trigger on its table.
 */
import type { ObjectKey } from "../../../model/key.ts";
import type { ObjectKind } from "../../../model/kind.ts";
import type { AlterDrafts, Draft, Step } from "../../../plan/renderer.ts";
import { accessExclusive, draft } from "./drafts.ts";
import { addressOf, name, qualified } from "./names.ts";

interface Marked {
  readonly key: ObjectKey;
  readonly attributes: { readonly extensionDependencies?: readonly string[] };
}

/** Constraints are marked through the index behind them; ALTER AGGREGATE does not know the clause, ALTER ROUTINE does. */
function targetOf(key: ObjectKey): string {
  switch (key.kind) {
    case "aggregate":
      return `ROUTINE ${qualified(key.path)}(${key.signature ?? ""})`;
    case "primary-key":
    case "unique":
    case "exclusion":
      return `INDEX ${qualified([key.path[0] ?? "", key.path.at(-1) ?? ""])}`;
    default:
      return addressOf(key) ?? "";
  }
}

function isRoutine({ kind }: ObjectKey): boolean {
  return kind === "function" || kind === "procedure" || kind === "aggregate";
}

function mark(key: ObjectKey, extension: string, verb: "DEPENDS" | "NO DEPENDS"): Draft {
  const lock = isRoutine(key) ? undefined : accessExclusive;
  return draft(`ALTER ${targetOf(key)} ${verb} ON EXTENSION ${name(extension)}`, lock);
}

/** The marks of an object, one statement each. */
export function markDrafts({ key, attributes }: Marked): Draft[] {
  return (attributes.extensionDependencies ?? []).map((extension) => mark(key, extension, "DEPENDS"));
}

/** The marks of a new object; they go with it. */
export function markSteps(object: Marked): Step[] {
  return markDrafts(object).map((make) => ({ make: [make], unmake: [] }));
}

export function alterMarks<K extends ObjectKind>(): AlterDrafts<K> {
  return ({ before, after }) => {
    const was = (before as unknown as Marked).attributes.extensionDependencies ?? [];
    const { key, attributes } = after as unknown as Marked;
    const is = attributes.extensionDependencies ?? [];
    return [
      ...was.filter((each) => !is.includes(each)).map((each) => mark(key, each, "NO DEPENDS")),
      ...is.filter((each) => !was.includes(each)).map((each) => mark(key, each, "DEPENDS")),
    ];
  };
}
