/** The built program as real processes: what `npm start` runs, with its log, its pages and its way to end. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { stringify } from "yaml";
import { cacheFolder, lock } from "../../support/servers/cache.ts";
import { until, witness } from "./until.ts";

const root = join(import.meta.dirname, "../../..");
const main = join(root, "dist/cli/main.js");

/** Builds what is not built yet, as `npm start` does. For `beforeAll`. */
export async function buildProgram(): Promise<void> {
  const release = await lock(join(cacheFolder(), "build.lock"));
  try {
    const script = join(root, "scripts/bootstrap.mjs");
    const built = spawnSync(process.execPath, [script, "--build"], { cwd: root, encoding: "utf8" });
    if (built.status !== 0) throw new Error(`the build failed:\n${built.stdout}${built.stderr}`);
  } finally {
    release();
  }
}

/** One line of the log. */
export interface LogLine extends Readonly<Record<string, unknown>> {
  readonly level: string;
  readonly msg: string;
}

export interface Exit {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Daemon {
  /** Where its pages are. */
  readonly url: string;
  readonly pid: number;
  readonly log: readonly LogLine[];
  /** Everything it has written, to both streams. */
  output(): string;
  /** Waits for a line with this message; `fields` must be found in it. */
  said(message: string, fields?: Readonly<Record<string, unknown>>, withinMs?: number): Promise<LogLine>;
  json<T = Json>(path: string): Promise<T>;
  text(path: string): Promise<string>;
  post<T = Json>(path: string, body?: object): Promise<T>;
  kill(signal: NodeJS.Signals): void;
  readonly exit: Promise<Exit>;
  /** SIGTERM, and how it ended. */
  stop(): Promise<Exit>;
}

/** What an answer or a log line holds; tests say by their expectations what they want in it. */
export type Json = ReturnType<typeof JSON.parse>;

export interface StartOptions {
  readonly cwd: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts `driftwatch run` and waits until it watches. */
export async function startDaemon(options: StartOptions): Promise<Daemon> {
  const child = spawnProgram(["run", "--port", "0", ...(options.args ?? [])], options);
  const daemon = watch(child);
  try {
    const line = await daemon.said("driftwatch is watching");
    return { ...daemon, ...reach(String(line.url)) };
  } catch (error) {
    child.kill("SIGKILL");
    throw new Error(`${String(error)}\n${daemon.output()}`);
  }
}

export interface Ran extends Exit {
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end. One that does not end in time is killed, and its exit code is null. */
export async function runCommand(
  args: readonly string[],
  options: StartOptions & { readonly withinMs?: number },
): Promise<Ran> {
  const child = spawnProgram(args, options);
  const streams = collect(child);
  const timer = setTimeout(() => child.kill("SIGKILL"), options.withinMs ?? 60_000);
  const exit = await exitOf(child);
  clearTimeout(timer);
  return { ...exit, stdout: streams.stdout(), stderr: streams.stderr() };
}

/** Writes a configuration as driftwatch.yaml into a folder. */
export function writeConfig(folder: string, config: object): void {
  writeFileSync(join(folder, "driftwatch.yaml"), stringify(config));
}

function spawnProgram(args: readonly string[], options: StartOptions): ChildProcess {
  const { DATABASE_URL: _url, FORCE_COLOR: _color, DRIFTWATCH_CONFIG: _config, ...inherited } = process.env;
  const env = { ...inherited, ...options.env };
  return spawn(process.execPath, [main, ...args], {
    cwd: options.cwd,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
}

function collect(child: ChildProcess): { stdout(): string; stderr(): string } {
  let stdout = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
    stdout += chunk;
  });
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
    stderr += chunk;
  });
  return { stdout: () => stdout, stderr: () => stderr };
}

function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    child.on("close", (exitCode, signal) => resolve({ exitCode, signal }));
  });
}

function watch(child: ChildProcess): Daemon {
  const streams = collect(child);
  witness(streams.stderr);
  const log: LogLine[] = [];
  let rest = "";
  let ended: Exit | undefined;
  child.stderr?.on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.startsWith("{")) log.push(JSON.parse(line) as LogLine);
  });
  const exit = exitOf(child).then((how) => {
    ended = how;
    return how;
  });
  return {
    ...reach(""),
    pid: child.pid ?? 0,
    log,
    exit,
    output: () => streams.stdout() + streams.stderr(),
    async said(message, fields = {}, withinMs = 60_000) {
      const matches = (line: LogLine): boolean =>
        line.msg === message && Object.entries(fields).every(([name, value]) => line[name] === value);
      const what = `the log says "${message}" ${JSON.stringify(fields)}`;
      await until(what, () => log.some(matches) || ended !== undefined, withinMs);
      const found = log.find(matches);
      if (found !== undefined) return found;
      throw new Error(`it ended (${JSON.stringify(ended)}) before ${what}; it said:\n${streams.stderr()}`);
    },
    kill: (signal) => void child.kill(signal),
    async stop() {
      child.kill("SIGTERM");
      return exit;
    },
  };
}

function reach(url: string): Pick<Daemon, "url" | "json" | "text" | "post"> {
  const answer = async (path: string, init: RequestInit = {}): Promise<string> => {
    const response = await fetch(url + path, { ...init, signal: AbortSignal.timeout(30_000) });
    return response.text();
  };
  return {
    url,
    text: (path) => answer(path),
    json: async (path) => JSON.parse(await answer(path)),
    post: async (path, body) =>
      JSON.parse(
        await answer(path, {
          method: "POST",
          ...(body === undefined
            ? {}
            : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
        }),
      ),
  };
}
