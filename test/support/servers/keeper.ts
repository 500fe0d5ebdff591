/** The test run's side of keeper-process.mjs: starts servers through it and ends them all by closing its input. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export interface ServerProcess {
  readonly command: string;
  readonly args: readonly string[];
  /** File that the server's output is appended to. */
  readonly log: string;
  /** The signal that ends it quickest; its data are thrown away. */
  readonly stopSignal: NodeJS.Signals;
  readonly cwd?: string;
  readonly uid?: number;
  readonly gid?: number;
}

export interface StartedProcess {
  readonly pid: number;
  /** How it ended, if it has ended since. */
  readonly exited: () => string | undefined;
  /** Resolves when it has ended, whoever ended it. */
  readonly ended: Promise<void>;
}

/** Also to one that has ended meanwhile by itself. */
export function tell({ pid }: StartedProcess, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

export interface Keeper {
  /** Resolves once the process runs. */
  start(server: ServerProcess): Promise<StartedProcess>;
  /** A folder to be deleted once every server has ended. */
  removeAtEnd(folder: string): void;
  close(): Promise<void>;
}

interface Message {
  readonly id: number;
  readonly pid?: number;
  readonly failed?: string;
  readonly exited?: string | number;
}

export function createKeeper(): Keeper {
  const script = fileURLToPath(new URL("./keeper-process.mjs", import.meta.url));
  const child = spawn(process.execPath, [script], { detached: true, stdio: ["pipe", "pipe", "ignore"] });
  const started = new Map<number, { resolve: (pid: number) => void; reject: (error: Error) => void }>();
  const exits = new Map<number, string>();
  const endings = new Map<number, () => void>();
  const ended = new Promise<void>((resolve) => child.on("exit", () => resolve()));
  let nextId = 0;
  createInterface({ input: child.stdout }).on("line", (line) => {
    const message = JSON.parse(line) as Message;
    if (message.pid !== undefined) started.get(message.id)?.resolve(message.pid);
    if (message.failed !== undefined) started.get(message.id)?.reject(new Error(message.failed));
    if (message.exited !== undefined) {
      exits.set(message.id, String(message.exited));
      endings.get(message.id)?.();
    }
  });
  return {
    async start(server) {
      const id = nextId++;
      const hasEnded = new Promise<void>((resolve) => endings.set(id, resolve));
      const pid = await new Promise<number>((resolve, reject) => {
        started.set(id, { resolve, reject });
        child.stdin.write(`${JSON.stringify({ id, ...server })}\n`);
      });
      return { pid, exited: () => describeExit(exits.get(id), server.log), ended: hasEnded };
    },
    removeAtEnd(folder) {
      child.stdin.write(`${JSON.stringify({ remove: folder })}\n`);
    },
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}

function describeExit(exit: string | undefined, log: string): string | undefined {
  if (exit === undefined) return undefined;
  const lines = readFileSync(log, "utf8").trim().split("\n").slice(-5).join(" | ");
  return `it ended at once (${exit}): ${lines}`;
}
