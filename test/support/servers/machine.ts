/** What test servers need from the machine: a user that is not root, system packages, free ports, container programs. */
import { randomInt } from "node:crypto";
import { statSync } from "node:fs";
import { createServer } from "node:net";
import { join, parse } from "node:path";
import { cacheFolder, lock } from "./cache.ts";
import { findProgram, isRoot, reasonOf, run } from "./run-command.ts";

/** Whom a server runs as. Empty when the test run is not root: then it runs as whoever runs the tests. */
export interface ServerUser {
  readonly name?: string;
  readonly uid?: number;
  readonly gid?: number;
}

const userName = "driftwatch-test";

/** PostgreSQL, MySQL and MariaDB refuse to run as root; as root a system user is created for them once. */
export async function serverUser(): Promise<ServerUser> {
  if (!isRoot()) return {};
  const release = await lock(join(cacheFolder(), "user.lock"));
  try {
    const existing = await userId("-u").catch(() => undefined);
    if (existing === undefined) {
      await run("useradd", [
        "--system",
        "--user-group",
        "--no-create-home",
        "--shell",
        "/usr/sbin/nologin",
        userName,
      ]);
    }
    return { name: userName, uid: await userId("-u"), gid: await userId("-g") };
  } finally {
    release();
  }
}

/** Whether users other than the owner can reach and read a folder, as a home directory of root often cannot be. */
export function isReachableByOthers(folder: string): boolean {
  for (let path = folder; ; path = parse(path).dir) {
    if ((statSync(path).mode & 0o005) !== 0o005) return false;
    if (path === parse(path).root) return true;
  }
}

/** Installs Debian packages as root, without starting the services they bring. Throws with what to do instead. */
export async function installPackages(...packages: readonly string[]): Promise<void> {
  const remedy = `install ${packages.join(" ")} yourself`;
  if (findProgram("apt-get") === undefined) throw new Error(`no apt-get here; ${remedy}`);
  if (!isRoot()) throw new Error(`not root, so nothing can be installed; ${remedy}`);
  const release = await lock(join(cacheFolder(), "apt.lock"));
  const env = { DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
  const install = [
    "-y",
    "-q",
    "-o",
    "DPkg::Lock::Timeout=300",
    "install",
    "--no-install-recommends",
    ...packages,
  ];
  try {
    await run("apt-get", install, { env }).catch(async () => {
      await run("apt-get", ["-q", "update"], { env });
      await run("apt-get", install, { env });
    });
  } catch (error) {
    throw new Error(`${reasonOf(error)}; ${remedy}`);
  } finally {
    release();
  }
}

/** A container program that answers, or undefined. */
export async function containerProgram(): Promise<string | undefined> {
  for (const name of ["docker", "podman"]) {
    const program = findProgram(name);
    if (program === undefined) continue;
    const answers = await run(program, ["info"], { timeoutMs: 10_000 }).then(
      () => true,
      () => false,
    );
    if (answers) return program;
  }
  return undefined;
}

/**
 * A TCP port of the loopback address that is free. It is none of those that systems give to outgoing connections and to
 * whoever listens on any port (from 32768 on): another test would get it before it is used, or while its server is away.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = randomInt(15_000, 32_000);
    if (await canListen(port)) return port;
  }
  throw new Error("no free port was found");
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.on("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

async function userId(flag: "-u" | "-g"): Promise<number> {
  return Number((await run("id", [flag, userName])).trim());
}
