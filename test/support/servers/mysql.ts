/**
 * MySQL 8 or 9, the real one: a `mysqld` found on the machine; else, as root on Debian and Ubuntu, a small Debian sid
 * in the cache folder, run by chroot, because stable Debian has only MariaDB; else a container.
 */
import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { cached } from "./cache.ts";
import { containerRecipe } from "./container.ts";
import { freePort, installPackages } from "./machine.ts";
import { answersAs } from "./mysql-client.ts";
import { findProgram, isRoot, reasonOf, run } from "./run-command.ts";
import { ownedFolder, type Recipe, startAndWait, type Workspace } from "./workspace.ts";

/** A way to run mysqld: the command with its first arguments, and where its data lie as mysqld sees it. */
interface Installation {
  readonly command: string;
  readonly prefix: readonly string[];
  readonly user: readonly string[];
  readonly inside: string;
  readonly as: { readonly uid?: number; readonly gid?: number };
  readonly from: string;
}

export const mysqlRecipe: Recipe = async (workspace) => {
  let installation = await machineInstallation(workspace);
  if (installation === undefined) {
    try {
      installation = await debianInstallation(workspace);
    } catch (error) {
      return startContainer(workspace, `no mysqld that is MySQL on the PATH; ${reasonOf(error)}`);
    }
  }
  const { command, prefix, user, inside, as, from } = installation;
  const common = [...prefix, "--no-defaults", ...user, `--datadir=${join(inside, "data")}`];
  // A small redo log: the default of 100 MB is written anew for each test run.
  const redo = "--innodb-redo-log-capacity=16M";
  await run(command, [...common, "--initialize-insecure", redo], { ...as, cwd: workspace.folder });
  const port = await freePort();
  const url = `mysql://root@127.0.0.1:${port}/`;
  const files = [
    `--socket=${join(inside, "sock")}`,
    `--pid-file=${join(inside, "pid")}`,
    "--secure-file-priv=NULL",
  ];
  const speed = ["--skip-log-bin", "--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=0", redo];
  await startAndWait(
    workspace,
    {
      command,
      args: [
        ...common,
        `--port=${port}`,
        "--bind-address=127.0.0.1",
        "--mysqlx=OFF",
        ...files,
        ...speed,
      ].concat(["--max-connections=200", "--event-scheduler=OFF"]),
      log: join(workspace.folder, "mysql.log"),
      stopSignal: "SIGKILL",
      cwd: workspace.folder,
      ...as,
    },
    () => answersAs("MySQL", url),
    120_000,
  );
  return { url, from };
};

async function machineInstallation(workspace: Workspace): Promise<Installation | undefined> {
  const program = findProgram("mysqld");
  if (program === undefined) return undefined;
  const version = await run(program, ["--no-defaults", "--version"]).catch(() => "");
  if (version.includes("MariaDB") || !/Ver [89]\./.test(version)) return undefined;
  const folder = ownedFolder(workspace, "mysql");
  const { uid, gid } = workspace.user;
  const as = uid === undefined || gid === undefined ? {} : { uid, gid };
  return {
    command: program,
    prefix: [],
    user: [],
    inside: folder,
    as,
    from: `found on this machine: ${program}`,
  };
}

async function debianInstallation(workspace: Workspace): Promise<Installation> {
  if (!isRoot()) throw new Error("not root, so none can be installed; install MySQL 8 or 9 yourself");
  const tree = await cached("mysql-debian-sid", bootstrapDebian);
  const version = (await run("chroot", [tree, "mysqld", "--no-defaults", "--version"])).trim();
  const inside = `/var/lib/mysql-tests/${workspace.folder.split("/").at(-1)}`;
  const outside = join(tree, inside);
  mkdirSync(outside, { recursive: true });
  workspace.keeper.removeAtEnd(outside);
  const ids = mysqlIds(tree);
  chownSync(outside, ids.uid, ids.gid);
  return {
    command: "chroot",
    prefix: [tree, "mysqld"],
    user: ["--user=mysql"],
    inside,
    as: {},
    from: `Debian sid in the cache: ${version}`,
  };
}

async function bootstrapDebian(tree: string): Promise<void> {
  if (findProgram("debootstrap") === undefined) await installPackages("debootstrap");
  const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";
  if (!existsSync(keyring)) await installPackages("debian-archive-keyring");
  const options = ["--variant=minbase", "--include=mysql-server-core", `--keyring=${keyring}`];
  const mirror = debianMirror();
  // Without one debootstrap knows the public archive by itself.
  const place = mirror === undefined ? [tree] : [tree, mirror];
  await run("debootstrap", [...options, "sid", ...place], { timeoutMs: 900_000 });
  await run("chroot", [tree, "useradd", "--system", "--user-group", "mysql"]);
  await run("rm", ["-rf", join(tree, "var/cache/apt/archives"), join(tree, "var/lib/apt/lists")]);
}

/** The machine's own Debian mirror, from either form of apt's sources; what is not a Debian archive is passed over. */
export function debianMirror(apt = "/etc/apt"): string | undefined {
  const folder = join(apt, "sources.list.d");
  const files = existsSync(folder)
    ? readdirSync(folder)
        .sort()
        .map((file) => join(folder, file))
    : [];
  for (const file of [join(apt, "sources.list"), ...files]) {
    if (!/\.(list|sources)$/.test(file) || !existsSync(file)) continue;
    const lines = readFileSync(file, "utf8")
      .split("\n")
      .filter((line) => /^\s*(deb\s|URIs:)/.test(line));
    const mirror = lines
      .flatMap((line) => line.split(/\s+/))
      .find((word) => /^https?:\/\/.+\/debian\/?$/.test(word));
    if (mirror !== undefined) return mirror;
  }
  return undefined;
}

function mysqlIds(tree: string): { uid: number; gid: number } {
  const line = readFileSync(join(tree, "etc/passwd"), "utf8")
    .split("\n")
    .find((entry) => entry.startsWith("mysql:"));
  const [, , uid, gid] = line?.split(":") ?? [];
  if (uid === undefined || gid === undefined) throw new Error("the Debian tree has no user mysql");
  return { uid: Number(uid), gid: Number(gid) };
}

const startContainer = containerRecipe({
  image: "docker.io/library/mysql:9",
  name: "mysql",
  innerPort: 3306,
  environment: { MYSQL_ALLOW_EMPTY_PASSWORD: "1", MYSQL_ROOT_HOST: "%" },
  url: (port) => `mysql://root@127.0.0.1:${port}/`,
  answers: (url) => answersAs("MySQL", url),
});
