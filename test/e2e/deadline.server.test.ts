/** A check that cannot end: its outcome is unknown, and nothing of it is left on the database server. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Connection, createConnection } from "mysql2/promise";
import pg from "pg";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { ServerName } from "../support/servers/names.ts";
import { describeServer } from "../support/servers/urls.ts";
import { buildProgram, type Daemon, runCommand, startDaemon, writeConfig } from "./support/daemon.ts";
import { createDatabase, type TestDatabase } from "./support/databases.ts";
import { until } from "./support/until.ts";

const schema = ["CREATE TABLE a (id int PRIMARY KEY)", "CREATE TABLE t (id int PRIMARY KEY)"];

/** Somebody's lock that a reader of the catalog waits for; called again it is given up. */
const blockers: Readonly<Record<string, (url: string) => Promise<() => Promise<void>>>> = {
  "postgres-18": blockPostgres,
  mysql: blockMysql,
  mariadb: blockMysql,
};

/** A catalog that no login needs: others may hold one up while it builds its caches anew, before any limit of ours. */
async function blockPostgres(url: string): Promise<() => Promise<void>> {
  const client = new pg.Client(url);
  await client.connect();
  await client.query("BEGIN");
  await client.query("LOCK TABLE pg_attrdef IN ACCESS EXCLUSIVE MODE");
  return () => client.end();
}

/** RENAME takes its locks in the order of names: it holds the one of `a` while it waits for `t`, which is being read. */
async function blockMysql(url: string): Promise<() => Promise<void>> {
  const uri = url.replace(/^mariadb:/, "mysql:");
  const [reading, renaming] = await Promise.all([createConnection({ uri }), createConnection({ uri })]);
  await reading.query("START TRANSACTION");
  await reading.query("SELECT * FROM t");
  const waiting = renaming.query("RENAME TABLE a TO a2, t TO t2").catch(() => undefined);
  const id = renaming.threadId;
  await until("the renaming waits", async () => (await stateOf(reading, id)).includes("metadata lock"));
  return async () => {
    // Nothing is renamed: the waiting one ends first.
    await reading.query(`KILL QUERY ${id}`);
    await waiting;
    await Promise.all([renaming.end(), reading.end()]);
  };
}

async function stateOf(connection: Connection, id: number): Promise<string> {
  const [rows] = await connection.query(processList);
  return String((rows as { Id: number; State: unknown }[]).find(({ Id }) => Id === id)?.State);
}

/** information_schema.PROCESSLIST fails as a whole while any session runs a statement with a 4-byte character (MySQL 9.7). */
const processList = "SHOW FULL PROCESSLIST";

async function sessionsOf(shop: TestDatabase, server: ServerName): Promise<readonly unknown[]> {
  if (server === "postgres-18")
    return shop.serverRows(`SELECT pid, state, query FROM pg_stat_activity WHERE usename = '${shop.reader}'`);
  return (await shop.serverRows(processList)).filter(({ User }) => User === shop.reader);
}

for (const server of ["postgres-18", "mysql", "mariadb"] as const) {
  describeServer(server, `a check that waits for a lock on ${server}`, (serverUrl) => {
    let cwd: string;
    let shop: TestDatabase;
    let daemon: Daemon | undefined;
    let unblock: (() => Promise<void>) | undefined;

    beforeAll(async () => {
      await buildProgram();
      cwd = mkdtempSync(join(tmpdir(), "driftwatch-e2e-"));
      shop = await createDatabase(serverUrl);
      await shop.run(...schema);
    });

    afterEach(async () => {
      await unblock?.();
      unblock = undefined;
    });

    afterAll(async () => {
      daemon?.kill("SIGKILL");
      await daemon?.exit;
      await shop?.drop();
      if (cwd !== undefined) rmSync(cwd, { recursive: true, force: true });
    });

    function configure(limits: Readonly<Record<string, string>>): void {
      writeConfig(cwd, {
        environments: [{ name: "shop", url: shop.readerUrl, every: "1h", fullCheckEvery: "1s", ...limits }],
      });
    }

    async function noSessionIsLeft(): Promise<void> {
      await until("the server has no session left", async () => {
        return (await sessionsOf(shop, server)).length === 0;
      });
    }

    it("is unknown at its deadline, and its session is gone", async () => {
      configure({ deadline: "8s", lockTimeout: "10m", statementTimeout: "10m" });
      const running = await startDaemon({ cwd });
      daemon = running;
      await daemon.said("baseline captured: from now on this schema is what it should be");
      await noSessionIsLeft();
      unblock = await (blockers[server] ?? blockPostgres)(shop.url);
      // So that the probe is not enough: fullCheckEvery is over.
      await sleep(1_100);
      await daemon.post("/api/v1/environments/shop/check");
      await daemon.said("check could not read the schema", { code: "check.deadline" });
      await noSessionIsLeft();
      expect(await daemon.json("/api/v1/environments/shop")).toMatchObject({ outcome: "unknown" });
      const { items } = await daemon.json("/api/v1/checks?limit=1");
      expect(items[0].errorMessage).toMatch(/exceeded its deadline of 8 s.*lock/);
      await unblock();
      unblock = undefined;
      await daemon.post("/api/v1/environments/shop/check");
      await until(
        "it is in sync again",
        async () => (await running.json("/api/v1/environments/shop")).outcome === "in-sync",
      );
      expect((await daemon.json("/api/v1/findings")).items).toEqual([]);
      expect((await daemon.stop()).exitCode).toBe(0);
    }, 240_000);

    it("gives way to the lock's owner after the lock timeout", async () => {
      configure({ deadline: "2m", lockTimeout: "1s", statementTimeout: "1m" });
      unblock = await (blockers[server] ?? blockPostgres)(shop.url);
      const checked = await runCommand(["check", "shop"], { cwd });
      expect(checked.exitCode, checked.stdout + checked.stderr).toBe(1);
      expect(checked.stdout).toContain("shop  unknown");
      expect(checked.stderr).toContain("[read.lock-timeout]");
      await noSessionIsLeft();
    });
  });
}
