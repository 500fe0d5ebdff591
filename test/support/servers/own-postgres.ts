/**
 * A PostgreSQL cluster of one test file's own, for what would disturb the shared ones: restarts, crashes, TLS, a standby.
 * It ends with the test's process, however that ends.
 */
import { appendFileSync, cpSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createKeeper, type StartedProcess, tell } from "./keeper.ts";
import { freePort } from "./machine.ts";
import type { PostgresMajor } from "./names.ts";
import { account, answers, initCluster, programFolder, settings } from "./postgres.ts";
import { createWorkspace, giveTo, ownedFolder, startAndWait, type Workspace } from "./workspace.ts";

export interface OwnPostgres {
  /** As superuser over TCP, without a password. */
  readonly url: string;
  readonly port: number;
  /** Its data folder. */
  readonly folder: string;
  /** Waits until it answers, by default over TCP without TLS. */
  start(isReady?: () => Promise<void>): Promise<void>;
  /** A clean stop that waits for nobody. */
  stop(): Promise<void>;
  /** `kill -9` of the postmaster, as when it fails; its other processes end by themselves soon after. */
  crash(): Promise<void>;
  /** Only tells the postmaster, and waits for nothing. */
  signal(name: NodeJS.Signals): void;
  /** Adds lines to postgresql.conf; they count from the next start. */
  configure(...lines: readonly string[]): void;
  /** An empty folder outside the data folder, owned by the server, as tablespaces need it. */
  makeFolder(name: string): string;
  /** Puts a file into the data folder, owned by the server and closed to others, as keys must be. */
  put(name: string, text: string): void;
  /** A running hot standby that follows this one, which is stopped for a moment to be copied. */
  startStandby(...lines: readonly string[]): Promise<OwnPostgres>;
}

export interface OwnCluster {
  readonly primary: OwnPostgres;
  /** Ends this and its standbys, and deletes them. */
  close(): Promise<void>;
}

/** A started cluster of this major version, of the minor one that all tests use or of another. Resolves in about two seconds. */
export async function startOwnPostgres(major: PostgresMajor, version?: string): Promise<OwnCluster> {
  const keeper = createKeeper();
  try {
    const workspace = await createWorkspace(keeper);
    const native = await programFolder(workspace, major, version);
    const base = ownedFolder(workspace, "primary");
    await initCluster(workspace, native, base);
    const primary = clusterIn({ workspace, native, base, port: await freePort() });
    await primary.start();
    return { primary, close: () => keeper.close() };
  } catch (error) {
    await keeper.close();
    throw error;
  }
}

/** What was committed survives a crash of the server, though not one of the machine. */
const durable: readonly string[] = ["synchronous_commit=on"];

interface Place {
  readonly workspace: Workspace;
  readonly native: string;
  readonly base: string;
  readonly port: number;
}

function clusterIn(place: Place): OwnPostgres {
  const { workspace, native, base, port } = place;
  const folder = join(base, "data");
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  let running: StartedProcess | undefined;

  async function end(signal: NodeJS.Signals): Promise<void> {
    const ending = running;
    running = undefined;
    if (ending === undefined) return;
    tell(ending, signal);
    await ending.ended;
  }

  const cluster: OwnPostgres = {
    url,
    port,
    folder,
    async start(isReady = () => answers(url)) {
      const args = ["-D", "data", "-p", String(port), "-c", `unix_socket_directories=${base}`];
      const program = {
        command: join(native, "bin", "postgres"),
        args: [...args, ...[...settings, ...durable].flatMap((setting) => ["-c", setting])],
        log: `${base}.log`,
        stopSignal: "SIGQUIT",
        cwd: base,
        ...account(workspace),
      } as const;
      // The processes of one that crashed are still ending, and hold its shared memory.
      for (let attempt = 1; running === undefined; attempt++) {
        try {
          running = await startAndWait(workspace, program, isReady);
        } catch (error) {
          if (attempt === 20 || !/shared memory|lock file/.test(String(error))) throw error;
          await sleep(100);
        }
      }
    },
    stop: () => end("SIGINT"),
    crash: () => end("SIGKILL"),
    signal(name) {
      if (running !== undefined) tell(running, name);
    },
    configure: (...lines) => appendFileSync(join(folder, "postgresql.auto.conf"), `${lines.join("\n")}\n`),
    makeFolder(name) {
      const made = join(base, name);
      mkdirSync(made, { mode: 0o700 });
      giveTo(made, workspace.user);
      return made;
    },
    put(name, text) {
      writeFileSync(join(folder, name), text, { mode: 0o600 });
      giveTo(join(folder, name), workspace.user);
    },
    async startStandby(...lines) {
      await cluster.stop();
      const own = ownedFolder(workspace, `standby-${await freePort()}`);
      copyOwned(folder, join(own, "data"), workspace);
      await cluster.start();
      const standby = clusterIn({ ...place, base: own, port: await freePort() });
      standby.put("standby.signal", "");
      standby.configure(`primary_conninfo = 'host=127.0.0.1 port=${port} user=postgres'`, ...lines);
      await standby.start();
      return standby;
    },
  };
  return cluster;
}

/** A stopped cluster's data folder, file by file, with its owner. */
function copyOwned(from: string, to: string, workspace: Workspace): void {
  mkdirSync(to, { mode: 0o700 });
  giveTo(to, workspace.user);
  for (const name of readdirSync(from)) {
    const [source, target] = [join(from, name), join(to, name)];
    if (statSync(source).isDirectory()) copyOwned(source, target, workspace);
    else {
      cpSync(source, target);
      giveTo(target, workspace.user);
    }
  }
}
