/** Throw-away databases on real MySQL and MariaDB servers. */
import { type Connection, createConnection } from "mysql2/promise";
import { describe, it } from "vitest";
import { mysqlDialect } from "../../../src/dialects/mysql/dialect.ts";
import type { Snapshot } from "../../../src/model/snapshot.ts";
import type { ReadOptions } from "../../../src/monitor/ports.ts";
import { serverOrReason } from "../../support/servers/urls.ts";

export type TestFlavor = "mysql" | "mariadb";
const servers = { mysql: serverOrReason("mysql"), mariadb: serverOrReason("mariadb") };

/** The flavors whose server this run has. */
export const testFlavors: readonly TestFlavor[] = (["mysql", "mariadb"] as const).filter((flavor) => {
  const server = servers[flavor];
  if ("url" in server) return true;
  describe.skip(`${flavor} (skipped: ${server.missing})`, () => it("has no server here", () => {}));
  return false;
});

/** Empty where a server is missing: then no test of that flavor runs. */
export const serverUrls: Readonly<Record<TestFlavor, string>> = {
  mysql: "url" in servers.mysql ? servers.mysql.url : "",
  mariadb: "url" in servers.mariadb ? servers.mariadb.url : "",
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

export async function openTestServer(flavor: TestFlavor): Promise<TestServer> {
  const admin = await connect(flavor);
  const databases: string[] = [];
  const create = async (name: string, clause = charsetClauses[flavor]): Promise<void> => {
    await admin.query(`CREATE DATABASE \`${name}\` ${clause}`);
  };
  const urlOf = (database: string, account?: string): string => {
    const url = new URL(serverUrls[flavor]);
    const address =
      account === undefined ? `${url.username}${url.password === "" ? "" : `:${url.password}`}` : account;
    return `${url.protocol}//${address}@${url.host}/${encodeURIComponent(database)}${url.search}`;
  };
  return {
    flavor,
    urlOf,
    async createDatabase(label, clause) {
      counter += 1;
      const name = `dw_my_${label}_${process.pid}_${counter}`;
      databases.push(name);
      await create(name, clause);
      return name;
    },
    async reset(database, clause) {
      await admin.query(`DROP DATABASE IF EXISTS \`${database}\``);
      await create(database, clause);
    },
    async run(database, sql) {
      const connection = await connect(flavor);
      try {
        await connection.query(`USE \`${database}\``);
        if (sql.trim() !== "") await connection.query(sql);
      } finally {
        await connection.end();
      }
    },
    snapshot: (database, options = {}) => takeSnapshot(urlOf(database), options),
    async close() {
      for (const name of databases) await admin.query(`DROP DATABASE IF EXISTS \`${name}\``);
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

export async function connect(flavor: TestFlavor): Promise<Connection> {
  return await createConnection({
    uri: serverUrls[flavor].replace(/^mariadb:/, "mysql:"),
    multipleStatements: true,
    charset: "utf8mb4",
    flags: ["-IGNORE_SPACE"],
  });
}
