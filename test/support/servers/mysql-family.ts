/** What MySQL and MariaDB have in common: a way to run a server, its data folder, its command line. */
import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { StartedProcess } from "./keeper.ts";
import { answersAs } from "./mysql-client.ts";
import { run } from "./run-command.ts";
import { startAndWait, type Workspace } from "./workspace.ts";

/** A way to run a server of its own folder. */
export interface Installation {
  readonly product: "MySQL" | "MariaDB";
  /** The program with its first arguments; what follows are options of the server. */
  readonly server: readonly string[];
  /** The program that makes the data folder, in the same form. */
  readonly initialiser: readonly string[];
  /** Options of both: whom the server runs as. */
  readonly user: readonly string[];
  /** The folder that the server takes for the root of all files. */
  readonly root: string;
  /** The server's folder as the server sees it, and as everybody else does. */
  readonly inside: string;
  readonly outside: string;
  readonly as: { readonly uid?: number; readonly gid?: number };
  /** Where the program comes from. */
  readonly from: string;
}

/** Makes the folder `data`, with `root` who has no password. Options that a data folder is made for count here too. */
export async function initialise(installation: Installation, ...options: readonly string[]): Promise<void> {
  const [command = "", ...args] = installation.initialiser;
  const own = [
    ...installation.user,
    `--datadir=${join(installation.inside, "data")}`,
    temporaryFolder(installation),
    ...options,
  ];
  await run(command, [...args, ...own, ...withoutFlushing(installation.product)], {
    ...installation.as,
    cwd: installation.outside,
  });
}

/** Each DDL statement flushes several files otherwise, and waits for all that anybody wrote to the same disk. */
function withoutFlushing(product: Installation["product"]): readonly string[] {
  return ["--innodb-flush-method=nosync", ...(product === "MariaDB" ? ["--debug-no-sync"] : [])];
}

/** A server that starts deletes the temporary tables (#sql*) of every other one that shares its folder for them. */
function temporaryFolder({ inside, outside }: Installation): string {
  mkdirSync(join(outside, "tmp"), { recursive: true });
  chmodSync(join(outside, "tmp"), 0o777);
  return `--tmpdir=${join(inside, "tmp")}`;
}

/** The address of `root` over TCP. */
export function rootUrl({ product }: Installation, port: number): string {
  return `${product === "MySQL" ? "mysql" : "mariadb"}://root@127.0.0.1:${port}/`;
}

/** Starts the server on the loopback address and waits until it answers. Its data are thrown away: it is never flushed. */
export async function launch(
  workspace: Workspace,
  installation: Installation,
  port: number,
  ...options: readonly string[]
): Promise<StartedProcess> {
  const { product, server, user, inside, outside, as } = installation;
  const [command = "", ...args] = server;
  const files = [
    temporaryFolder(installation),
    `--datadir=${join(inside, "data")}`,
    `--socket=${join(inside, "sock")}`,
    `--pid-file=${join(inside, "pid")}`,
  ];
  const speed = ["--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=0", ...withoutFlushing(product)];
  const limits = ["--max-connections=200", "--event-scheduler=OFF"];
  const own =
    product === "MySQL" ? ["--mysqlx=OFF", "--secure-file-priv=NULL", "--innodb-redo-log-capacity=16M"] : [];
  return startAndWait(
    workspace,
    {
      command,
      args: [...args, ...user, ...files, `--port=${port}`, "--bind-address=127.0.0.1"].concat(
        speed,
        limits,
        own,
        options,
      ),
      log: `${outside}.log`,
      stopSignal: "SIGKILL",
      cwd: outside,
      ...as,
    },
    () => answersAs(product, rootUrl(installation, port)),
    120_000,
  );
}
