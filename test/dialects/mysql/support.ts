/** Throw-away databases on real MySQL and MariaDB servers. */
import { type Connection, createConnection } from "mysql2/promise";
import { mysqlDialect } from "../../../src/dialects/mysql/dialect.ts";
import type { Snapshot } from "../../../src/model/snapshot.ts";
import type { ReadOptions } from "../../../src/monitor/ports.ts";

export type TestFlavor = "mysql" | "mariadb";
export const testFlavors: readonly TestFlavor[] = ["mysql", "mariadb"];

/** The one place that knows where the servers are. */
export const serverUrls: Readonly<Record<TestFlavor, string>> = {
  mysql: process.env["TEST_MYSQL_URL"] ?? "mysql://root@127.0.0.1:13306/",
  mariadb: process.env["TEST_MARIADB_URL"] ?? "mariadb://root@127.0.0.1:13307/",
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
