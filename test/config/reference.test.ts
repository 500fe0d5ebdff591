// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax of the configuration file
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { configurationJsonSchema, plainJsonSchema } from "../../src/config/json-schema.ts";
import { loadConfig } from "../../src/config/load-config.ts";
import { configurationReference, exampleConfiguration } from "../../src/config/reference.ts";

const validate = new Ajv({ allErrors: true, strict: false }).compile(configurationJsonSchema());

interface Described {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Described>>;
  readonly items?: Described;
  readonly oneOf?: readonly Described[];
}

function undescribed(schema: Described, path: string): readonly string[] {
  const inside = [schema, ...(schema.oneOf ?? []), ...(schema.items === undefined ? [] : [schema.items])];
  return inside.flatMap((part) => [
    ...Object.entries(part.properties ?? {}).flatMap(([key, field]) => [
      ...(field.description === undefined && key !== "type" ? [`${path}.${key}`] : []),
      ...undescribed(field, `${path}.${key}`),
    ]),
    ...(part === schema ? [] : (part.oneOf ?? []).flatMap((branch) => undescribed(branch, path))),
  ]);
}

describe("the configuration reference", () => {
  it("describes every field", () => {
    expect(undescribed(plainJsonSchema() as Described, "")).toEqual([]);
  });

  it("shows an example that loads", () => {
    const folder = mkdtempSync(join(tmpdir(), "driftwatch-reference-"));
    try {
      const secrets = exampleConfiguration().replaceAll("/run/secrets", folder);
      writeFileSync(join(folder, "driftwatch.yaml"), secrets);
      for (const name of ["billing-password", "pagerduty-key"]) writeFileSync(join(folder, name), "x\n");
      const env = {
        SHOP_DATABASE_URL: "postgres://h/shop",
        SLACK_WEBHOOK_URL: "https://hooks.slack.test/x",
        STORE_URL: "postgres://h/store",
        REDIS_URL: "redis://h",
      };
      const config = loadConfig({ cwd: folder, env });
      expect(config.environments.map(({ name }) => name)).toEqual(["shop-production", "billing"]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.each([
    "environments",
    "channels",
    "notifications",
    "store",
    "webhookUrlFile",
    "fullCheckEvery",
    "pagerduty",
  ])("tells of %s", (word) => {
    expect(configurationReference()).toContain(word);
  });
});

describe("the published JSON Schema", () => {
  it("accepts the example", () => {
    validate(parse(exampleConfiguration()));
    expect(validate.errors ?? []).toEqual([]);
  });

  it.each([
    ["an unknown key", { environments: [{ name: "a", url: "postgres://h/db", shedule: "5m" }] }],
    ["neither url nor urlFile", { environments: [{ name: "a" }] }],
    ["a duration without unit", { environments: [{ name: "a", url: "postgres://h/db", every: "300" }] }],
    ["a channel of no type", { channels: [{ name: "a", webhookUrl: "https://h" }] }],
    ["an unknown severity", { routes: [{ channels: ["a"], minimumSeverity: "worst" }] }],
  ])("refuses %s", (_what, value) => {
    expect(validate(value)).toBe(false);
  });

  it.each([
    ["a variable for a number", { http: { port: "${PORT}" } }],
    ["a file for a required secret", { environments: [{ name: "a", urlFile: "/run/secrets/url" }] }],
    ["an empty section of defaults", { defaults: {} }],
    ["never as a duration", { notifications: { repeatEvery: "never" } }],
  ])("accepts %s", (_what, value) => {
    validate(value);
    expect(validate.errors ?? []).toEqual([]);
  });
});
