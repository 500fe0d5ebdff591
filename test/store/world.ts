/** A store to try, emptied before every test, and a look past it at its tables. */
import pg from "pg";
import { afterEach, beforeEach } from "vitest";
import { createStore, type Store } from "../../src/store/store.ts";
import { anEnvironment, silentLogger } from "../support/model-builders.ts";
import { later } from "./records.ts";

export interface StoreServer {
  readonly url: string;
  readonly poolSize: number;
}

export interface StoreWorld {
  /** The one of the running test. */
  readonly store: Store;
  /** Another one on the same database, closed with the test. */
  open(): Promise<Store>;
  query<T extends object>(sql: string): Promise<readonly T[]>;
  count(table: string): Promise<number>;
}

/** `server` is asked when a test begins. */
export function createStoreWorld(server: () => StoreServer): StoreWorld {
  let store: Store;
  const stores: Store[] = [];

  async function open(): Promise<Store> {
    const { url, poolSize } = server();
    const opened = await createStore({
      url,
      poolSize,
      logger: silentLogger(),
      clock: { now: () => Date.now() },
    });
    stores.push(opened);
    return opened;
  }

  async function query<T extends object>(sql: string): Promise<readonly T[]> {
    const client = new pg.Client({ connectionString: server().url });
    await client.connect();
    try {
      return (await client.query<T>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  async function count(table: string): Promise<number> {
    const [row] = await query<{ count: number }>(`select count(*)::int as count from driftwatch.${table}`);
    return row?.count ?? -1;
  }

  /** Faster than dropping and migrating before every test. */
  async function empty(): Promise<void> {
    const tables = await query<{ name: string }>(
      "select oid::regclass::text as name from pg_class where relkind = 'r' and relnamespace = to_regnamespace('driftwatch') and relname not like 'migration%'",
    );
    if (tables.length === 0) return;
    await query(`truncate ${tables.map((table) => table.name).join(", ")} restart identity`);
    await query("delete from driftwatch.migrations where name = '9999-future'");
  }

  beforeEach(async () => {
    await empty();
    store = await open();
    await store.registerEnvironments([anEnvironment()], later(0));
  });

  afterEach(async () => {
    await Promise.all(stores.splice(0).map((opened) => opened.close()));
  });

  return {
    get store() {
      return store;
    },
    open,
    query,
    count,
  };
}
