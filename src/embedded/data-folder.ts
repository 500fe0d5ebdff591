/**
 * One process per data folder. A lock file names the holder; a holder that died without a word is told apart from a
 * living one by its process id, its start time and, across hosts and containers, by the file's age.
 */
import {
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { DriftwatchError } from "../model/errors.ts";

const heartbeatMs = 10_000;
const silentAfterMs = 60_000;

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** The kernel's start time of the process, so that a reused process id is not taken for the holder. */
  readonly started: string;
}

export interface DataFolder {
  /** Where PostgreSQL keeps its cluster. */
  readonly clusterPath: string;
  release(): void;
}

const held = new Set<string>();

/**
 * Makes and locks a data folder. Throws DriftwatchError store.failed when another live process holds it or it cannot
 * be written.
 */
export function holdDataFolder(path: string): DataFolder {
  const lockFile = join(path, "driftwatch.lock");
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    claim(path, lockFile);
  } catch (error) {
    if (error instanceof DriftwatchError) throw error;
    throw new DriftwatchError(
      "store.failed",
      `the data folder ${path} cannot be used: ${(error as Error).message}`,
      {
        cause: error,
        remedy: "Give the daemon's user the right to write there, or configure another folder.",
      },
    );
  }
  held.add(lockFile);
  const heartbeat = setInterval(() => touch(lockFile), heartbeatMs);
  heartbeat.unref();
  return {
    clusterPath: join(path, "pg18"),
    release: () => {
      clearInterval(heartbeat);
      if (held.delete(lockFile)) rmSync(lockFile, { force: true });
    },
  };
}

function claim(path: string, lockFile: string): void {
  if (held.has(lockFile)) throw inUse(path, "this process");
  for (let attempt = 0; attempt < 5; attempt += 1) {
    if (create(lockFile)) return;
    const holder = readHolder(lockFile);
    if (holder === undefined) continue;
    if (isAlive(holder, lockFile)) throw inUse(path, `process ${holder.pid} on ${holder.host}`);
    setAside(lockFile, holder);
  }
  throw inUse(path, "another process");
}

function inUse(path: string, holder: string): DriftwatchError {
  return new DriftwatchError("store.failed", `the data folder ${path} is in use by ${holder}`, {
    remedy: "Stop that process, or configure another folder; to run several replicas use a PostgreSQL store.",
  });
}

/** The lock appears with its content or not at all; a reader never finds it empty. */
function create(lockFile: string): boolean {
  const holder: Holder = { pid: process.pid, host: hostname(), started: startTimeOf(process.pid) };
  const draft = `${lockFile}.new.${process.pid}`;
  writeFileSync(draft, JSON.stringify(holder), { mode: 0o600 });
  try {
    linkSync(draft, lockFile);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return false;
    if (code !== "EPERM" && code !== "ENOTSUP" && code !== "ENOSYS") throw error;
    return createWithoutLinks(lockFile, holder);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** For file systems without hard links (SMB shares). */
function createWithoutLinks(lockFile: string, holder: Holder): boolean {
  try {
    writeFileSync(lockFile, JSON.stringify(holder), { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Takes a dead lock away. Another process may have been faster and hold a new one by now: that one is put back. */
function setAside(lockFile: string, dead: Holder): void {
  const aside = `${lockFile}.old.${process.pid}`;
  try {
    renameSync(lockFile, aside);
    const taken = readHolder(aside);
    if (taken?.pid !== dead.pid || taken.started !== dead.started) linkSync(aside, lockFile);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOENT" && code !== "EEXIST") throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function readHolder(lockFile: string): Holder | undefined {
  let text: string;
  try {
    text = readFileSync(lockFile, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  try {
    return JSON.parse(text) as Holder;
  } catch {
    // Written halfway by a process that died: no process of that id lives.
    return { pid: -1, host: hostname(), started: "" };
  }
}

function isAlive(holder: Holder, lockFile: string): boolean {
  if (holder.host !== hostname()) {
    const age = Date.now() - (statSync(lockFile, { throwIfNoEntry: false })?.mtimeMs ?? 0);
    return age < silentAfterMs;
  }
  if (holder.pid <= 0 || !isRunning(holder.pid)) return false;
  // In a container every start has the same process id: what we do not hold ourselves was left by an earlier life.
  if (holder.pid === process.pid) return false;
  const started = startTimeOf(holder.pid);
  return started === "" || holder.started === "" || started === holder.started;
}

function isRunning(pid: number): boolean {
  // A killed process that nobody has waited for, as in a container without init, still answers signals.
  if (["Z", "X"].includes(statOf(pid)[0] ?? "")) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function startTimeOf(pid: number): string {
  return statOf(pid)[19] ?? "";
}

/** /proc/PID/stat from its third field (the state) on; empty where there is no /proc. */
function statOf(pid: number): readonly string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return [];
  }
}

function touch(lockFile: string): void {
  try {
    const now = new Date();
    utimesSync(lockFile, now, now);
  } catch {
    // The next start finds the lock by its process id.
  }
}
