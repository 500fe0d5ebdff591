/** Vitest's door to the test servers: once per test run. With CI=true a missing server fails the run. */
import process from "node:process";
import type { TestProject } from "vitest/node";
import type { ServerOutcome } from "./names.ts";
import { missingServers, publish, startServers, table } from "./start-servers.ts";

declare module "vitest" {
  interface ProvidedContext {
    servers: readonly ServerOutcome[];
  }
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const started = Date.now();
  process.stdout.write(
    "Bringing up the test servers (the first time they are downloaded, which takes a minute or two) ...\n",
  );
  const { outcomes, stop } = await startServers();
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  process.stdout.write(`${table(outcomes)}\n  (${seconds} s)\n\n`);
  const missing = missingServers(outcomes);
  if (missing.length > 0 && process.env.CI === "true") {
    await stop();
    throw new Error(
      `CI=true tolerates no missing test server: ${missing.join(", ")}; the table above says why`,
    );
  }
  publish(outcomes);
  project.provide("servers", outcomes);
  return stop;
}
