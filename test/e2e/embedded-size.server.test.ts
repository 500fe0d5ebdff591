/** The small size as a new user runs it: DATABASE_URL and nothing else; store, queue and pages in one process. */
import { once } from "node:events";
import { mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { describeServer } from "../support/servers/urls.ts";
import {
  buildProgram,
  type Daemon,
  type Json,
  runCommand,
  startDaemon,
  writeConfig,
} from "./support/daemon.ts";
import { createDatabase, type TestDatabase } from "./support/databases.ts";
import { until } from "./support/until.ts";

const captured = "baseline captured: from now on this schema is what it should be";
const schema = "CREATE TABLE orders (id int PRIMARY KEY, note varchar(40) NOT NULL)";

for (const server of ["postgres-18", "mysql", "mariadb"] as const) {
  describeServer(server, `DATABASE_URL of ${server}`, (serverUrl) => {
    let cwd: string;
    let shop: TestDatabase;
    let daemon: Daemon;
    const started: Daemon[] = [];

    beforeAll(async () => {
      await buildProgram();
      cwd = mkdtempSync(join(tmpdir(), "driftwatch-e2e-"));
      shop = await createDatabase(serverUrl);
      await shop.run(schema);
    });

    afterAll(async () => {
      for (const each of started) each.kill("SIGKILL");
      await Promise.all(started.map(({ exit }) => exit));
      await shop?.drop();
      if (cwd !== undefined) rmSync(cwd, { recursive: true, force: true });
    });

    const env = (): Readonly<Record<string, string>> => ({ DATABASE_URL: shop.readerUrl });

    async function start(): Promise<Daemon> {
      daemon = await startDaemon({ cwd, env: env() });
      started.push(daemon);
      return daemon;
    }

    async function reaches(outcome: string): Promise<void> {
      await until(`it is ${outcome}`, async () => {
        const { outcome: found } = await daemon.json("/api/v1/environments/default");
        return found === outcome;
      });
    }

    it("captures the baseline, says so, and shows drift by hand on page and API", async () => {
      await start();
      await daemon.said(captured, { environment: "default" });
      await shop.run("ALTER TABLE orders ADD COLUMN coupon varchar(20)");
      await daemon.post("/api/v1/environments/default/check");
      await reaches("drifted");
      const { items } = await daemon.json("/api/v1/findings?open=true");
      expect(items).toMatchObject([
        { environment: "default", finding: { change: { verb: "added", kind: "column" } } },
      ]);
      expect(await daemon.text("/")).toContain("default");
      expect(await daemon.text("/environments/default")).toContain("coupon");
    });

    it("lets commands use the store while the daemon runs", async () => {
      const drifted = await runCommand(["check", "--fail-on", "low"], { cwd, env: env() });
      expect(drifted.exitCode, drifted.stderr).toBe(2);
      const accepted = await runCommand(
        ["baseline", "accept", "default", "--yes", "--by", "ann", "--reason", "coupons are planned"],
        { cwd, env: env() },
      );
      expect(accepted.exitCode, accepted.stderr).toBe(0);
      await reaches("in-sync");
      expect((await daemon.json("/api/v1/incidents")).items).toMatchObject([{ state: "accepted" }]);
      expect((await runCommand(["check"], { cwd, env: env() })).exitCode).toBe(0);
    });

    it("refuses a second daemon on the same folder, and says what to do", async () => {
      const second = await runCommand(["run", "--port", "0"], { cwd, env: env() });
      expect(second.exitCode).toBe(1);
      expect(second.stderr).toContain("[store.failed]");
      expect(second.stderr).toMatch(/\.driftwatch.*process \d+/);
    });

    it("keeps baseline and history over a restart, even after a kill -9", async () => {
      const before = (await daemon.json("/api/v1/checks?limit=500")).items.length;
      const stopping = Date.now();
      expect(await daemon.stop()).toEqual({ exitCode: 0, signal: null });
      expect(Date.now() - stopping).toBeLessThan(25_000);
      await start();
      expect((await daemon.json("/api/v1/checks?limit=500")).items.length).toBeGreaterThanOrEqual(before);
      const { items } = await daemon.json("/api/v1/baselines?environment=default");
      expect(items.map(({ origin }: Json) => origin)).toEqual(["accepted", "captured"]);
      daemon.kill("SIGKILL");
      await daemon.exit;
      await shop.run("DROP TABLE orders");
      await start();
      await daemon.post("/api/v1/environments/default/check");
      // Its only table: the first check that sees none does not believe it.
      await until("the loss is confirmed or doubted", async () => {
        const { outcome } = await daemon.json("/api/v1/environments/default");
        return outcome !== "in-sync";
      });
      await reaches("drifted");
      expect(await daemon.text("/environments/default")).toContain("TBL002");
      expect((await daemon.stop()).exitCode).toBe(0);
    });
  });
}

describeServer("postgres-18", "a daemon whose port is taken", (serverUrl) => {
  it("ends before it has checked anything", async () => {
    await buildProgram();
    const cwd = mkdtempSync(join(tmpdir(), "driftwatch-e2e-"));
    const shop = await createDatabase(serverUrl);
    const other = createServer().listen(0, "127.0.0.1");
    try {
      await once(other, "listening");
      const { port } = other.address() as AddressInfo;
      const run = await runCommand(["run", "--port", String(port)], {
        cwd,
        env: { DATABASE_URL: shop.readerUrl },
      });
      expect(run.exitCode).toBe(1);
      expect(run.stderr).toContain("[http.unavailable]");
      expect(run.stderr).not.toContain(captured);
      const history = await runCommand(["history", "default"], {
        cwd,
        env: { DATABASE_URL: shop.readerUrl },
      });
      expect(history.stdout + history.stderr).toContain("has not been checked yet");
    } finally {
      other.close();
      await shop.drop();
      rmSync(cwd, { recursive: true, force: true });
    }
  });
});

describeServer("postgres-18", "a daemon whose embedded store dies", (serverUrl) => {
  it("ends and says why, so that it is started again, and then has everything it had", async () => {
    await buildProgram();
    const cwd = mkdtempSync(join(tmpdir(), "driftwatch-e2e-"));
    const shop = await createDatabase(serverUrl);
    await shop.run(schema);
    const env = { DATABASE_URL: shop.readerUrl };
    const daemon = await startDaemon({ cwd, env });
    try {
      await daemon.said(captured);
      const folder = join(cwd, ".driftwatch");
      const wal = join(folder, "pg18", "pg_wal");
      const store = new pg.Client(readFileSync(join(folder, "driftwatch.address"), "utf8").trim());
      store.on("error", () => undefined);
      await store.connect();
      // What a full disk does to the next file of the log.
      renameSync(wal, `${wal}.away`);
      for (let switches = 0; switches < 5; switches += 1) {
        const panicked = await store
          .query("create table more (); drop table more")
          .then(() => store.query("select pg_switch_wal()"))
          .then(
            () => false,
            () => true,
          );
        if (panicked) break;
      }
      expect(await daemon.exit).toEqual({ exitCode: 1, signal: null });
      await daemon.said("the embedded store died");
      expect(daemon.output()).toMatch(/error: the embedded database stopped by itself: .*pg_wal/);
      renameSync(`${wal}.away`, wal);
      const again = await startDaemon({ cwd, env });
      try {
        const { items } = await again.json("/api/v1/baselines?environment=default");
        expect(items).toMatchObject([{ origin: "captured" }]);
      } finally {
        await again.stop();
      }
    } finally {
      daemon.kill("SIGKILL");
      await shop.drop();
      rmSync(cwd, { recursive: true, force: true });
    }
  });
});

describeServer("postgres-18", "a daemon whose check hangs", (serverUrl) => {
  let cwd: string;
  let shop: TestDatabase;
  let blocker: pg.Client;
  let daemon: Daemon;

  beforeEach(async () => {
    await buildProgram();
    cwd = mkdtempSync(join(tmpdir(), "driftwatch-e2e-"));
    shop = await createDatabase(serverUrl);
    await shop.run(schema, "CREATE VIEW notes AS SELECT note FROM orders");
    writeConfig(cwd, {
      environments: [
        {
          name: "shop",
          url: shop.readerUrl,
          fullCheckEvery: "1s",
          lockTimeout: "10m",
          statementTimeout: "10m",
        },
      ],
    });
    daemon = await startDaemon({ cwd });
    await daemon.said(captured);
    blocker = new pg.Client(shop.url);
    await blocker.connect();
    await blocker.query("BEGIN");
    // The view cannot be read meanwhile. A lock on a catalog would stop the login, which has a limit of its own.
    await blocker.query("LOCK TABLE orders IN ACCESS EXCLUSIVE MODE");
    // So that the probe is not enough: fullCheckEvery is over.
    await sleep(1_100);
    await daemon.post("/api/v1/environments/shop/check");
    await until("the check is stuck", async () => (await sessions("wait_event_type = 'Lock'")).length > 0);
  });

  afterEach(async () => {
    daemon.kill("SIGKILL");
    await daemon.exit;
    await blocker.end();
    await shop.drop();
    rmSync(cwd, { recursive: true, force: true });
  });

  async function sessions(condition: string): Promise<readonly unknown[]> {
    return shop.serverRows(
      `SELECT pid FROM pg_stat_activity WHERE usename = '${shop.reader}' AND ${condition}`,
    );
  }

  describe("at SIGTERM", () => {
    it("ends within its bound, with nothing left on the server", async () => {
      const began = Date.now();
      expect(await daemon.stop()).toEqual({ exitCode: 0, signal: null });
      expect(Date.now() - began).toBeLessThan(30_000);
      await until("the session is gone", async () => (await sessions("state = 'active'")).length === 0);
    });

    it("ends at once when asked twice", async () => {
      daemon.kill("SIGTERM");
      await daemon.said("stopping");
      const began = Date.now();
      daemon.kill("SIGTERM");
      expect(await daemon.exit).toEqual({ exitCode: 130, signal: null });
      expect(Date.now() - began).toBeLessThan(10_000);
    });
  });
});
