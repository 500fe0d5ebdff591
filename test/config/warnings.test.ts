import { describe, expect, it } from "vitest";
import type { Config } from "../../src/config/config.ts";
import { loadConfig } from "../../src/config/load-config.ts";
import { configWarnings } from "../../src/config/warnings.ts";

const base = loadConfig({ env: { DATABASE_URL: "postgres://h/db" }, cwd: "/" });
const now = "2027-03-01T00:00:00.000Z";

function withEnvironment(change: Partial<Config["environments"][number]>): Config {
  return { ...base, environments: base.environments.map((environment) => ({ ...environment, ...change })) };
}

const slack = { name: "ops", type: "slack", webhookUrl: "https://h", timeoutMs: 1 } as const;

describe("configWarnings", () => {
  it("says nothing of a plain configuration", () => {
    expect(configWarnings(base, now)).toEqual([]);
  });

  it.each<[string, Config, string]>([
    [
      "an expired ignore rule",
      withEnvironment({ ignore: [{ kinds: ["index"], expires: "2027-03-01" }] }),
      "expired on",
    ],
    [
      "a statement timeout beyond the deadline",
      withEnvironment({ deadlineMs: 1000 }),
      "longer than the deadline",
    ],
    [
      "a full check with every check",
      withEnvironment({ fullCheckEveryMs: 1000 }),
      "every check is a full one",
    ],
    [
      "a route to no environment",
      {
        ...base,
        channels: [slack],
        routes: [{ channels: ["ops"], environments: ["shop-*"], minimumSeverity: "info" }],
      },
      "no environment is called shop-*",
    ],
    [
      "an environment that nobody is told of",
      {
        ...base,
        channels: [slack],
        routes: [{ channels: ["ops"], environments: ["x"], minimumSeverity: "info" }],
      },
      "nobody is told of its drift",
    ],
    ["a channel without a route", { ...base, channels: [slack], routes: [] }, "never gets a message"],
  ])("tells of %s", (_what, config, words) => {
    expect(configWarnings(config, now).join("\n")).toContain(words);
  });

  it("leaves a rule alone that expires later", () => {
    expect(
      configWarnings(withEnvironment({ ignore: [{ kinds: ["index"], expires: "2027-03-02" }] }), now),
    ).toEqual([]);
  });
});
