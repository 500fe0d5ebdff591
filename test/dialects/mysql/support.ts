/** Throw-away databases on real MySQL and MariaDB servers. */
import { type Connection, createConnection } from "mysql2/promise";
import { describe, it } from "vitest";
import { mysqlDialect } from "../../../src/dialects/mysql/dialect.ts";
import type { Snapshot } from "../../../src/model/snapshot.ts";
import type { ReadOptions } from "../../../src/monitor/ports.ts";
import { serverOrReason } from "../../support/servers/urls.ts";

export type TestFlavor = "mysql" | "mariadb";
/** "mariadb-11" is the newer MariaDB: what may read differently there is tried on both. */
export type TestServerName = TestFlavor | "mariadb-11";
const serverNames = ["mysql", "mariadb", "mariadb-11"] as const;
const servers = new Map(serverNames.map((name) => [name, serverOrReason(name)]));

/** Those of the servers that this run has. The others are told as skipped, with the reason. */
function present<T extends TestServerName>(names: readonly T[]): readonly T[] {
  return names.filter((name) => {
    const server = servers.get(name);
    if (server !== undefined && "url" in server) return true;
    describe.skip(`${name} (skipped: ${server?.missing})`, () => it("has no server here", () => {}));
    return false;
  });
}

/** The flavors whose server this run has. */
export const testFlavors: readonly TestFlavor[] = present(["mysql", "mariadb"]);

/** The same and the newer MariaDB. For `describe.each` of files that do not ask for `testFlavors`. */
export function allTestServers(): readonly TestServerName[] {
  return [...testFlavors, ...present(["mariadb-11"])];
}

export function flavorOf(name: TestServerName): TestFlavor {
  return name === "mysql" ? "mysql" : "mariadb";
}

function urlOfServer(name: TestServerName): string {
  const server = servers.get(name);
  return server !== undefined && "url" in server ? server.url : "";
}

/** Empty where a server is missing: then no test of that server runs. */
export const serverUrls: Readonly<Record<TestServerName, string>> = {
  mysql: urlOfServer("mysql"),
  mariadb: urlOfServer("mariadb"),
  "mariadb-11": urlOfServer("mariadb-11"),
};

const charsetClauses: Readonly<Record<TestFlavor, string>> = {
  mysql: "CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci",
  mariadb: "CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci",
};

export interface TestServer {
  readonly flavor: TestFlavor;
  /** Creates an empty database and returns its name; all are dropped by close(). */
  createDatabase(label: string, clause?: string): Promise<string>;
  /** Empties a database by making it anew. */
  reset(database: string, clause?: string): Promise<void>;
  /** Runs statements in a database, under a session of their own. */
  run(database: string, sql: string): Promise<void>;
  urlOf(database: string, account?: string): string;
  snapshot(database: string, options?: ReadOptions): Promise<Snapshot>;
  close(): Promise<void>;
}

let counter = 0;

export async function openTestServer(name: TestServerName): Promise<TestServer> {
  const flavor = flavorOf(name);
  const admin = await connect(name);
  const databases: string[] = [];
  const create = async (database: string, clause = charsetClauses[flavor]): Promise<void> => {
    await admin.query(`CREATE DATABASE \`${database}\` ${clause}`);
  };
  const urlOf = (database: string, account?: string): string => {
    const url = new URL(serverUrls[name]);
    const address =
      account === undefined ? `${url.username}${url.password === "" ? "" : `:${url.password}`}` : account;
    return `${url.protocol}//${address}@${url.host}/${encodeURIComponent(database)}${url.search}`;
  };
  return {
    flavor,
    urlOf,
    async createDatabase(label, clause) {
      counter += 1;
      const database = `dw_my_${label}_${process.pid}_${counter}`;
      databases.push(database);
      await create(database, clause);
      return database;
    },
    async reset(database, clause) {
      await admin.query(`DROP DATABASE IF EXISTS \`${database}\``);
      await create(database, clause);
    },
    async run(database, sql) {
      const connection = await connect(name);
      try {
        await connection.query(`USE \`${database}\``);
        if (sql.trim() !== "") await connection.query(sql);
      } finally {
        await connection.end();
      }
    },
    snapshot: (database, options = {}) => takeSnapshot(urlOf(database), options),
    async close() {
      for (const each of databases) await admin.query(`DROP DATABASE IF EXISTS \`${each}\``);
      await admin.end();
    },
  };
}

export async function takeSnapshot(url: string, options: ReadOptions = {}): Promise<Snapshot> {
  const session = await mysqlDialect.connect(url, options);
  try {
    return await session.introspect();
  } finally {
    await session.close();
  }
}

interface RunningStatement {
  readonly db: string | null;
  readonly State: string | null;
  readonly Info: string | null;
}

/**
 * What all sessions run. Never asked of information_schema.PROCESSLIST: MySQL 9.7 refuses it as a whole while any session,
 * of another test too, runs a statement with a 4-byte character.
 */
export async function runningStatements(admin: Connection): Promise<readonly RunningStatement[]> {
  const [rows] = await admin.query("SHOW FULL PROCESSLIST");
  return rows as unknown as RunningStatement[];
}

/** Whether a statement in this database, of those that begin so, waits for somebody's lock on a table. */
export async function isWaiting(admin: Connection, database: string, beginning = ""): Promise<boolean> {
  return (await runningStatements(admin)).some(
    ({ db, State, Info }) =>
      db === database && State?.includes("metadata lock") && Info?.startsWith(beginning),
  );
}

export async function connect(name: TestServerName): Promise<Connection> {
  return await createConnection({
    uri: serverUrls[name].replace(/^mariadb:/, "mysql:"),
    multipleStatements: true,
    charset: "utf8mb4",
    flags: ["-IGNORE_SPACE"],
  });
}
