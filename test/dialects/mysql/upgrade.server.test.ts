/** A newer server of the same flavor: the upgrade itself is told, and nothing that it only spells in another way. */
import { cpSync, existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createConnection } from "mysql2/promise";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compareSnapshots } from "../../../src/compare/compare.ts";
import { mysqlDialect } from "../../../src/dialects/mysql/dialect.ts";
import type { Change } from "../../../src/model/change.ts";
import type { Snapshot } from "../../../src/model/snapshot.ts";
import { type OwnServers, openOwnServers, whyNotOwn } from "../../support/servers/own-mysql.ts";
import { run } from "../../support/servers/run-command.ts";
import { charsetClauseOf, dump, load } from "./dump.ts";
import { allTestServers, openTestServer, serverUrls, type TestServer, takeSnapshot } from "./support.ts";

const kitchenSink = readFileSync(new URL("fixtures/kitchen-sink.mariadb.sql", import.meta.url), "utf8");
const folder = new URL("../../../../shared/corpus/mysql/", import.meta.url);
/** The largest take long and hold nothing that the others do not. */
const largestBytes = 150_000;
const files = existsSync(folder)
  ? readdirSync(folder).filter(
      (name) => name.endsWith(".sql") && statSync(new URL(name, folder)).size <= largestBytes,
    )
  : [];
const upgrade = ["altered server .version"];
/** For so long after a start counters prove nothing, so there is no token. */
const settleMs = 3_100;

function shown(changes: readonly Change[]): string[] {
  return changes.map(
    (change) =>
      `${change.verb} ${change.kind} ${change.key.path.join(".")}${change.verb === "altered" ? `.${change.attribute}` : ""}`,
  );
}

const servers = allTestServers();
const both = servers.includes("mariadb") && servers.includes("mariadb-11");

describe.skipIf(!both)(
  `MariaDB dumped and restored on a newer one${both ? "" : " (skipped: one of the servers is missing)"}`,
  () => {
    let old: TestServer;
    let fresh: TestServer;
    beforeAll(async () => {
      old = await openTestServer("mariadb");
      fresh = await openTestServer("mariadb-11");
    });
    afterAll(async () => {
      await old?.close();
      await fresh?.close();
    });

    const schemas = [
      ["the kitchen sink", kitchenSink],
      ...files.map((file) => [file, readFileSync(new URL(file, folder), "utf8")]),
    ];
    it.each(schemas)("tells of %s only the upgrade, and of a change both", async (_, sql = "") => {
      const from = await old.createDatabase("old");
      await load(serverUrls.mariadb, from, sql);
      const baseline = await old.snapshot(from);
      const to = await fresh.createDatabase("new", charsetClauseOf(baseline));
      const text = await dump(serverUrls.mariadb, from);
      await load(serverUrls["mariadb-11"], to, text.replaceAll(from, to));
      const live = await fresh.snapshot(to);
      expect(shown(compareSnapshots(baseline, live))).toEqual(upgrade);
      expect(shown(compareSnapshots(live, baseline))).toEqual(upgrade);
      expect(live.visibility.unmodelled).toEqual([]);
      const tables = live.roots.filter((root) => root.key.kind === "table").map((root) => root.key.path[0]);
      const table = tables.find((each) => /^\w+$/.test(each ?? ""));
      await fresh.run(to, `ALTER TABLE \`${table}\` ADD dw_more int`);
      expect(shown(compareSnapshots(baseline, await fresh.snapshot(to)))).toEqual([
        ...upgrade,
        `added column ${table}.dw_more`,
      ]);
    });
  },
);

const hasMysql = servers.includes("mysql");
describe.skipIf(!hasMysql)(
  `a dump of an older MySQL on a newer one${hasMysql ? "" : " (skipped: no server)"}`,
  () => {
    let server: TestServer;
    beforeAll(async () => {
      server = await openTestServer("mysql");
    });
    afterAll(() => server?.close());

    it.each(["8.0", "5.7"])(
      "of %s reads whole, the same twice and as its own dump after that",
      async (version) => {
        const sql = readFileSync(new URL(`fixtures/dump-of-mysql-${version}.sql`, import.meta.url), "utf8");
        const [first, second, third] = [
          await server.createDatabase("old"),
          await server.createDatabase("twice"),
          await server.createDatabase("again"),
        ];
        for (const database of [first, second]) await load(serverUrls.mysql, database, sql);
        const live = await server.snapshot(first);
        expect(live.objects.length).toBeGreaterThan(35);
        expect(live.visibility.unmodelled).toEqual([]);
        expect(live.visibility.hidden).toEqual([]);
        expect(shown(compareSnapshots(live, await server.snapshot(second)))).toEqual([]);
        await server.reset(third, charsetClauseOf(live));
        await load(serverUrls.mysql, third, await dump(serverUrls.mysql, first));
        expect(shown(compareSnapshots(live, await server.snapshot(third)))).toEqual([]);
      },
    );
  },
);

const reason = whyNotOwn("mariadb") ?? whyNotOwn("mariadb-11");
describe.skipIf(reason !== undefined)(
  `a MariaDB that a newer one takes over${reason === undefined ? "" : ` (skipped: ${reason})`}`,
  () => {
    let servers: OwnServers;
    beforeAll(async () => {
      servers = await openOwnServers();
    });
    afterAll(() => servers?.close());

    async function readTwice(
      url: string,
      previous?: Snapshot,
    ): Promise<{ readonly token: string | undefined; readonly snapshot: Snapshot }> {
      const session = await mysqlDialect.connect(`${url}sink`, {});
      try {
        return { token: await session.probe(), snapshot: await session.introspect(previous) };
      } finally {
        await session.close();
      }
    }

    it("shows the upgrade alone, reads all anew, and nothing more after that", async () => {
      const old = await servers.start("mariadb");
      await execute(old.url, "CREATE DATABASE sink CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci");
      await load(old.url, "sink", kitchenSink);
      await sleep(settleMs);
      const before = await readTwice(old.url);
      expect(before.token).toBeDefined();
      await old.stop();
      const fresh = await servers.prepare("mariadb-11");
      cpSync(join(old.folder, "data"), join(fresh.folder, "data"), { recursive: true });
      await run("chown", ["-R", `--reference=${fresh.folder}/.`, join(fresh.folder, "data")]);
      await fresh.start();
      await sleep(settleMs);
      const taken = await readTwice(fresh.url, before.snapshot);
      expect(shown(compareSnapshots(before.snapshot, taken.snapshot))).toEqual(upgrade);
      expect(taken.snapshot.reading?.full).toBe(true);
      expect(taken.token).toBeDefined();
      expect(taken.token).not.toBe(before.token);
      expect(shown(compareSnapshots(taken.snapshot, await takeSnapshot(`${fresh.url}sink`)))).toEqual([]);
    });
  },
);

async function execute(url: string, sql: string): Promise<void> {
  const connection = await createConnection({
    uri: url.replace(/^mariadb:/, "mysql:"),
    multipleStatements: true,
  });
  try {
    await connection.query(sql);
  } finally {
    await connection.end();
  }
}
