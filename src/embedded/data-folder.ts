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
import { setTimeout as sleep } from "node:timers/promises";
import { DriftwatchError } from "../model/errors.ts";

const heartbeatMs = 10_000;
const silentAfterMs = 60_000;
/** A killed process gives its memory back before it is gone; one that cannot end hangs in its file system. */
const patienceMs = 5_000;

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
 * Makes and locks a data folder; waits some seconds for a holder that is ending. Throws DriftwatchError store.failed
 * when another live process holds it or it cannot be written.
 */
export async function holdDataFolder(path: string): Promise<DataFolder> {
  const lockFile = join(path, "driftwatch.lock");
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    await claim(path, lockFile);
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

async function claim(path: string, lockFile: string): Promise<void> {
  const patientUntil = Date.now() + patienceMs;
  for (let attempt = 0; attempt < 5; attempt += 1) {
    if (held.has(lockFile)) throw inUse(path, "this process");
    if (create(lockFile)) {
      held.add(lockFile);
      return;
    }
    const holder = readHolder(lockFile);
    if (holder === undefined) continue;
    while (lifeOf(holder, lockFile) === "ending" && Date.now() < patientUntil) await sleep(20);
    if (lifeOf(holder, lockFile) !== "over") throw inUse(path, `process ${holder.pid} on ${holder.host}`);
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

type Life = "on" | "ending" | "over";

function lifeOf(holder: Holder, lockFile: string): Life {
  if (holder.host !== hostname()) {
    const age = Date.now() - (statSync(lockFile, { throwIfNoEntry: false })?.mtimeMs ?? 0);
    return age < silentAfterMs ? "on" : "over";
  }
  if (holder.pid <= 0) return "over";
  // In a container every start has the same process id: what we do not hold ourselves was left by an earlier life.
  if (holder.pid === process.pid) return "over";
  const stat = statOf(holder.pid);
  const started = stat[field.started] ?? "";
  const isAnother = started !== "" && holder.started !== "" && started !== holder.started;
  return isAnother ? "over" : lifeOfProcess(holder.pid, stat);
}

/** Where statOf keeps what; proc(5). */
const field = { state: 0, flags: 6, threads: 17, started: 19 } as const;
/** PF_EXITING of the kernel's include/linux/sched.h. */
const exitingFlag = 0x4;

function lifeOfProcess(pid: number, stat: readonly string[]): Life {
  // A killed process that nobody has waited for, as in a container without init, still answers signals. Its other
  // threads may end after it, and what they are writing with them.
  const isDead = ["Z", "X"].includes(stat[field.state] ?? "");
  if (isDead) return Number(stat[field.threads]) > 1 ? "ending" : "over";
  if ((Number(stat[field.flags]) & exitingFlag) !== 0) return "ending";
  try {
    process.kill(pid, 0);
    return "on";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM" ? "on" : "over";
  }
}

function startTimeOf(pid: number): string {
  return statOf(pid)[field.started] ?? "";
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
