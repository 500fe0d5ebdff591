/** MariaDB 10.6 or newer: found on the machine, else installed, else a container. `mysqld` is not looked at here. */
import { join } from "node:path";
import { containerRecipe } from "./container.ts";
import { freePort, installPackages } from "./machine.ts";
import { answersAs } from "./mysql-client.ts";
import { findProgram, reasonOf, run } from "./run-command.ts";
import { ownedFolder, type Recipe, startAndWait } from "./workspace.ts";

export const mariadbRecipe: Recipe = async (workspace) => {
  let from = "found on this machine";
  if (findProgram("mariadbd") === undefined) {
    try {
      await installPackages("mariadb-server-core", "mariadb-client-core");
      from = "installed with apt-get";
    } catch (error) {
      return startContainer(workspace, reasonOf(error));
    }
  }
  const server = findProgram("mariadbd");
  const installer = findProgram("mariadb-install-db");
  if (server === undefined || installer === undefined)
    throw new Error("mariadbd or mariadb-install-db is missing");

  const base = ownedFolder(workspace, "mariadb");
  const { name, uid, gid } = workspace.user;
  const as = { cwd: base, ...(uid === undefined || gid === undefined ? {} : { uid, gid }) };
  const data = `--datadir=${join(base, "data")}`;
  const user = name === undefined ? [] : [`--user=${name}`];
  await run(
    installer,
    ["--no-defaults", data, "--auth-root-authentication-method=normal", "--skip-test-db", ...user],
    as,
  );
  const port = await freePort();
  const url = `mariadb://root@127.0.0.1:${port}/`;
  await startAndWait(
    workspace,
    {
      command: server,
      args: [
        "--no-defaults",
        data,
        `--port=${port}`,
        "--bind-address=127.0.0.1",
        `--socket=${join(base, "sock")}`,
      ]
        .concat(["--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=0", "--max-connections=200"])
        .concat(["--event-scheduler=OFF", `--pid-file=${join(base, "pid")}`]),
      log: join(workspace.folder, "mariadb.log"),
      stopSignal: "SIGKILL",
      ...as,
    },
    () => answersAs("MariaDB", url),
  );
  return { url, from: `${from}: ${server}` };
};

const startContainer = containerRecipe({
  image: "docker.io/library/mariadb:10.11",
  name: "mariadb",
  innerPort: 3306,
  environment: { MARIADB_ALLOW_EMPTY_ROOT_PASSWORD: "1" },
  url: (port) => `mariadb://root@127.0.0.1:${port}/`,
  answers: (url) => answersAs("MariaDB", url),
});
