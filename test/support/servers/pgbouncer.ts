/** PgBouncer in transaction pooling before the newest PostgreSQL: found on the machine, else installed. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort, installPackages } from "./machine.ts";
import { account, answers } from "./postgres.ts";
import { findProgram } from "./run-command.ts";
import { giveTo, ownedFolder, type Recipe, startAndWait } from "./workspace.ts";

/** Sessions of the server that the pooler keeps per database and user: clients share them. */
export const poolSize = 2;

/** Reaches every database of the server behind it, as its superuser. */
export const pgbouncerRecipe: Recipe = async (workspace) => {
  const server = new URL(await workspace.urlOf("postgres-18"));
  let program = findProgram("pgbouncer");
  let from = "found on this machine";
  if (program === undefined) {
    await installPackages("pgbouncer");
    program = findProgram("pgbouncer");
    from = "installed with apt-get";
  }
  if (program === undefined) throw new Error("the package pgbouncer brought no pgbouncer");
  const folder = ownedFolder(workspace, "pgbouncer");
  const port = await freePort();
  const user = decodeURIComponent(server.username);
  const password = decodeURIComponent(server.password);
  const users = `"${user}" "${password}"\n`;
  const config = `[databases]
* = host=${server.hostname} port=${server.port || 5432} user=${user}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = trust
stats_users = ${user}
auth_file = ${join(folder, "users.txt")}
pool_mode = transaction
default_pool_size = ${poolSize}
`;
  for (const [name, text] of [
    ["users.txt", users],
    ["pgbouncer.ini", config],
  ] as const) {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    giveTo(join(folder, name), workspace.user);
  }
  const url = `postgres://${server.username}@127.0.0.1:${port}/postgres`;
  await startAndWait(
    workspace,
    {
      command: program,
      args: [join(folder, "pgbouncer.ini")],
      log: join(workspace.folder, "pgbouncer.log"),
      stopSignal: "SIGTERM",
      cwd: folder,
      ...account(workspace),
    },
    () => answers(url),
  );
  return { url, from: `${from}: ${program}` };
};
