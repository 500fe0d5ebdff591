/** What the server itself cannot open: told by name, kept apart from what is gone, and no reason not to read the rest. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mysqlDialect } from "../../../src/dialects/mysql/dialect.ts";
import type { Snapshot } from "../../../src/model/snapshot.ts";
import { lostVisibility } from "../../../src/monitor/judge-snapshot.ts";
import { openTestServer, type TestFlavor, type TestServer, testFlavors } from "./support.ts";

interface Breakage {
  readonly what: string;
  readonly on?: TestFlavor;
  readonly whole: string;
  readonly breaks: string;
  readonly mends: string;
  readonly left: readonly string[];
  readonly hidden: readonly string[];
  readonly error: string;
}

const breakages: readonly Breakage[] = [
  {
    what: "a merge table without one of its tables",
    whole:
      "CREATE TABLE good (a int); CREATE TABLE part (a int) ENGINE=MyISAM; CREATE TABLE broken (a int) ENGINE=MERGE UNION=(part)",
    breaks: "DROP TABLE part",
    mends: "CREATE TABLE part (a int) ENGINE=MyISAM",
    left: ["table good"],
    hidden: ["the definition of the table broken"],
    error: "ER_WRONG_MRG_TABLE",
  },
  {
    what: "views that were made to contain each other",
    whole:
      "CREATE TABLE good (a int); CREATE TABLE t (a int); CREATE VIEW v AS SELECT a FROM t; CREATE VIEW w AS SELECT a FROM v",
    breaks: "DROP TABLE t; RENAME TABLE w TO t",
    mends: "DROP VIEW t; CREATE TABLE t (a int); CREATE VIEW w AS SELECT a FROM v",
    left: ["table good"],
    hidden: ["the definition of the view t", "the definition of the view v"],
    error: "ER_VIEW_RECURSIVE",
  },
  {
    what: "a view of the history of a table that no longer has one",
    on: "mariadb",
    whole:
      "CREATE TABLE good (a int) WITH SYSTEM VERSIONING; CREATE VIEW v AS SELECT a FROM good FOR SYSTEM_TIME ALL",
    breaks: "ALTER TABLE good DROP SYSTEM VERSIONING",
    mends: "ALTER TABLE good ADD SYSTEM VERSIONING",
    left: ["table good"],
    hidden: ["the definition of the view v"],
    error: "error 4124",
  },
  {
    what: "a sequence without its file, which the server then lists as a table",
    on: "mariadb",
    whole: "CREATE TABLE good (a int); CREATE SEQUENCE s",
    breaks: "ALTER TABLE s DISCARD TABLESPACE",
    mends: "DROP SEQUENCE s; CREATE SEQUENCE s",
    left: ["table good"],
    hidden: ["the definition of the table s"],
    error: "ER_GET_ERRNO (1030)",
  },
];

describe.each(testFlavors)("objects that %s cannot open", (flavor) => {
  let server: TestServer;
  let database: string;
  beforeAll(async () => {
    server = await openTestServer(flavor);
    database = await server.createDatabase("broken");
  });
  afterAll(() => server.close());

  function tablesAndViews(snapshot: Snapshot): readonly string[] {
    return snapshot.objects
      .filter(({ kind }) => kind === "table" || kind === "view")
      .map(({ kind, key }) => `${kind} ${key.path.join(".")}`)
      .sort();
  }

  it.each(breakages.filter((each) => each.on === undefined || each.on === flavor))(
    "are told and leave the rest readable: $what",
    async ({ whole, breaks, mends, left, hidden, error }) => {
      await server.reset(database);
      await server.run(database, whole);
      const session = await mysqlDialect.connect(server.urlOf(database), {});
      try {
        const before = await session.introspect();
        expect(before.visibility.hidden).toEqual([]);

        await server.run(database, breaks);
        const broken = await session.introspect(before);
        expect(tablesAndViews(broken)).toEqual(left);
        expect(broken.visibility.hidden.map((area) => area.area)).toEqual(hidden);
        for (const area of broken.visibility.hidden) expect(area.reason).toContain(error);
        expect(lostVisibility(before.visibility, broken.visibility)?.code).toBe("check.visibility-lost");

        await server.run(database, mends);
        const mended = await session.introspect(broken);
        expect(mended.visibility.hidden).toEqual([]);
        expect(tablesAndViews(mended)).toEqual(tablesAndViews(before));
      } finally {
        await session.close();
      }
    },
  );
});
