/** FLUSH STATUS, after which counters prove nothing for a while; on servers of its own, since it would disturb others. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mysqlDialect } from "../../../src/dialects/mysql/dialect.ts";
import type { Snapshot } from "../../../src/model/snapshot.ts";
import { type OwnMysql, type OwnServers, openOwnServers } from "../../support/servers/own-mysql.ts";
import { execute, ownable } from "./own-servers.ts";

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

describe.each(ownable("mysql", "mariadb", "mariadb-11"))("FLUSH STATUS on %s", (name) => {
  // Since MariaDB 11.5 the plain statement leaves the counters of the server alone.
  const flush = name === "mariadb-11" ? "FLUSH GLOBAL STATUS" : "FLUSH STATUS";
  let servers: OwnServers;
  let server: OwnMysql;
  beforeAll(async () => {
    servers = await openOwnServers();
    server = await servers.start(name);
    await execute(
      server.url,
      "CREATE DATABASE shop",
      "CREATE TABLE shop.a (id int PRIMARY KEY, x int)",
      "CREATE TABLE shop.b (id int PRIMARY KEY, x int)",
      "CREATE TRIGGER shop.ta BEFORE INSERT ON shop.a FOR EACH ROW SET NEW.x = 1",
      "CREATE TRIGGER shop.tb BEFORE INSERT ON shop.b FOR EACH ROW SET NEW.x = 2",
    );
    await pause(3_100);
  }, 240_000);
  afterAll(() => servers?.close());

  async function read(previous?: Snapshot): Promise<Snapshot> {
    const session = await mysqlDialect.connect(`${server.url}shop`, {});
    try {
      return await session.introspect(previous);
    } finally {
      await session.close();
    }
  }

  /** What is read within a second of it: a busy machine may need several tries. */
  async function justAfterFlush<T>(work: () => Promise<T>): Promise<T> {
    for (;;) {
      const start = performance.now();
      await execute(server.url, flush);
      const result = await work();
      if (performance.now() - start < 1_000) return result;
    }
  }

  it("leaves no token for two seconds, and then another one", async () => {
    const session = await mysqlDialect.connect(`${server.url}shop`, {});
    try {
      const before = await session.probe();
      expect(before).toMatch(/^mysql-ddl-1\//);
      expect(await justAfterFlush(() => session.probe())).toBeUndefined();
      await expect.poll(() => session.probe()).toBeDefined();
      expect(await session.probe()).not.toBe(before);
    } finally {
      await session.close();
    }
  });

  it("lets nothing be built upon a reading just after it", async () => {
    expect((await justAfterFlush(() => read())).reading?.state).toBeUndefined();
    await pause(3_100);
    const settled = await read();
    expect(settled.reading?.state).toBeDefined();
    await execute(server.url, "DROP TRIGGER shop.tb", "ALTER TABLE shop.b ADD y int");
    const next = await read(settled);
    expect(next.reading?.full).toBe(false);
    expect(next.objects).toEqual((await read()).objects);
  });

  it("hides nothing while it runs again and again", async () => {
    let isOver = false;
    const flushing = (async () => {
      while (!isOver) {
        await execute(server.url, flush);
        await pause(20);
      }
    })();
    try {
      let previous = await read();
      for (const sql of [
        "DROP TRIGGER shop.ta",
        "CREATE TRIGGER shop.ta BEFORE INSERT ON shop.a FOR EACH ROW SET NEW.x = 9",
        "ALTER TABLE shop.a ADD z int",
      ]) {
        await execute(server.url, sql);
        previous = await read(previous);
        expect(previous.objects, sql).toEqual((await read()).objects);
      }
    } finally {
      isOver = true;
      await flushing;
    }
  });
});
