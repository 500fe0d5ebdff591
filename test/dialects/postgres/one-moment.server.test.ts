/** Every snapshot shows one moment: what one transaction changes together is seen together, however fast changes come. */
import { Client } from "pg";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { postgresDialect } from "../../../src/dialects/postgres/dialect.ts";
import { DriftwatchError } from "../../../src/model/errors.ts";
import { keyId } from "../../../src/model/key.ts";
import type { Snapshot } from "../../../src/model/snapshot.ts";
import type { DatabaseSession } from "../../../src/monitor/ports.ts";
import { type OwnCluster, startOwnPostgres } from "../../support/servers/own-postgres.ts";
import { describeServer } from "../../support/servers/urls.ts";
import { createDatabase, type TestDatabase } from "./support.ts";

const rounds = 8;

/** One transaction that writes the same number everywhere: in catalogs' own rows and in what is only deparsed. */
function stamp(n: number, other: string): string {
  return `begin;
alter table m.t alter column a set default ${n};
alter table m.t drop constraint c, add constraint c check (a <> ${n});
alter table m.t set (fillfactor = ${10 + (n % 90)});
drop index m.i; create index i on m.t (a) where a > ${n};
create or replace view m.v as select a, ${n} as stamp from m.t;
create or replace function m.f() returns int language sql begin atomic select ${n}; end;
create or replace function m.g() returns int language sql as 'select ${n}';
drop trigger g on m.t; create trigger g before insert on m.t for each row when (new.a > ${n}) execute function m.h();
drop policy p on m.t; create policy p on m.t using (a > ${n});
comment on table m.t is '${n}';
drop table m.${other}_${n - 1} cascade; create table m.${other}_${n} (a int primary key);
commit`;
}

const ground = `create schema m; create table m.t (a int default 0, constraint c check (a <> 0)) with (fillfactor = 10);
create index i on m.t (a) where a > 0; create view m.v as select a, 0 as stamp from m.t;
create function m.f() returns int language sql begin atomic select 0; end; create function m.g() returns int language sql as 'select 0';
create function m.h() returns trigger language plpgsql as 'begin return new; end';
create trigger g before insert on m.t for each row when (new.a > 0) execute function m.h();
create policy p on m.t using (a > 0); comment on table m.t is '0'; create table m.x_0 (a int primary key)`;

/** Every number that the snapshot shows, by what shows it. */
function stampsOf(snapshot: Snapshot): Record<string, number> {
  const stamps: Record<string, number> = {};
  for (const { kind, key, attributes } of snapshot.objects) {
    if (key.path[0] !== "m" || keyId(key).includes("m.h(")) continue;
    const id = keyId(key);
    const inName = /_(\d+)/.exec(key.path[1] ?? "")?.[1];
    if (inName !== undefined) stamps[`${kind} x`] = Number(inName);
    else {
      const options = (attributes as { options?: Readonly<Record<string, string>> }).options ?? {};
      if (options.fillfactor !== undefined) stamps[`${id} option`] = Number(options.fillfactor) - 10;
      const text = JSON.stringify({ ...attributes, options: undefined });
      const found = /(?:default|text|>|<>|select|SELECT)[^0-9]{1,20}(\d+)|(\d+) AS stamp/.exec(text);
      if (found !== null) stamps[id] = Number(found[1] ?? found[2]);
    }
  }
  return stamps;
}

describeServer("postgres-18", "a snapshot of PostgreSQL", () => {
  // A cluster of its own: a long transaction in any database of a cluster makes more rows young, here too.
  let cluster: OwnCluster;
  let database: TestDatabase;
  beforeAll(async () => {
    cluster = await startOwnPostgres(18);
    database = await createDatabase(cluster.primary.url);
    await database.sql(ground);
  });
  afterAll(async () => {
    await cluster?.close();
  });

  it("shows the stamps of all objects", async () => {
    await database.sql(stamp(1, "x"));
    const stamps = stampsOf(await database.snapshot());
    expect(new Set(Object.values(stamps)), JSON.stringify(stamps)).toEqual(new Set([1]));
    expect(Object.keys(stamps).length).toBeGreaterThanOrEqual(12);
  });

  interface Storm {
    readonly changes: () => number;
    readonly longestMs: () => number;
    end(): Promise<void>;
  }

  /** Stamps a new number in each transaction, with a pause after each. */
  async function startStorm(pauseMs: number): Promise<Storm> {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query<{ n: string }>(
      "select split_part(relname, '_', 2) as n from pg_class where relname ~ '^x_[0-9]+$'",
    );
    let [stop, changes, longestMs] = [false, 0, 0];
    const failures: string[] = [];
    const running = (async () => {
      for (let n = Number(rows[0]?.n) + 1; !stop && failures.length === 0; n++) {
        const start = performance.now();
        await client.query(stamp(n, "x")).catch((error: unknown) => failures.push(String(error)));
        changes += 1;
        longestMs = Math.max(longestMs, performance.now() - start);
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
      await client.end();
      // A read that deadlocks with somebody's change must be the one that gives in.
      expect(failures).toEqual([]);
    })();
    return {
      changes: () => changes,
      longestMs: () => longestMs,
      end() {
        stop = true;
        return running;
      },
    };
  }

  const lockTimeoutMs = 1_000;
  /** What a change may take beside reads that give locks up in time, on a busy machine too. */
  const longestMs = lockTimeoutMs + 9_000;

  /** Reads full and incrementally by turns. What is refused is refused as retryable. */
  async function reads(storm: Storm, judge: (stamps: Record<string, number>) => void): Promise<void> {
    const session = await postgresDialect.connect(database.url, { lockTimeoutMs });
    try {
      let previous: Snapshot | undefined;
      for (let round = 0; round < rounds || storm.changes() < rounds; round++) {
        try {
          const snapshot = await session.introspect(round % 2 === 0 ? undefined : previous);
          judge(stampsOf(snapshot));
          previous = snapshot;
        } catch (error) {
          if (!(error instanceof DriftwatchError)) throw error;
          expect(error.code).toMatch(/^read\.(inconsistent|lock-timeout)$/);
          expect(error.retryable).toBe(true);
        }
      }
    } finally {
      await session.close();
    }
  }

  function expectOneMoment(stamps: Record<string, number>): void {
    expect(Object.keys(stamps).length, JSON.stringify(stamps)).toBeGreaterThanOrEqual(12);
    const [first = -1] = Object.values(stamps);
    const mixed = Object.entries(stamps).filter(([id, n]) =>
      id.endsWith("option") ? n !== first % 90 : n !== first,
    );
    expect(mixed, JSON.stringify(stamps)).toEqual([]);
  }

  it("shows one moment while a transaction comes every now and then", async () => {
    await database.snapshot();
    const start = performance.now();
    await database.snapshot();
    // Slow machines have slower storms: some reads are hit by a change, and the one after it has time to end.
    const storm = await startStorm(Math.max(40, 3 * (performance.now() - start)));
    try {
      let known = 0;
      await reads(storm, (stamps) => {
        expectOneMoment(stamps);
        known += 1;
      });
      expect(known).toBeGreaterThan(rounds / 2);
    } finally {
      await storm.end();
    }
    // A change waits for what a read has locked.
    expect(storm.longestMs()).toBeLessThan(longestMs);
  });

  it("shows one moment, or says that it cannot tell, while transactions come without a pause", async () => {
    const storm = await startStorm(0);
    try {
      await reads(storm, expectOneMoment);
    } finally {
      await storm.end();
    }
    expect(storm.longestMs()).toBeLessThan(longestMs);
    expectOneMoment(stampsOf(await database.snapshot()));
  });

  /** Each makes something in turn `n`, and takes it back in the same turn or a later one. */
  const churns: Readonly<Record<string, { statements: (n: number) => string[]; pauseMs: number }>> = {
    "tables, indexes and views are made and dropped without a pause": {
      statements: (n) => [
        `create table churn.t${n} (id int primary key, a text default 'a', check (id > 0))`,
        `create index on churn.t${n} (a)`,
        `create view churn.v${n} as select id from churn.t${n}`,
        ...(n < 3 ? [] : [`drop view churn.v${n - 3}`, `drop table churn.t${n - 3}`]),
      ],
      pauseMs: 0,
    },
    "one table is made and dropped without a pause": {
      statements: () => ["create table churn.t (id int primary key, a text)", "drop table churn.t"],
      pauseMs: 0,
    },
    "types are made and dropped without a pause": {
      statements: (n) => [
        `create type churn.e${n} as enum ('a')`,
        `create table churn.t${n} (a churn.e${n} default 'a')`,
        `drop table churn.t${n}`,
        `drop type churn.e${n}`,
      ],
      pauseMs: 0,
    },
    "schemas are made and dropped without a pause": {
      statements: (n) => [
        `create schema churn${n}`,
        `create table churn${n}.t (a int primary key)`,
        `drop schema churn${n} cascade`,
      ],
      pauseMs: 0,
    },
    "columns come and go": {
      statements: (n) => [
        `alter table churn.base${n % 20} add column c int default ${n}`,
        `alter table churn.base${n % 20} drop column c`,
      ],
      pauseMs: 20,
    },
  };

  /** As a check does it: what may be tried again is, twice. On a busy machine changes come faster than they can be read. */
  async function introspectPatiently(session: DatabaseSession): Promise<Snapshot> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await session.introspect();
      } catch (error) {
        const mayTryAgain = error instanceof DriftwatchError && error.code === "read.inconsistent";
        if (!mayTryAgain || !error.retryable || attempt === 3) throw error;
      }
    }
  }

  const churning = Object.entries(churns);

  it.each(churning)("is had while %s", async (_what, { statements, pauseMs }) => {
    await expectHadWhile(statements, pauseMs);
  });

  it.each(churning)("is had beside a transaction that stays open while %s", async (_what, churn) => {
    const writer = new Client({ connectionString: cluster.primary.url });
    await writer.connect();
    try {
      await writer.query("begin; select pg_current_xact_id()");
      await expectHadWhile(churn.statements, churn.pauseMs);
    } finally {
      await writer.end();
    }
  });

  async function expectHadWhile(statements: (n: number) => string[], pauseMs: number): Promise<void> {
    const base = Array.from({ length: 20 }, (_, n) => `create table churn.base${n} (id int primary key)`);
    await database.sql(["create schema churn", ...base].join("; "));
    const client = new Client({ connectionString: database.url });
    await client.connect();
    let [stop, turns] = [false, 0];
    const churn = (async () => {
      for (; !stop; turns++) {
        for (const sql of statements(turns)) await client.query(sql);
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
    })();
    const session = await postgresDialect.connect(database.url, {});
    try {
      // From here on things are dropped too.
      await vi.waitUntil(() => turns > 20, { timeout: 60_000 });
      for (let round = 0; round < 5; round++) {
        const ids = (await introspectPatiently(session)).objects.map(({ key }) => keyId(key));
        expect(ids.filter((id) => id.startsWith("table:churn.base"))).toHaveLength(20);
        // A table with a column "id" comes with its key in one statement.
        for (const id of ids.filter((each) => /^column:churn\.t\d*\.id$/.test(each))) {
          const name = id.split(".")[1];
          expect(ids).toContain(`primary-key:churn.${name}.${name}_pkey`);
        }
      }
    } finally {
      stop = true;
      await churn;
      await session.close();
      await client.end();
      await database.sql("drop schema churn cascade");
    }
    expect(turns).toBeGreaterThan(5);
  }

  it("is settled at once while temporary tables come and go", async () => {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    const session = await postgresDialect.connect(database.url, {});
    const before = await session.introspect();
    let stop = false;
    const churn = (async () => {
      for (let n = 0; !stop; n++)
        await client.query(
          `create temporary table scratch_${n} (a int primary key, b text); drop table scratch_${n}`,
        );
    })();
    try {
      for (let round = 0; round < 5; round++) {
        const snapshot = await session.introspect();
        expect(snapshot.reading?.state).toBeDefined();
        expect(snapshot.fingerprint).toBe(before.fingerprint);
      }
    } finally {
      stop = true;
      await churn;
      await client.end();
      await session.close();
    }
  });
});
