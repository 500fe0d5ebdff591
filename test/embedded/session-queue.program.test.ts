/** One backend shared by several connections: what each would see on a PostgreSQL of its own. */
import { join } from "node:path";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../../src/embedded/embedded-postgres.ts";

const cacheFolder = join(import.meta.dirname, "../../node_modules/.cache/driftwatch");

async function connect(url: string, config: pg.ClientConfig = {}): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, ...config });
  await client.connect();
  return client;
}

async function show(client: pg.Client, setting: string): Promise<string> {
  const { rows } = await client.query<{ value: string }>("select current_setting($1) as value", [setting]);
  return rows[0]?.value ?? "";
}

describe("several connections to one embedded PostgreSQL", () => {
  let embedded: EmbeddedPostgres;
  let a: pg.Client;
  let b: pg.Client;

  beforeAll(async () => {
    embedded = await startEmbeddedPostgres({ cacheFolder });
  }, 60_000);

  afterAll(() => embedded.close());

  beforeEach(async () => {
    a = await connect(embedded.url);
    b = await connect(embedded.url, {
      options: "-c statement_timeout=5s -c default_transaction_read_only=on",
    });
  });

  afterEach(() => Promise.all([a.end(), b.end()]));

  it("keep their own settings, from the start and after SET", async () => {
    expect(await show(a, "default_transaction_read_only")).toBe("off");
    expect(await show(b, "statement_timeout")).toBe("5s");
    await a.query("set timezone to 'Asia/Tokyo'; select set_config('search_path', '', false)");
    expect([await show(b, "timezone"), await show(b, "search_path")]).toEqual(["UTC", '"$user", public']);
    await b.query("set timezone to 'Europe/Paris'");
    expect([await show(a, "timezone"), await show(a, "search_path")]).toEqual(["Asia/Tokyo", ""]);
    await a.query("reset all");
    expect([await show(a, "timezone"), await show(b, "timezone")]).toEqual(["UTC", "Europe/Paris"]);
    await expect(b.query("create table nothing ()")).rejects.toThrow(/read-only transaction/);
    await a.query("create table something (); drop table something");
  });

  it("keep their own role", async () => {
    await a.query("create role limited; set role limited");
    const { rows } = await b.query<{ name: string }>("select current_user as name");
    expect(rows).toEqual([{ name: "postgres" }]);
    expect((await a.query("select current_user as name")).rows).toEqual([{ name: "limited" }]);
    await a.query("reset role; drop role limited");
  });

  it("wait for each other's transactions instead of joining them", async () => {
    await a.query("begin");
    await a.query("create table half_done ()");
    const seen = b.query("select to_regclass('half_done') as seen");
    await a.query("rollback");
    expect((await seen).rows).toEqual([{ seen: null }]);
  });

  it("never mix up their statements, even when one arrives in many packets", async () => {
    const long = "x".repeat(300_000);
    const asked = Array.from({ length: 20 }, (_, index) => index);
    const results = await Promise.all([
      ask(a, asked, (index) => [`select length($1) + $2::int as n`, [long, index]]),
      ask(b, asked, (index) => [`select $1::int as n, $2::text`, [index + 1, "short"]]),
    ]);
    expect(results).toEqual([asked.map((index) => 300_000 + index), asked.map((index) => index + 1)]);
  });

  it("go on when one of them dies in a transaction", async () => {
    const dying = await connect(embedded.url);
    dying.on("error", () => undefined);
    await dying.query("begin; create table left_behind (); set local timezone to 'Asia/Tokyo'");
    const waiting = a.query("select to_regclass('left_behind') as seen");
    (dying as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
    expect((await waiting).rows).toEqual([{ seen: null }]);
  });

  it("get errors with their place and stay usable", async () => {
    await expect(a.query("select 1;\nselect nothing;")).rejects.toMatchObject({
      code: "42703",
      position: "18",
    });
    await expect(a.query("select 1 / $1::int", [0])).rejects.toMatchObject({ code: "22012" });
    expect((await a.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
  });
});

async function ask(
  client: pg.Client,
  asked: readonly number[],
  question: (index: number) => readonly [sql: string, parameters: unknown[]],
): Promise<number[]> {
  const answers: number[] = [];
  for (const index of asked) {
    const [sql, parameters] = question(index);
    const { rows } = await client.query<{ n: number }>(sql, parameters);
    answers.push(rows[0]?.n ?? Number.NaN);
  }
  return answers;
}
