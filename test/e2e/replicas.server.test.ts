/**
 * The production size as a whole: three processes of the built program, one Redis and one PostgreSQL store, an environment
 * on each kind of database, changes by plain clients, far sides that check the protocol.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FakePagerDuty, startFakePagerDuty } from "../support/fake-pagerduty.ts";
import { type FakeSlack, startFakeSlack } from "../support/fake-slack.ts";
import { type FakeWebhook, startFakeWebhook } from "../support/fake-webhook.ts";
import { redisMissing, startRedis, type TestRedis } from "../support/redis.ts";
import type { ServerName } from "../support/servers/names.ts";
import { findProgram } from "../support/servers/run-command.ts";
import { serverOrReason } from "../support/servers/urls.ts";
import { buildProgram, type Daemon, type Json, startDaemon, writeConfig } from "./support/daemon.ts";
import { createDatabase, type TestDatabase } from "./support/databases.ts";
import { dumpRedis, dumpStore } from "./support/everywhere.ts";
import { metric } from "./support/metrics.ts";
import { startProxy, type TcpProxy } from "./support/proxy.ts";
import { until } from "./support/until.ts";

interface Watched {
  readonly name: string;
  readonly server: ServerName;
  readonly schema: readonly string[];
  /** By hand, with its effect. */
  readonly drift: string;
  readonly code: string;
  readonly revert: string;
}

const watched: readonly Watched[] = [
  {
    name: "pg15",
    server: "postgres-15",
    schema: [
      "CREATE TABLE orders (id int PRIMARY KEY, total numeric(10,2) NOT NULL)",
      "CREATE INDEX orders_total ON orders (total)",
    ],
    drift: "DROP INDEX orders_total",
    code: "IDX002",
    revert: "CREATE INDEX orders_total ON orders (total)",
  },
  {
    name: "pg18",
    server: "postgres-18",
    schema: ["CREATE TABLE orders (id int PRIMARY KEY, total numeric(10,2) NOT NULL)"],
    drift: "ALTER TABLE orders ALTER total TYPE numeric(8,2)",
    code: "COL",
    revert: "ALTER TABLE orders ALTER total TYPE numeric(10,2)",
  },
  {
    name: "mysql",
    server: "mysql",
    schema: [
      "CREATE TABLE orders (id int PRIMARY KEY, sku varchar(40) NOT NULL, UNIQUE KEY orders_sku (sku))",
    ],
    drift: "ALTER TABLE orders DROP KEY orders_sku",
    code: "",
    revert: "ALTER TABLE orders ADD UNIQUE KEY orders_sku (sku)",
  },
  {
    name: "mariadb",
    server: "mariadb",
    schema: ["CREATE TABLE orders (id int PRIMARY KEY, sku varchar(40) NOT NULL)"],
    drift: "DROP TABLE orders",
    code: "TBL002",
    revert: "CREATE TABLE orders (id int PRIMARY KEY, sku varchar(40) NOT NULL)",
  },
];

const everySeconds = 3;
const redisPassword = "redisSECRETpassword";
const missing = [...watched.map(({ server }) => server)]
  .map((name) => serverOrReason(name))
  .flatMap((found) => ("missing" in found ? [found.missing] : []))
  .concat(redisMissing ?? []);
const title = missing.length === 0 ? "" : ` (skipped: ${missing.join("; ")})`;

describe.skipIf(missing.length > 0)(`three replicas${title}`, () => {
  const databases = new Map<string, TestDatabase>();
  const daemons: Daemon[] = [];
  let cwd: string;
  let redis: TestRedis;
  let redisUrl: string;
  let store: TestDatabase;
  let proxy: TcpProxy;
  let slack: FakeSlack;
  let pagerduty: FakePagerDuty;
  let webhook: FakeWebhook;

  beforeAll(async () => {
    await buildProgram();
    cwd = mkdtempSync(join(tmpdir(), "driftwatch-e2e-"));
    [redis, slack, pagerduty, webhook] = await Promise.all([
      startRedis(),
      startFakeSlack({ limited: true }),
      startFakePagerDuty(),
      startFakeWebhook(),
    ]);
    const admin = new Redis(redis.url);
    await admin.config("SET", "requirepass", redisPassword);
    admin.disconnect();
    redisUrl = redis.url.replace("redis://", `redis://:${redisPassword}@`);
    store = await createDatabase(urlOf("postgres-18"));
    await store.run(`GRANT CREATE ON DATABASE ${store.name} TO ${store.reader}`);
    for (const { name, server, schema } of watched) {
      const database = await createDatabase(urlOf(server));
      await database.run(...schema);
      databases.set(name, database);
    }
    proxy = await startProxy(urlOf("postgres-18"));
    writeConfig(cwd, configuration());
    daemons.push(...(await Promise.all([1, 2, 3].map(() => startDaemon({ cwd })))));
  });

  afterAll(async () => {
    for (const daemon of daemons) daemon.kill("SIGKILL");
    await Promise.all(daemons.map(({ exit }) => exit));
    for (const database of databases.values()) await database.drop();
    await store?.drop();
    await Promise.all([redis?.close(), slack?.close(), pagerduty?.close(), webhook?.close(), proxy?.close()]);
    rmSync(cwd, { recursive: true, force: true });
  });

  function configuration(): object {
    const environments = watched.map(({ name }) => {
      const url = databaseOf(name).readerUrl;
      return { name, url: name === "pg18" ? proxy.through(url) : url, critical: name === "mariadb" };
    });
    return {
      environments,
      defaults: { every: `${everySeconds}s`, deadline: "30s" },
      channels: [
        { name: "chat", type: "slack", webhookUrl: slack.webhookUrl },
        { name: "pager", type: "pagerduty", routingKey: pagerduty.routingKey, eventsUrl: pagerduty.url },
        { name: "hook", type: "webhook", url: webhook.hookUrl, secret: webhook.secret },
      ],
      store: { url: store.readerUrl },
      queue: { redisUrl },
    };
  }

  function urlOf(server: ServerName): string {
    const found = serverOrReason(server);
    return "url" in found ? found.url : "";
  }

  function databaseOf(name: string): TestDatabase {
    return databases.get(name) as TestDatabase;
  }

  function replica(): Daemon {
    return daemons[0] as Daemon;
  }

  async function environment(name: string): Promise<Json> {
    return replica().json(`/api/v1/environments/${name}`);
  }

  async function reaches(name: string, outcome: string): Promise<void> {
    try {
      await until(`${name} is ${outcome}`, async () => (await environment(name)).outcome === outcome);
    } catch (error) {
      throw new Error(`${String(error)}; its last check: ${JSON.stringify((await checksOf(name))[0])}`);
    }
  }

  async function checksOf(name: string): Promise<readonly Json[]> {
    return (await replica().json(`/api/v1/checks?environment=${name}&limit=500`)).items;
  }

  async function jobsInRedis(): Promise<readonly { readonly id: string; readonly data: Json }[]> {
    const client = new Redis(redisUrl);
    try {
      const prefix = "bull:driftwatch-check:";
      const found = [];
      for (const key of await client.keys(`${prefix}*`)) {
        const data = (await client.type(key)) === "hash" ? await client.hget(key, "data") : null;
        if (data !== null) found.push({ id: key.slice(prefix.length), data: JSON.parse(data) as Json });
      }
      return found;
    } finally {
      client.disconnect();
    }
  }

  function hookMessages(name: string, reason: string): readonly Json[] {
    return webhook.messages.filter(
      (message: Json) => message.environment.name === name && message.reason === reason,
    );
  }

  it("capture one baseline per environment and say so once", async () => {
    for (const { name } of watched) await reaches(name, "in-sync");
    for (const { name } of watched) {
      const said = daemons.flatMap(({ log }) =>
        log.filter((line) => line.msg.startsWith("baseline captured") && line.environment === name),
      );
      expect(said, name).toHaveLength(1);
      expect((await replica().json(`/api/v1/baselines?environment=${name}`)).items).toMatchObject([
        { origin: "captured" },
      ]);
    }
  });

  it("check each environment once per slot, together", async () => {
    const before = (await checksOf("mariadb")).length;
    await until("five more checks ran", async () => (await checksOf("mariadb")).length >= before + 5);
    for (const { name } of watched) {
      // A busy machine may be some slots behind; a slot that came due meanwhile may have been checked since.
      const surplus = async (): Promise<number> => {
        const jobs = await jobsInRedis();
        const ids = jobs.filter(({ data }) => data.environment === name).map(({ id }) => id);
        // One job per slot and nothing else.
        expect(
          ids.filter((id) => !id.startsWith(`check-${name}-`)),
          name,
        ).toEqual([]);
        return Math.abs((await checksOf(name)).length - ids.length);
      };
      await expect.poll(surplus, { message: `checks of ${name} beyond its jobs` }).toBeLessThanOrEqual(1);
    }
    await until("every check is counted by one replica", async () => {
      const texts = await Promise.all(daemons.map((daemon) => daemon.text("/metrics")));
      const stored = (await checksOf("pg15")).length;
      const counted = texts.map((text) => metric(text, "driftwatch_checks_total", { target: "pg15" }) ?? 0);
      return counted.reduce((sum, count) => sum + count) === stored;
    });
  });

  it("tell every channel once of each drift", async () => {
    for (const { name, drift } of watched) await databaseOf(name).run(drift);
    for (const { name } of watched) await reaches(name, "drifted");
    await until(
      "all messages arrived",
      () =>
        slack.messages.length >= watched.length &&
        pagerduty.events.length >= watched.length &&
        webhook.messages.length >= watched.length,
    );
    const seen = (await checksOf("pg15")).length;
    await until("two more checks ran", async () => (await checksOf("pg15")).length >= seen + 2);
    expect(slack.messages).toHaveLength(watched.length);
    expect(pagerduty.events.map(({ event_action }) => event_action)).toEqual(watched.map(() => "trigger"));
    expect(webhook.messages).toHaveLength(watched.length);
    for (const { name, code } of watched) {
      expect(hookMessages(name, "first"), name).toHaveLength(1);
      const codes: string[] = hookMessages(name, "first")[0].findings.map((finding: Json) => finding.code);
      expect(
        codes.some((each) => each.startsWith(code)),
        `${name}: ${codes.join(" ")}`,
      ).toBe(true);
      expect(slack.messages.filter(({ text }) => text.includes(name)).length, name).toBe(1);
    }
    expect(pagerduty.open.size).toBe(watched.length);
    const page = await replica().text("/environments/mariadb");
    expect(page).toContain("orders");
    expect(page).toContain("TBL002");
  });

  it("call a database that cannot be reached unknown, and keep what was last known", async () => {
    const before = await replica().text("/metrics");
    const drifted = metric(before, "driftwatch_target_findings", { target: "pg18" });
    expect(drifted).toBeGreaterThan(0);
    await proxy.cut();
    await reaches("pg18", "unknown");
    // A check that was under way lost its connection; the one after it is refused.
    await expect
      .poll(async () => (await checksOf("pg18"))[0])
      .toMatchObject({
        outcome: "unknown",
        errorCode: "connection.refused",
        errorMessage: expect.stringMatching(/127\.0\.0\.1:\d+/),
      });
    const metrics = await replica().text("/metrics");
    expect(metric(metrics, "driftwatch_target_state", { target: "pg18", state: "unknown" })).toBe(1);
    expect(metric(metrics, "driftwatch_target_state", { target: "pg18", state: "in-sync" })).toBe(0);
    expect(metric(metrics, "driftwatch_target_state", { target: "pg18", state: "drifted" })).toBe(0);
    expect(metric(metrics, "driftwatch_target_findings", { target: "pg18" })).toBe(drifted);
    expect((await replica().json("/api/v1/incidents?environment=pg18&state=open")).items).toHaveLength(1);
    await proxy.restore();
    await reaches("pg18", "drifted");
    expect(hookMessages("pg18", "first")).toHaveLength(1);
    expect(hookMessages("pg18", "resolved")).toHaveLength(0);
  });

  it("resolve under the same key once the change is taken back", async () => {
    for (const { name, revert } of watched.slice(0, 3)) await databaseOf(name).run(revert);
    for (const { name } of watched.slice(0, 3)) await reaches(name, "in-sync");
    await until(
      "the end was told",
      () =>
        ["pg15", "pg18", "mysql"].every((name) => hookMessages(name, "resolved").length === 1) &&
        pagerduty.open.size === 1,
    );
    for (const { name } of watched.slice(0, 3)) {
      const events = pagerduty.events.filter(({ dedup_key }) =>
        String(dedup_key).startsWith(`driftwatch/${name}/`),
      );
      expect(events.map(({ event_action }) => event_action)).toEqual(["trigger", "resolve"]);
      expect(new Set(events.map(({ dedup_key }) => dedup_key)).size).toBe(1);
    }
  });

  it("accept what was previewed, over the API", async () => {
    const preview = await replica().post("/api/v1/environments/mariadb/baseline/preview");
    expect(preview.findings).toMatchObject([{ code: "TBL002" }]);
    const stale = await replica().post("/api/v1/environments/mariadb/baseline", {
      reason: "orders moved",
      fingerprint: "0".repeat(64),
    });
    expect(stale.error).toMatchObject({ code: "baseline.conflict", remedy: expect.any(String) });
    const accepted = await replica().post("/api/v1/environments/mariadb/baseline", {
      reason: "orders moved",
      fingerprint: preview.fingerprint,
      actor: "ann",
    });
    expect(accepted).toMatchObject({ origin: "accepted", reason: "orders moved" });
    await reaches("mariadb", "in-sync");
    await until(
      "the acceptance was told",
      () => hookMessages("mariadb", "accepted").length === 1 && pagerduty.open.size === 0,
    );
    expect((await replica().json("/api/v1/audit?environment=mariadb")).items).toMatchObject([
      { actor: "ann (api)", action: "baseline.accepted" },
    ]);
  });

  it("check on request", async () => {
    const before = (await checksOf("mysql")).length;
    expect(await replica().post("/api/v1/environments/mysql/check")).toEqual({
      environment: "mysql",
      requested: true,
    });
    await until("it was checked", async () => (await checksOf("mysql")).length > before);
  });

  it("serve metrics that promtool accepts", async () => {
    const promtool = findProgram("promtool");
    if (promtool === undefined && process.env.CI !== "true") {
      process.stderr.write("promtool is not on the PATH: what /metrics serves is not linted\n");
      return;
    }
    for (const daemon of daemons) {
      const input = await daemon.text("/metrics");
      const linted = spawnSync(promtool ?? "promtool", ["check", "metrics"], { input, encoding: "utf8" });
      expect(linted.stdout + linted.stderr).toBe("");
      expect(linted.status).toBe(0);
    }
  });

  it("keep every secret to themselves", async () => {
    const secrets = [
      ...[...databases.values(), store].map(({ password }) => password),
      redisPassword,
      pagerduty.routingKey,
      webhook.secret,
      new URL(slack.webhookUrl).pathname,
      new URL(webhook.hookUrl).pathname,
    ];
    const pages = ["/", "/metrics", "/api/v1/environments", "/api/v1/checks?limit=500", "/environments/pg18"];
    const places: [string, string][] = [
      ["Redis", await dumpRedis(redisUrl)],
      ["the store", await dumpStore(store.url)],
      ...daemons.map((daemon, index): [string, string] => [`the output of ${index}`, daemon.output()]),
    ];
    for (const path of pages) places.push([path, await replica().text(path)]);
    for (const [place, text] of places) {
      expect(text.length, place).toBeGreaterThan(100);
      for (const secret of secrets) expect(text.includes(secret), `${place} holds ${secret}`).toBe(false);
    }
  });

  it("drain at SIGTERM and end with 0", async () => {
    const started = Date.now();
    const exits = await Promise.all(daemons.map((daemon) => daemon.stop()));
    expect(exits).toEqual(daemons.map(() => ({ exitCode: 0, signal: null })));
    expect(Date.now() - started).toBeLessThan(25_000);
    for (const { log } of daemons) expect(log.at(-1)?.level).not.toBe("error");
  });
});
