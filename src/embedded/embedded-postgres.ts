/**
 * A whole PostgreSQL inside the process: PGlite in a worker thread behind a socket, so that plain `pg` connects to it.
 * It serves the embedded store, the scratch database for .sql sources and the demo. It knows nothing of their content.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { DriftwatchError } from "../model/errors.ts";
import { type DataFolder, holdDataFolder } from "./data-folder.ts";
import { defaultCacheFolder } from "./template.ts";
import type { WorkerInput, WorkerMessage } from "./worker.ts";

export interface EmbeddedOptions {
  /** Folder that keeps the data; absent = in memory. */
  readonly dataDir?: string;
  /** Makes the bundled contrib extensions available to CREATE EXTENSION. */
  readonly extensions?: boolean;
  /** Listens on a free port of 127.0.0.1 instead of a private unix socket; anyone on this machine may then connect. */
  readonly tcp?: boolean;
  /** Where a fresh cluster is cached for later starts; null = nowhere. By default the user's cache folder. */
  readonly cacheFolder?: string | null;
  /** Called when the database dies by itself. */
  readonly onCrash?: (error: DriftwatchError) => void;
}

export interface EmbeddedPostgres {
  /** For `pg`; there is no password. */
  readonly url: string;
  /** Ends all connections, writes everything out and frees the folder. May be called twice. */
  close(): Promise<void>;
}

/**
 * Starts in 0.4 to 1 s, the very first time of a user in about 4 s (initdb).
 * Throws DriftwatchError store.failed: the folder is in use, cannot be written or holds something else.
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions = {}): Promise<EmbeddedPostgres> {
  const folder = options.dataDir === undefined ? undefined : await holdDataFolder(options.dataDir);
  const socketFolder = options.tcp === true ? undefined : mkdtempSync(join(tmpdir(), "driftwatch-"));
  const free = (): void => freeResources(folder, socketFolder);
  const input: WorkerInput = {
    clusterPath: folder?.clusterPath,
    extensions: options.extensions ?? false,
    socketPath: socketFolder === undefined ? undefined : join(socketFolder, ".s.PGSQL.5432"),
    cacheFolder: options.cacheFolder === null ? undefined : (options.cacheFolder ?? defaultCacheFolder()),
  };
  const worker = startWorker(input);
  process.once("exit", free);
  const forget = (): void => {
    process.off("exit", free);
    free();
  };
  let port: number | null;
  try {
    port = await untilReady(worker);
  } catch (error) {
    await worker.terminate();
    forget();
    throw startError(options.dataDir, error as Error);
  }
  const url =
    socketFolder === undefined
      ? `postgres://postgres@127.0.0.1:${port}/postgres`
      : `postgres://postgres@/postgres?host=${encodeURIComponent(socketFolder)}`;
  return { url, close: superviseWorker(worker, forget, options.onCrash) };
}

/** Watches for an unexpected end and returns the way to an expected one. */
function superviseWorker(
  worker: Worker,
  forget: () => void,
  onCrash: EmbeddedOptions["onCrash"],
): () => Promise<void> {
  let closing: Promise<void> | undefined;
  let cause: unknown;
  worker.on("error", (error) => {
    cause = error;
  });
  worker.on("message", (message: WorkerMessage) => {
    if (message.kind !== "panicked") return;
    cause = new Error(message.message);
    void worker.terminate();
  });
  const exited = new Promise<void>((resolve) => {
    worker.once("exit", () => {
      forget();
      resolve();
      if (closing !== undefined) return;
      onCrash?.(
        new DriftwatchError("store.failed", stoppedText(cause), {
          cause,
          remedy: "Start Driftwatch again; the data folder recovers by itself.",
        }),
      );
    });
  });
  return () => {
    closing ??= (async () => {
      worker.postMessage("close");
      await exited;
    })();
    return closing;
  };
}

function stoppedText(cause: unknown): string {
  const why = cause instanceof Error ? `: ${cause.message}` : "";
  return `the embedded database stopped by itself${why}`;
}

function untilReady(worker: Worker): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const onExit = (): void => reject(new Error("the database thread ended during start-up"));
    worker.once("error", reject);
    worker.once("exit", onExit);
    worker.once("message", (message: WorkerMessage) => {
      worker.off("error", reject);
      worker.off("exit", onExit);
      if (message.kind === "ready") resolve(message.port);
      else reject(new Error(message.kind === "failed" ? message.message : "the database thread closed"));
    });
  });
}

function startError(dataDir: string | undefined, error: Error): DriftwatchError {
  const place = dataDir === undefined ? "" : ` in ${dataDir}`;
  return new DriftwatchError(
    "store.failed",
    `the embedded PostgreSQL${place} did not start: ${error.message}`,
    {
      cause: error,
      ...(dataDir === undefined ? {} : { remedy: remedyFor(error) }),
    },
  );
}

function remedyFor(error: Error): string {
  if (/no space/i.test(error.message)) return "Free disk space and start again; about 100 MB are needed.";
  return "Restore the folder from a backup, or move it away to begin with an empty one.";
}

function freeResources(folder: DataFolder | undefined, socketFolder: string | undefined): void {
  folder?.release();
  if (socketFolder !== undefined) rmSync(socketFolder, { recursive: true, force: true });
}

/** Compiled, the thread runs as it is. From source (tests, tsx) it reads TypeScript through tsx, a development tool. */
function startWorker(workerData: WorkerInput): Worker {
  if (!import.meta.url.endsWith(".ts")) {
    return new Worker(new URL("./worker.js", import.meta.url), { workerData });
  }
  // Node 20 ignores `--import tsx` for the entry file of a thread, so the entry is this line.
  const commonjs = createRequire(import.meta.url).resolve("tsx/esm/api");
  const tsx = pathToFileURL(join(dirname(commonjs), "index.mjs")).href;
  const entry = new URL("./worker.ts", import.meta.url).href;
  const code = `import(${JSON.stringify(tsx)}).then((tsx) => { tsx.register(); return import(${JSON.stringify(entry)}); })`;
  return new Worker(code, { eval: true, workerData, execArgv: [] });
}
