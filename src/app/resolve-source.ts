/**
 * A source as people write it -> a snapshot: an environment's name, name@baseline, name@<date>, a database URL, a
 * snapshot file (.json) or a PostgreSQL SQL file (.sql). Configuration and store are opened only when a source needs them.
 */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { closestWord } from "../model/closest-word.ts";
import type { Environment } from "../model/environment.ts";
import { DriftwatchError } from "../model/errors.ts";
import type { Snapshot } from "../model/snapshot.ts";
import { parseSnapshot } from "../model/snapshot-file.ts";
import type { MonitorStore } from "../monitor/ports.ts";
import { type TakeSnapshotOptions, takeSnapshot } from "./take-snapshot.ts";

export interface SourceDeps {
  /** The configured environments; called only for sources that name one. */
  environments(): readonly Environment[];
  /** Opened only for name@baseline and name@<date>; whoever gives it closes it. */
  store(): Promise<Pick<MonitorStore, "baseline" | "snapshot" | "snapshotAt">>;
  /** What relative file names start from. */
  readonly cwd: string;
}

export interface ResolvedSource {
  readonly snapshot: Snapshot;
  /** What people call it, without user or password: "shop", "shop@baseline", "postgres://db.internal/shop". */
  readonly label: string;
  /** Present when the source names a configured environment. */
  readonly environment?: Environment;
}

/** What a source's text says, before anything is opened. */
export type Source =
  | { readonly kind: "url"; readonly url: string }
  | { readonly kind: "snapshot-file"; readonly file: string }
  | { readonly kind: "sql-file"; readonly file: string }
  | { readonly kind: "environment"; readonly name: string }
  | { readonly kind: "baseline"; readonly name: string }
  | { readonly kind: "moment"; readonly name: string; readonly at: string };

/** Throws DriftwatchError source.invalid when the text is none of them. */
export function parseSource(text: string): Source {
  if (text.includes("://")) return { kind: "url", url: text };
  if (/\.json$/i.test(text)) return { kind: "snapshot-file", file: text };
  if (/\.sql$/i.test(text)) return { kind: "sql-file", file: text };
  const [name = "", moment, ...more] = text.split("@");
  if (name === "" || moment === "" || more.length > 0) throw notASource(text);
  if (moment === undefined) return { kind: "environment", name };
  if (moment.toLowerCase() === "baseline") return { kind: "baseline", name };
  return { kind: "moment", name, at: momentOf(moment, text) };
}

/** Takes, loads or reads the snapshot. Throws DriftwatchError with what is wrong and what to do. */
export async function resolveSource(
  text: string,
  deps: SourceDeps,
  options: TakeSnapshotOptions = {},
): Promise<ResolvedSource> {
  const source = parseSource(text);
  switch (source.kind) {
    case "url":
      return { snapshot: await takeSnapshot(source.url, options), label: labelOfUrl(source.url) };
    case "snapshot-file": {
      const content = await readSourceFile(source.file, deps.cwd);
      return { snapshot: parseSnapshot(content, source.file), label: source.file };
    }
    case "sql-file": {
      const content = await readSourceFile(source.file, deps.cwd);
      // The embedded PostgreSQL takes a moment to load; commands without a .sql file never pay for it.
      const { snapshotOfSqlFile } = await import("./sql-source.ts");
      const snapshot = await snapshotOfSqlFile(content, source.file, options);
      return { snapshot, label: source.file };
    }
    case "environment": {
      const environment = findEnvironment(source.name, text, deps);
      const snapshot = await takeSnapshot(environment.url, optionsFor(environment, options));
      return { snapshot, label: environment.name, environment };
    }
    case "baseline":
      return baselineOf(findEnvironment(source.name, text, deps), deps);
    case "moment":
      return momentIn(findEnvironment(source.name, text, deps), source.at, deps);
  }
}

/** The configured environment of that name; throws environment.unknown with the nearest one. */
function findEnvironment(name: string, text: string, deps: SourceDeps): Environment {
  const environments = deps.environments();
  const found = environments.find((environment) => environment.name === name);
  if (found !== undefined) return found;
  const names = environments.map((environment) => environment.name);
  const near = closestWord(name, names);
  const known = names.length === 0 ? "No environment is configured." : `Configured are ${names.join(", ")}.`;
  throw new DriftwatchError("environment.unknown", `there is no environment "${name}"`, {
    remedy: near === undefined ? `${known} ${otherSources(text)}` : `Did you mean ${near}? ${known}`,
  });
}

function otherSources(text: string): string {
  return /[./\\]/.test(text)
    ? "A file's name ends in .json (snapshot) or .sql."
    : "A source may also be a database URL, a snapshot .json or an .sql file.";
}

function optionsFor(environment: Environment, options: TakeSnapshotOptions): TakeSnapshotOptions {
  const { statementTimeoutMs, lockTimeoutMs } = environment;
  return { statementTimeoutMs, lockTimeoutMs, ...options, scope: { ...environment.scope, ...options.scope } };
}

async function baselineOf(environment: Environment, deps: SourceDeps): Promise<ResolvedSource> {
  const store = await deps.store();
  const baseline = await store.baseline(environment.name);
  const snapshot =
    baseline === undefined ? undefined : await store.snapshot(baseline.fingerprint, baseline.environment);
  if (snapshot === undefined) {
    throw new DriftwatchError("baseline.missing", `${environment.name} has no baseline`, {
      remedy: `Accept its schema as it is with \`driftwatch baseline accept ${environment.name}\`.`,
    });
  }
  return { snapshot, label: `${environment.name}@baseline`, environment };
}

async function momentIn(environment: Environment, at: string, deps: SourceDeps): Promise<ResolvedSource> {
  const store = await deps.store();
  const snapshot = await store.snapshotAt(environment.name, at);
  if (snapshot === undefined) {
    throw new DriftwatchError(
      "source.not-found",
      `no snapshot of ${environment.name} is kept that tells what it was at ${at}`,
      {
        remedy: `Snapshots are kept as long as \`retention.checks\` says. See when it was checked with \`driftwatch history ${environment.name}\`.`,
      },
    );
  }
  return { snapshot, label: `${environment.name}@${snapshot.takenAt}`, environment };
}

/** A plain date means the end of that day in UTC, so that name@<today> has today's changes. */
function momentOf(moment: string, text: string): string {
  const day = /^(\d{4})-(\d{2})-(\d{2})$/.test(moment);
  const time = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?$/i.test(moment);
  const zoned = /(?:Z|[+-]\d{2}:\d{2})$/i.test(moment) ? moment : `${moment.replace(" ", "T")}Z`;
  const ms = day ? Date.parse(`${moment}T23:59:59.999Z`) : time ? Date.parse(zoned) : Number.NaN;
  // Date.parse takes 30 February for 1 March.
  if (Number.isNaN(ms) || (day && new Date(ms).toISOString().slice(0, 10) !== moment)) {
    throw new DriftwatchError("source.invalid", `"${moment}" in "${text}" is neither "baseline" nor a date`, {
      remedy: "Write name@baseline, name@2027-01-31 or name@2027-01-31T14:00Z.",
    });
  }
  return new Date(ms).toISOString();
}

function notASource(text: string): DriftwatchError {
  return new DriftwatchError("source.invalid", `"${text}" is not a source`, {
    remedy:
      "Write an environment's name, name@baseline, name@2027-01-31, a database URL, a snapshot .json or an .sql file.",
  });
}

async function readSourceFile(file: string, cwd: string): Promise<string> {
  try {
    return await readFile(resolve(cwd, file), "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
    const words = { ENOENT: "does not exist", EACCES: "may not be read", EISDIR: "is a folder" }[code];
    throw new DriftwatchError("source.not-found", `the file ${file} ${words ?? `cannot be read (${code})`}`, {
      cause: error,
      remedy: "Check its path; relative ones start from the working directory.",
    });
  }
}

/** Scheme, host and database of a URL. */
function labelOfUrl(url: string): string {
  const parts = /^([a-z][a-z0-9+.-]*:\/\/)(?:[^@/?#]*@)?([^?#]*)/i.exec(url);
  return parts === null ? "the database" : `${parts[1]}${parts[2]}`;
}
