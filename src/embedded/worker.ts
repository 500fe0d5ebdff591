/**
 * The thread in which PGlite runs and serves connections, so that a long statement never blocks the daemon's own
 * event loop. Talks to embedded-postgres.ts by messages only.
 */
import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { PGlite, type PGliteOptions } from "@electric-sql/pglite";
import { PGLiteSocketHandler, type PGLiteSocketHandlerOptions } from "@electric-sql/pglite-socket";
import { bundledExtensions } from "./extensions.ts";
import { createSessionQueue, type SessionQueue } from "./session-queue.ts";
import { readTemplate, writeTemplate } from "./template.ts";

export interface WorkerInput {
  /** Folder of the cluster; absent = in memory. */
  readonly clusterPath: string | undefined;
  readonly extensions: boolean;
  /** Unix socket to listen on; absent = a free port of 127.0.0.1. */
  readonly socketPath: string | undefined;
  readonly cacheFolder: string | undefined;
}

export type WorkerMessage =
  | { readonly kind: "ready"; readonly port: number | null }
  | { readonly kind: "failed"; readonly message: string }
  /** The database is of no use any more and this thread may never run on: it is to be terminated. */
  | { readonly kind: "panicked"; readonly message: string }
  | { readonly kind: "closed" };

/**
 * shared_buffers: the default of 128 MB would sit idle under small tables. The others are what initdb writes into
 * postgresql.conf, which PGlite 0.5.14 overwrites when it preloads pg_stat_statements, and the usual search_path.
 */
const settings = [
  "shared_buffers=16MB",
  "timezone=UTC",
  "default_text_search_config=pg_catalog.english",
  'search_path="$user", public',
].flatMap((setting) => ["-c", setting]);

/** A cluster that could not be made leaves nothing behind: what is half-made would never open. */
async function openDatabase(input: WorkerInput): Promise<PGlite> {
  const { clusterPath } = input;
  if (clusterPath === undefined || holdsSomething(clusterPath)) return openCluster(input);
  try {
    return await openCluster(input);
  } catch (error) {
    emptyFolder(clusterPath);
    throw error;
  }
}

function holdsSomething(path: string): boolean {
  if (!existsSync(path)) return false;
  return !statSync(path).isDirectory() || readdirSync(path).length > 0;
}

async function openCluster(input: WorkerInput): Promise<PGlite> {
  const options: PGliteOptions = { startParams: [...PGlite.defaultStartParams, ...settings] };
  if (input.extensions) options.extensions = await bundledExtensions();
  if (input.clusterPath !== undefined) {
    options.dataDir = input.clusterPath;
    if (existsSync(join(input.clusterPath, "PG_VERSION"))) return PGlite.create(options);
  }
  if (input.cacheFolder === undefined) return PGlite.create(options);
  const template = readTemplate(input.cacheFolder);
  if (template !== undefined) {
    try {
      return await PGlite.create({ ...options, loadDataDir: new Blob([template]) });
    } catch {
      // Intact as a file and still unusable: made anew below.
      if (input.clusterPath !== undefined) emptyFolder(input.clusterPath);
    }
  }
  const archive = await freshCluster();
  writeTemplate(input.cacheFolder, archive);
  return PGlite.create({ ...options, loadDataDir: new Blob([archive]) });
}

/** Made without extensions: some write themselves into postgresql.conf, and a start without them then fails. */
async function freshCluster(): Promise<Uint8Array<ArrayBuffer>> {
  const database = await PGlite.create({ startParams: [...PGlite.defaultStartParams, ...settings] });
  try {
    const archive = await database.dumpDataDir("none");
    return new Uint8Array(await archive.arrayBuffer());
  } finally {
    await database.close();
  }
}

/** The folder itself stays: it is held by a lock. */
function emptyFolder(path: string): void {
  if (!existsSync(path)) return;
  for (const name of readdirSync(path)) rmSync(join(path, name), { recursive: true, force: true });
}

interface Listener {
  readonly server: Server;
  readonly handlers: Set<PGLiteSocketHandler>;
}

function createListener(queue: SessionQueue): Listener {
  const handlers = new Set<PGLiteSocketHandler>();
  const server = createServer((socket) => {
    const handler = new PGLiteSocketHandler({
      // The library's type is a class with private members; the handler calls only what SessionQueue has.
      queryQueue: queue as unknown as PGLiteSocketHandlerOptions["queryQueue"],
      closeOnDetach: true,
    });
    handlers.add(handler);
    const forget = (): void => {
      handlers.delete(handler);
    };
    handler.addEventListener("error", forget);
    handler.addEventListener("close", forget);
    void handler.attach(socket);
  });
  return { server, handlers };
}

function listen(server: Server, socketPath: string | undefined): Promise<number | null> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.once("listening", () => {
      const address = server.address();
      resolve(address === null || typeof address === "string" ? null : address.port);
    });
    if (socketPath === undefined) server.listen(0, "127.0.0.1");
    else server.listen(socketPath);
  });
}

async function closeListener({ server, handlers }: Listener): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  await Promise.all([...handlers].map((handler) => handler.detach(true)));
  await closed;
}

async function serve(input: WorkerInput, post: (message: WorkerMessage) => void): Promise<void> {
  const database = await openDatabase(input);
  const listener = createListener(
    createSessionQueue(database, (message) => post({ kind: "panicked", message })),
  );
  const port = await listen(listener.server, input.socketPath);
  parentPort?.once("message", () => {
    closeListener(listener)
      .then(() => database.close())
      .then(
        () => post({ kind: "closed" }),
        (error: unknown) => post({ kind: "failed", message: String(error) }),
      )
      .finally(() => parentPort?.close());
  });
  post({ kind: "ready", port });
}

/** What people should read of the errors of Emscripten's file system, which hold a number and no words. */
const fileErrors: Readonly<Record<number, string>> = {
  2: "a file may not be read or written",
  29: "the disk fails",
  51: "no space is left on the disk",
  54: "a folder was expected, and a file is there",
  69: "the file system is read-only",
};

function wordsOf(error: unknown): string {
  if (error instanceof Error) return error.message;
  const { errno } = (error ?? {}) as { readonly errno?: unknown };
  if (typeof errno !== "number") return String(error);
  return fileErrors[errno] ?? `file system error ${errno}`;
}

if (parentPort !== null) {
  const port = parentPort;
  const post = (message: WorkerMessage): void => port.postMessage(message);
  serve(workerData as WorkerInput, post).catch((error: unknown) => {
    post({ kind: "failed", message: wordsOf(error) });
    port.close();
  });
}
