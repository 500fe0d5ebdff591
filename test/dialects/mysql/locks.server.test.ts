/** Locks of others: a read waits no longer than it may, leaves no session behind, and holds no schema change up. */
import type { Connection } from "mysql2/promise";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compareSnapshots } from "../../../src/compare/compare.ts";
import { mysqlDialect } from "../../../src/dialects/mysql/dialect.ts";
import { DriftwatchError } from "../../../src/model/errors.ts";
import type { Snapshot } from "../../../src/model/snapshot.ts";
import type { ReadOptions } from "../../../src/monitor/ports.ts";
import { until } from "../../e2e/support/until.ts";
import { connect, isWaiting, openTestServer, type TestServer, testFlavors } from "./support.ts";

describe.each(testFlavors)("a read of %s beside others", (name) => {
  let server: TestServer;
  let database: string;
  let admin: Connection;
  beforeAll(async () => {
    server = await openTestServer(name);
    admin = await connect(name);
    database = await server.createDatabase("locks");
    await server.run(
      database,
      Array.from({ length: 12 }, (_, n) => `CREATE TABLE t${n} (id int PRIMARY KEY, a int)`).join(";"),
    );
  });
  afterAll(async () => {
    await admin?.end();
    await server?.close();
  });

  async function read(options: ReadOptions = {}): Promise<Snapshot | DriftwatchError> {
    try {
      return await server.snapshot(database, options);
    } catch (error) {
      if (error instanceof DriftwatchError) return error;
      throw error;
    }
  }

  async function opened(): Promise<Connection> {
    const connection = await connect(name);
    await connection.query(`USE \`${database}\``);
    return connection;
  }

  it("ends in time while an ALTER waits for a long transaction, and lets the ALTER go first", async () => {
    const [reader, alterer] = [await opened(), await opened()];
    try {
      await reader.query("START TRANSACTION; SELECT * FROM t3");
      const altering = alterer.query("ALTER TABLE t3 ADD b int");
      await until("the ALTER waits", () => isWaiting(admin, database, "ALTER"));
      const start = performance.now();
      const during = await read({ lockTimeoutMs: 1_000 });
      expect(performance.now() - start).toBeLessThan(20_000);
      if (during instanceof DriftwatchError)
        expect(during).toMatchObject({ code: "read.lock-timeout", retryable: true });
      const reading = read({ lockTimeoutMs: 10_000 });
      await reader.query("COMMIT");
      const freed = performance.now();
      await altering;
      expect(performance.now() - freed).toBeLessThan(8_000);
      await reading;
      const after = await read();
      if (after instanceof DriftwatchError) throw after;
      expect(after.objects.some((object) => object.key.path.join(".") === "t3.b")).toBe(true);
    } finally {
      await reader.end();
      await alterer.end();
    }
  });

  it("waits for no table that is locked for writing, or says so", async () => {
    const locker = await opened();
    try {
      await locker.query("LOCK TABLES t5 WRITE");
      const during = await read({ lockTimeoutMs: 1_000 });
      if (during instanceof DriftwatchError)
        expect(during).toMatchObject({ code: "read.lock-timeout", retryable: true });
      else expect(during.objects.some((object) => object.key.path.join(".") === "t5.a")).toBe(true);
      await locker.query("UNLOCK TABLES");
    } finally {
      await locker.end();
    }
  });

  it("holds up no statement of a storm of DDL, and sees only states that there were", async () => {
    const base = await read();
    if (base instanceof DriftwatchError) throw base;
    const stormer = await opened();
    let isOver = false;
    let statements = 0;
    const storm = (async () => {
      // A statement that waits for a second for a lock would fail.
      await stormer.query("SET lock_wait_timeout = 1");
      while (!isOver) {
        const table = `t${statements % 12}`;
        await stormer.query(
          statements % 24 < 12 ? `ALTER TABLE ${table} ADD s int` : `ALTER TABLE ${table} DROP s`,
        );
        statements += 1;
      }
    })();
    try {
      const seen: string[] = [];
      for (let turn = 0; turn < 2; turn += 1) {
        const live = await read({ lockTimeoutMs: 1_000 });
        if (live instanceof DriftwatchError) {
          expect(live).toMatchObject({ retryable: true });
          seen.push(live.code);
          continue;
        }
        seen.push("read");
        // Tables get and lose the column one after the other: at no moment has a table in the middle another state than both its neighbours.
        const has = Array.from({ length: 12 }, (_, n) =>
          live.objects.some((object) => object.key.path.join(".") === `t${n}.s`),
        );
        expect(has.filter((each, n) => n > 0 && each !== has[n - 1]).length).toBeLessThanOrEqual(1);
      }
      expect(seen.every((each) => ["read", "read.inconsistent", "read.lock-timeout"].includes(each))).toBe(
        true,
      );
    } finally {
      isOver = true;
      await storm;
    }
    expect(statements).toBeGreaterThan(20);
    for (let n = 0; n < 12; n += 1) await stormer.query(`ALTER TABLE t${n} DROP s`).catch(() => undefined);
    await stormer.end();
    await new Promise((resolve) => setTimeout(resolve, 100));
    const after = await read();
    if (after instanceof DriftwatchError) throw after;
    expect(compareSnapshots(base, after)).toEqual([]);
  });

  it("leaves no session behind when it is given up", async () => {
    const locker = await opened();
    try {
      await locker.query("START TRANSACTION; SELECT * FROM t7");
      const altering = server.run(database, "ALTER TABLE t7 ADD c int");
      await until("the ALTER waits", () => isWaiting(admin, database, "ALTER"));
      const controller = new AbortController();
      const session = await mysqlDialect.connect(server.urlOf(database), {
        signal: controller.signal,
        lockTimeoutMs: 60_000,
      });
      const reading = session.introspect().then(
        () => "read",
        (error: unknown) => (error instanceof DriftwatchError ? error.code : String(error)),
      );
      setTimeout(() => controller.abort(), 300);
      expect(["read", "check.cancelled"]).toContain(await reading);
      await session.close();
      await until("the session is gone", async () => !(await isWaiting(admin, database, "SHOW")));
      await locker.query("COMMIT");
      await altering;
    } finally {
      await locker.end();
    }
  });
});
