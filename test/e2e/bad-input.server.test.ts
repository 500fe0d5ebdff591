/** Bad input through the real program: the exit code, a message that names the place and the remedy, and no password. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax of the configuration file
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { redisMissing, startRedis, type TestRedis } from "../support/redis.ts";
import { describeServer, serverOrReason } from "../support/servers/urls.ts";
import {
  buildProgram,
  type Daemon,
  type Json,
  runCommand,
  startDaemon,
  writeConfig,
} from "./support/daemon.ts";
import { createDatabase, type TestDatabase, urlWith } from "./support/databases.ts";
import { dumpRedis, dumpStore } from "./support/everywhere.ts";
import { metric } from "./support/metrics.ts";
import { until } from "./support/until.ts";

const secret = "hunter2SECRET";
let folder: string;

beforeAll(async () => {
  await buildProgram();
  folder = mkdtempSync(join(tmpdir(), "driftwatch-e2e-"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function folderOf(title: string): string {
  const path = join(folder, title.replaceAll(/\W+/g, "-"));
  mkdirSync(path, { recursive: true });
  return path;
}

describe("a configuration that cannot be meant", () => {
  const url = `postgres://ann:${secret}@db.example.org/shop`;

  interface BadConfiguration {
    readonly title: string;
    readonly config: object;
    readonly says: readonly string[];
  }

  const cases: readonly BadConfiguration[] = [
    {
      title: "an empty schema list",
      config: { environments: [{ name: "shop", url, schemas: [] }] },
      says: ["environments[0].schemas", "is an empty list", "Name at least one schema"],
    },
    {
      title: "an unset variable",
      config: { environments: [{ name: "shop", url: "${SHOP_URL}" }] },
      says: ["environments[0].url", "the variable SHOP_URL is not set", "Set SHOP_URL"],
    },
    {
      title: "a cron expression that never fires",
      config: { environments: [{ name: "shop", url, cron: "0 0 31 2 *" }] },
      says: ["environments[0].cron", "never fires", "Write"],
    },
    {
      title: "two environments with one name",
      config: {
        environments: [
          { name: "shop", url },
          { name: "shop", url },
        ],
      },
      says: ["environments[1].name", '"shop"', "environments[0]"],
    },
    {
      title: "a URL of another database",
      config: { environments: [{ name: "shop", url: `oracle://ann:${secret}@db/shop` }] },
      says: ["environments[0].url", "postgres://"],
    },
    {
      title: "all mistakes at once",
      config: {
        environments: [{ name: "shop", url, evry: "5m", deadline: "soon" }],
        store: { url: `mysql://ann:${secret}@db/store` },
      },
      says: ["environments[0].evry", "every", "environments[0].deadline", "store.url"],
    },
  ];

  it.each(cases)("$title is refused by run and by config check", async ({ title, config, says }) => {
    const cwd = folderOf(title);
    writeConfig(cwd, config);
    for (const args of [
      ["run", "--port", "0"],
      ["config", "check"],
    ]) {
      const { exitCode, stdout, stderr } = await runCommand(args, { cwd });
      expect(exitCode, stderr).toBe(78);
      expect(stdout).toBe("");
      expect(stderr).toContain("[config.invalid]");
      for (const text of ["driftwatch.yaml", ...says]) expect(stderr).toContain(text);
      expect(stderr).not.toContain(secret);
      expect(stderr).not.toContain("    at ");
    }
  });

  it("a configuration file that is not there is refused", async () => {
    const { exitCode, stderr } = await runCommand(["run", "--config", "gone.yaml"], { cwd: folder });
    expect(exitCode).toBe(78);
    expect(stderr).toMatch(/gone\.yaml does not exist.*\[config\.not-found\]/);
    expect(stderr).toContain("--config");
  });

  it("an address that is in use is told with what to do", async () => {
    const taken: Server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => taken.once("listening", resolve));
    const { port } = taken.address() as AddressInfo;
    try {
      const cwd = folderOf("address in use");
      writeConfig(cwd, { environments: [{ name: "shop", url: `postgres://a:${secret}@127.0.0.1:1/x` }] });
      const { exitCode, stderr } = await runCommand(["run", "--port", String(port)], { cwd });
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(new RegExp(`127\\.0\\.0\\.1:${port}.*\\[http\\.unavailable\\]`));
      expect(stderr).toContain("--port");
    } finally {
      taken.close();
    }
  });
});

describe("a file that is no source", () => {
  it.each([
    {
      title: "a snapshot that was changed by hand",
      file: "changed.json",
      change: (text: string) => text.replace('"orders"', '"ORDERS"'),
      says: ["changed.json", "[snapshot.invalid]"],
    },
    {
      title: "a snapshot cut short",
      file: "short.json",
      change: (text: string) => text.slice(0, text.length / 2),
      says: ["short.json", "[snapshot.invalid]"],
    },
    {
      title: "a snapshot of a newer Driftwatch",
      file: "newer.json",
      change: (text: string) => text.replace(/"modelVersion": \d+/, '"modelVersion": 9999'),
      says: ["newer.json", "[snapshot.newer]", "pgrade"],
    },
    {
      title: "SQL with a mistake on line 3",
      file: "broken.sql",
      change: () => "CREATE TABLE a (id int);\n-- and now\nCREATE TABEL b (id int);\n",
      says: ["broken.sql", "3", "TABEL", "[sql.invalid]"],
    },
    {
      title: "a file that is not there",
      file: undefined,
      change: () => "",
      says: ["gone.json", "[source.not-found]"],
    },
  ])("$title is told with its name", async ({ title, file, change, says }) => {
    const cwd = folderOf(title);
    writeFileSync(join(cwd, "good.sql"), "CREATE TABLE orders (id int);\n");
    const taken = await runCommand(["snapshot", "good.sql", "--output", "good.json"], { cwd });
    expect(taken.exitCode, taken.stderr).toBe(0);
    const good = readFileSync(join(cwd, "good.json"), "utf8");
    if (file !== undefined) {
      expect(change(good)).not.toBe(good);
      writeFileSync(join(cwd, file), change(good));
    }
    const ran = await runCommand(["diff", "good.json", file ?? "gone.json"], { cwd });
    expect(ran.exitCode).toBe(1);
    expect(ran.stdout).toBe("");
    for (const text of says) expect(ran.stderr).toContain(text);
  });
});

describeServer("postgres-18", "databases that cannot be read", (serverUrl) => {
  describe.skipIf(redisMissing !== undefined)(redisMissing ?? "by the daemon", () => {
    let redis: TestRedis;
    let shop: TestDatabase;
    let store: TestDatabase;
    let daemon: Daemon;
    const created: TestDatabase[] = [];
    const expected = new Map<string, { code: string; says: RegExp }>();
    let cwd: string;

    beforeAll(async () => {
      cwd = folderOf("unreadable");
      redis = await startRedis();
      const admin = new Redis(redis.url);
      await admin.config("SET", "maxmemory-policy", "allkeys-lru");
      admin.disconnect();
      [shop, store] = await Promise.all([createDatabase(serverUrl), createDatabase(serverUrl)]);
      created.push(shop, store);
      await shop.run("CREATE TABLE t (id int)", `REVOKE CONNECT ON DATABASE ${shop.name} FROM PUBLIC`);
      const environments = [...postgresCases(), ...(await mysqlCases())];
      writeConfig(cwd, {
        environments,
        defaults: { every: "1h", deadline: "20s" },
        store: { url: store.url },
        queue: { redisUrl: redis.url },
      });
      daemon = await startDaemon({ cwd });
    });

    afterAll(async () => {
      daemon?.kill("SIGKILL");
      await daemon?.exit;
      for (const database of created) await database.drop();
      await redis?.close();
    });

    function postgresCases(): object[] {
      const as = { user: "ann", password: secret };
      const name = (text: string): string => urlWith(serverUrl, { ...as, name: text });
      return [
        one(
          "closed",
          urlWith(name("x"), { port: 1 }),
          "connection.refused",
          /127\.0\.0\.1:1.*Check host and port/,
        ),
        one(
          "nowhere",
          `postgres://ann:${secret}@no-such-host.invalid/x`,
          "connection.unresolved",
          /no-such-host\.invalid.*Check the host name/,
        ),
        one("stranger", name(shop.name), "connection.authentication", /"ann".*Check user and password/),
        one(
          "missing",
          urlWith(shop.readerUrl, { name: "no_such_db" }),
          "connection.database-missing",
          /no_such_db.*Check the database name/,
        ),
        one("rightless", shop.readerUrl, "read.forbidden", /permission denied.*GRANT CONNECT ON DATABASE/),
        one("tls", `${shop.readerUrl}?sslmode=require`, "connection.tls", /SSL.*sslmode/),
      ];
    }

    async function mysqlCases(): Promise<object[]> {
      const cases: object[] = [];
      for (const server of ["mysql", "mariadb"] as const) {
        const found = serverOrReason(server);
        if ("missing" in found) continue;
        const database = await createDatabase(found.url);
        created.push(database);
        cases.push(
          one(
            `${server}-password`,
            urlWith(database.readerUrl, { password: secret }),
            "connection.authentication",
            /Access denied.*Check user, password/,
          ),
          one(
            `${server}-rightless`,
            urlWith(database.readerUrl, { name: "mysql" }),
            "read.forbidden",
            /mysql.*(GRANT|privilege)/i,
          ),
          one(
            `${server}-tls`,
            `${database.readerUrl}?ssl-mode=VERIFY_IDENTITY`,
            "connection.tls",
            /TLS|SSL|certificate/i,
          ),
        );
      }
      return cases;
    }

    function one(name: string, url: string, code: string, says: RegExp): object {
      expected.set(name, { code, says });
      return { name, url };
    }

    it("are unknown, each with its reason and what to do", async () => {
      for (const [name, { code, says }] of expected) {
        const line = await daemon.said("check could not read the schema", { environment: name });
        expect(line, name).toMatchObject({ code, reason: expect.stringMatching(says) });
        expect(await daemon.json(`/api/v1/environments/${name}`)).toMatchObject({ outcome: "unknown" });
      }
      const metrics = await daemon.text("/metrics");
      for (const name of expected.keys()) {
        expect(metric(metrics, "driftwatch_target_state", { target: name, state: "unknown" })).toBe(1);
        expect(metric(metrics, "driftwatch_target_last_success_timestamp_seconds", { target: name })).toBe(0);
      }
    });

    it("are found out by doctor and failed by check", async () => {
      const [checked, examined] = await Promise.all([
        runCommand(["check", "--json"], { cwd }),
        runCommand(["doctor", "--json"], { cwd }),
      ]);
      expect(checked.exitCode, checked.stderr).toBe(1);
      const { checks } = JSON.parse(checked.stdout);
      for (const [name, { code }] of expected) {
        const check = checks.find(({ environment }: Json) => environment === name);
        expect(check, name).toMatchObject({ outcome: "unknown", error: { code } });
      }
      expect(examined.exitCode).toBe(1);
      const { patients } = JSON.parse(examined.stdout);
      for (const name of expected.keys()) {
        const patient = patients.find((each: Json) => each.name === name);
        const failing = patient.diagnoses.filter(({ ok }: Json) => !ok);
        expect(failing.length, name).toBeGreaterThan(0);
        expect(failing[0].remedy, name).toBeTruthy();
      }
      for (const { password } of created) {
        expect(checked.stdout + checked.stderr + examined.stdout + examined.stderr).not.toContain(password);
      }
      expect(checked.stdout + checked.stderr + examined.stdout + examined.stderr).not.toContain(secret);
    });

    it("and a Redis that may forget jobs is warned of and exposed", async () => {
      const line = await daemon.said("the queue needs attention");
      expect(line.warning).toMatch(/allkeys-lru.*noeviction/);
      expect(metric(await daemon.text("/metrics"), "driftwatch_redis_eviction_policy_unsafe")).toBe(1);
      const admin = new Redis(redis.url);
      await admin.config("SET", "maxmemory-policy", "noeviction");
      admin.disconnect();
      await until(
        "the metric follows",
        async () => metric(await daemon.text("/metrics"), "driftwatch_redis_eviction_policy_unsafe") === 0,
      );
    });

    it("and the log is one JSON object a line, whatever libraries have to say", () => {
      const lines = daemon
        .output()
        .split("\n")
        .filter((line) => line !== "");
      expect(lines.filter((line) => !line.startsWith("{"))).toEqual([]);
      for (const line of lines) JSON.parse(line);
    });

    it("and no password is anywhere", async () => {
      const places: [string, string][] = [
        ["the log", daemon.output()],
        ["Redis", await dumpRedis(redis.url)],
        ["the store", await dumpStore(store.url)],
      ];
      for (const path of ["/", "/metrics", "/api/v1/checks?limit=500", "/environments/closed"])
        places.push([path, await daemon.text(path)]);
      for (const [place, text] of places)
        for (const password of [secret, ...created.map((database) => database.password)])
          expect(text.includes(password), `${place} holds ${password}`).toBe(false);
    });

    it("and a store of a newer Driftwatch is refused", async () => {
      await daemon.stop();
      await store.run(
        "INSERT INTO driftwatch.migrations (name, timestamp) VALUES ('9999-from-the-future', now()::text)",
      );
      const { exitCode, stderr } = await runCommand(["run", "--port", "0"], { cwd });
      expect(exitCode).toBe(1);
      expect(stderr).toContain("9999-from-the-future");
      expect(stderr).toContain("[store.newer]");
      expect(stderr).toContain("Upgrade this Driftwatch");
    });

    it("and a store that cannot be reached ends the start", async () => {
      const away = folderOf("store away");
      writeConfig(away, {
        environments: [{ name: "shop", url: shop.readerUrl }],
        store: { url: `postgres://ann:${secret}@127.0.0.1:1/store` },
      });
      const { exitCode, stderr } = await runCommand(["run", "--port", "0"], { cwd: away });
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(/127\.0\.0\.1:1.*\[store\.unreachable\]/);
      expect(stderr).not.toContain(secret);
    });
  });
});
