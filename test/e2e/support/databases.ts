/** Databases of a test's own on the test servers, changed through plain clients as people do, and dropped at the end. */
import { createConnection } from "mysql2/promise";
import pg from "pg";

export interface TestDatabase {
  readonly name: string;
  /** A user of its own, who may read the catalog and has a password. */
  readonly reader: string;
  readonly readerUrl: string;
  /** As the server's administrator. */
  readonly url: string;
  readonly password: string;
  run(...statements: readonly string[]): Promise<void>;
  rows(statement: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** From another database of the server: somebody may hold locks on the catalog of this one. */
  serverRows(statement: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  drop(): Promise<void>;
}

let counter = 0;

function freshName(): string {
  counter += 1;
  return `e2e_${process.pid}_${Date.now() % 1_000_000}_${counter}`;
}

/** A fresh database on the server behind `serverUrl` (postgres://, mysql://, mariadb://). */
export async function createDatabase(serverUrl: string): Promise<TestDatabase> {
  const name = freshName();
  const server = serverUrl.startsWith("postgres") ? postgres : mysql;
  const password = `pw-SECRET-${name}`;
  const reader = `${name}_reader`.slice(-32);
  const { create, drop } = server.statements(name, reader, password);
  await server.rowsOf(serverUrl, create);
  const url = urlWith(serverUrl, { name });
  return {
    name,
    reader,
    password,
    url,
    readerUrl: urlWith(serverUrl, { name, user: reader, password }),
    run: (...statements) => server.rowsOf(url, statements).then(() => undefined),
    rows: (statement) => server.rowsOf(url, [statement]),
    serverRows: (statement) => server.rowsOf(serverUrl, [statement]),
    drop: () => server.rowsOf(serverUrl, drop).then(() => undefined),
  };
}

type Rows = readonly Readonly<Record<string, unknown>>[];

/** What differs between servers. */
interface ServerKind {
  /** That make a database with a reader, and that drop both. */
  statements(
    name: string,
    reader: string,
    password: string,
  ): { readonly create: readonly string[]; readonly drop: readonly string[] };
  /** Runs statements in one session; the rows of the last one. */
  rowsOf(url: string, statements: readonly string[]): Promise<Rows>;
}

const postgres: ServerKind = {
  statements: (name, reader, password) => ({
    create: [
      `CREATE DATABASE ${name}`,
      `CREATE ROLE ${reader} LOGIN PASSWORD '${password}'`,
      `GRANT pg_monitor TO ${reader}`,
    ],
    drop: [`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`, `DROP ROLE IF EXISTS ${reader}`],
  }),
  async rowsOf(url, statements) {
    const client = new pg.Client({ connectionString: url, application_name: "psql" });
    client.on("error", () => undefined);
    await client.connect();
    try {
      let rows: Rows = [];
      for (const statement of statements)
        rows = (await client.query<Record<string, unknown>>(statement)).rows;
      return rows;
    } finally {
      await client.end();
    }
  },
};

const mysql: ServerKind = {
  statements(name, reader, password) {
    // For localhost as well: MariaDB's installer leaves an anonymous user there, who would come first.
    const accounts = [`'${reader}'@'%'`, `'${reader}'@'localhost'`];
    return {
      create: [
        `CREATE DATABASE ${name}`,
        ...accounts.flatMap((account) => [
          `CREATE USER ${account} IDENTIFIED BY '${password}'`,
          `GRANT SELECT, SHOW VIEW, TRIGGER, EVENT, EXECUTE ON ${name}.* TO ${account}`,
        ]),
      ],
      drop: [`DROP DATABASE IF EXISTS ${name}`, ...accounts.map((account) => `DROP USER ${account}`)],
    };
  },
  async rowsOf(url, statements) {
    const connection = await createConnection({ uri: url.replace(/^mariadb:/, "mysql:") });
    try {
      let rows: unknown = [];
      for (const statement of statements) [rows] = await connection.query(statement);
      return Array.isArray(rows) ? (rows as unknown as Rows) : [];
    } finally {
      await connection.end();
    }
  },
};

export function urlWith(
  serverUrl: string,
  parts: {
    readonly name?: string;
    readonly user?: string;
    readonly password?: string;
    readonly port?: number;
  },
): string {
  const url = new URL(serverUrl);
  if (parts.name !== undefined) url.pathname = `/${parts.name}`;
  if (parts.user !== undefined) url.username = parts.user;
  if (parts.password !== undefined) url.password = parts.password;
  if (parts.port !== undefined) url.port = String(parts.port);
  return url.href;
}
