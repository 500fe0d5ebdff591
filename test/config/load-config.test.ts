// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax of the configuration file
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Config } from "../../src/config/config.ts";
import { loadConfig } from "../../src/config/load-config.ts";
import type { Environment } from "../../src/model/environment.ts";

let cwd: string;
const folders: string[] = [];

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "driftwatch-config-"));
  folders.push(cwd);
});

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function load(yaml: string, env: Record<string, string> = {}): Config {
  writeFileSync(join(cwd, "driftwatch.yaml"), yaml);
  return loadConfig({ env, cwd });
}

function only(config: Config): Environment {
  const [environment, ...more] = config.environments;
  if (environment === undefined || more.length > 0) throw new Error("not exactly one environment");
  return environment;
}

describe("where the configuration comes from", () => {
  it("is the demo when there is nothing", () => {
    const config = loadConfig({ env: {}, cwd });
    expect(config).toMatchObject({ file: null, demo: true, environments: [], channels: [], routes: [] });
    expect(config.http).toEqual({
      host: "127.0.0.1",
      port: 8080,
      publicUrl: null,
      readToken: null,
      writeToken: null,
    });
    expect(config.store).toEqual({ dataDir: join(cwd, ".driftwatch") });
    expect(config.queue).toEqual({ redisUrl: null, concurrency: 4 });
  });

  it.each([
    ["postgres://u:p@h/db", "postgres"],
    ["postgresql:///db?host=/var/run/postgresql", "postgres"],
    ["mysql://root@127.0.0.1:3306/shop", "mysql"],
    ["mariadb://root@127.0.0.1:3306/shop", "mysql"],
  ])("is DATABASE_URL %s as the environment default", (url, dialect) => {
    const config = loadConfig({ env: { DATABASE_URL: url }, cwd });
    expect(config.demo).toBe(false);
    expect(only(config)).toMatchObject({ name: "default", url, dialect, everyMs: 300_000, cron: null });
  });

  it("is the file that DATABASE_URL_FILE names", () => {
    writeFileSync(join(cwd, "url"), "postgres://u:p@h/db\n");
    expect(only(loadConfig({ env: { DATABASE_URL_FILE: "url" }, cwd })).url).toBe("postgres://u:p@h/db");
  });

  it("takes DATABASE_URL literally, whatever its password looks like", () => {
    const url = "postgres://u:p${HOME}x@h/db";
    expect(only(loadConfig({ env: { DATABASE_URL: url, HOME: "/root" }, cwd })).url).toBe(url);
  });

  it("names DATABASE_URL in its mistakes, without its value", () => {
    const act = () => loadConfig({ env: { DATABASE_URL: "oracle://u:hunter2@h/db" }, cwd });
    expect(act).toThrow(/DATABASE_URL: has the scheme "oracle"/);
    expect(act).not.toThrow(/hunter2/);
  });

  it("is driftwatch.yaml in the working directory, before DATABASE_URL", () => {
    const yaml = "environments: [{ name: shop, url: 'postgres://h/db' }]";
    const config = load(yaml, { DATABASE_URL: "postgres://h/other" });
    expect(config.file).toBe(join(cwd, "driftwatch.yaml"));
    expect(only(config).name).toBe("shop");
  });

  it("is DATABASE_URL with the settings of a file that names no environments", () => {
    const config = load("defaults: { every: 30s }\nhttp: { port: 9000 }", {
      DATABASE_URL: "postgres://h/db",
    });
    expect(only(config)).toMatchObject({ name: "default", everyMs: 30_000 });
    expect(config.http.port).toBe(9000);
  });

  it("is the named file before DRIFTWATCH_CONFIG before the one found", () => {
    for (const name of ["driftwatch", "variable", "named"]) {
      writeFileSync(join(cwd, `${name}.yaml`), `environments: [{ name: ${name}, url: "postgres://h/db" }]`);
    }
    expect(only(loadConfig({ env: {}, cwd })).name).toBe("driftwatch");
    const env = { DRIFTWATCH_CONFIG: "variable.yaml" };
    expect(only(loadConfig({ env, cwd })).name).toBe("variable");
    expect(only(loadConfig({ env, cwd, file: "named.yaml" })).name).toBe("named");
  });

  it("refuses a named file that does not exist", () => {
    expect(() => loadConfig({ env: {}, cwd, file: "gone.yaml" })).toThrow(
      expect.objectContaining({
        code: "config.not-found",
        message: expect.stringContaining("gone.yaml does not exist"),
      }),
    );
  });
});

describe("values", () => {
  it("fills variables in after YAML was read, so that they cannot change the structure", () => {
    const url = "postgres://u:p@h/db?application_name=a: b\n".trim().replace(": ", ":");
    const nasty = "x\n  critical: true # '\"";
    const config = load("environments: [{ name: shop, url: '${URL}', labels: { note: '${NOTE}' } }]", {
      URL: url,
      NOTE: nasty,
    });
    expect(only(config)).toMatchObject({ url, critical: false, labels: { note: nasty } });
  });

  it.each([
    ["${MISSING:-fallback}", "fallback"],
    ["${EMPTY:-fallback}", "fallback"],
    ["${EMPTY}", ""],
    ["${SET:-fallback}", "value"],
    ["a-${SET}-b-${SET}", "a-value-b-value"],
    ["$${SET}", "${SET}"],
    ["$SET", "$SET"],
    ["${MISSING:-}", ""],
    ["${MISSING:-a:-b}", "a:-b"],
  ])("reads %s as %j", (text, expected) => {
    const config = load(`environments: [{ name: shop, url: "postgres://h/db", labels: { it: "${text}" } }]`, {
      SET: "value",
      EMPTY: "",
    });
    expect(only(config).labels.it).toBe(expected);
  });

  it("turns a variable into the number or switch that its place asks for", () => {
    const config = load(
      "environments: [{ name: '${NAME}', url: 'postgres://h/db', critical: '${CRITICAL}' }]\nhttp: { port: '${PORT}' }\nqueue: { concurrency: '${N:-7}' }",
      { NAME: "123", CRITICAL: "true", PORT: "9090" },
    );
    expect(only(config)).toMatchObject({ name: "123", critical: true });
    expect(config).toMatchObject({ http: { port: 9090 }, queue: { concurrency: 7 } });
  });

  it("reads every secret from its file", () => {
    for (const name of [
      "url",
      "password",
      "slack",
      "key",
      "hook",
      "hmac",
      "store",
      "redis",
      "read",
      "write",
    ]) {
      const values: Record<string, string> = {
        url: "postgres://driftwatch@h/db",
        password: "p@ss/word#1 ",
        slack: "https://hooks.slack.test/T/B/x",
        hook: "https://example.test/hook",
        store: "postgres://h/store",
        redis: "redis://h:6379",
      };
      writeFileSync(join(cwd, name), `${values[name] ?? name}\n`);
    }
    const config = load(`environments: [{ name: shop, urlFile: url, passwordFile: password }]
channels:
  - { name: a, type: slack, webhookUrlFile: slack }
  - { name: b, type: pagerduty, routingKeyFile: key }
  - { name: c, type: webhook, urlFile: hook, secretFile: hmac }
store: { urlFile: store }
queue: { redisUrlFile: redis }
http: { readTokenFile: read, writeTokenFile: write }`);
    expect(only(config).url).toBe("postgres://driftwatch:p%40ss%2Fword%231%20@h/db");
    expect(config.channels).toEqual([
      { name: "a", type: "slack", webhookUrl: "https://hooks.slack.test/T/B/x", timeoutMs: 10_000 },
      {
        name: "b",
        type: "pagerduty",
        routingKey: "key",
        eventsUrl: "https://events.pagerduty.com",
        timeoutMs: 10_000,
      },
      {
        name: "c",
        type: "webhook",
        url: "https://example.test/hook",
        secret: "hmac",
        headers: {},
        timeoutMs: 10_000,
      },
    ]);
    expect(config.store).toEqual({ url: "postgres://h/store" });
    expect(config.queue.redisUrl).toBe("redis://h:6379");
    expect(config.http).toMatchObject({ readToken: "read", writeToken: "write" });
  });

  it("routes everything to every channel when there are no routes", () => {
    const config = load(`environments: [{ name: shop, url: "postgres://h/db" }]
channels: [{ name: ops, type: slack, webhookUrl: "https://hooks.slack.test/x" }]`);
    expect(config.routes).toEqual([{ channels: ["ops"], minimumSeverity: "info" }]);
  });

  it.each([
    ["every: 1h30m", 5_400_000, null],
    ["every: 500ms\n    fullCheckEvery: 1s", undefined, undefined],
    ["schedule: 10m", 600_000, null],
    ["schedule: '0 3 * * *'", 300_000, "0 3 * * *"],
    ["cron: '@daily'", 300_000, "@daily"],
    ["critical: false", 300_000, null],
  ])("reads the schedule of %j", (line, everyMs, cron) => {
    const yaml = `environments:\n  - name: shop\n    url: postgres://h/db\n    ${line}`;
    if (everyMs === undefined) expect(() => load(yaml)).toThrow(/too short/);
    else expect(only(load(yaml))).toMatchObject({ everyMs, cron });
  });

  it("tells nobody twice when repeatEvery is never", () => {
    const yaml = "demo: true\nnotifications: { repeatEvery: never }";
    expect(load(yaml).notifications.repeatEveryMs).toBe(0);
    expect(load("demo: true").notifications.repeatEveryMs).toBe(86_400_000);
  });
});

describe("defaults", () => {
  let first: Environment | undefined;
  let second: Environment | undefined;

  beforeAll(() => {
    const folder = mkdtempSync(join(tmpdir(), "driftwatch-config-"));
    folders.push(folder);
    const file = join(folder, "with-defaults.yaml");
    writeFileSync(
      file,
      `defaults:
  cron: "0 3 * * *"
  timezone: Europe/Berlin
  deadline: 1m
  statementTimeout: 10s
  lockTimeout: 1s
  fullCheckEvery: 2h
  baseline: manual
  critical: true
  roles: true
  schemas: [public]
  excludeSchemas: ["tmp_*"]
  labels: { team: payments, tier: "1" }
  modes: { ignoreComments: true, ignoreColumnOrder: true }
  partitions: { default: shape, tables: { "public.events": ignore } }
  ignore: [{ objects: ["public.a"] }]
  severities: [{ code: TBL002, severity: low }]
environments:
  - name: first
    url: postgres://h/db
  - name: second
    url: mysql://h/db
    every: 1m
    critical: false
    schemas: [shop]
    labels: { tier: "2" }
    modes: { ignoreComments: false }
    partitions: { tables: { "public.logs": compare } }
    ignore: [{ codes: ["COM*"], reason: noise, owner: me, expires: "2027-01-31T10:00:00+02:00" }]
    severities: [{ code: "COL*", severity: high, objects: ["public.*"] }]
`,
    );
    [first, second] = loadConfig({ env: {}, cwd: folder, file }).environments;
  });

  it("are what an environment that says nothing has", () => {
    expect(first).toEqual({
      name: "first",
      dialect: "postgres",
      url: "postgres://h/db",
      critical: true,
      cron: "0 3 * * *",
      everyMs: 300_000,
      timezone: "Europe/Berlin",
      deadlineMs: 60_000,
      statementTimeoutMs: 10_000,
      lockTimeoutMs: 1000,
      fullCheckEveryMs: 7_200_000,
      baseline: "manual",
      scope: { schemas: ["public"], excludeSchemas: ["tmp_*"], roles: true },
      partitions: { default: "shape", tables: { "public.events": "ignore" } },
      ignore: [{ objects: ["public.a"] }],
      severities: [{ code: "TBL002", severity: "low" }],
      modes: { ignoreComments: true, ignoreColumnOrder: true },
      labels: { team: "payments", tier: "1" },
    });
  });

  it("give way to an environment's own values, section by section", () => {
    expect(second).toMatchObject({
      critical: false,
      cron: null,
      everyMs: 60_000,
      scope: { schemas: ["shop"], excludeSchemas: ["tmp_*"], roles: true },
      partitions: { default: "shape", tables: { "public.events": "ignore", "public.logs": "compare" } },
      modes: { ignoreComments: false, ignoreColumnOrder: true },
      labels: { team: "payments", tier: "2" },
    });
  });

  it("stand before an environment's own rules, of which the last wins", () => {
    expect(second?.ignore).toEqual([
      { objects: ["public.a"] },
      { codes: ["COM*"], reason: "noise", owner: "me", expires: "2027-01-31T08:00:00.000Z" },
    ]);
    expect(second?.severities).toEqual([
      { code: "TBL002", severity: "low" },
      { code: "COL*", severity: "high", objects: ["public.*"] },
    ]);
  });
});
