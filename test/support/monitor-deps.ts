/** The use cases with fakes around them: a fake database and store, a clock that tests move, a queue that only counts. */
import type { CheckDeps } from "../../src/monitor/check-environment.ts";
import type { Route } from "../../src/monitor/ports.ts";
import { createFakeDatabase, type FakeDatabase } from "./fake-database.ts";
import { createFakeStore, type FakeStore } from "./fake-store.ts";

export interface MonitorWorld {
  readonly deps: CheckDeps;
  readonly database: FakeDatabase;
  readonly store: FakeStore;
  readonly logs: { level: string; fields: object; message: string }[];
  readonly deliveriesRequested: () => number;
  advance(ms: number): void;
}

export function createMonitorWorld(routes: readonly Route[] = []): MonitorWorld {
  const database = createFakeDatabase();
  const store = createFakeStore();
  const logs: MonitorWorld["logs"] = [];
  let now = Date.parse("2026-01-01T00:00:00.000Z");
  let ids = 0;
  let deliveries = 0;
  const log =
    (level: string) =>
    (fields: object, message: string): void => {
      logs.push({ level, fields, message });
    };
  const logger: CheckDeps["logger"] = {
    debug: log("debug"),
    info: log("info"),
    warn: log("warn"),
    error: log("error"),
    child: () => logger,
  };
  return {
    database,
    store,
    logs,
    deliveriesRequested: () => deliveries,
    advance(ms) {
      now += ms;
    },
    deps: {
      reader: database,
      store,
      queue: {
        async requestDelivery() {
          deliveries += 1;
        },
      },
      clock: { now: () => now },
      telemetry: { checkFinished() {}, probe() {}, delivery() {} },
      logger,
      notifications: { routes, repeatEveryMs: 0, publicUrl: "https://driftwatch.example", version: "test" },
      recent: { get: () => undefined, put() {} },
      newId: () => `id-${ids++}`,
    },
  };
}
