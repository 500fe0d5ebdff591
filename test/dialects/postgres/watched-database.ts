/** One database for all tests of a describe: a client that changes it, and a session that reads it before and after. */
import { Client } from "pg";
import { afterAll, beforeAll } from "vitest";
import { postgresDialect } from "../../../src/dialects/postgres/dialect.ts";
import type { Snapshot } from "../../../src/model/snapshot.ts";
import type { DatabaseSession, ReadOptions } from "../../../src/monitor/ports.ts";
import { createDatabase, createRole, run, type TestDatabase } from "./support.ts";

export interface WatchedDatabase {
  /** Always in the same session, so that a search path stays. */
  run(sql: string): Promise<void>;
  /** The rows of a query. */
  ask(sql: string): Promise<readonly unknown[]>;
  /** Makes the schema s anew with this in it, first on the search path. */
  remake(setup: string): Promise<void>;
  read(): Promise<Snapshot>;
  /** What changed since, where that can be told. */
  readAgain(previous: Snapshot): Promise<Snapshot>;
  /** In a session of its own, for other options than those of `read`. */
  readWith(options: ReadOptions): Promise<Snapshot>;
  /** Snapshots before and after these statements. */
  around(...statements: readonly string[]): Promise<readonly [before: Snapshot, after: Snapshot]>;
}

/** Made before the tests of the describe it is called in, and dropped after them, with `role` if one is named. */
export function watchDatabase(server: string, role?: string): WatchedDatabase {
  let database: TestDatabase;
  let client: Client;
  let reader: DatabaseSession;

  beforeAll(async () => {
    if (role !== undefined) await createRole(server, role);
    database = await createDatabase(server);
    client = new Client({ connectionString: database.url });
    await client.connect();
    reader = await postgresDialect.connect(database.url, {});
  });
  afterAll(async () => {
    await reader?.close();
    await client?.end();
    await database?.drop();
    if (role !== undefined) await run(server, `drop role if exists ${role}`).catch(() => {});
  });

  async function query(sql: string): Promise<void> {
    await client.query(sql);
  }

  return {
    run: query,
    ask: async (sql) => (await client.query(sql)).rows,
    remake: (setup) =>
      query(`drop schema if exists s cascade; create schema s; set search_path = s; ${setup}`),
    read: () => reader.introspect(),
    readAgain: (previous) => reader.introspect(previous),
    readWith: (options) => database.snapshot(options),
    async around(...statements) {
      const before = await reader.introspect();
      for (const sql of statements) await query(sql);
      return [before, await reader.introspect()];
    },
  };
}
