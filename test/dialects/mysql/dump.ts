/** Dump and restore through the client programs, as people do it. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Snapshot } from "../../../src/model/snapshot.ts";
import { clientsFor } from "../../support/servers/mysql-clients.ts";

const run = promisify(execFile);

/** Of a URL of a server; the database in it is not looked at. */
function clientArguments(serverUrl: string): string[] {
  const url = new URL(serverUrl);
  const password = url.password === "" ? [] : [`-p${decodeURIComponent(url.password)}`];
  const address = ["-h", url.hostname, "-P", url.port, "-u", url.username, ...password];
  return [...address, "--default-character-set=utf8mb4"];
}

/** The schema as text, with programs and without rows. */
export async function dump(serverUrl: string, database: string): Promise<string> {
  const [program, ...first] = (await clientsFor(serverUrl)).dump;
  const options = ["--no-data", "--routines", "--events", "--triggers"];
  const { stdout } = await run(program, [...first, ...clientArguments(serverUrl), ...options, database], {
    maxBuffer: 2 ** 28,
  });
  return stdout;
}

/** The client program understands DELIMITER, which dumps use around programs. */
export async function load(serverUrl: string, database: string, sql: string): Promise<void> {
  const [program, ...first] = (await clientsFor(serverUrl)).client;
  const child = run(program, [...first, ...clientArguments(serverUrl), database], { maxBuffer: 2 ** 24 });
  child.child.stdin?.end(`SET foreign_key_checks = 0;\n${sql}`);
  await child;
}

/** The default charset of a database, which a dump of its content does not tell. */
export function charsetClauseOf(snapshot: Snapshot): string {
  const schema = snapshot.objects.find((object) => object.kind === "schema");
  if (schema?.kind !== "schema") throw new Error("the snapshot has no schema object");
  return `CHARACTER SET ${schema.attributes.charset} COLLATE ${schema.attributes.collation}`;
}
