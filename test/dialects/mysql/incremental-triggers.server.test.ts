/** What incremental readings rely on for triggers: every way to change one is counted, or changes its table. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
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
} from "./support.ts";

const base = `CREATE TABLE a (id int PRIMARY KEY, x int);
CREATE TABLE b (id int PRIMARY KEY, x int);
CREATE TABLE c (id int PRIMARY KEY, x int);
CREATE TRIGGER ta BEFORE INSERT ON a FOR EACH ROW SET NEW.x = 1;
CREATE TRIGGER tb BEFORE INSERT ON b FOR EACH ROW SET NEW.x = 2;`;

/** In this time the catalog's times, which are whole seconds, become more than two seconds old. */
const settleMs = 3_100;

/** Statements, each of which changes what is to be read. OTHER stands for a second database. */
function stepsOf(flavor: TestFlavor): readonly [string, string][] {
  const onBoth: readonly [string, string][] = [
    ["a dropped trigger", "DROP TRIGGER ta"],
    ["a new trigger on a table that had none", "CREATE TRIGGER tc AFTER DELETE ON c FOR EACH ROW SET @x = 1"],
    [
      "a trigger that a procedure drops",
      "CREATE PROCEDURE does () DROP TRIGGER ta; CALL does(); DROP PROCEDURE does",
    ],
    ["a table dropped with its trigger", "DROP TABLE a"],
    ["a table made again without its trigger", "DROP TABLE a; CREATE TABLE a (id int PRIMARY KEY, x int)"],
    ["tables that change places with their triggers", "RENAME TABLE a TO s, b TO a, s TO b"],
    ["a table renamed with its trigger", "RENAME TABLE b TO renamed"],
    ["a table renamed by ALTER with its trigger", "ALTER TABLE a RENAME TO renamed"],
    ["a table that goes to another schema", "RENAME TABLE c TO OTHER.c"],
    [
      "a table that comes from another schema in place of one",
      "CREATE TABLE OTHER.d (id int); DROP TABLE b; RENAME TABLE OTHER.d TO b",
    ],
    [
      "a trigger put after another",
      "CREATE TRIGGER ta2 BEFORE INSERT ON a FOR EACH ROW PRECEDES ta SET @x = 1",
    ],
    ["a changed column of a table with a trigger", "ALTER TABLE a ADD y int"],
  ];
  if (flavor === "mysql") return onBoth;
  return [
    ...onBoth,
    ["a replaced trigger", "CREATE OR REPLACE TRIGGER ta BEFORE INSERT ON a FOR EACH ROW SET NEW.x = 3"],
    ["a trigger that a prepared statement drops", "PREPARE s FROM 'DROP TRIGGER ta'; EXECUTE s"],
    [
      "a trigger that a procedure makes by a prepared statement",
      "CREATE PROCEDURE does () EXECUTE IMMEDIATE 'CREATE TRIGGER tc AFTER DELETE ON c FOR EACH ROW SET @x = 1'; CALL does()",
    ],
    ["a trigger that a block drops", "BEGIN NOT ATOMIC DROP TRIGGER tb; END"],
    ["a replaced table", "CREATE OR REPLACE TABLE a (id int PRIMARY KEY, x int)"],
  ];
}

describe.each(allTestServers())("incremental reading of triggers on %s", (name) => {
  const flavor = flavorOf(name);
  let server: TestServer;
  let other: string;
  let partial = 0;
  const settled = new Map<string, { readonly database: string; readonly snapshot: Snapshot }>();
  beforeAll(async () => {
    server = await openTestServer(name);
    other = await server.createDatabase("othertrg");
    for (const [step] of stepsOf(flavor)) {
      const database = await server.createDatabase("trg");
      await server.run(database, base);
      settled.set(step, { database, snapshot: await read(database) });
    }
    await pause(settleMs);
    for (const [step, { database }] of settled)
      settled.set(step, { database, snapshot: await readSettled(database) });
  });
  afterAll(() => server.close());

  async function read(database: string, previous?: Snapshot): Promise<Snapshot> {
    const session = await mysqlDialect.connect(server.urlOf(database), {});
    try {
      return await session.introspect(previous);
    } finally {
      await session.close();
    }
  }

  /** Nothing can be built upon what was read while another test's change of a schema was running. */
  async function readSettled(database: string): Promise<Snapshot> {
    const until = Date.now() + 60_000;
    for (;;) {
      const snapshot = await read(database);
      if (snapshot.reading?.state !== undefined || Date.now() > until) return snapshot;
      await pause(100);
    }
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, ms));
  }

  it.each(stepsOf(flavor))("tells %s", async (step, sql) => {
    const first = settled.get(step);
    if (first === undefined) throw new Error("nothing was read before");
    await server.run(first.database, sql.replaceAll("OTHER", other));
    const next = await read(first.database, first.snapshot);
    const full = await read(first.database);
    expect(next.objects).toEqual(full.objects);
    if (next.reading?.full === false) partial += 1;
    expect(full.fingerprint).not.toBe(first.snapshot.fingerprint);
  });

  // What other test files set on the same server makes a reading full, rightly.
  it("does so by readings that are not full", () => {
    expect(partial).toBeGreaterThan(stepsOf(flavor).length / 2);
  });

  it("tells a trigger that was waiting for a lock while the lists were read", async () => {
    const database = await server.createDatabase("waiting");
    await server.run(database, base);
    await pause(settleMs);
    const holder = await connect(name);
    try {
      await holder.query(`USE \`${database}\`; START TRANSACTION; SELECT * FROM c`);
      const making = server.run(database, "CREATE TRIGGER late AFTER DELETE ON c FOR EACH ROW SET @x = 1");
      await expect.poll(() => isWaiting(holder, database)).toBe(true);
      const during = await read(database);
      await holder.query("COMMIT");
      await making;
      const next = await read(database, during);
      expect(
        next.objects.filter((object) => object.kind === "trigger").map((each) => each.key.path.at(-1)),
      ).toEqual(["ta", "tb", "late"]);
      expect(next.fingerprint).toBe((await read(database)).fingerprint);
    } finally {
      await holder.end();
    }
  });
});
