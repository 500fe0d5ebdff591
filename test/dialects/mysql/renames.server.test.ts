/** Renames by one statement: told by InnoDB's table id where the server shows it, else by strict equality. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compareSnapshots } from "../../../src/compare/compare.ts";
import type { Change } from "../../../src/model/change.ts";
import type { Snapshot } from "../../../src/model/snapshot.ts";
import { connect, openTestServer, type TestServer, takeSnapshot, testFlavors } from "./support.ts";

function shown(change: Change): string {
  if (change.verb === "renamed")
    return `${change.kind} ${change.from.path.join(".")} is now ${change.key.path.join(".")} (${change.certainty})`;
  const attribute = change.verb === "altered" ? `.${change.attribute}` : "";
  return `${change.verb} ${change.kind} ${change.key.path.join(".")}${attribute}`;
}

const base = `
CREATE TABLE p (id int PRIMARY KEY, code varchar(20) NOT NULL, UNIQUE KEY uq (code));
CREATE TABLE t (id int NOT NULL PRIMARY KEY, pid int, a varchar(30) DEFAULT 'x', b int, g int AS (b + 1) STORED, KEY ka (a), KEY kab (a, b),
  CONSTRAINT fk FOREIGN KEY (pid) REFERENCES p (id), CONSTRAINT ck CHECK (b > 0)) COMMENT 'c';
CREATE TABLE k1 (id int, n int); CREATE TABLE k2 (id int, z date);
CREATE VIEW v AS SELECT id, code FROM p;
CREATE TRIGGER tr BEFORE INSERT ON p FOR EACH ROW SET NEW.code = 'y';
CREATE PROCEDURE pr (IN x int) BEGIN SELECT x, 'some text'; END;
CREATE FUNCTION fu (x int) RETURNS int DETERMINISTIC RETURN x + 12345;
CREATE EVENT ev ON SCHEDULE EVERY 3 DAY DISABLE DO SELECT 'event body';`;

type Case = readonly [what: string, change: string, expected: readonly string[]];

const tables: readonly Case[] = [
  ["a table with all that it holds", "RENAME TABLE t TO t2", ["table t is now t2 (identity)"]],
  [
    "a table that changed besides",
    "RENAME TABLE t TO t2; ALTER TABLE t2 ADD z int, ALGORITHM = INSTANT",
    ["added column t2.z", "table t is now t2 (identity)"],
  ],
  [
    "a table that was rebuilt besides",
    "RENAME TABLE t TO t2; ALTER TABLE t2 ENGINE = InnoDB",
    ["table t is now t2 (structure)"],
  ],
  [
    "tables that swapped their names",
    "RENAME TABLE k1 TO k0, k2 TO k1, k0 TO k2",
    ["table k1 is now k2 (identity)", "table k2 is now k1 (identity)"],
  ],
  [
    "nothing when a copy took the place of its table (online schema change)",
    "CREATE TABLE _k1_gho LIKE k1; ALTER TABLE _k1_gho ADD extra int; RENAME TABLE k1 TO _k1_del, _k1_gho TO k1; DROP TABLE _k1_del",
    ["added column k1.extra"],
  ],
];

const others: readonly Case[] = [
  ["a column", "ALTER TABLE t RENAME COLUMN a TO a2", ["column t.a is now t.a2 (structure)"]],
  [
    "a column of a foreign key",
    "ALTER TABLE t RENAME COLUMN pid TO parent_id",
    ["column t.pid is now t.parent_id (structure)"],
  ],
  ["an index", "ALTER TABLE t RENAME INDEX ka TO kz", ["index t.ka is now t.kz (structure)"]],
  ["a unique key", "ALTER TABLE p RENAME INDEX uq TO uz", ["unique p.uq is now p.uz (structure)"]],
  [
    "a foreign key with its index",
    "ALTER TABLE t DROP FOREIGN KEY fk, ADD CONSTRAINT fz FOREIGN KEY (pid) REFERENCES p (id)",
    ["foreign-key t.fk is now t.fz (structure)", "index t.fk is now t.fz (structure)"],
  ],
  [
    "a check",
    "ALTER TABLE t DROP CONSTRAINT ck; ALTER TABLE t ADD CONSTRAINT cz CHECK (b > 0)",
    ["check t.ck is now t.cz (structure)"],
  ],
  ["a view", "RENAME TABLE v TO v2", ["view v is now v2 (structure)"]],
  [
    "a trigger",
    "DROP TRIGGER tr; CREATE TRIGGER tz BEFORE INSERT ON p FOR EACH ROW SET NEW.code = 'y'",
    ["trigger p.tr is now p.tz (structure)"],
  ],
  [
    "a procedure",
    "DROP PROCEDURE pr; CREATE PROCEDURE pz (IN x int) BEGIN SELECT x, 'some text'; END",
    ["procedure pr is now pz (structure)"],
  ],
  [
    "a function",
    "DROP FUNCTION fu; CREATE FUNCTION fz (x int) RETURNS int DETERMINISTIC RETURN x + 12345",
    ["function fu is now fz (structure)"],
  ],
  ["an event", "ALTER EVENT ev RENAME TO ez", ["event ev is now ez (structure)"]],
];

/** What speaks of a table and its columns from outside: the servers leave all of it as it was. */
const speakers = (table: string, column: string): string => `
CREATE VIEW vs AS SELECT ${column} AS shown FROM ${table};
CREATE VIEW vn AS SELECT id, ${column} FROM ${table};
CREATE TRIGGER tr BEFORE INSERT ON other FOR EACH ROW SET NEW.n = (SELECT max(${column}) FROM ${table});
CREATE PROCEDURE pr () SELECT ${column} FROM ${table};
CREATE FUNCTION fu () RETURNS int READS SQL DATA RETURN (SELECT count(${column}) FROM ${table});
CREATE EVENT ev ON SCHEDULE EVERY 3 DAY DISABLE DO DELETE FROM ${table} WHERE ${column} > 3;`;
const silence = "DROP VIEW vs, vn; DROP TRIGGER tr; DROP PROCEDURE pr; DROP FUNCTION fu; DROP EVENT ev;";
const spokenOf = "CREATE TABLE t (id int PRIMARY KEY, a bigint); CREATE TABLE other (n int);";
const respoken = [
  "altered event ev.definition",
  "altered function fu.definition",
  "altered procedure pr.definition",
  "altered trigger other.tr.definition",
];

describe.each(testFlavors)("a rename on %s", (flavor) => {
  let server: TestServer;
  let database: string;
  const account = `dw_ren_${process.pid}`;
  beforeAll(async () => {
    server = await openTestServer(flavor);
    database = await server.createDatabase("ren");
    const admin = await connect(flavor);
    await admin.query(
      `CREATE USER '${account}'@'%'; GRANT SELECT, SHOW VIEW, TRIGGER, EVENT ON \`${database}\`.* TO '${account}'@'%'`,
    );
    await admin.end();
  });
  afterAll(async () => {
    const admin = await connect(flavor);
    await admin.query(`DROP USER IF EXISTS '${account}'@'%'`);
    await admin.end();
    await server.close();
  });

  /** Ids are not read while DDL runs, and other tests run theirs on the same server. */
  async function readWithIds(): Promise<Snapshot> {
    for (const end = Date.now() + 50_000; Date.now() < end; ) {
      const snapshot = await server.snapshot(database);
      if (snapshot.roots.some((root) => root.identities !== undefined)) return snapshot;
    }
    throw new Error("no snapshot had ids");
  }

  it.each([...tables, ...others])("is told for %s", async (_, change, expected) => {
    await server.reset(database);
    await server.run(database, base);
    const before = await readWithIds();
    await server.run(database, change);
    expect(
      compareSnapshots(before, await readWithIds())
        .map(shown)
        .sort(),
    ).toEqual(expected);
  });

  it.each([
    [
      "a column",
      "ALTER TABLE t RENAME COLUMN a TO a2",
      speakers("t", "a2"),
      [
        ...respoken,
        "altered view vn.columns",
        "altered view vs.definition",
        "column t.a is now t.a2 (structure)",
      ],
    ],
    [
      "a table",
      "RENAME TABLE t TO t2",
      speakers("t2", "a"),
      [
        ...respoken,
        "altered view vn.definition",
        "altered view vs.definition",
        "table t is now t2 (identity)",
      ],
    ],
  ])("of %s hides no new text of what speaks of it", async (_, rename, speaking, expected) => {
    await server.reset(database);
    await server.run(database, spokenOf + speakers("t", "a"));
    const before = await readWithIds();
    await server.run(database, `${silence} ${rename}; ${speaking}`);
    const after = await readWithIds();
    expect(compareSnapshots(before, after).map(shown).sort()).toEqual(expected);
  });

  it.each([
    ["a table", "RENAME TABLE t TO t2", ["table t is now t2 (structure)"]],
    [
      "a table that was rebuilt besides",
      "RENAME TABLE t TO t2; ALTER TABLE t2 FORCE",
      ["table t is now t2 (structure)"],
    ],
  ])("is told by equality for %s where the user may not see ids", async (_, change, expected) => {
    await server.reset(database);
    await server.run(database, base);
    const read = () => takeSnapshot(server.urlOf(database, account));
    const before = await read();
    expect(before.roots.filter((root) => root.identities !== undefined)).toEqual([]);
    await server.run(database, change);
    expect(compareSnapshots(before, await read()).map(shown)).toEqual(expected);
  });
});
