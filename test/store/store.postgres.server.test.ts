/** The store on a real PostgreSQL, with what only a real one can show: killed connections, refusals, many writers. */
import { randomBytes } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { takeSnapshot } from "../../src/app/take-snapshot.ts";
import { DriftwatchError } from "../../src/model/errors.ts";
import { keyId } from "../../src/model/key.ts";
import { createStore, type Store } from "../../src/store/store.ts";
import { aColumn, aSnapshot, aTable } from "../support/builders.ts";
import { aCheck, anEnvironment, silentLogger } from "../support/model-builders.ts";
import { describeServer } from "../support/servers/urls.ts";
import { storeContract } from "./contract.ts";
import { aRecord } from "./records.ts";

const clock = { now: () => Date.now() };
const logger = silentLogger();

describeServer("postgres-18", "the store on PostgreSQL", (serverUrl) => {
  const name = `dw_store_${randomBytes(5).toString("hex")}`;
  let url = serverUrl;

  async function admin(sql: string, parameters: readonly unknown[] = []): Promise<void> {
    const client = new pg.Client({ connectionString: serverUrl });
    await client.connect();
    try {
      await client.query(sql, [...parameters]);
    } finally {
      await client.end();
    }
  }

  async function withStore<T>(use: (store: Store) => Promise<T>, poolSize = 4): Promise<T> {
    const store = await createStore({ url, logger, clock, poolSize });
    try {
      return await use(store);
    } finally {
      await store.close();
    }
  }

  async function refusal(given: string): Promise<DriftwatchError> {
    const error = await createStore({ url: given, logger, clock }).catch((thrown: unknown) => thrown);
    if (!(error instanceof DriftwatchError)) throw new Error("the store should have been refused");
    return error;
  }

  beforeAll(async () => {
    await admin(`create database ${name}`);
    const own = new URL(serverUrl);
    own.pathname = `/${name}`;
    url = own.href;
  });

  afterAll(async () => {
    await admin(`drop database if exists ${name} with (force)`);
  });

  describe("keeps the contract", () => {
    storeContract(() => ({ url, poolSize: 4 }));
  });

  it("is no part of the schema that a check of the same database sees, and somebody's own schema of that name is", async () => {
    const seen = async (address: string) =>
      (await takeSnapshot(address)).objects
        .map(({ key }) => keyId(key))
        .filter((id) => /driftwatch/.test(id));
    await withStore((store) => store.ping());
    expect(await seen(url)).toEqual([]);
    const other = new URL(url);
    other.pathname = `/${name}_other`;
    await admin(`create database ${name}_other`);
    try {
      const client = new pg.Client({ connectionString: other.href });
      await client.connect();
      await client.query("create schema driftwatch create table checks (id int)");
      await client.end();
      expect(await seen(other.href)).toEqual([
        "schema:driftwatch",
        "column:driftwatch.checks.id",
        "table:driftwatch.checks",
      ]);
    } finally {
      await admin(`drop database ${name}_other`);
    }
  });

  it("recovers by itself when its connections are killed", async () => {
    await withStore(async (store) => {
      await Promise.all([store.ping(), store.ping(), store.ping()]);
      await admin("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", [name]);
      const outcomes = await Promise.allSettled([store.ping(), store.ping(), store.ping(), store.ping()]);
      for (const outcome of outcomes) {
        if (outcome.status === "rejected") {
          expect(outcome.reason).toMatchObject({ code: "store.unreachable", retryable: true });
        }
      }
      await expect
        .poll(() =>
          store.ping().then(
            () => "up",
            () => "down",
          ),
        )
        .toBe("up");
    });
  });

  it("says that a killed statement may be tried again, and leaves nothing of its transaction", async () => {
    await withStore(async (store) => {
      await store.registerEnvironments([anEnvironment()], "2026-01-01T00:00:00.000Z");
      const runNumber = await store.nextRunNumber("shop");
      const blocker = new pg.Client({ connectionString: url });
      await blocker.connect();
      await blocker.query("begin; lock table driftwatch.checks in exclusive mode");
      const record = aRecord({ runNumber, check: aCheck({ id: "killed" }) });
      const failure = store.recordCheck(record).catch((error: unknown) => error);
      await expect
        .poll(async () => {
          const { rows } = await blocker.query<{ killed: number }>(
            "select count(pg_terminate_backend(pid))::int as killed from pg_stat_activity where datname = $1 and wait_event_type = 'Lock'",
            [name],
          );
          return rows[0]?.killed ?? 0;
        })
        .toBeGreaterThan(0);
      expect(await failure).toMatchObject({ code: "store.unreachable", retryable: true });
      await blocker.query("rollback");
      await blocker.end();
      expect(await store.recordCheck(record)).toBe("recorded");
    });
  });

  it("lets many replicas save the same new snapshot at once", async () => {
    const objects = Array.from({ length: 400 }, (_, index) => [
      aTable(`t${index}`),
      aColumn(`t${index}`, "only_here"),
    ]);
    const snapshot = aSnapshot(objects.flat());
    const names = Array.from({ length: 8 }, (_, index) => `replica-${index}`);
    await withStore(async (store) => {
      await store.registerEnvironments(
        names.map((each) => anEnvironment({ name: each })),
        "2026-01-01T00:00:00.000Z",
      );
      const written = await Promise.all(
        names.map((environment) =>
          store.recordCheck(aRecord({ check: aCheck({ id: `c-${environment}`, environment }), snapshot })),
        ),
      );
      expect(new Set(written)).toEqual(new Set(["recorded"]));
      for (const environment of names) expect(await store.snapshotAt(environment)).toEqual(snapshot);
    }, 8);
  });

  it("never tells the password, whatever goes wrong", async () => {
    const wrongHost = new URL(url);
    wrongHost.port = "1";
    wrongHost.password = "hunter2";
    const unreachable = await refusal(wrongHost.href);
    expect(unreachable).toMatchObject({ code: "store.unreachable", retryable: true });
    const missing = new URL(url);
    missing.pathname = "/dw_store_of_nobody";
    missing.password = "hunter2";
    const absent = await refusal(missing.href);
    expect(absent).toMatchObject({ code: "store.unreachable", retryable: false });
    expect(absent.remedy).toContain("Create the database");
    for (const error of [unreachable, absent]) {
      expect(`${error.message} ${error.remedy} ${String(error.cause)}`).not.toContain("hunter2");
      expect(error.message).toContain(new URL(url).hostname);
    }
  });

  it("refuses a user who may not create its schema, with the remedy", async () => {
    const role = `${name}_reader`;
    await admin(`create role ${role} login password 'hunter2'`);
    try {
      await admin(`drop database if exists ${name}_bare with (force)`);
      await admin(`create database ${name}_bare`);
      const poor = new URL(url);
      poor.username = role;
      poor.password = "hunter2";
      poor.pathname = `/${name}_bare`;
      const error = await refusal(poor.href);
      expect(error).toMatchObject({ code: "store.failed", retryable: false });
      expect(error.remedy).toContain("create the schema");
    } finally {
      await admin(`drop database if exists ${name}_bare with (force)`);
      await admin(`drop role ${role}`);
    }
  });
});
