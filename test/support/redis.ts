/**
 * Redis for tests. `startRedis` runs a server of the test's own, which it may stop, restart and starve; `sharedRedis`
 * takes TEST_REDIS_URL when it is set. Without redis-server on the PATH the reason is said.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { freePort } from "./servers/machine.ts";

export interface TestRedis {
  readonly url: string;
  /** Ends the server at once, as a crash does. Its data is lost. */
  kill(): Promise<void>;
  /** Starts it again on the same port, empty. */
  start(): Promise<void>;
  /** Stops it and removes its folder. */
  close(): Promise<void>;
}

const program = "redis-server";

export const redisMissing: string | undefined =
  spawnSync(program, ["--version"]).status === 0 ? undefined : "redis-server is not on the PATH";

/** A server of one's own on a free port, without persistence. */
export async function startRedis(settings: Readonly<Record<string, string>> = {}): Promise<TestRedis> {
  if (redisMissing !== undefined) throw new Error(redisMissing);
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "driftwatch-redis-"));
  const url = `redis://127.0.0.1:${port}`;
  const args = Object.entries({ port: String(port), bind: "127.0.0.1", dir: folder, save: "", ...settings });
  let child: ChildProcess | undefined;

  async function start(): Promise<void> {
    child = spawn(
      program,
      args.flatMap(([name, value]) => [`--${name}`, value]),
      { stdio: "ignore" },
    );
    await answering(url);
  }

  async function kill(): Promise<void> {
    const ending = child;
    child = undefined;
    if (ending === undefined || ending.exitCode !== null) return;
    const exited = new Promise((resolve) => ending.once("exit", resolve));
    ending.kill("SIGKILL");
    await exited;
  }

  await start();
  return {
    url,
    kill,
    start,
    async close(): Promise<void> {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The server that the test run was given, or one of one's own. `close` leaves a given one alone. */
export async function sharedRedis(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const url = process.env.TEST_REDIS_URL;
  return url === undefined || url === "" ? await startRedis() : { url, close: async () => undefined };
}

async function answering(url: string): Promise<void> {
  const client = new Redis(url, { retryStrategy: () => 20, maxRetriesPerRequest: null });
  client.on("error", () => undefined);
  try {
    await client.ping();
  } finally {
    client.disconnect();
  }
}
