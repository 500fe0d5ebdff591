/** Adds the demo's environment to a configuration that has nothing else to watch. */
import type { Config } from "../config/config.ts";
import type { Environment } from "../model/environment.ts";
import type { Logger } from "../monitor/ports.ts";
import type { Closers } from "./closers.ts";
import { startDemo } from "./demo/demo.ts";

/** The first act comes after the baseline was captured. */
const firstActAfterMs = 8_000;

export async function withDemo(
  config: Config,
  running: boolean,
  deps: { readonly logger: Logger; readonly closers: Closers },
): Promise<{ config: Config; play: () => void }> {
  if (!config.demo || !running) return { config, play: () => undefined };
  const demo = await startDemo(deps.logger);
  deps.closers.push("demo", () => demo.close());
  const environment = demoEnvironment(demo.url);
  return {
    config: { ...config, environments: [...config.environments, environment] },
    play: () => demo.play(firstActAfterMs),
  };
}

function demoEnvironment(url: string): Environment {
  return {
    name: "demo-shop",
    dialect: "postgres",
    url,
    critical: true,
    cron: null,
    everyMs: 3_000,
    timezone: "UTC",
    deadlineMs: 30_000,
    statementTimeoutMs: 10_000,
    lockTimeoutMs: 2_000,
    fullCheckEveryMs: 60_000,
    baseline: "capture",
    scope: {},
    partitions: { default: "shape", tables: {} },
    ignore: [],
    severities: [],
    modes: {},
    labels: { team: "demo" },
  };
}
