/** Throw-away databases on the test server, and snapshots of them. */
import { Client } from "pg";
import { postgresDialect } from "../../../src/dialects/postgres/dialect.ts";
import type { Snapshot } from "../../../src/model/snapshot.ts";
import type { ReadOptions } from "../../../src/monitor/ports.ts";

export interface TestDatabase {
  readonly url: string;
  readonly name: string;
  /** Runs SQL, many statements at once if need be. */
  sql(text: string): Promise<void>;
  snapshot(options?: ReadOptions): Promise<Snapshot>;
  drop(): Promise<void>;
}

let counter = 0;

export async function createDatabase(server: string): Promise<TestDatabase> {
  const name = `dwpg_${process.pid}_${++counter}`;
  // A session that stays would tell its counts later, which moves the probe's token.
  await run(server, `create database ${name} ${await quickestCopy(server)}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    name,
    sql: (text) => run(url.href, text),
    snapshot: (options = {}) => takeSnapshot(url.href, options),
    drop: () => run(server, `drop database if exists ${name} with (force)`),
  };
}

const copies = new Map<string, string>();

/** Copying files takes half of what writing them to the log takes, where a checkpoint flushes nothing. Before 15 it is the only way. */
async function quickestCopy(server: string): Promise<string> {
  const known = copies.get(server);
  if (known !== undefined) return known;
  const client = new Client({ connectionString: server });
  await client.connect();
  try {
    const asked = "select current_setting('server_version_num')::int >= 150000 as can_choose";
    const { rows } = await client.query<{ readonly can_choose: boolean }>(asked);
    const copy = rows[0]?.can_choose === true ? "strategy file_copy" : "";
    copies.set(server, copy);
    return copy;
  } finally {
    await client.end();
  }
}

export async function takeSnapshot(url: string, options: ReadOptions = {}): Promise<Snapshot> {
  const session = await postgresDialect.connect(url, options);
  try {
    return await session.introspect();
  } finally {
    await session.close();
  }
}

export async function run(url: string, text: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}

/** Roles are cluster-wide: another test file may have made it, or be making it now. */
export async function createRole(server: string, role: string): Promise<void> {
  await run(server, `create role ${role}`).catch((error: unknown) => {
    const { code } = error as { readonly code?: string };
    if (code !== "42710" && code !== "23505") throw error;
  });
}

/** Makes the roles that a schema of the real world would make. Several test files load it at the same time, so none drops them. */
export async function createRolesOf(server: string, sql: string): Promise<void> {
  for (const [, role = ""] of sql.matchAll(/\bcreate role (\w+)/gi)) await createRole(server, role);
}

/** A database holds on to its subscriptions, and an enabled one to its slot, which may be nowhere. */
export async function dropWithSubscriptions(database: TestDatabase): Promise<void> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      "select quote_ident(subname) as name from pg_subscription where subdbid = (select oid from pg_database where datname = current_database())",
    );
    for (const { name } of rows) {
      await client.query(`alter subscription ${name} disable`);
      await client.query(`alter subscription ${name} set (slot_name = none)`);
      await client.query(`drop subscription ${name}`);
    }
  } finally {
    await client.end();
  }
  await database.drop();
}

/**
 * Many statements in one message, as psql -c sends them, unless one of them refuses to be one of many: CREATE INDEX
 * CONCURRENTLY does.
 */
export async function load(database: TestDatabase, sql: string): Promise<void> {
  if (!/\bconcurrently\b/i.test(sql)) await database.sql(sql);
  else for (const statement of sql.split(/;\s*\n|;\s*$/)) await database.sql(statement);
}

/** Drops the roles that some SQL made: new since `kept` was taken, and named in it. Other tests share the cluster. */
export async function dropRolesOf(server: string, sql: string, kept: ReadonlySet<string>): Promise<void> {
  const made = (await roleNames(server)).filter((role) => !kept.has(role) && sql.includes(role));
  // A role that granted something goes after the role it granted to.
  for (let round = 0; round < made.length; round++) {
    for (const role of made) {
      const name = `"${role.replaceAll('"', '""')}"`;
      await run(server, `drop role if exists ${name}`).catch(() =>
        run(server, `drop owned by ${name} cascade`).catch(() => {}),
      );
    }
  }
}

export async function roleNames(server: string): Promise<string[]> {
  const client = new Client({ connectionString: server });
  await client.connect();
  try {
    const { rows } = await client.query<{ rolname: string }>("select rolname from pg_roles");
    return rows.map(({ rolname }) => rolname);
  } finally {
    await client.end();
  }
}
