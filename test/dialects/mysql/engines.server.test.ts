/** Tables of every engine that a server of the test has: read whole, the same after dump and restore, and without their secrets. */
import { existsSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compareSnapshots } from "../../../src/compare/compare.ts";
import { type OwnMysql, type OwnServers, openOwnServers } from "../../support/servers/own-mysql.ts";
import { charsetClauseOf, dump, load } from "./dump.ts";
import { execute, ownable } from "./own-servers.ts";
import { flavorOf, type TestFlavor, takeSnapshot } from "./support.ts";

interface Case {
  readonly what: string;
  readonly engine: string;
  readonly on?: TestFlavor;
  readonly sql: string;
}

const cases: readonly Case[] = [
  {
    what: "an archive",
    engine: "ARCHIVE",
    sql: "CREATE TABLE t (id int NOT NULL AUTO_INCREMENT, a text, KEY (id)) ENGINE=ARCHIVE AUTO_INCREMENT=7 COMMENT='x'",
  },
  {
    what: "a table that keeps no rows",
    engine: "BLACKHOLE",
    sql: "CREATE TABLE t (id int NOT NULL PRIMARY KEY, a varchar(20), KEY k (a(5))) ENGINE=BLACKHOLE",
  },
  {
    what: "a merge table",
    engine: "MRG_MYISAM",
    sql: "CREATE TABLE m (a int) ENGINE=MyISAM; CREATE TABLE n (a int) ENGINE=MyISAM; CREATE TABLE t (a int) ENGINE=MERGE UNION=(m,n) INSERT_METHOD=FIRST",
  },
  {
    what: "a file of lines",
    engine: "CSV",
    sql: "CREATE TABLE t (a int NOT NULL, b varchar(5) NOT NULL) ENGINE=CSV CHARSET=latin1",
  },
  {
    what: "a table in memory",
    engine: "MEMORY",
    sql: "CREATE TABLE t (a int, b varchar(5), KEY h (a) USING HASH, KEY bt (a) USING BTREE, UNIQUE u (b)) ENGINE=MEMORY MAX_ROWS=10 MIN_ROWS=2 AVG_ROW_LENGTH=9",
  },
  {
    what: "MyISAM with its options",
    engine: "MyISAM",
    sql: `CREATE TABLE t (a int NOT NULL AUTO_INCREMENT, b varchar(20), c text, g point NOT NULL, PRIMARY KEY (b, a), FULLTEXT f (c), SPATIAL s (g), KEY p (b(3)) COMMENT 'x')
      ENGINE=MyISAM AVG_ROW_LENGTH=100 CHECKSUM=1 DELAY_KEY_WRITE=1 PACK_KEYS=0 ROW_FORMAT=FIXED MAX_ROWS=99 MIN_ROWS=1`,
  },
  {
    what: "Aria with its options",
    engine: "Aria",
    sql: "CREATE TABLE t (a int, b text, KEY (a), FULLTEXT (b)) ENGINE=Aria TRANSACTIONAL=1 PAGE_CHECKSUM=1 ROW_FORMAT=PAGE",
  },
  {
    what: "partitions of Aria",
    engine: "Aria",
    sql: "CREATE TABLE t (a int) ENGINE=Aria TRANSACTIONAL=0 PARTITION BY HASH (a) PARTITIONS 2",
  },
  {
    what: "numbers that the server counts",
    engine: "SEQUENCE",
    sql: "CREATE VIEW t AS SELECT seq FROM seq_1_to_10",
  },
  {
    what: "an encrypted table",
    engine: "InnoDB",
    on: "mariadb",
    sql: "CREATE TABLE t (a int) ENCRYPTED=YES ENCRYPTION_KEY_ID=1",
  },
  {
    what: "a table of another server",
    engine: "FEDERATED",
    sql: "CREATE TABLE t (id int NOT NULL PRIMARY KEY) ENGINE=FEDERATED CONNECTION='mysql://bob:hunter2@127.0.0.1:<port>/far/t'",
  },
  {
    what: "a table that Spider has elsewhere",
    engine: "SPIDER",
    sql: `CREATE TABLE t (id int NOT NULL PRIMARY KEY) ENGINE=SPIDER COMMENT='wrapper "mysql", host "127.0.0.1", port "<port>", database "far", user "bob", password "hunter2", table "t"'`,
  },
];

/** Stands between a server and the one whose rows it shows, and can be gone. */
interface Road {
  readonly port: number;
  /** "silent" takes connections and says nothing; "closed" ends each at once. */
  become(state: "open" | "silent" | "closed"): void;
  close(): void;
}

async function openRoad(to: number): Promise<Road> {
  let state = "open";
  const held = new Set<Socket>();
  const keep = (socket: Socket): Socket => {
    held.add(socket);
    socket.on("error", () => {}).on("close", () => held.delete(socket));
    return socket;
  };
  const server: Server = createServer((near) => {
    keep(near);
    if (state === "closed") near.destroy();
    if (state !== "open") return;
    const far = keep(connect(to, "127.0.0.1"));
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const cut = (): void => {
    for (const socket of held) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    become(next) {
      state = next;
      cut();
    },
    close() {
      server.close();
      cut();
    },
  };
}

/** What the server can load of what a plain one lacks; the files are where Debian has them. */
function pluginOptions(server: OwnMysql): string[] {
  const has = (name: string): boolean => existsSync(join(server.root, "usr/lib/mysql/plugin", `${name}.so`));
  const engines = ["ha_archive", "ha_blackhole", "ha_federatedx", "ha_spider"].filter(has);
  const keys = "file_key_management";
  const encryption = has(keys)
    ? [
        `--plugin-load-add=${keys}`,
        `--file-key-management-filename=${server.put("keys", "1;770A8A65DA156D24EE2A093277530142\n")}`,
      ]
    : [];
  return [...engines.map((name) => `--plugin-load-add=${name}`), ...encryption, "--plugin-maturity=unknown"];
}

describe.each(ownable("mysql", "mariadb", "mariadb-11"))("engines of %s", (name) => {
  const flavor = flavorOf(name);
  let servers: OwnServers;
  let server: OwnMysql;
  let road: Road;
  let engines: ReadonlySet<string>;
  beforeAll(async () => {
    servers = await openOwnServers();
    server = await servers.start(name, "--skip-log-bin");
    await server.stop();
    const options = flavor === "mysql" ? ["--federated"] : pluginOptions(server);
    await server.start("--skip-log-bin", ...options);
    road = await openRoad(server.port);
    await execute(
      server.url,
      "CREATE USER bob@'%' IDENTIFIED BY 'hunter2'; GRANT ALL ON *.* TO bob@'%'; CREATE DATABASE far; CREATE TABLE far.t (id int NOT NULL PRIMARY KEY)",
    );
    const rows = await execute(
      server.url,
      "SELECT ENGINE AS e FROM information_schema.ENGINES WHERE SUPPORT IN ('YES', 'DEFAULT')",
    );
    const keys = await execute(
      server.url,
      "SELECT PLUGIN_NAME AS p FROM information_schema.PLUGINS WHERE PLUGIN_NAME = 'file_key_management'",
    );
    engines = new Set([
      ...rows.map((row) => String(row.e).toUpperCase()),
      ...keys.map((row) => String(row.p).toUpperCase()),
    ]);
  });
  afterAll(async () => {
    road?.close();
    await servers?.close();
  });

  async function make(sql: string): Promise<void> {
    road.become("open");
    const anew = "DROP DATABASE IF EXISTS shop; CREATE DATABASE shop; USE shop";
    await execute(
      server.url,
      anew,
      "CREATE TABLE near (a int); CREATE TABLE T (a int)",
      sql.replace("<port>", String(road.port)),
    );
  }

  it.for(cases.filter(({ on = flavor }) => on === flavor))(
    "are read whole and the same from a dump: $what",
    async ({ what, engine, sql }, context) => {
      const needs = what === "an encrypted table" ? "file_key_management" : engine;
      if (!engines.has(needs.toUpperCase())) context.skip(`${name} has no ${needs} here`);
      await make(sql);
      const first = await takeSnapshot(`${server.url}shop`);
      const t = first.roots.find(({ key }) => key.path[0] === "t");
      expect(t?.key.kind).toBe(engine === "SEQUENCE" ? "view" : "table");
      expect(first.visibility.hidden).toEqual([]);
      expect(first.visibility.unmodelled).toEqual([]);
      expect(JSON.stringify(first)).not.toContain("hunter2");
      expect((await takeSnapshot(`${server.url}shop`)).fingerprint).toBe(first.fingerprint);
      await execute(
        server.url,
        "DROP DATABASE IF EXISTS again",
        `CREATE DATABASE again ${charsetClauseOf(first)}`,
      );
      await load(server.url, "again", await dump(server.url, "shop"));
      expect(compareSnapshots(first, await takeSnapshot(`${server.url}again`))).toEqual([]);
    },
  );

  it.for([
    ["FEDERATED", "closed"],
    ["FEDERATED", "silent"],
    ["SPIDER", "closed"],
  ] as const)(
    "are read as before where the other end of a table of %s is %s",
    async ([engine, state], context) => {
      if (!engines.has(engine)) context.skip(`${name} has no ${engine} here`);
      await make(cases.find((each) => each.engine === engine)?.sql ?? "");
      const before = await takeSnapshot(`${server.url}shop`);
      road.become(state);
      await execute(server.url, "FLUSH TABLES");
      const started = Date.now();
      const after = await takeSnapshot(`${server.url}shop`);
      // What waits for a silent end waits for half a minute.
      expect(Date.now() - started).toBeLessThan(20_000);
      expect(after.visibility.hidden).toEqual([]);
      expect(compareSnapshots(before, after)).toEqual([]);
      road.become("open");
      await execute(server.url, "ALTER TABLE shop.near ADD b int");
      road.become(state);
      const changed = compareSnapshots(before, await takeSnapshot(`${server.url}shop`));
      expect(changed.map(({ key }) => key.path)).toEqual([["near", "b"]]);
    },
  );
});
