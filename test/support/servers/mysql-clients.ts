/**
 * The client programs that people dump and load with: MariaDB's own for MariaDB; for MySQL those of MySQL, from the machine or
 * from Debian sid, and where there are none, MariaDB's, which speak to both.
 */
import { sidTree } from "./debian-sid.ts";
import { debianTree, hasDebianTree } from "./debian-tree.ts";
import { findProgram, run } from "./run-command.ts";

export type Command = readonly [program: string, ...first: string[]];

export interface MysqlClients {
  readonly dump: Command;
  readonly client: Command;
}

const ofMariaDb: MysqlClients = { dump: ["mariadb-dump"], client: ["mariadb"] };

/** For a URL of a server, `mysql:` or `mariadb:`. */
export async function clientsFor(serverUrl: string): Promise<MysqlClients> {
  if (serverUrl.startsWith("mariadb:")) return ofMariaDb;
  const [dump, client] = [await ofMySql("mysqldump"), await ofMySql("mysql")];
  if (dump !== undefined && client !== undefined) return { dump: [dump], client: [client] };
  // Made for the server already where that comes from it.
  if (!hasDebianTree(sidTree)) return ofMariaDb;
  const tree = await debianTree(sidTree);
  return { dump: ["chroot", tree, "mysqldump"], client: ["chroot", tree, "mysql"] };
}

/** On many machines the name is a link to MariaDB's program. */
async function ofMySql(name: string): Promise<string | undefined> {
  const program = findProgram(name);
  if (program === undefined) return undefined;
  const version = await run(program, ["--no-defaults", "--version"]).catch(() => "MariaDB");
  return version.includes("MariaDB") ? undefined : program;
}
