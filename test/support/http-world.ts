/** The HTTP server with fakes around it: a fake store, a clock that stands still, and use cases that note their calls. */
import type { FastifyInstance } from "fastify";
import type { HttpDeps, HttpOptions } from "../../src/http/deps.ts";
import { buildServer } from "../../src/http/server.ts";
import { DriftwatchError } from "../../src/model/errors.ts";
import { shopFindings } from "./believable-store.ts";
import type { FakeStore } from "./fake-store.ts";
import { aBaseline, silentLogger } from "./model-builders.ts";

export const nowMs = Date.parse("2026-11-21T10:00:00.000Z");
export const previewFingerprint = "ab".repeat(32);

export interface HttpWorld {
  readonly server: FastifyInstance;
  readonly drain: () => void;
  /** Each call as [name, input]. */
  readonly calls: (readonly [string, unknown])[];
}

/** Accepting any fingerprint but the preview's is a conflict, as in the real use case. */
export async function createHttpWorld(
  store: FakeStore,
  options: Partial<HttpOptions> = {},
  more: Partial<HttpDeps> = {},
): Promise<HttpWorld> {
  const calls: HttpWorld["calls"] = [];
  const deps = fakeDeps(store, calls, more);
  const { server, drain } = await buildServer(deps, { host: "127.0.0.1", port: 0, ...options });
  return { server, drain, calls };
}

export function fakeDeps(
  store: FakeStore,
  calls: HttpWorld["calls"],
  more: Partial<HttpDeps> = {},
): HttpDeps {
  return {
    store,
    clock: { now: () => nowMs },
    logger: silentLogger(),
    version: "1.2.3",
    async triggerCheck(environment) {
      calls.push(["triggerCheck", environment]);
    },
    async previewBaseline(environment) {
      calls.push(["previewBaseline", environment]);
      return {
        environment,
        fingerprint: previewFingerprint,
        objects: 1203,
        baseline: aBaseline({ environment }),
        findings: shopFindings(),
        hidden: [{ rule: "ignore[0]", count: 2 }],
      };
    },
    async acceptBaseline(input) {
      calls.push(["acceptBaseline", input]);
      if (input.fingerprint !== previewFingerprint) {
        throw new DriftwatchError("baseline.conflict", "the schema has changed since the preview", {
          remedy: "Look at a new preview and accept that one.",
        });
      }
      return aBaseline({ environment: input.environment, acceptedBy: input.actor, reason: input.reason });
    },
    metrics: async () => "driftwatch_store_up 1\n",
    undelivered: () => store.undelivered(),
    readiness: async () => [{ name: "store", status: "ok" }],
    schedule: () => ({ everySeconds: 60, nextCheckAt: "2026-11-21T10:00:21.000Z" }),
    ...more,
  };
}
