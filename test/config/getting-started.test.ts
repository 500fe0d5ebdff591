import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { loadConfig } from "../../src/config/load-config.ts";

const page = readFileSync("docs/getting-started.md", "utf8");
const examples = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, yaml = ""]) => yaml);
const folder = mkdtempSync(join(tmpdir(), "driftwatch-docs-"));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe("docs/getting-started.md", () => {
  it("has examples", () => {
    expect(examples.length).toBeGreaterThanOrEqual(2);
  });

  it.each(examples)("shows configuration that loads: %#", (yaml) => {
    writeFileSync(join(folder, "billing-password"), "x\n");
    writeFileSync(join(folder, "driftwatch.yaml"), yaml.replaceAll("/run/secrets", folder));
    const env = { SHOP_URL: "postgres://h/shop", SLACK_WEBHOOK_URL: "https://hooks.slack.test/x" };
    expect(loadConfig({ cwd: folder, env }).environments[0]?.name).toBe("shop-production");
  });
});
