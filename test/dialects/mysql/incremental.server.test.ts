/** Incremental readings on real servers: after every step of a random storm of DDL they equal a full reading. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compareSnapshots } from "../../../src/compare/compare.ts";
import { mysqlDialect } from "../../../src/dialects/mysql/dialect.ts";
import type { Snapshot } from "../../../src/model/snapshot.ts";
import {
  allTestServers,
  connect,
  flavorOf,
  isWaiting,
  openTestServer,
  type TestFlavor,
  type TestServer,
  type TestServerName,
} from "./support.ts";

type Random = (below: number) => number;

/** Mulberry32: the same seed tells the same story. */
function randomFrom(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * below);
  };
}

const base = `${Array.from(
  { length: 8 },
  (_, index) =>
    `CREATE TABLE t${index} (id int PRIMARY KEY AUTO_INCREMENT, a int, b varchar(20), KEY ka (a));`,
).join("\n")}
CREATE TABLE c0 (id int PRIMARY KEY, pid int, CONSTRAINT c0_fk FOREIGN KEY (pid) REFERENCES t0 (id));
CREATE TABLE c1 (id int PRIMARY KEY, pid int, CONSTRAINT c1_fk FOREIGN KEY (pid) REFERENCES t1 (id));
CREATE TABLE pt (id int) PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN (20));
CREATE TABLE pe (id int);
CREATE TABLE my (a int, b int) ENGINE = MyISAM;
CREATE VIEW v0 AS SELECT id, a FROM t2;
CREATE PROCEDURE f0 () SELECT 1;
CREATE TRIGGER g0 BEFORE INSERT ON t3 FOR EACH ROW SET NEW.a = 1;
CREATE EVENT e0 ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1;`;

/** One random step; some do not apply to what exists by then and are refused by the server. */
function stepOf(flavor: TestFlavor, random: Random): string {
  const t = `t${random(8)}`;
  const o = `t${random(8)}`;
  const n = random(1000);
  const steps = [
    `ALTER TABLE ${t} ADD x${n} int`,
    `ALTER TABLE ${t} RENAME COLUMN a TO a2`,
    `ALTER TABLE ${t} RENAME COLUMN a2 TO a`,
    `ALTER TABLE t${random(2)} CHANGE id id2 int AUTO_INCREMENT`,
    `ALTER TABLE t${random(2)} CHANGE id2 id int AUTO_INCREMENT`,
    `RENAME TABLE ${t} TO swap, ${o} TO ${t}, swap TO ${o}`,
    `ALTER TABLE ${t} RENAME TO swap; ALTER TABLE ${o} RENAME TO ${t}; ALTER TABLE swap RENAME TO ${o}`,
    `RENAME TABLE t0 TO away`,
    `RENAME TABLE away TO t0`,
    `DROP TABLE ${t}; CREATE TABLE ${t} (id int PRIMARY KEY AUTO_INCREMENT, a int, b varchar(${(n % 50) + 1}))`,
    `SET foreign_key_checks = 0; DROP TABLE t1; CREATE TABLE t1 (id int PRIMARY KEY AUTO_INCREMENT, a int, n${n} int)`,
    `ALTER TABLE ${t} COMMENT 'c${n}'`,
    `ALTER TABLE ${t} ALTER a SET DEFAULT ${n}`,
    `CREATE INDEX i${n} ON ${t} (b)`,
    `ALTER TABLE ${t} RENAME INDEX ka TO kb`,
    `ALTER TABLE ${t} ADD CONSTRAINT k${n} CHECK (a > ${n})`,
    `TRUNCATE ${t}`,
    `OPTIMIZE TABLE ${t}`,
    `INSERT INTO ${t} (b) VALUES ('x')`,
    `DROP TRIGGER g0; CREATE TRIGGER g0 BEFORE INSERT ON ${t} FOR EACH ROW SET NEW.a = ${n}`,
    `CREATE TRIGGER g${n} AFTER DELETE ON ${t} FOR EACH ROW SET @x = ${n}`,
    `CREATE OR REPLACE VIEW v0 AS SELECT id, b, ${n} AS n FROM t2`,
    `ALTER VIEW v0 AS SELECT ${n} AS n`,
    `CREATE VIEW v${n} AS SELECT * FROM ${t}`,
    `DROP PROCEDURE f0; CREATE PROCEDURE f0 () SELECT ${n}`,
    `ALTER PROCEDURE f0 COMMENT 'c${n}'`,
    `ALTER EVENT e0 COMMENT 'c${n}'`,
    `ALTER EVENT e0 ON SCHEDULE EVERY ${n + 1} MINUTE`,
    `ALTER TABLE pt ADD PARTITION (PARTITION p${n + 20} VALUES LESS THAN (${(n + 1) * 20}))`,
    "ALTER TABLE pt DROP PARTITION p1",
    "ALTER TABLE pt EXCHANGE PARTITION p0 WITH TABLE pe",
    "ALTER TABLE pt TRUNCATE PARTITION p0",
    "ALTER TABLE pt REMOVE PARTITIONING",
    `ALTER TABLE my ALTER a SET DEFAULT ${n}`,
    `ALTER TABLE my COMMENT 'c${n}'`,
    `ALTER DATABASE COLLATE ${n % 2 === 0 ? "utf8mb4_bin" : "utf8mb4_general_ci"}`,
    `PREPARE s FROM 'ALTER TABLE ${t} ADD p${n} int'; EXECUTE s`,
    `ALTER TABLE c0 ADD CONSTRAINT fk${n} FOREIGN KEY (id) REFERENCES ${o} (id)`,
    "DROP VIEW v0",
    "DROP TRIGGER g0",
    `CREATE PROCEDURE d${n} () DROP TRIGGER IF EXISTS g0; CALL d${n}()`,
    ...(flavor === "mariadb"
      ? [
          `CREATE OR REPLACE SEQUENCE s INCREMENT BY ${n + 1}`,
          `ALTER SEQUENCE s INCREMENT BY ${n + 2}`,
          `CREATE OR REPLACE TRIGGER g0 BEFORE INSERT ON ${t} FOR EACH ROW SET NEW.a = ${n}`,
          `CREATE OR REPLACE TABLE ${t} (id int PRIMARY KEY AUTO_INCREMENT, a int, r${n} int)`,
          "EXECUTE IMMEDIATE 'DROP TRIGGER g0'",
          `BEGIN NOT ATOMIC EXECUTE IMMEDIATE 'CREATE TRIGGER g${n} AFTER DELETE ON ${t} FOR EACH ROW SET @x = 1'; END`,
          `ALTER TABLE ${t} ADD SYSTEM VERSIONING`,
          `ALTER TABLE ${t} DROP SYSTEM VERSIONING`,
        ]
      : [`ALTER TABLE ${t} ADD INDEX f${n} ((a + ${n}))`, `ALTER TABLE ${t} ALTER INDEX ka INVISIBLE`]),
  ];
  return steps[random(steps.length)] ?? "";
}

/** In this time the catalog's times, which are whole seconds, become more than two seconds old. */
const settleMs = 3_100;
const seed = Number(process.env.DRIFTWATCH_STORM_SEED ?? 20_261_121);
/** The newer MariaDB is only to show that it does not differ. */
function stepsFor(name: TestServerName): number {
  return Number(process.env.DRIFTWATCH_STORM_STEPS ?? (name === "mariadb-11" ? 10 : 25));
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function rootOf(snapshot: Snapshot, name: string): readonly unknown[] {
  const root = snapshot.roots.find((each) => each.key.path.join(".") === name && each.key.kind === "table");
  return snapshot.objects.slice(root?.start ?? 0, (root?.start ?? 0) + 1);
}

describe.each(allTestServers())("incremental reading on %s", (name) => {
  const flavor = flavorOf(name);
  let server: TestServer;
  beforeAll(async () => {
    server = await openTestServer(name);
  });
  afterAll(() => server.close());

  async function read(database: string, previous?: Snapshot, account?: string): Promise<Snapshot> {
    const session = await mysqlDialect.connect(server.urlOf(database, account), {});
    try {
      return await session.introspect(previous);
    } finally {
      await session.close();
    }
  }

  /** Some moments do not prove anything (DDL of other tests runs): then the reading is full, and tried again. */
  async function readSettled(database: string): Promise<Snapshot> {
    const end = Date.now() + 60_000;
    for (await pause(settleMs); ; await pause(100)) {
      const snapshot = await read(database);
      if (snapshot.reading?.state !== undefined || Date.now() > end) return snapshot;
    }
  }

  it(`equals a full reading after each step of a storm (DRIFTWATCH_STORM_SEED=${seed})`, async () => {
    const random = randomFrom(seed);
    const database = await server.createDatabase("storm");
    await server.run(database, base);
    const stepCount = stepsFor(name);
    let previous = await readSettled(database);
    const done: string[] = [];
    let partial = 0;
    for (let step = 0; step < stepCount; step += 1) {
      for (let count = random(3); count >= 0; count -= 1) {
        const sql = stepOf(flavor, random);
        await server.run(database, sql).then(
          () => done.push(sql),
          () => undefined,
        );
      }
      const next = await read(database, previous);
      const full = await read(database);
      expect(
        compareSnapshots(full, next).map((change) => [change.verb, change.key, change]),
        done.join(";\n"),
      ).toEqual([]);
      expect(next.fingerprint, done.join(";\n")).toBe(full.fingerprint);
      expect(next.visibility).toEqual(full.visibility);
      if (next.reading?.full === false) partial += 1;
      previous = next;
      // Now and then all times grow old, so that what follows is built upon.
      if (random(3) === 0) await pause(settleMs);
    }
    expect(done.length).toBeGreaterThan(stepCount / 2);
    expect(partial).toBeGreaterThan(stepCount / 4);
  }, 300_000);

  /** Other test files change schemas on the same server; while they do, more is read than need be, rightly. */
  async function readPartly(
    database: string,
    previous: Snapshot,
    isSpared: (next: Snapshot) => boolean = () => true,
  ): Promise<Snapshot> {
    const end = Date.now() + 60_000;
    for (;;) {
      const snapshot = await read(database, previous);
      if ((snapshot.reading?.full === false && isSpared(snapshot)) || Date.now() > end) return snapshot;
      await pause(200);
    }
  }

  it("takes unchanged tables from the snapshot before, without reading them", async () => {
    const database = await server.createDatabase("taken");
    await server.run(database, base);
    const first = await readSettled(database);
    expect(first.reading?.full).toBe(true);
    await server.run(database, "ALTER TABLE t7 ADD x int");
    const second = await readPartly(
      database,
      first,
      (next) => rootOf(next, "t6")[0] === rootOf(first, "t6")[0],
    );
    expect(second.reading?.full).toBe(false);
    expect(rootOf(second, "t6")[0]).toBe(rootOf(first, "t6")[0]);
    expect(rootOf(second, "t7")[0]).not.toBe(rootOf(first, "t7")[0]);
    expect(compareSnapshots(first, second).map((change) => change.key.path.join("."))).toEqual(["t7.x"]);
  });

  it("reads children of a renamed parent again", async () => {
    const database = await server.createDatabase("parents");
    await server.run(database, base);
    const first = await readSettled(database);
    await server.run(database, "RENAME TABLE t0 TO elsewhere; ALTER TABLE t1 RENAME COLUMN id TO nr");
    const second = await readPartly(database, first);
    expect(second.reading?.full).toBe(false);
    expect(second.fingerprint).toBe((await read(database)).fingerprint);
  });

  it("is not disturbed by what other sessions run", async () => {
    const database = await server.createDatabase("others");
    const other = await connect(name);
    const running = other.query("SELECT SLEEP(1.5), '😀 é'");
    const session = await mysqlDialect.connect(server.urlOf(database), {});
    expect((await session.introspect()).reading?.full).toBe(true);
    await session.probe();
    await session.close();
    await running;
    await other.end();
  });

  it("builds on nothing that was read while a schema change was running", async () => {
    const database = await server.createDatabase("running");
    await server.run(database, base);
    await pause(settleMs);
    const holder = await connect(name);
    const session = await mysqlDialect.connect(server.urlOf(database), {});
    try {
      await holder.query(`USE \`${database}\`; START TRANSACTION; SELECT * FROM t5`);
      const altering = server.run(database, "ALTER TABLE t5 ADD late int");
      await expect.poll(() => isWaiting(holder, database)).toBe(true);
      expect(await session.probe()).toBeUndefined();
      const during = await session.introspect();
      // MariaDB stamps a table when it is really made, so there the next reading may build upon this one.
      if (flavor === "mysql") expect(during.reading?.state).toBeUndefined();
      await holder.query("COMMIT");
      await altering;
      const after = await session.introspect(during);
      expect(compareSnapshots(during, after).map((change) => change.key.path.join("."))).toEqual(["t5.late"]);
    } finally {
      await holder.end();
      await session.close();
    }
  });
});
