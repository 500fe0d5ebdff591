/** What the server itself cannot open: told by name, kept apart from what is gone, and no reason not to read the rest. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mysqlDialect } from "../../../src/dialects/mysql/dialect.ts";
import type { Snapshot } from "../../../src/model/snapshot.ts";
import { lostVisibility } from "../../../src/monitor/judge-snapshot.ts";
import { type OwnServers, openOwnServers } from "../../support/servers/own-mysql.ts";
import { execute, ownable } from "./own-servers.ts";
import {
  flavorOf,
  openTestServer,
  type TestFlavor,
  type TestServer,
  takeSnapshot,
  testFlavors,
} from "./support.ts";

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

interface LostFile {
  readonly what: string;
  readonly on?: TestFlavor;
  readonly whole: string;
  /** In the folder of the database, while the server is down. */
  readonly breaks: string;
  readonly hidden: readonly string[];
}

const lostFiles: readonly LostFile[] = [
  {
    what: "a table without its file",
    whole: "CREATE TABLE gone (a int, KEY (a))",
    breaks: "rm gone.ibd",
    hidden: ["the definition of the table gone"],
  },
  {
    what: "a partition without its file",
    whole:
      "CREATE TABLE part (id int) PARTITION BY HASH (id) PARTITIONS 2; CREATE TRIGGER on_part BEFORE INSERT ON part FOR EACH ROW SET NEW.id = 1",
    breaks: "rm part#?#p1.ibd",
    hidden: ["the definition of the table part"],
  },
  {
    what: "a MyISAM table with another file for its index",
    whole: "CREATE TABLE my (a int, KEY (a)) ENGINE=MyISAM",
    breaks: "echo other > my.MYI",
    hidden: ["the definition of the table my"],
  },
  {
    what: "a MyISAM table without its rows",
    whole: "CREATE TABLE my_rows (a int) ENGINE=MyISAM",
    breaks: "rm my_rows.MYD",
    hidden: ["the definition of the table my_rows"],
  },
  {
    what: "a CSV table without its file",
    whole: "CREATE TABLE csv (a int NOT NULL) ENGINE=CSV",
    breaks: "rm csv.CSV",
    hidden: ["the definition of the table csv"],
  },
  {
    what: "a definition that is none",
    on: "mariadb",
    whole: "CREATE TABLE frm (a int)",
    breaks: "echo garbage > frm.frm",
    hidden: ["the definition of the table frm"],
  },
  {
    what: "a view's definition that is none",
    on: "mariadb",
    whole: "CREATE VIEW v AS SELECT 1 AS a",
    breaks: "printf 'TYPE=VIEW\\nbroken' > v.frm",
    hidden: ["the definition of the table v"],
  },
  {
    what: "triggers whose file is none",
    on: "mariadb",
    whole: "CREATE TABLE trg (a int); CREATE TRIGGER tr BEFORE INSERT ON trg FOR EACH ROW SET NEW.a = 1",
    breaks: "printf 'TYPE=TRIGGERS\\nbroken' > trg.TRG",
    hidden: ["the definition of the table trg"],
  },
];

describe.each(ownable("mysql", "mariadb", "mariadb-11"))("objects whose files %s lost", (name) => {
  const flavor = flavorOf(name);
  const lost = lostFiles.filter(({ on = flavor }) => on === flavor);
  let servers: OwnServers;
  let url: string;
  let before: Snapshot;
  let after: Snapshot;
  beforeAll(async () => {
    servers = await openOwnServers();
    const server = await servers.start(name);
    const ground =
      "CREATE DATABASE shop; USE shop; CREATE TABLE good (a int); CREATE VIEW fine AS SELECT a FROM good";
    await execute(server.url, [ground, ...lost.map(({ whole }) => whole)].join("; "));
    url = `${server.url}shop`;
    before = await takeSnapshot(url);
    await server.stop();
    const breaks = lost.map((each) => each.breaks).join(" && ");
    execFileSync("sh", ["-c", breaks], { cwd: join(server.folder, "data", "shop") });
    await server.start();
    after = await takeSnapshot(url);
  });
  afterAll(() => servers?.close());

  it.each(lost)("tells $what, with what the server answers", ({ hidden }) => {
    expect(before.visibility.hidden).toEqual([]);
    for (const area of hidden)
      expect(after.visibility.hidden).toContainEqual(
        expect.objectContaining({ area, reason: expect.stringMatching(/^the server answers .*\d/) }),
      );
  });

  it("reads the rest, and takes nothing for dropped", () => {
    const roots = after.roots.map(({ key }) => key.path.join("."));
    expect(roots).toEqual(expect.arrayContaining(["good", "fine"]));
    expect(lostVisibility(before.visibility, after.visibility)?.code).toBe("check.visibility-lost");
  });
});

describe.each(ownable("mysql", "mariadb", "mariadb-11"))("a disabled event scheduler of %s", (name) => {
  it("hides no more than MariaDB does: its events, told with what opens them", async () => {
    const servers = await openOwnServers();
    try {
      const server = await servers.start(name);
      const event = "CREATE EVENT shop.e ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1";
      await execute(server.url, "CREATE DATABASE shop; CREATE TABLE shop.t (a int)", event);
      const before = await takeSnapshot(`${server.url}shop`);
      await server.stop();
      await server.start("--event-scheduler=DISABLED");
      const after = await takeSnapshot(`${server.url}shop`);
      expect(after.roots.map(({ key }) => key.path.join("."))).toContain("t");
      const lost = lostVisibility(before.visibility, after.visibility);
      if (flavorOf(name) === "mysql") {
        expect(lost).toBeUndefined();
        expect(after.fingerprint).toBe(before.fingerprint);
      } else {
        expect(lost?.message).toContain("events of shop");
        expect(lost?.remedy).toContain("event_scheduler");
      }
    } finally {
      await servers.close();
    }
  });
});

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
