/**
 * MariaDB 10.6 or newer: found on the machine, else installed, else a container. Beside it MariaDB 11, from a small Debian
 * 13 in the cache folder or a container. `mysqld` is not looked at here.
 */
import { containerRecipe } from "./container.ts";
import { type DebianTree, debianTree, folderInTree } from "./debian-tree.ts";
import { freePort, installPackages } from "./machine.ts";
import { answersAs } from "./mysql-client.ts";
import { type Installation, initialise, launch, rootUrl } from "./mysql-family.ts";
import { findProgram, reasonOf, run } from "./run-command.ts";
import { ownedFolder, type Recipe, type Workspace } from "./workspace.ts";

export const mariadb11Tree: DebianTree = {
  name: "mariadb-debian-13",
  suite: "trixie",
  packages: ["mariadb-server-core", "mariadb-client-core", "galera-4"],
  files: [
    ...["auth_ed25519", "file_key_management", "ha_archive", "ha_blackhole", "ha_federatedx"].map((name) =>
      plugin("mariadb-server", name),
    ),
    plugin("mariadb-plugin-spider", "ha_spider"),
  ],
};

function plugin(fromPackage: string, name: string): { readonly package: string; readonly path: string } {
  return { package: fromPackage, path: `/usr/lib/mysql/plugin/${name}.so` };
}

type WayToInstall = (workspace: Workspace, name: string) => Promise<Installation>;

export const mariadbRecipe: Recipe = recipeOf("mariadb", "10.11", mariadbInstallation);
export const mariadb11Recipe: Recipe = recipeOf("mariadb-11", "11.8", mariadb11Installation);

function recipeOf(name: string, version: string, install: WayToInstall): Recipe {
  return async (workspace) => {
    let installation: Installation;
    try {
      installation = await install(workspace, name);
    } catch (error) {
      return containerOf(name, version)(workspace, reasonOf(error));
    }
    await initialise(installation);
    const port = await freePort();
    await launch(workspace, installation, port);
    return { url: rootUrl(installation, port), from: installation.from };
  };
}

// Without a look at the host's name, which a chroot has no program for.
const initialiserOptions = [
  "--no-defaults",
  "--auth-root-authentication-method=normal",
  "--skip-test-db",
  "--skip-name-resolve",
  "--force",
];

/** A way to run the machine's MariaDB in a fresh folder `name` of this run. Throws the reason when there is none. */
export async function mariadbInstallation(workspace: Workspace, name: string): Promise<Installation> {
  let from = "found on this machine";
  if (findProgram("mariadbd") === undefined) {
    await installPackages("mariadb-server-core", "mariadb-client-core");
    from = "installed with apt-get";
  }
  const server = findProgram("mariadbd");
  const installer = findProgram("mariadb-install-db");
  if (server === undefined || installer === undefined)
    throw new Error("mariadbd or mariadb-install-db is missing");
  const folder = ownedFolder(workspace, name);
  const { name: user, uid, gid } = workspace.user;
  return {
    product: "MariaDB",
    server: [server, "--no-defaults"],
    initialiser: [installer, ...initialiserOptions],
    user: user === undefined ? [] : [`--user=${user}`],
    root: "/",
    inside: folder,
    outside: folder,
    as: uid === undefined || gid === undefined ? {} : { uid, gid },
    from: `${from}: ${server}`,
  };
}

/** A way to run MariaDB 11 in a fresh folder `name` of this run. Throws the reason when there is none. */
export async function mariadb11Installation(workspace: Workspace, name: string): Promise<Installation> {
  const tree = await debianTree(mariadb11Tree);
  const version = (await run("chroot", [tree, "mariadbd", "--no-defaults", "--version"])).trim();
  const { command, inside, outside } = await folderInTree(workspace, tree, name);
  return {
    product: "MariaDB",
    server: [...command, "mariadbd", "--no-defaults"],
    initialiser: [...command, "mariadb-install-db", ...initialiserOptions],
    user: ["--user=mysql"],
    root: tree,
    inside,
    outside,
    as: {},
    from: `Debian 13 in the cache: ${version}`,
  };
}

function containerOf(name: string, version: string): ReturnType<typeof containerRecipe> {
  return containerRecipe({
    image: `docker.io/library/mariadb:${version}`,
    name,
    innerPort: 3306,
    environment: { MARIADB_ALLOW_EMPTY_ROOT_PASSWORD: "1" },
    url: (port) => `mariadb://root@127.0.0.1:${port}/`,
    answers: (url) => answersAs("MariaDB", url),
  });
}
