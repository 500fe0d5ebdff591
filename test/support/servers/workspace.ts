/** What one test run hands to each server's recipe: its keeper, its folder, its user; and the waiting for readiness. */
import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { folderForData } from "./data-place.ts";
import type { Keeper, ServerProcess, StartedProcess } from "./keeper.ts";
import { type ServerUser, serverUser } from "./machine.ts";
import type { ServerName } from "./names.ts";
import { reasonOf } from "./run-command.ts";

export interface Workspace {
  readonly keeper: Keeper;
  /** A temporary folder of this run, outside the project so that the server's user can reach it. */
  readonly folder: string;
  /** The same for what servers store, which may be in memory. Nothing in it can be run. */
  readonly dataFolder: string;
  readonly user: ServerUser;
  /** Waits for another server of this run. Throws the reason when it is not there. */
  urlOf(name: ServerName): Promise<string>;
}

/** A server's recipe: brings it up and resolves with its URL and where it came from, or throws the reason why not. */
export type Recipe = (workspace: Workspace) => Promise<{ readonly url: string; readonly from: string }>;

export async function createWorkspace(keeper: Keeper, urlOf = noOther): Promise<Workspace> {
  const [folder, dataFolder] = [tmpdir(), folderForData()].map((place) => {
    const made = mkdtempSync(join(place, "driftwatch-servers-"));
    chmodSync(made, 0o755);
    keeper.removeAtEnd(made);
    return made;
  }) as [string, string];
  return { keeper, folder, dataFolder, user: await serverUser(), urlOf };
}

async function noOther(name: ServerName): Promise<string> {
  throw new Error(`no ${name} belongs to this workspace`);
}

/** A folder for data that belongs to the servers' user, with 0700 as PostgreSQL asks. */
export function ownedFolder({ dataFolder, user }: Workspace, name: string): string {
  const path = join(dataFolder, name);
  mkdirSync(path, { mode: 0o700 });
  giveTo(path, user);
  return path;
}

export function giveTo(path: string, user: ServerUser): void {
  if (user.uid !== undefined && user.gid !== undefined) chownSync(path, user.uid, user.gid);
}

/** Copies a tree with its owners and modes kept out: everything belongs to the caller. */
export function copyTree(from: string, to: string): void {
  cpSync(from, to, { recursive: true, verbatimSymlinks: true });
}

/** Starts a server and waits until `isReady` stops throwing. Throws when it ends first or is not ready in time. */
export async function startAndWait(
  { keeper }: Workspace,
  server: ServerProcess,
  isReady: () => Promise<void>,
  timeoutMs = 60_000,
): Promise<StartedProcess> {
  const started = await keeper.start(server);
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    try {
      await isReady();
      return started;
    } catch (error) {
      const exit = started.exited();
      if (exit !== undefined) throw new Error(exit);
      if (Date.now() > deadline)
        throw new Error(`it was not ready in ${timeoutMs / 1000} s: ${reasonOf(error)}`);
      await sleep(100);
    }
  }
}
