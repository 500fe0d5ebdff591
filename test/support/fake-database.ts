/** A database that shows the snapshots it is told to show. Used where the reading itself is not under test. */
import type { Environment } from "../../src/model/environment.ts";
import type { Snapshot } from "../../src/model/snapshot.ts";
import type { DatabaseReader, DatabaseSession, Diagnosis } from "../../src/monitor/ports.ts";

export interface FakeDatabase extends DatabaseReader {
  /** What the next readings show, the last one for ever; an error makes the reading fail. */
  show(...readings: (Snapshot | Error)[]): void;
  setProbe(token: string | undefined): void;
  readonly counts: { connects: number; probes: number; reads: number; closes: number };
}

export function createFakeDatabase(): FakeDatabase {
  let readings: (Snapshot | Error)[] = [];
  let token: string | undefined;
  const counts = { connects: 0, probes: 0, reads: 0, closes: 0 };
  return {
    counts,
    show(...next) {
      readings = next;
    },
    setProbe(next) {
      token = next;
    },
    async connect(): Promise<DatabaseSession> {
      counts.connects += 1;
      const [first] = readings;
      if (first === undefined) throw new Error("the fake database was told nothing to show");
      return {
        server: first instanceof Error ? ({} as Snapshot["server"]) : first.server,
        async probe() {
          counts.probes += 1;
          return token;
        },
        async introspect() {
          counts.reads += 1;
          const reading = readings.length > 1 ? readings.shift() : readings[0];
          if (reading === undefined || reading instanceof Error)
            throw reading ?? new Error("nothing to show");
          return reading;
        },
        async diagnose(): Promise<readonly Diagnosis[]> {
          return [];
        },
        async close() {
          counts.closes += 1;
        },
      };
    },
  };
}

export function anEnvironment(overrides: Partial<Environment> = {}): Environment {
  return {
    name: "production",
    dialect: "postgres",
    url: "postgres://monitor:hunter2@db.example/shop",
    critical: true,
    cron: null,
    everyMs: 60_000,
    timezone: "UTC",
    deadlineMs: 30_000,
    statementTimeoutMs: 10_000,
    lockTimeoutMs: 1_000,
    fullCheckEveryMs: 3_600_000,
    baseline: "capture",
    scope: {},
    partitions: { default: "shape", tables: {} },
    ignore: [],
    severities: [],
    modes: {},
    labels: {},
    ...overrides,
  };
}
