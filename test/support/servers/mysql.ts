/**
 * MySQL 8 or 9, the real one: a `mysqld` found on the machine; else, as root on Debian and Ubuntu, a small Debian sid
 * in the cache folder, because stable Debian has only MariaDB; else a container.
 */
import { containerRecipe } from "./container.ts";
import { sidTree } from "./debian-sid.ts";
import { debianTree, folderInTree } from "./debian-tree.ts";
import { freePort } from "./machine.ts";
import { answersAs } from "./mysql-client.ts";
import { type Installation, initialise, launch, rootUrl } from "./mysql-family.ts";
import { findProgram, reasonOf, run } from "./run-command.ts";
import { ownedFolder, type Recipe, type Workspace } from "./workspace.ts";

export const mysqlRecipe: Recipe = async (workspace) => {
  let installation: Installation;
  try {
    installation = await mysqlInstallation(workspace, "mysql");
  } catch (error) {
    return startContainer(workspace, `no mysqld that is MySQL on the PATH; ${reasonOf(error)}`);
  }
  await initialise(installation);
  const port = await freePort();
  await launch(workspace, installation, port, "--skip-log-bin");
  return { url: rootUrl(installation, port), from: installation.from };
};

/** A way to run MySQL in a fresh folder `name` of this run. Throws the reason when there is none. */
export async function mysqlInstallation(workspace: Workspace, name: string): Promise<Installation> {
  return (await onMachine(workspace, name)) ?? (await inDebianTree(workspace, name));
}

// A small redo log: the default of 100 MB would be written anew for each data folder.
const initialiserOptions = ["--no-defaults", "--initialize-insecure", "--innodb-redo-log-capacity=16M"];

async function onMachine(workspace: Workspace, name: string): Promise<Installation | undefined> {
  const program = findProgram("mysqld");
  if (program === undefined) return undefined;
  const version = await run(program, ["--no-defaults", "--version"]).catch(() => "");
  if (version.includes("MariaDB") || !/Ver [89]\./.test(version)) return undefined;
  const folder = ownedFolder(workspace, name);
  const { uid, gid } = workspace.user;
  return {
    product: "MySQL",
    server: [program, "--no-defaults"],
    initialiser: [program, ...initialiserOptions],
    user: [],
    root: "/",
    inside: folder,
    outside: folder,
    as: uid === undefined || gid === undefined ? {} : { uid, gid },
    from: `found on this machine: ${program}`,
  };
}

async function inDebianTree(workspace: Workspace, name: string): Promise<Installation> {
  const tree = await debianTree(sidTree);
  const version = (await run("chroot", [tree, "mysqld", "--no-defaults", "--version"])).trim();
  const { command, inside, outside } = await folderInTree(workspace, tree, name);
  return {
    product: "MySQL",
    server: [...command, "mysqld", "--no-defaults"],
    initialiser: [...command, "mysqld", ...initialiserOptions],
    user: ["--user=mysql"],
    root: tree,
    inside,
    outside,
    as: {},
    from: `Debian sid in the cache: ${version}`,
  };
}

const startContainer = containerRecipe({
  image: "docker.io/library/mysql:9",
  name: "mysql",
  innerPort: 3306,
  environment: { MYSQL_ALLOW_EMPTY_PASSWORD: "1", MYSQL_ROOT_HOST: "%" },
  url: (port) => `mysql://root@127.0.0.1:${port}/`,
  answers: (url) => answersAs("MySQL", url),
});
