/**
 * Servers that the machine's own distribution does not have: a small Debian of another suite in the cache folder, whose
 * programs run by chroot. As root only.
 */
import { createHash } from "node:crypto";
import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { cached, cacheFolder } from "./cache.ts";
import { installPackages } from "./machine.ts";
import { findProgram, isRoot, run } from "./run-command.ts";
import type { Workspace } from "./workspace.ts";

/** A folder of one server inside a tree. */
export interface FolderInTree {
  /** The first words of a command that runs a program of the tree; the program comes next. */
  readonly command: readonly string[];
  /** As the server sees it. */
  readonly inside: string;
  /** As everybody else sees it; short, since a socket's path may not be long. */
  readonly outside: string;
}

const serverAccount = "mysql";

export interface DebianTree {
  readonly name: string;
  readonly suite: string;
  readonly packages: readonly string[];
  /** Single files of packages that are not installed: they would bring much that nobody here needs. */
  readonly files?: readonly { readonly package: string; readonly path: string }[];
}

/** The folder of a tree, with a user `mysql`; made the first time, which takes a minute. */
export async function debianTree(tree: DebianTree): Promise<string> {
  if (!isRoot())
    throw new Error(`not root, so ${tree.packages[0]} of Debian ${tree.suite} cannot be installed`);
  return cached(cacheName(tree), (folder) => bootstrap(folder, tree));
}

/** Whether the tree has been made already. */
export function hasDebianTree(tree: DebianTree): boolean {
  return existsSync(join(cacheFolder(), cacheName(tree)));
}

/** Other packages are another folder: a tree from before would lack what was added since. */
function cacheName(tree: DebianTree): string {
  return `${tree.name}-${createHash("sha256").update(JSON.stringify(tree)).digest("hex").slice(0, 8)}`;
}

async function bootstrap(tree: string, { suite, packages, files = [] }: DebianTree): Promise<void> {
  if (findProgram("debootstrap") === undefined) await installPackages("debootstrap");
  const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";
  if (!existsSync(keyring)) await installPackages("debian-archive-keyring");
  const options = ["--variant=minbase", `--include=${packages.join(",")}`, `--keyring=${keyring}`];
  const mirror = debianMirror();
  // Without one debootstrap knows the public archive by itself.
  const place = mirror === undefined ? [tree] : [tree, mirror];
  await run("debootstrap", [...options, suite, ...place], { timeoutMs: 900_000 });
  await run("chroot", [tree, "useradd", "--system", "--user-group", serverAccount]);
  for (const name of new Set(files.map((file) => file.package))) {
    const paths = files.filter((file) => file.package === name).map(({ path }) => path);
    // A mirror that lags behind is good enough, as it is for debootstrap: what it holds is signed all the same.
    const apt = "apt-get -q -o Acquire::Check-Valid-Until=false";
    const install = paths.map((path) => `install -D ./${path} ${path}`).join(" && ");
    // Unpacking gives the archive's mode to the folder, which must not be /tmp itself.
    const script = `mkdir /tmp/x && cd /tmp/x && ${apt} update && ${apt} download ${name} && dpkg-deb -x ${name}_*.deb . && ${install} && rm -rf /tmp/x`;
    await run("chroot", [tree, "sh", "-c", script]);
  }
  await run("rm", ["-rf", join(tree, "var/cache/apt/archives"), join(tree, "var/lib/apt/lists")]);
}

/** A fresh folder for one server of this run, owned by the tree's user and deleted at the end. */
export async function folderInTree(workspace: Workspace, tree: string, name: string): Promise<FolderInTree> {
  const inside = `/var/lib/mysql-tests/${basename(workspace.folder)}-${name}`;
  const [real, data] = [join(tree, inside), join(workspace.dataFolder, name)];
  mkdirSync(real, { recursive: true });
  workspace.keeper.removeAtEnd(real);
  const { uid, gid } = accountOf(tree);
  if (await canMount()) {
    mkdirSync(data);
    chownSync(data, uid, gid);
    // The mount is seen by this one process and its children, and ends with them.
    const script = 'mount --bind "$1" "$2" && shift 2 && exec chroot "$@"';
    return { command: [...ownMounts, "sh", "-c", script, "sh", data, real, tree], inside, outside: data };
  }
  chownSync(real, uid, gid);
  const outside = join(workspace.folder, name);
  symlinkSync(real, outside);
  return { command: ["chroot", tree], inside, outside };
}

const ownMounts = ["unshare", "--mount"] as const;

/** Root in a container usually may not; then the data lie in the tree itself, on disk. */
async function canMount(): Promise<boolean> {
  const [command, ...args] = ownMounts;
  return run(command, [...args, "mount", "--bind", "/", "/"]).then(
    () => true,
    () => false,
  );
}

/** The numbers of the tree's user, who differs from whoever has that name here. */
export function accountOf(tree: string): { readonly uid: number; readonly gid: number } {
  const line = readFileSync(join(tree, "etc/passwd"), "utf8")
    .split("\n")
    .find((entry) => entry.startsWith(`${serverAccount}:`));
  const [, , uid, gid] = line?.split(":") ?? [];
  if (uid === undefined || gid === undefined) throw new Error(`the Debian tree has no user ${serverAccount}`);
  return { uid: Number(uid), gid: Number(gid) };
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
