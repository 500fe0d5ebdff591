import { describe, expect, it } from "vitest";
import type { Config } from "../../src/config/config.ts";
import { loadConfig } from "../../src/config/load-config.ts";
import { redactConfig, redactDatabaseUrl, secretsOf } from "../../src/config/redact-config.ts";

const base = loadConfig({
  env: { DATABASE_URL: "postgres://reader:sesame-1@db/shop?sslpassword=sesame-2" },
  cwd: "/",
});

const config: Config = {
  ...base,
  channels: [
    { name: "a", type: "slack", webhookUrl: "https://hooks.slack.test/sesame-3", timeoutMs: 10_000 },
    {
      name: "b",
      type: "pagerduty",
      routingKey: "sesame-4",
      eventsUrl: "https://events.test",
      timeoutMs: 10_000,
    },
    {
      name: "c",
      type: "webhook",
      url: "https://example.test/sesame-5",
      secret: "sesame-6",
      headers: { authorization: "sesame-7" },
      timeoutMs: 10_000,
    },
  ],
  store: { url: "postgres://store:sesame-8@db/store" },
  queue: { redisUrl: "redis://:sesame-9@redis:6379", concurrency: 4 },
  http: { ...base.http, readToken: "sesame-10", writeToken: "sesame-11" },
};

describe("redactConfig", () => {
  it("shows no secret at all", () => {
    const text = JSON.stringify(redactConfig(config));
    expect(text).not.toContain("sesame");
    expect(text.match(/<secret>/g)?.length).toBe(11);
  });

  it("shows everything else, durations as people write them", () => {
    expect(redactConfig(config)).toMatchObject({
      environments: [
        { name: "default", url: "postgres://reader:<secret>@db/shop?sslpassword=<secret>", every: "5m" },
      ],
      channels: [{ name: "a", timeout: "10s" }, { eventsUrl: "https://events.test" }, { name: "c" }],
      notifications: { repeatEvery: "1d" },
      retention: { checks: "90d" },
    });
  });

  it.each([
    ["postgres://u:p@h:5432/db", "postgres://u:<secret>@h:5432/db"],
    ["postgres://u@h/db?sslmode=require", "postgres://u@h/db?sslmode=require"],
    ["postgres:///db?host=/run&password=p", "postgres:///db?host=/run&password=<secret>"],
    ["redis://:p@h", "redis://:<secret>@h"],
    ["mysql://u:p:p@h/db", "mysql://u:<secret>@h/db"],
    ["user=u password=p", "<secret>"],
    ["", "<secret>"],
  ])("redacts %s", (url, shown) => {
    expect(redactDatabaseUrl(url)).toBe(shown);
  });
});

describe("secretsOf", () => {
  it("lists every secret, for the log's scrubber", () => {
    const secrets = secretsOf(config);
    for (let number = 1; number <= 11; number++) {
      expect(
        secrets.some((secret) => secret.endsWith(`sesame-${number}`)),
        `sesame-${number}`,
      ).toBe(true);
    }
  });

  it("lists an encoded password in both spellings", () => {
    const encoded = loadConfig({ env: { DATABASE_URL: "postgres://u:p%40ss@h/db" }, cwd: "/" });
    expect(secretsOf(encoded)).toEqual(expect.arrayContaining(["p%40ss", "p@ss"]));
  });
});
