/** The rules of the house as functions: source files in, one sentence per breach out. docs/architecture.md tells why. */
import type { SourceFile } from "./source-file.ts";

const inner = ["compare", "classify", "plan", "report"] as const;

/** Who may import whom. A room may always import itself. `api` is src/api.ts. */
export const importTable: Readonly<Record<string, readonly string[]>> = {
  model: [],
  compare: ["model"],
  classify: ["model"],
  plan: ["model"],
  report: ["model"],
  monitor: [...inner, "model"],
  config: ["model"],
  embedded: ["model"],
  dialects: ["monitor", "plan", "model"],
  store: ["monitor", "model"],
  queue: ["monitor", "model"],
  telemetry: ["monitor", "model"],
  alerts: ["monitor", "report", "model"],
  http: ["monitor", "report", "model"],
  app: [
    "dialects",
    "store",
    "queue",
    "alerts",
    "http",
    "telemetry",
    "config",
    "embedded",
    "monitor",
    ...inner,
    "model",
  ],
  cli: ["app", "config", "report", "model"],
  api: ["app", "config", ...inner, "model"],
};

/** The rooms that read no clock, no environment and no random number, with the packages each may import. */
const pureRooms: Readonly<Record<string, readonly string[]>> = {
  model: ["node:crypto"],
  compare: ["node:crypto"],
  classify: ["node:crypto"],
  plan: ["node:crypto"],
  report: ["node:crypto", "preact", "preact-render-to-string"],
};

const maximumLines = 400;

export function roomOf(path: string): string {
  return path.includes("/") ? (path.split("/")[0] ?? "") : path.replace(/\.tsx?$/, "");
}

export function forbiddenImports(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => {
    const room = roomOf(file.path);
    const allowed = importTable[room];
    if (allowed === undefined) return [`${file.path}: "${room}" is not a room of the house`];
    return file.imports.flatMap(({ file: target, line }) => {
      if (target === undefined) return [];
      const other = roomOf(target);
      if (other !== room && !allowed.includes(other))
        return [`${file.path}:${line}: ${room} may not import ${target}`];
      if (isTwinImport(file.path, target))
        return [`${file.path}:${line}: one dialect may not import the other`];
      return [];
    });
  });
}

function isTwinImport(from: string, to: string): boolean {
  const dialectOf = (path: string): string | undefined => /^dialects\/([^/]+)\//.exec(path)?.[1];
  const [left, right] = [dialectOf(from), dialectOf(to)];
  return left !== undefined && right !== undefined && left !== right;
}

export function impurities(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => {
    const packages = pureRooms[roomOf(file.path)];
    if (packages === undefined) return [];
    return [
      ...file.imports
        .filter(
          ({ specifier, file: target }) => target === undefined && !packages.includes(packageOf(specifier)),
        )
        .map(({ specifier, line }) => `${file.path}:${line}: a pure room may not import ${specifier}`),
      ...file.uses.map(({ what, line }) => `${file.path}:${line}: a pure room may not use ${what}`),
    ];
  });
}

function packageOf(specifier: string): string {
  if (specifier.startsWith("node:")) return specifier;
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

export function strayExits(files: readonly SourceFile[]): string[] {
  return misuses(
    files,
    "process.exit",
    (path) => path === "cli/main.ts",
    "only cli/main.ts may end the process",
  );
}

export function strayPrinting(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) =>
    roomOf(file.path) === "cli"
      ? []
      : file.uses
          .filter(({ what }) => what === "console" || what.startsWith("console."))
          .map(({ what, line }) => `${file.path}:${line}: ${what}; only cli prints, other rooms log`),
  );
}

export function enums(files: readonly SourceFile[]): string[] {
  return misuses(files, "enum", () => false, "use a union of strings");
}

function misuses(
  files: readonly SourceFile[],
  what: string,
  isAllowed: (path: string) => boolean,
  sentence: string,
): string[] {
  return files.flatMap((file) =>
    isAllowed(file.path)
      ? []
      : file.uses
          .filter((use) => use.what === what)
          .map(({ line }) => `${file.path}:${line}: ${what}; ${sentence}`),
  );
}

export function barrels(files: readonly SourceFile[]): string[] {
  return files
    .filter((file) => file.isBarrel && file.path !== "api.ts")
    .map((file) => `${file.path} only re-exports`);
}

export function defaultExports(files: readonly SourceFile[]): string[] {
  return files.filter((file) => file.hasDefaultExport).map((file) => `${file.path} has a default export`);
}

export function longFiles(files: readonly SourceFile[]): string[] {
  return files
    .filter((file) => file.lines > maximumLines)
    .map((file) => `${file.path} has ${file.lines} lines; the limit is ${maximumLines}`);
}

export function oddNames(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path }) => {
    const words = path.replace(/\.tsx?$/, "").split("/");
    if (words.some((word) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(word))) return [`${path} is not kebab-case`];
    if (words.some((word) => /^(utils?|helpers?|misc|common)$/.test(word))) return [`${path} says nothing`];
    return [];
  });
}

export function classesBesideErrors(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) =>
    file.classes
      .filter(({ parent }) => parent === undefined || !parent.endsWith("Error"))
      .map(({ name }) => `${file.path}: class ${name}; only errors are classes`),
  );
}

/** Who knows one dialect knows the other: the files and folders at the top of the two have the same names. */
export function unpairedTwins(files: readonly SourceFile[]): string[] {
  const namesIn = (folder: string): Set<string> =>
    new Set(files.flatMap(({ path }) => RegExp(`^dialects/${folder}/([^/]+)`).exec(path)?.[1] ?? []));
  const [postgres, mysql] = [namesIn("postgres"), namesIn("mysql")];
  return [
    ...[...postgres].filter((name) => !mysql.has(name)).map((name) => `dialects/mysql lacks ${name}`),
    ...[...mysql].filter((name) => !postgres.has(name)).map((name) => `dialects/postgres lacks ${name}`),
  ];
}

/** Each cycle once, as the path that closes it; type imports count, because they knot rooms as well. */
export function importCycles(files: readonly SourceFile[]): string[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const state = new Map<string, "open" | "done">();
  const found: string[] = [];
  function visit(path: string, trail: readonly string[]): void {
    if (state.get(path) === "done") return;
    if (state.get(path) === "open") {
      found.push([...trail.slice(trail.indexOf(path)), path].join(" -> "));
      return;
    }
    state.set(path, "open");
    for (const { file } of byPath.get(path)?.imports ?? []) {
      if (file !== undefined && file !== path && byPath.has(file)) visit(file, [...trail, path]);
    }
    state.set(path, "done");
  }
  for (const { path } of files) visit(path, []);
  return found;
}

/** An import whose file does not exist is a typing mistake, and would hide from every rule above. */
export function danglingImports(files: readonly SourceFile[]): string[] {
  const known = new Set(files.map(({ path }) => path));
  return files.flatMap((file) =>
    file.imports
      .filter(({ file: target }) => target !== undefined && /\.tsx?$/.test(target) && !known.has(target))
      .map(({ specifier, line }) => `${file.path}:${line}: ${specifier} does not exist`),
  );
}
