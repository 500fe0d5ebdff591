/** What one-attribute changes in a single shared database cannot show: where tables lie, what belongs to the server, two schemas. */
import { chownSync, existsSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compareSnapshots } from "../../../src/compare/compare.ts";
import type { Change } from "../../../src/model/change.ts";
import type { Snapshot } from "../../../src/model/snapshot.ts";
import { type OwnMysql, type OwnServers, openOwnServers } from "../../support/servers/own-mysql.ts";
import { execute, ownable } from "./own-servers.ts";
import { flavorOf, type TestFlavor, takeSnapshot } from "./support.ts";

interface Case {
  readonly what: string;
  readonly on?: TestFlavor;
  readonly base: string;
  readonly change: string;
  readonly expected: readonly string[];
  /** So that the schema can be made anew. */
  readonly last?: string;
}

const parts = (place: string): string =>
  `CREATE TABLE shop.t (a int) PARTITION BY HASH (a) (PARTITION p0, PARTITION p1${place})`;

const cases: readonly Case[] = [
  {
    what: "a table in another directory",
    base: "CREATE TABLE shop.t (a int)",
    change: "DROP TABLE shop.t; CREATE TABLE shop.t (a int) DATA DIRECTORY = '<elsewhere>'",
    expected: ["altered table t.dataDirectory"],
  },
  {
    what: "a MyISAM table with its index in another directory",
    on: "mariadb",
    base: "CREATE TABLE shop.t (a int, KEY (a)) ENGINE = MyISAM",
    change:
      "DROP TABLE shop.t; CREATE TABLE shop.t (a int, KEY (a)) ENGINE = MyISAM INDEX DIRECTORY = '<elsewhere>'",
    expected: ["altered table t.createOptions"],
  },
  {
    what: "a partition in another directory",
    base: parts(""),
    change: `DROP TABLE shop.t; ${parts(" DATA DIRECTORY = '<elsewhere>'")}`,
    expected: ["altered partition t.p1.options"],
  },
  {
    what: "a foreign key to a table of another schema",
    base: "CREATE TABLE shop.p (id int PRIMARY KEY); CREATE TABLE shop.c (id int, CONSTRAINT fk FOREIGN KEY (id) REFERENCES shop.p (id))",
    change:
      "ALTER TABLE shop.c DROP FOREIGN KEY fk; ALTER TABLE shop.c ADD CONSTRAINT fk FOREIGN KEY (id) REFERENCES other.p (id)",
    expected: ["altered foreign-key c.fk.referencedTable"],
  },
  {
    what: "a schema that nobody may write to",
    on: "mysql",
    base: "CREATE TABLE shop.t (a int)",
    change: "ALTER DATABASE shop READ ONLY = 1",
    expected: ["altered schema .readOnly"],
    last: "ALTER DATABASE shop READ ONLY = 0",
  },
  {
    what: "a table in a tablespace of its own",
    on: "mysql",
    base: "CREATE TABLESPACE apart ADD DATAFILE 'apart.ibd'; CREATE TABLE shop.t (a int)",
    change: "ALTER TABLE shop.t TABLESPACE apart",
    expected: ["altered table t.tablespace"],
  },
];

function shown(change: Change): string {
  const attribute = change.verb === "altered" ? `.${change.attribute}` : "";
  return `${change.verb} ${change.kind} ${change.key.path.join(".")}${attribute}`;
}

describe.each(ownable("mysql", "mariadb", "mariadb-11"))("on a server of its own, %s", (name) => {
  const flavor = flavorOf(name);
  let servers: OwnServers;
  let server: OwnMysql;
  let elsewhere: string;
  beforeAll(async () => {
    servers = await openOwnServers();
    server = await servers.start(name, "--skip-log-bin");
    await server.stop();
    const { uid, gid } = statSync(server.folder);
    mkdirSync(join(server.folder, "elsewhere"));
    chownSync(join(server.folder, "elsewhere"), uid, gid);
    elsewhere = join(server.inside, "elsewhere");
    const known = flavor === "mysql" ? [`--innodb-directories=${elsewhere}`] : [];
    await server.start("--skip-log-bin", ...known);
    await execute(server.url, "CREATE DATABASE other; CREATE TABLE other.p (id int PRIMARY KEY)");
  });
  afterAll(() => servers?.close());

  it.each(cases.filter(({ on = flavor }) => on === flavor))("tells $what", async (each) => {
    const run = async (sql: string): Promise<unknown> =>
      await execute(server.url, sql.replaceAll("<elsewhere>", elsewhere));
    const read = async (): Promise<Snapshot> => await takeSnapshot(`${server.url}shop`);
    await run("DROP DATABASE IF EXISTS shop; CREATE DATABASE shop");
    await run(each.base);
    const before = await read();
    await run(each.change);
    const after = await read();
    if (each.last !== undefined) await run(each.last);
    expect(compareSnapshots(before, after).map(shown)).toEqual(each.expected);
    expect(after.visibility.unmodelled).toEqual([]);
  });

  it("tells a loadable function that came, changed and went", async (context) => {
    const [name, file] =
      flavor === "mysql"
        ? ["service_get_read_locks", "locking_service.so"]
        : ["spider_ping_table", "ha_spider.so"];
    if (!existsSync(join(server.root, "usr/lib/mysql/plugin", file)))
      context.skip(`there is no ${file} here`);
    const make = (returns: string): string => `CREATE FUNCTION ${name} RETURNS ${returns} SONAME '${file}'`;
    const none = await takeSnapshot(server.url);
    await execute(server.url, make("INTEGER"));
    const one = await takeSnapshot(server.url);
    await execute(server.url, `DROP FUNCTION ${name}`, make("STRING"));
    const other = await takeSnapshot(server.url);
    await execute(server.url, `DROP FUNCTION ${name}`);
    expect(compareSnapshots(none, one).map(shown)).toEqual([`added loadable-function ${name}`]);
    expect(compareSnapshots(one, other).map(shown)).toEqual([`altered loadable-function ${name}.returns`]);
    expect(compareSnapshots(other, none).map(shown)).toEqual([`removed loadable-function ${name}`]);
  });
});
