/** What must not be lost or stay broken: a worker killed while it tells people, Redis and the store gone for a while. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FakePagerDuty, startFakePagerDuty } from "../support/fake-pagerduty.ts";
import { type FakeSlack, startFakeSlack } from "../support/fake-slack.ts";
import { redisMissing, startRedis, type TestRedis } from "../support/redis.ts";
import { describeServer } from "../support/servers/urls.ts";
import { buildProgram, type Daemon, type Json, startDaemon, writeConfig } from "./support/daemon.ts";
import { createDatabase, type TestDatabase } from "./support/databases.ts";
import { metric } from "./support/metrics.ts";
import { startProxy, type TcpProxy } from "./support/proxy.ts";
import { until } from "./support/until.ts";

describeServer("postgres-18", "replicas that share Redis and a store", (serverUrl) => {
  describe.skipIf(redisMissing !== undefined)(redisMissing ?? "when something breaks", () => {
    let cwd: string;
    let redis: TestRedis;
    let proxy: TcpProxy;
    let shop: TestDatabase;
    let store: TestDatabase;
    let slack: FakeSlack;
    let pagerduty: FakePagerDuty;
    let survivor: Daemon;
    const daemons: Daemon[] = [];

    beforeAll(async () => {
      await buildProgram();
      cwd = mkdtempSync(join(tmpdir(), "driftwatch-e2e-"));
      [redis, slack, pagerduty, proxy] = await Promise.all([
        startRedis(),
        startFakeSlack(),
        startFakePagerDuty(),
        startProxy(serverUrl),
      ]);
      [shop, store] = await Promise.all([createDatabase(serverUrl), createDatabase(serverUrl)]);
      await shop.run("CREATE TABLE orders (id int PRIMARY KEY, total numeric(10,2) NOT NULL)");
      writeConfig(cwd, {
        environments: [{ name: "shop", url: shop.readerUrl, every: "2s" }],
        channels: [
          { name: "chat", type: "slack", webhookUrl: slack.webhookUrl, timeout: "45s" },
          {
            name: "pager",
            type: "pagerduty",
            routingKey: pagerduty.routingKey,
            eventsUrl: pagerduty.url,
            timeout: "45s",
          },
        ],
        store: { url: proxy.through(store.url) },
        queue: { redisUrl: redis.url },
      });
    });

    afterAll(async () => {
      for (const daemon of daemons) daemon.kill("SIGKILL");
      await Promise.all(daemons.map(({ exit }) => exit));
      await Promise.all([shop?.drop(), store?.drop()]);
      await Promise.all([redis?.close(), slack?.close(), pagerduty?.close(), proxy?.close()]);
      if (cwd !== undefined) rmSync(cwd, { recursive: true, force: true });
    });

    async function start(): Promise<Daemon> {
      const daemon = await startDaemon({ cwd });
      daemons.push(daemon);
      return daemon;
    }

    async function reaches(daemon: Daemon, outcome: string): Promise<void> {
      await until(
        `shop is ${outcome}`,
        async () => (await daemon.json("/api/v1/environments/shop")).outcome === outcome,
      );
    }

    /** A check that began after now. */
    async function oneMoreCheck(daemon: Daemon): Promise<void> {
      const since = Date.now();
      await until("another check ran", async () => {
        const { items } = await daemon.json("/api/v1/checks?limit=1");
        return Date.parse(items?.[0]?.startedAt ?? 0) > since;
      });
    }

    async function outbox(): Promise<Json[]> {
      return [...(await store.rows("select * from driftwatch.notifications order by id"))];
    }

    it("a worker killed while it delivers loses no message: another one delivers, under the same key", async () => {
      const doomed = await start();
      await reaches(doomed, "in-sync");
      slack.answerNext({ trouble: "never" });
      pagerduty.answerNext({ trouble: "never" });
      await shop.run("ALTER TABLE orders ALTER total TYPE numeric(8,2)");
      await until(
        "both messages are on their way",
        () => slack.requests.length === 1 && pagerduty.requests.length === 1,
      );
      doomed.kill("SIGKILL");
      expect(await doomed.exit).toMatchObject({ signal: "SIGKILL" });
      expect(await outbox()).toMatchObject([
        { channel: "chat", state: "pending" },
        { channel: "pager", state: "pending" },
      ]);
      survivor = await start();
      await until(
        "the other replica delivers what the killed one had leased",
        () => slack.messages.length === 1 && pagerduty.events.length === 1,
        150_000,
      );
      await until("the outbox is empty", async () =>
        (await outbox()).every(({ state }) => state === "delivered"),
      );
      await oneMoreCheck(survivor);
      expect(slack.requests).toHaveLength(2);
      const keys = pagerduty.requests.map(({ body }) => JSON.parse(body).dedup_key);
      expect(keys).toHaveLength(2);
      expect(new Set(keys).size).toBe(1);
    }, 240_000);

    it("a worker killed between recording and the first attempt loses no message either", async () => {
      const doomed = await start();
      await survivor.stop();
      // The store holds every new message back for a while, so that the worker dies before it can begin.
      await store.run(
        `CREATE FUNCTION hold_back() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN NEW.next_attempt_at := now() + interval '12 seconds'; RETURN NEW; END $$`,
        `CREATE TRIGGER hold_back BEFORE INSERT ON driftwatch.notifications
          FOR EACH ROW EXECUTE FUNCTION hold_back()`,
      );
      const before = { slack: slack.messages.length, pagerduty: pagerduty.events.length };
      await shop.run("ALTER TABLE orders ALTER total TYPE numeric(10,2)");
      await until("the end is recorded", async () => (await outbox()).length === 4);
      doomed.kill("SIGKILL");
      await doomed.exit;
      expect(slack.messages).toHaveLength(before.slack);
      await store.run("DROP TRIGGER hold_back ON driftwatch.notifications");
      survivor = await start();
      await until(
        "the end is told",
        () => slack.messages.length === before.slack + 1 && pagerduty.events.length === before.pagerduty + 1,
      );
      expect(pagerduty.open.size).toBe(0);
      await oneMoreCheck(survivor);
      expect(slack.messages).toHaveLength(before.slack + 1);
    }, 150_000);

    it("a Redis that dies and comes back empty is told of, and checks go on", async () => {
      await redis.kill();
      await survivor.said("queue cannot be reached");
      const ready = await survivor.json("/readyz");
      expect(ready).toMatchObject({ status: "degraded" });
      expect(metric(await survivor.text("/metrics"), "driftwatch_queue_up")).toBe(0);
      expect(metric(await survivor.text("/metrics"), "driftwatch_store_up")).toBe(1);
      await redis.start();
      await survivor.said("queue can be reached again");
      await oneMoreCheck(survivor);
      expect(await survivor.json("/readyz")).toMatchObject({ status: "ready" });
      expect(metric(await survivor.text("/metrics"), "driftwatch_queue_up")).toBe(1);
    }, 120_000);

    it("a store that ends every session, as a restart does, is not even noticed", async () => {
      const sessions = await store.serverRows(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${store.name}'`,
      );
      expect(sessions.length).toBeGreaterThan(0);
      await oneMoreCheck(survivor);
      expect(await survivor.json("/readyz")).toMatchObject({ status: "ready" });
    });

    it("a store that is away and comes back is told of, and checks go on", async () => {
      await proxy.cut();
      await until("readiness says so", async () => (await survivor.json("/readyz")).status === "unready");
      expect(await survivor.text("/livez")).toBe("ok\n");
      const metrics = await survivor.text("/metrics");
      expect(metric(metrics, "driftwatch_store_up")).toBe(0);
      expect(metric(metrics, "driftwatch_queue_up")).toBe(1);
      await survivor.said("store cannot be reached");
      await proxy.restore();
      await survivor.said("store can be reached again");
      await oneMoreCheck(survivor);
      expect(await survivor.json("/readyz")).toMatchObject({ status: "ready" });
      const { items } = await survivor.json("/api/v1/checks?limit=500");
      // The store being away says nothing about the watched database.
      expect(items.filter(({ outcome }: Json) => outcome === "unknown")).toEqual([]);
      expect((await survivor.stop()).exitCode).toBe(0);
    }, 120_000);
  });
});
