/**
 * What is downloaded or initialised once and kept between test runs. An entry appears by one rename, so an interrupted run
 * leaves nothing half-made; a lock with a pid keeps two runs from making the same entry.
 */
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const projectRoot = resolve(dirname(fileURLToPath(import.meta.url)), "../../..");

/** `$DRIFTWATCH_TEST_CACHE`, or `.cache/test-servers` in the project. */
export function cacheFolder(): string {
  const folder = process.env.DRIFTWATCH_TEST_CACHE ?? join(projectRoot, ".cache", "test-servers");
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** The folder of a cache entry; `make` fills a fresh folder of that kind the first time. */
export async function cached(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(cacheFolder(), name);
  if (existsSync(folder)) return folder;
  const release = await lock(`${folder}.lock`);
  try {
    if (existsSync(folder)) return folder;
    const partial = `${folder}.partial`;
    rmSync(partial, { recursive: true, force: true });
    mkdirSync(partial);
    await make(partial);
    renameSync(partial, folder);
    return folder;
  } finally {
    release();
  }
}

/** Waits for a lock file; one whose owner is dead is taken over. */
export async function lock(path: string): Promise<() => void> {
  const claim = `${path}.${process.pid}`;
  writeFileSync(claim, String(process.pid));
  try {
    while (!tryLink(claim, path)) {
      if (isAbandoned(path)) rmSync(path, { force: true });
      else await sleep(300);
    }
  } finally {
    rmSync(claim, { force: true });
  }
  return () => rmSync(path, { force: true });
}

/** A hard link appears with its content, so that nobody ever reads a lock without a pid. */
function tryLink(claim: string, path: string): boolean {
  try {
    linkSync(claim, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function isAbandoned(path: string): boolean {
  try {
    process.kill(Number(readFileSync(path, "utf8")), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}
