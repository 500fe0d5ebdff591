/** Reads `<field>File` into `<field>`, so that secrets can come from files that an orchestrator mounts. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type ConfigPath, configPathText, type Mistake } from "./mistakes.ts";

export interface FilledFromFiles {
  readonly value: unknown;
  readonly mistakes: readonly Mistake[];
  /** Path text of a field whose value came from a file -> path of the `<field>File` that named it. */
  readonly origins: ReadonlyMap<string, ConfigPath>;
}

/** Sections whose keys are the user's own words. */
const freeKeys = new Set(["labels", "headers", "tables"]);

/** `directory`: what relative file names start from. `fields`: names that have a File variant. */
export function fillFromFiles(value: unknown, fields: readonly string[], directory: string): FilledFromFiles {
  const mistakes: Mistake[] = [];
  const origins = new Map<string, ConfigPath>();
  const visit = (node: unknown, path: ConfigPath): unknown => {
    if (Array.isArray(node)) return node.map((item, index) => visit(item, [...path, index]));
    if (node === null || typeof node !== "object" || freeKeys.has(String(path.at(-1)))) return node;
    const members: Record<string, unknown> = {};
    for (const [key, member] of Object.entries(node)) members[key] = visit(member, [...path, key]);
    for (const field of fields) {
      const file = members[`${field}File`];
      if (typeof file !== "string" || file === "") continue;
      const filePath = [...path, `${field}File`];
      if (members[field] !== undefined && members[field] !== null) {
        mistakes.push({
          path: filePath,
          sentence: `is given besides ${field}`,
          remedy: "Keep one of the two.",
        });
        continue;
      }
      const read = readSecret(resolve(directory, file));
      if (typeof read === "string") members[field] = read;
      else mistakes.push({ path: filePath, ...read });
      origins.set(configPathText([...path, field]), filePath);
    }
    return members;
  };
  return { value: visit(value, []), mistakes, origins };
}

function readSecret(file: string): string | { readonly sentence: string; readonly remedy: string } {
  try {
    const text = readFileSync(file, "utf8").replace(/\r?\n$/, "");
    if (text.trim() !== "") return text;
    return { sentence: `the file ${file} is empty`, remedy: "Write the secret into it." };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
    const words = { ENOENT: "does not exist", EACCES: "may not be read", EISDIR: "is a folder" }[code];
    return {
      sentence: `the file ${file} ${words ?? `cannot be read (${code})`}`,
      remedy: "Check the path and the mount, and that this user may read it.",
    };
  }
}
