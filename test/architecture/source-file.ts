/** Reads source files with a real parser into the few facts that the rules of the house ask about. */
import { readdirSync, readFileSync } from "node:fs";
import { join, posix, relative } from "node:path";
import { parseSync, visitorKeys } from "oxc-parser";

export interface SourceImport {
  /** The text after `from`. */
  readonly specifier: string;
  /** The file it leads to inside src, or undefined for a package. */
  readonly file: string | undefined;
  readonly line: number;
}

/** Something a file does that some room may not do: reads a clock, ends the process, prints ... */
export interface SourceUse {
  readonly what: string;
  readonly line: number;
}

export interface SourceFile {
  /** Path inside src, with `/`. */
  readonly path: string;
  readonly lines: number;
  readonly imports: readonly SourceImport[];
  readonly uses: readonly SourceUse[];
  readonly hasDefaultExport: boolean;
  /** True when it holds nothing but re-exports, or re-exports a whole module. */
  readonly isBarrel: boolean;
  readonly classes: readonly { readonly name: string; readonly parent: string | undefined }[];
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly [field: string]: unknown;
}

/** All `.ts` and `.tsx` files of a folder, parsed. */
export function readSourceFiles(folder: string): readonly SourceFile[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .sort()
    .map((path) => parseSource(path, readFileSync(join(folder, path), "utf8")));
}

/** Throws when the text does not parse: a rule that cannot read a file must not pass it. */
export function parseSource(path: string, text: string): SourceFile {
  const { program, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path} does not parse: ${errors[0]?.message}`);
  const lineOf = (node: Node): number => text.slice(0, node.start).split("\n").length;
  const body = program.body as unknown as readonly Node[];
  const imports: SourceImport[] = [];
  const uses: SourceUse[] = [];
  const classes: { name: string; parent: string | undefined }[] = [];
  walk(program as unknown as Node, undefined, (node, parent) => {
    const specifier = importedFrom(node);
    if (specifier !== undefined)
      imports.push({ specifier, file: resolveImport(path, specifier), line: lineOf(node) });
    const what = impureUse(node, parent);
    if (what !== undefined) uses.push({ what, line: lineOf(node) });
    if (node.type === "ClassDeclaration" || node.type === "ClassExpression") {
      classes.push({ name: nameOf(node.id) ?? "(anonymous)", parent: nameOf(node.superClass) });
    }
    if (node.type === "TSEnumDeclaration") uses.push({ what: "enum", line: lineOf(node) });
  });
  return {
    path,
    lines: text.replace(/\n$/, "").split("\n").length,
    imports,
    uses,
    classes,
    hasDefaultExport: body.some((node) => node.type === "ExportDefaultDeclaration"),
    isBarrel:
      body.some((node) => node.type === "ExportAllDeclaration") ||
      (body.length > 0 &&
        body.every((node) => node.type === "ExportNamedDeclaration" && node.source !== null)),
  };
}

function importedFrom(node: Node): string | undefined {
  const isImport =
    node.type === "ImportDeclaration" ||
    node.type === "ExportNamedDeclaration" ||
    node.type === "ExportAllDeclaration" ||
    node.type === "ImportExpression" ||
    node.type === "TSImportType";
  const value = isImport ? (node.source as { value?: unknown } | null)?.value : undefined;
  return typeof value === "string" ? value : undefined;
}

function resolveImport(from: string, specifier: string): string | undefined {
  return specifier.startsWith(".") ? posix.join(posix.dirname(from), specifier) : undefined;
}

const impureGlobals = new Set([
  "process",
  "performance",
  "console",
  "fetch",
  "setTimeout",
  "setInterval",
  "setImmediate",
  "globalThis",
]);
const impureMembers = new Set(["Date.now", "Math.random", "crypto.randomUUID", "crypto.getRandomValues"]);

/** Member names first, so that `process.exit` and `console.log` are told apart from other uses of the same global. */
function impureUse(node: Node, parent: Node | undefined): string | undefined {
  if (node.type === "MemberExpression" && node.computed !== true) {
    const object = nameOf(node.object);
    const name = `${object}.${nameOf(node.property)}`;
    if (impureMembers.has(name) || (object !== undefined && impureGlobals.has(object))) return name;
  }
  if (node.type === "NewExpression" && nameOf(node.callee) === "Date" && isEmpty(node.arguments))
    return "new Date()";
  if (node.type === "CallExpression" && nameOf(node.callee) === "Date") return "Date()";
  if (node.type !== "Identifier" || !impureGlobals.has(String(node.name))) return undefined;
  return isPlainName(node, parent) ? undefined : String(node.name);
}

/** An identifier that is only somebody's property or field name, or was counted with its member expression. */
function isPlainName(node: Node, parent: Node | undefined): boolean {
  if (parent === undefined) return false;
  if (parent.type === "MemberExpression") return parent.object !== node || parent.computed !== true;
  const isKey = parent.key === node && parent.computed !== true;
  return isKey || parent.type.startsWith("Import") || parent.type.startsWith("TS");
}

function nameOf(node: unknown): string | undefined {
  const { type, name } = (node ?? {}) as { type?: string; name?: string };
  return type === "Identifier" ? name : undefined;
}

function isEmpty(list: unknown): boolean {
  return Array.isArray(list) && list.length === 0;
}

function walk(
  node: Node,
  parent: Node | undefined,
  visit: (node: Node, parent: Node | undefined) => void,
): void {
  visit(node, parent);
  for (const key of visitorKeys[node.type] ?? []) {
    const children = [node[key]].flat();
    for (const child of children) if (child !== null && child !== undefined) walk(child as Node, node, visit);
  }
}
