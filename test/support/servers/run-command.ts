/** Runs helper programs (npm, apt-get, initdb ...) to their end. Says what failed with the last lines of their output. */
import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import process from "node:process";

export interface RunOptions {
  readonly cwd?: string;
  readonly uid?: number;
  readonly gid?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

/** Resolves with standard output and error together. Throws when the program is missing, fails or takes too long. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { timeoutMs = 300_000, env, ...rest } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args], {
      ...rest,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    const keep = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    const timer = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
    child.on("error", (error) => {
      clearTimeout(timer);
      reject(new Error(`${command}: ${error.message}`));
    });
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      if (code === 0) resolve(output);
      else reject(new Error(`${command} ${args[0] ?? ""} failed (${signal ?? code}): ${lastLines(output)}`));
    });
  });
}

/** The first of these programs that is on the PATH or where Debian keeps servers. */
export function findProgram(...names: readonly string[]): string | undefined {
  const folders = [
    ...(process.env.PATH ?? "").split(delimiter),
    "/usr/sbin",
    "/usr/local/sbin",
    "/opt/homebrew/bin",
  ];
  for (const name of names) {
    for (const folder of folders) {
      if (folder !== "" && isExecutable(join(folder, name))) return join(folder, name);
    }
  }
  return undefined;
}

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** The message of whatever was thrown, on one line. */
export function reasonOf(thrown: unknown): string {
  return (thrown instanceof Error ? thrown.message : String(thrown)).replaceAll(/\s+/g, " ").trim();
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function lastLines(output: string): string {
  return output.trim().split("\n").slice(-4).join(" | ").slice(-600);
}
