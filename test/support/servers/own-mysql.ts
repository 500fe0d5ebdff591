/**
 * A MySQL or MariaDB server of one test file's own, for what would disturb the shared ones: other defaults, restarts, TLS,
 * replication. It ends with the test's process, however that ends.
 */
import { chownSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sidTree } from "./debian-sid.ts";
import { hasDebianTree } from "./debian-tree.ts";
import { createKeeper, type Keeper, type StartedProcess, tell } from "./keeper.ts";
import { freePort } from "./machine.ts";
import { mariadb11Installation, mariadb11Tree, mariadbInstallation } from "./mariadb.ts";
import { mysqlInstallation } from "./mysql.ts";
import { type Installation, initialise, launch, rootUrl } from "./mysql-family.ts";
import { findProgram } from "./run-command.ts";
import { serverOrReason } from "./urls.ts";
import { createWorkspace, type Workspace } from "./workspace.ts";

export type OwnMysqlName = "mysql" | "mariadb" | "mariadb-11";

export interface OwnMysql {
  /** As root over TCP, without a password. */
  readonly url: string;
  readonly port: number;
  /** Its socket. */
  readonly socket: string;
  /** The folder that the server takes for the root of all files, in which its programs are. */
  readonly root: string;
  /** The server's folder, whose `data` holds the data; the first as everybody, the second as the server sees it. */
  readonly folder: string;
  readonly inside: string;
  /** Waits until it answers. Options replace those it was made with. */
  start(...options: readonly string[]): Promise<void>;
  /** A clean end. */
  stop(): Promise<void>;
  /** Puts a file, owned by the server and closed to others, into its folder. Returns the path as the server sees it. */
  put(name: string, text: string): string;
}

const installers = {
  mysql: mysqlInstallation,
  mariadb: mariadbInstallation,
  "mariadb-11": mariadb11Installation,
} as const;

/** Several servers that end together. */
export interface OwnServers {
  /** A started server with these options, which count already when its data folder is made. */
  start(name: OwnMysqlName, ...options: readonly string[]): Promise<OwnMysql>;
  /** The same, not started, without data. */
  prepare(name: OwnMysqlName): Promise<OwnMysql>;
  /** Ends them all and deletes their data. */
  close(): Promise<void>;
}

export async function openOwnServers(): Promise<OwnServers> {
  const keeper: Keeper = createKeeper();
  const workspace = await createWorkspace(keeper);
  let count = 0;
  const install = (name: OwnMysqlName): Promise<Installation> => {
    count += 1;
    return installers[name](workspace, `${name}-${count}`);
  };
  return {
    async start(name, ...options) {
      const installation = await install(name);
      await initialise(installation, ...options);
      const server = serverIn(workspace, installation, await freePort(), options);
      await server.start();
      return server;
    },
    prepare: async (name) => serverIn(workspace, await install(name), await freePort(), []),
    close: () => keeper.close(),
  };
}

/** Why tests cannot start this server themselves although the run has one, if so: it is only given or in a container. */
export function whyNotOwn(name: OwnMysqlName): string | undefined {
  const shared = serverOrReason(name);
  if ("missing" in shared) return shared.missing;
  const tree = { mysql: sidTree, "mariadb-11": mariadb11Tree, mariadb: undefined }[name];
  const isThere =
    (tree !== undefined && hasDebianTree(tree)) ||
    (name !== "mariadb-11" && findProgram(name === "mysql" ? "mysqld" : "mariadbd") !== undefined);
  return isThere ? undefined : `no program of ${name} is on this machine`;
}

function serverIn(
  workspace: Workspace,
  installation: Installation,
  port: number,
  made: readonly string[],
): OwnMysql {
  const { root, inside, outside } = installation;
  let running: StartedProcess | undefined;
  return {
    url: rootUrl(installation, port),
    port,
    socket: join(outside, "sock"),
    root,
    folder: outside,
    inside,
    async start(...options) {
      running = await launch(workspace, installation, port, ...(options.length > 0 ? options : made));
    },
    async stop() {
      const ending = running;
      running = undefined;
      if (ending === undefined) return;
      tell(ending, "SIGTERM");
      await ending.ended;
    },
    put(name, text) {
      const path = join(outside, name);
      writeFileSync(path, text, { mode: 0o600 });
      const { uid, gid } = statSync(join(outside, "."));
      chownSync(path, uid, gid);
      return join(inside, name);
    },
  };
}
