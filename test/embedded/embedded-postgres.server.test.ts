/** The life of an embedded PostgreSQL; slow, as each test starts one or more. */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import pg from "pg";
import { describe, expect, it } from "vitest";
import { type EmbeddedOptions, startEmbeddedPostgres } from "../../src/embedded/embedded-postgres.ts";
import type { DriftwatchError } from "../../src/model/errors.ts";

const cacheFolder = join(import.meta.dirname, "../../node_modules/.cache/driftwatch");

async function connect(url: string, config: pg.ClientConfig = {}): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, ...config });
  await client.connect();
  return client;
}

async function withEmbedded<T>(
  options: EmbeddedOptions,
  use: (client: pg.Client, url: string) => Promise<T>,
): Promise<T> {
  const embedded = await startEmbeddedPostgres({ cacheFolder, ...options });
  try {
    const client = await connect(embedded.url);
    const result = await use(client, embedded.url);
    await client.end();
    return result;
  } finally {
    await embedded.close();
  }
}

async function show(client: pg.Client, setting: string): Promise<string> {
  const { rows } = await client.query<{ value: string }>("select current_setting($1) as value", [setting]);
  return rows[0]?.value ?? "";
}

describe("an embedded PostgreSQL", { timeout: 60_000 }, () => {
  it("is reachable through a private socket only, and removes it when closed", async () => {
    let folder = "";
    await withEmbedded({}, async (_, url) => {
      folder = new URL(url.replace("@/", "@socket/")).searchParams.get("host") ?? "";
      expect(statSync(folder).mode & 0o077).toBe(0);
    });
    expect(folder).not.toBe("");
    expect(existsSync(folder)).toBe(false);
  });

  it("listens on a port of this machine when asked to", async () => {
    await withEmbedded({ tcp: true }, async (client, url) => {
      expect(new URL(url).hostname).toBe("127.0.0.1");
      expect((await client.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
    });
  });

  it("is never the same cluster twice, so that object ids of two are not mistaken for each other", async () => {
    const identify = (client: pg.Client): Promise<string> =>
      client
        .query<{ id: string }>("select system_identifier as id from pg_control_system()")
        .then(({ rows }) => rows[0]?.id ?? "");
    const first = await withEmbedded({}, identify);
    const second = await withEmbedded({}, identify);
    expect(first).toMatch(/^\d+$/);
    expect(second).not.toBe(first);
  });

  it("starts without a cache, and with a damaged one", async () => {
    const broken = mkdtempSync(join(tmpdir(), "driftwatch-test-"));
    await withEmbedded({ cacheFolder: broken }, (client) => client.query("select 1"));
    const [name] = readdirSync(broken);
    expect(name).toMatch(/^cluster-pglite-.*\.tar\.gz$/);
    writeFileSync(join(broken, name ?? ""), "garbage");
    await withEmbedded({ cacheFolder: broken }, (client) => client.query("select 1"));
    rmSync(broken, { recursive: true, force: true });
  });

  it("has the contrib extensions when asked, with the settings of a plain PostgreSQL", async () => {
    await withEmbedded({ extensions: true }, async (client) => {
      for (const name of [
        "pg_trgm",
        "btree_gist",
        "hstore",
        "ltree",
        "citext",
        "intarray",
        "uuid-ossp",
        "pgcrypto",
        "unaccent",
      ]) {
        await client.query(`create extension "${name}"`);
      }
      expect(await show(client, "default_text_search_config")).toBe("pg_catalog.english");
      expect(await show(client, "timezone")).toBe("UTC");
    });
  });

  it("serves a start without extensions from a cache that one with them has filled", async () => {
    const fresh = mkdtempSync(join(tmpdir(), "driftwatch-test-"));
    for (const extensions of [true, false, true]) {
      await withEmbedded({ cacheFolder: fresh, extensions }, (client) => client.query("select 1"));
    }
    rmSync(fresh, { recursive: true, force: true });
  });

  it("keeps its data in a folder that no second one may open", async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "driftwatch-test-"));
    await withEmbedded({ dataDir }, async (client) => {
      await client.query("create table kept (n int); insert into kept values (42)");
      await expect(startEmbeddedPostgres({ dataDir, cacheFolder })).rejects.toMatchObject({
        code: "store.failed",
        message: expect.stringContaining("in use"),
      });
    });
    await withEmbedded({ dataDir }, async (client) => {
      expect((await client.query("select n from kept")).rows).toEqual([{ n: 42 }]);
    });
    rmSync(dataDir, { recursive: true, force: true });
  });

  it("opens a folder again whose process was killed, with all that was committed", async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "driftwatch-test-"));
    const rows = await killedWhileWriting(dataDir);
    await withEmbedded({ dataDir }, async (client) => {
      const { rows: found } = await client.query<{ count: number }>(
        "select count(*)::int as count from written",
      );
      expect(found[0]?.count).toBeGreaterThanOrEqual(rows);
    });
    rmSync(dataDir, { recursive: true, force: true });
  });

  it("says so when the folder holds something that is no cluster", async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "driftwatch-test-"));
    await withEmbedded({ dataDir }, (client) => client.query("select 1"));
    writeFileSync(join(dataDir, "pg18", "global", "pg_control"), "garbage");
    await expect(startEmbeddedPostgres({ dataDir, cacheFolder })).rejects.toMatchObject({
      code: "store.failed",
      message: expect.stringContaining(dataDir),
      remedy: expect.stringContaining("backup"),
    });
    expect(existsSync(join(dataDir, "driftwatch.lock"))).toBe(false);
    rmSync(dataDir, { recursive: true, force: true });
  });

  it("says in words what the file system refuses", async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "driftwatch-test-"));
    writeFileSync(join(dataDir, "pg18"), "a file where the cluster's folder should be");
    await expect(startEmbeddedPostgres({ dataDir, cacheFolder })).rejects.toMatchObject({
      code: "store.failed",
      message: expect.stringMatching(/did not start: .*(a file is there|ENOTDIR|EEXIST)/),
    });
    rmSync(dataDir, { recursive: true });
  });

  it("that panics is told of at once and leaves nobody waiting, and its folder opens again", async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "driftwatch-panic-"));
    const wal = join(dataDir, "pg18", "pg_wal");
    try {
      const told: DriftwatchError[] = [];
      const crashed = await startEmbeddedPostgres({
        cacheFolder,
        dataDir,
        onCrash: (error) => told.push(error),
      });
      const client = await connect(crashed.url);
      client.on("error", () => undefined);
      await client.query("create table kept ()");
      // What a full disk does to the next file of the log.
      renameSync(wal, `${wal}.away`);
      await expect(
        (async () => {
          for (let switches = 0; switches < 5; switches += 1) {
            await client.query("create table more (); drop table more");
            await client.query("select pg_switch_wal()");
          }
        })(),
      ).rejects.toThrow(/pg_wal/);
      await expect.poll(() => told.length, { timeout: 5_000 }).toBe(1);
      expect(told[0]).toMatchObject({ code: "store.failed", message: expect.stringContaining("pg_wal") });
      await expect(connect(crashed.url, { connectionTimeoutMillis: 2_000 })).rejects.toThrow(/ENOENT|ECONN/);
      await crashed.close();
      renameSync(`${wal}.away`, wal);
      await withEmbedded({ dataDir }, async (again) => {
        expect((await again.query("select to_regclass('kept') as kept")).rows).toEqual([{ kept: "kept" }]);
      });
    } finally {
      rmSync(dataDir, { recursive: true });
    }
  });
});

/** Lets another process write rows one by one, kills it and returns how many it had been told are committed. */
async function killedWhileWriting(dataDir: string): Promise<number> {
  const source = pathToFileURL(join(import.meta.dirname, "../../src/embedded/embedded-postgres.ts")).href;
  const driver = pathToFileURL(createRequire(import.meta.url).resolve("pg")).href;
  const script = `
    const { startEmbeddedPostgres } = await import(${JSON.stringify(source)});
    const { default: pg } = await import(${JSON.stringify(driver)});
    const options = { dataDir: ${JSON.stringify(dataDir)}, cacheFolder: ${JSON.stringify(cacheFolder)} };
    const client = new pg.Client((await startEmbeddedPostgres(options)).url);
    await client.connect();
    await client.query("create table written (n int)");
    for (let n = 1; ; n += 1) {
      await client.query("insert into written values ($1)", [n]);
      console.log(n);
    }`;
  const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let last = 0;
  for await (const chunk of child.stdout) {
    last = Number(String(chunk).trim().split("\n").at(-1));
    if (last >= 100) child.kill("SIGKILL");
  }
  return last;
}
