/** A server with other defaults in everything: the same schema reads the same there, and changes are told the same. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compareSnapshots, compareWithHidden } from "../../../src/compare/compare.ts";
import { mysqlDialect } from "../../../src/dialects/mysql/dialect.ts";
import type { Change } from "../../../src/model/change.ts";
import { type OwnMysql, type OwnServers, openOwnServers } from "../../support/servers/own-mysql.ts";
import { charsetClauseOf, dump, load } from "./dump.ts";
import { execute, ownable } from "./own-servers.ts";
import { flavorOf, openTestServer, serverUrls, type TestServer, takeSnapshot } from "./support.ts";

const more = `CREATE TABLE \`crème\` (id int PRIMARY KEY, \`wéird "col\` varchar(9) DEFAULT 'é"''\\\\') COMMENT 'naïve';
CREATE VIEW \`vé\` AS SELECT concat(id, ' | ', 'é"x') AS a FROM \`crème\` WHERE id > 1 OR id < 0;`;
const shared = readFileSync(new URL("fixtures/shared.sql", import.meta.url), "utf8") + more;

/** Counts already when the data folder is made. */
const lowerCaseNames = "--lower-case-table-names=1";

/** As old installations and hardened ones have them. */
const otherDefaults = {
  both: [
    lowerCaseNames,
    "--sql-mode=ANSI_QUOTES,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT,PAD_CHAR_TO_FULL_LENGTH,NO_ZERO_DATE",
    "--character-set-server=latin1",
    "--collation-server=latin1_german1_ci",
    "--explicit-defaults-for-timestamp=OFF",
    "--innodb-strict-mode=OFF",
    "--default-storage-engine=MyISAM",
    "--default-time-zone=-07:00",
    "--lc-messages=de_DE",
    "--group-concat-max-len=4",
    "--max-error-count=0",
    "--max-allowed-packet=1M",
    "--transaction-isolation=SERIALIZABLE",
    "--autocommit=OFF",
    "--completion-type=CHAIN",
    "--init-connect=SET NAMES latin1, sql_mode = 'ANSI', sql_select_limit = 1",
  ],
  mysql: ["--restrict-fk-on-non-standard-key=OFF"],
  mariadb: [
    "--innodb-file-per-table=OFF",
    "--skip-character-set-client-handshake",
    "--old-mode=NO_PROGRESS_INFO,ZERO_DATE_TIME_CAST",
    "--optimizer-switch=derived_merge=off",
  ],
};

function shown(changes: readonly Change[]): string[] {
  return changes
    .map(
      (change) =>
        `${change.verb} ${change.kind} ${change.key.path.join(".")}${change.verb === "altered" ? `.${change.attribute}` : ""}`,
    )
    .sort();
}

describe.each(ownable("mysql", "mariadb", "mariadb-11"))("other defaults on %s", (name) => {
  let servers: OwnServers;
  let odd: OwnMysql;
  let usual: TestServer;
  let database: string;
  let oddUrl: string;
  beforeAll(async () => {
    servers = await openOwnServers();
    odd = await servers.start(name, lowerCaseNames);
    await odd.stop();
    await odd.start(...otherDefaults.both, ...otherDefaults[flavorOf(name)]);
    // What a user may set for all sessions and not by an option of the server.
    await execute(
      odd.url,
      "SET GLOBAL sql_quote_show_create = OFF",
      "CREATE USER reader@'%' IDENTIFIED BY 'r'",
      "GRANT SELECT, SHOW VIEW, TRIGGER, EVENT, PROCESS, REPLICATION CLIENT ON *.* TO reader@'%'",
    );
    usual = await openTestServer(name);
    database = await usual.createDatabase("usual");
    await load(serverUrls[name], database, shared);
    const clause = charsetClauseOf(await usual.snapshot(database));
    await execute(odd.url, `CREATE DATABASE ${database} ${clause}`);
    await load(odd.url, database, `SET autocommit = 1;\n${await dump(serverUrls[name], database)}`);
    if (name === "mysql") await execute(odd.url, "SET GLOBAL sql_require_primary_key = ON");
    oddUrl = `${odd.url.replace("root@", "reader:r@")}${database}`;
  });
  afterAll(async () => {
    await usual?.close();
    await servers?.close();
  });

  it("change nothing in how a schema reads", async () => {
    const baseline = await usual.snapshot(database);
    const live = await takeSnapshot(oddUrl);
    expect(shown(compareSnapshots(baseline, live))).toEqual([]);
    expect(live.fingerprint).toBe(baseline.fingerprint);
    expect(live.visibility.hidden).toEqual([]);
    expect(live.visibility.unmodelled).toEqual([]);
    expect(live.objects.some((object) => object.key.path.join(".") === 'crème.wéird "col')).toBe(true);
  });

  it("hide no broken view", async () => {
    const there = `${odd.url}${database}`;
    await execute(
      there,
      "CREATE TABLE base (id int PRIMARY KEY, a int)",
      "CREATE VIEW seen AS SELECT a FROM base",
    );
    const baseline = await takeSnapshot(oddUrl);
    await execute(there, "ALTER TABLE base DROP a");
    const changes = shown(compareSnapshots(baseline, await takeSnapshot(oddUrl)));
    await execute(there, "DROP VIEW seen", "DROP TABLE base");
    expect(changes).toContain("altered view seen.valid");
  });

  it("hide no change", async () => {
    const baseline = await takeSnapshot(oddUrl);
    await execute(
      `${odd.url}${database}`,
      `SET NAMES utf8mb4, autocommit = 1, sql_mode = ''; ALTER TABLE parent MODIFY n decimal(12,2) DEFAULT 1, DROP KEY u; ALTER TABLE child DROP CONSTRAINT named; DROP TRIGGER tr;
       ALTER TABLE \`crème\` COMMENT 'naïf', ADD ts timestamp`,
    );
    expect(shown(compareSnapshots(baseline, await takeSnapshot(oddUrl)))).toEqual([
      "added column crème.ts",
      "altered column parent.n.default",
      "altered column parent.n.type",
      "altered comment crème.text",
      "removed check child.named",
      "removed trigger parent.tr",
      "removed unique parent.u",
    ]);
  });

  it.each([
    ["sql_mode", "SET GLOBAL sql_mode = 'ANSI,NO_BACKSLASH_ESCAPES'"],
    ["charset", "SET GLOBAL character_set_server = cp1251, GLOBAL collation_server = cp1251_general_ci"],
    ["time zone", "SET GLOBAL time_zone = '+05:30'"],
    ["explicit_defaults_for_timestamp", "SET GLOBAL explicit_defaults_for_timestamp = ON"],
  ])("change no object when the %s is set anew, only the setting itself", async (_, sql) => {
    const names = [
      "sql_mode",
      "character_set_server",
      "collation_server",
      "time_zone",
      "explicit_defaults_for_timestamp",
    ];
    const [old = {}] = await execute(
      odd.url,
      `SELECT ${names.map((each) => `@@GLOBAL.${each} AS ${each}`).join(", ")}`,
    );
    const before = await takeSnapshot(oddUrl);
    try {
      await execute(odd.url, sql);
      const after = await takeSnapshot(oddUrl);
      expect(after.fingerprint).toBe(before.fingerprint);
      expect(shown(compareSnapshots(before, after))).toEqual(["altered server .settings"]);
    } finally {
      const settings = Object.entries(old).map(
        ([name, value]) => `GLOBAL ${name} = ${typeof value === "number" ? value : `'${value}'`}`,
      );
      await execute(odd.url, `SET ${settings.join(", ")}`);
    }
  });

  it("leave no lock behind on what was read", async () => {
    const session = await mysqlDialect.connect(oddUrl, {});
    await session.introspect();
    await execute(
      `${odd.url}${database}`,
      "SET autocommit = 1, lock_wait_timeout = 1; ALTER TABLE parent FORCE",
    );
    await session.close();
  });

  it("let globs of scopes and rules name schemas and tables in any case, as statements there do", async () => {
    const seen = async (url: string, schemas: string[]): Promise<readonly string[]> =>
      (await takeSnapshot(new URL("/", url).href, { scope: { schemas } })).visibility.schemas;
    const [upper, glob] = [database.toUpperCase(), `${database.slice(0, -1).toUpperCase()}?`];
    expect(await seen(oddUrl, [upper])).toEqual([database]);
    expect(await seen(oddUrl, [glob])).toContain(database);
    expect(await seen(usual.urlOf(database), [upper])).toEqual([]);
    const sql = "SET autocommit = 1; ALTER TABLE parent COMMENT 'folded'";
    const hidden = async (url: string, run: () => Promise<unknown>): Promise<number | undefined> => {
      const baseline = await takeSnapshot(url);
      await run();
      const ignore = [{ objects: ["PARENT"] }];
      return compareWithHidden(baseline, await takeSnapshot(url), { ignore }).hidden[0]?.count;
    };
    expect(await hidden(oddUrl, () => execute(`${odd.url}${database}`, sql))).toBe(1);
    expect(await hidden(usual.urlOf(database), () => usual.run(database, sql))).toBeUndefined();
  });

  it("let the database be named in any case where the server takes names so", async () => {
    const lower = await takeSnapshot(oddUrl);
    const upper = await takeSnapshot(oddUrl.replace(database, database.toUpperCase()));
    expect(upper.fingerprint).toBe(lower.fingerprint);
    expect(upper.server.instance).toBe(lower.server.instance);
  });
});
