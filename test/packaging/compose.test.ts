/** The compose deployment: its files are there, its configuration is accepted, its variables are explained. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { loadConfig } from "../../src/config/load-config.ts";
import { projectRoot } from "./programs.ts";

interface Service {
  readonly image?: string;
  readonly build?: string;
  readonly command?: readonly string[];
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
}

const deploy = join(projectRoot, "deploy");
const text = readFileSync(join(deploy, "compose.yaml"), "utf8");
const compose = parse(text) as {
  readonly services: Readonly<Record<string, Service>>;
  readonly secrets: Readonly<Record<string, { environment: string }>>;
  readonly volumes: Readonly<Record<string, object>>;
};
const services = Object.entries(compose.services);
const folder = mkdtempSync(join(tmpdir(), "driftwatch-compose-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("the compose deployment", () => {
  it("has the daemon, its store and queue, and the monitoring of both", () => {
    expect(Object.keys(compose.services)).toEqual([
      "driftwatch",
      "redis",
      "store",
      "shop",
      "prometheus",
      "grafana",
    ]);
  });

  it("mounts only files that are there, and named volumes that are declared", () => {
    for (const [name, { volumes = [] }] of services) {
      for (const volume of volumes) {
        const [source = ""] = volume.split(":");
        if (source.startsWith(".")) expect(existsSync(join(deploy, source)), `${name}: ${source}`).toBe(true);
        else expect(Object.keys(compose.volumes), name).toContain(source);
      }
    }
  });

  it("opens ports on the loopback address only", () => {
    const ports = services.flatMap(([, service]) => service.ports ?? []);
    expect(ports.length).toBeGreaterThan(0);
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  it("keeps Redis from evicting jobs", () => {
    expect(compose.services.redis?.command?.join(" ")).toContain("--maxmemory-policy noeviction");
  });

  it("explains in .env.example every variable that it takes, and no other", () => {
    const example = readFileSync(join(deploy, ".env.example"), "utf8");
    const explained = [...example.matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name);
    const taken = [...text.matchAll(/\$\{([A-Z_]+)/g)].map(([, name]) => name);
    const secret = Object.values(compose.secrets).map(({ environment }) => environment);
    expect(new Set([...taken, ...secret])).toEqual(new Set(explained));
  });

  it("gives the daemon a configuration that it accepts, with what compose gives it", () => {
    for (const name of compose.services.driftwatch?.secrets ?? [])
      writeFileSync(join(folder, name), `token-${name}`);
    const file = join(folder, "driftwatch.yaml");
    const sample = readFileSync(join(deploy, "driftwatch.yaml"), "utf8");
    writeFileSync(file, sample.replaceAll("/run/secrets", folder));
    const given = Object.keys(compose.services.driftwatch?.environment ?? {});
    expect(given).toEqual(["DRIFTWATCH_CONFIG", "STORE_PASSWORD", "SHOP_PASSWORD", "SLACK_WEBHOOK_URL"]);
    const env = { DRIFTWATCH_CONFIG: file, SHOP_PASSWORD: "p", SLACK_WEBHOOK_URL: "" };
    const config = loadConfig({ env: { ...env, STORE_PASSWORD: "q" }, cwd: folder });
    expect(config.environments.map(({ name, critical }) => ({ name, critical }))).toEqual([
      { name: "shop", critical: true },
    ]);
    expect(config.store).toEqual({ url: "postgres://driftwatch:q@store:5432/driftwatch" });
    expect(config.http).toMatchObject({
      host: "0.0.0.0",
      readToken: "token-read_token",
      writeToken: "token-write_token",
    });
    expect(() => loadConfig({ env, cwd: folder })).toThrow("STORE_PASSWORD");
  });
});
