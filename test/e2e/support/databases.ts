/** Databases of a test's own on the test servers, changed through plain clients as people do, and dropped at the end. */
import { createConnection } from "mysql2/promise";
import pg from "pg";

export interface TestDatabase {
  readonly name: string;
  /** With a user of its own, who may read the catalog and has a password. */
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
  return serverUrl.startsWith("postgres") ? createPostgres(serverUrl) : createMysql(serverUrl);
}

async function createPostgres(serverUrl: string): Promise<TestDatabase> {
  const name = freshName();
  const reader = `${name}_reader`;
  const password = `pw-SECRET-${name}`;
  await onPostgres(
    serverUrl,
    `CREATE DATABASE ${name}`,
    `CREATE ROLE ${reader} LOGIN PASSWORD '${password}'`,
    `GRANT pg_monitor TO ${reader}`,
  );
  const url = urlWith(serverUrl, { name });
  return {
    name,
    password,
    url,
    readerUrl: urlWith(serverUrl, { name, user: reader, password }),
    run: (...statements) => onPostgres(url, ...statements).then(() => undefined),
    rows: (statement) => onPostgres(url, statement),
    serverRows: (statement) => onPostgres(serverUrl, statement),
    async drop() {
      await onPostgres(
        serverUrl,
        `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`,
        `DROP ROLE IF EXISTS ${reader}`,
      );
    },
  };
}

async function createMysql(serverUrl: string): Promise<TestDatabase> {
  const name = freshName();
  const reader = `r_${name}`.slice(0, 32);
  const password = `pw-SECRET-${name}`;
  // For localhost as well: MariaDB's installer leaves an anonymous user there, who would come first.
  const accounts = [`'${reader}'@'%'`, `'${reader}'@'localhost'`];
  await onMysql(serverUrl, `CREATE DATABASE ${name}`);
  for (const account of accounts) {
    await onMysql(
      serverUrl,
      `CREATE USER ${account} IDENTIFIED BY '${password}'`,
      `GRANT SELECT, SHOW VIEW, TRIGGER, EVENT, EXECUTE ON ${name}.* TO ${account}`,
    );
  }
  const url = urlWith(serverUrl, { name });
  return {
    name,
    password,
    url,
    readerUrl: urlWith(serverUrl, { name, user: reader, password }),
    run: (...statements) => onMysql(url, ...statements).then(() => undefined),
    rows: (statement) => onMysql(url, statement),
    serverRows: (statement) => onMysql(serverUrl, statement),
    async drop() {
      await onMysql(
        serverUrl,
        `DROP DATABASE IF EXISTS ${name}`,
        ...accounts.map((account) => `DROP USER ${account}`),
      );
    },
  };
}

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

type Rows = readonly Readonly<Record<string, unknown>>[];

async function onPostgres(url: string, ...statements: readonly string[]): Promise<Rows> {
  const client = new pg.Client({ connectionString: url, application_name: "psql" });
  client.on("error", () => undefined);
  await client.connect();
  try {
    let rows: Rows = [];
    for (const statement of statements) rows = (await client.query<Record<string, unknown>>(statement)).rows;
    return rows;
  } finally {
    await client.end();
  }
}

async function onMysql(url: string, ...statements: readonly string[]): Promise<Rows> {
  const connection = await createConnection({ uri: url.replace(/^mariadb:/, "mysql:") });
  try {
    let rows: unknown = [];
    for (const statement of statements) [rows] = await connection.query(statement);
    return Array.isArray(rows) ? (rows as unknown as Rows) : [];
  } finally {
    await connection.end();
  }
}
