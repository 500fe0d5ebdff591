/** The commands on a real database with a real store: check, drift, accept, history, export and import, doctor. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeServer } from "../support/servers/urls.ts";
import { type Ran, run } from "./in-process.ts";

describeServer("postgres-18", "the commands on PostgreSQL", (serverUrl) => {
  const suffix = `${process.pid}_${Date.now() % 100_000}`;
  const names = { shop: `cli_shop_${suffix}`, store: `cli_store_${suffix}` };
  let cwd: string;
  let admin: pg.Client;
  let shop: pg.Client;

  const reader = `cli_reader_${suffix}`;

  function databaseUrl(name: string, user?: string): string {
    const url = new URL(serverUrl);
    if (user !== undefined) Object.assign(url, { username: user, password: "sesame" });
    url.pathname = `/${name}`;
    return url.href;
  }

  beforeAll(async () => {
    cwd = mkdtempSync(join(tmpdir(), "driftwatch-cli-"));
    admin = new pg.Client(serverUrl);
    await admin.connect();
    for (const name of Object.values(names)) await admin.query(`CREATE DATABASE ${name}`);
    shop = new pg.Client(databaseUrl(names.shop));
    await shop.connect();
    await shop.query(`CREATE ROLE ${reader} LOGIN PASSWORD 'sesame'`);
    await shop.query(`GRANT EXECUTE ON FUNCTION pg_catalog.pg_control_system() TO ${reader}`);
    await shop.query("CREATE TABLE orders (id int PRIMARY KEY, total numeric(10,2) NOT NULL)");
    await shop.query("CREATE INDEX orders_total ON orders (total)");
    writeFileSync(
      join(cwd, "driftwatch.yaml"),
      `environments:
  - name: shop
    url: ${databaseUrl(names.shop)}
  - name: manual
    url: ${databaseUrl(names.shop)}
    baseline: manual
  - name: read-only
    url: ${databaseUrl(names.shop, reader)}
  - name: gone
    url: postgres://reader:hunter2@127.0.0.1:1/db
store:
  url: ${databaseUrl(names.store)}
`,
    );
    writeFileSync(
      join(cwd, "orders.sql"),
      "CREATE TABLE orders (id int PRIMARY KEY, total numeric(10,2) NOT NULL);\n",
    );
  });

  afterAll(async () => {
    await shop.query(`DROP OWNED BY ${reader}`);
    await shop.query(`DROP ROLE ${reader}`);
    await shop.end();
    for (const name of Object.values(names))
      await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await admin.end();
    rmSync(cwd, { recursive: true });
  });

  function driftwatch(...args: readonly string[]): Promise<Ran> {
    return run(args, { cwd });
  }

  it("tell one story, from the first check to the accepted drift", async () => {
    const first = await driftwatch("check", "shop");
    expect(first).toMatchObject({ exitCode: 0 });
    expect(first.stdout).toContain("shop  in sync  (first check: this schema is the baseline now)");

    await shop.query("ALTER TABLE orders ALTER total TYPE numeric(8,2)");
    const drifted = await driftwatch("check", "shop");
    expect(drifted.exitCode).toBe(2);
    expect(drifted.stdout).toContain("numeric(10,2) -> numeric(8,2)");
    expect(drifted.stderr).toContain("driftwatch baseline accept shop");

    const json = await driftwatch("check", "shop", "--json", "--fail-on", "never");
    expect(json.exitCode).toBe(0);
    expect(JSON.parse(json.stdout)).toMatchObject({
      checks: [
        {
          environment: "shop",
          outcome: "drifted",
          worst: "critical",
          findings: [{ object: "public.orders.total" }],
        },
      ],
    });

    const diff = await driftwatch("diff", "shop@baseline", "shop", "--json");
    expect(diff.exitCode).toBe(2);
    expect(JSON.parse(diff.stdout).findings).toEqual(JSON.parse(json.stdout).checks[0].findings);

    const moved = await driftwatch("baseline", "accept", "shop", "--fingerprint", "0".repeat(64));
    expect(moved.exitCode).toBe(1);
    expect(moved.stderr).toContain("[baseline.conflict]");

    const accepted = await driftwatch(
      "baseline",
      "accept",
      "shop",
      "--yes",
      "--by",
      "ann",
      "--reason",
      "release 4.2",
    );
    expect(accepted).toMatchObject({ exitCode: 0, stdout: "" });
    expect(accepted.stderr).toContain("numeric(10,2) -> numeric(8,2)");
    expect(await driftwatch("check", "shop")).toMatchObject({ exitCode: 0 });

    const shown = JSON.parse((await driftwatch("baseline", "show", "shop", "--json")).stdout);
    expect(shown.baseline).toMatchObject({ origin: "accepted", acceptedBy: "ann", reason: "release 4.2" });
    const baselines = JSON.parse(
      (await driftwatch("baseline", "history", "shop", "--json")).stdout,
    ).baselines;
    expect(baselines.map(({ origin }: { origin: string }) => origin)).toEqual(["accepted", "captured"]);

    const history = JSON.parse((await driftwatch("history", "shop", "--json")).stdout).checks;
    expect(history.map(({ outcome }: { outcome: string }) => outcome)).toEqual([
      "in-sync",
      "drifted",
      "drifted",
      "in-sync",
    ]);
    const past = await driftwatch("diff", `shop@${history.at(-1).finishedAt}`, "shop", "--json");
    expect(JSON.parse(past.stdout).findings).toMatchObject([
      { before: "numeric(10,2)", after: "numeric(8,2)" },
    ]);
  });

  it("move a baseline through a file", async () => {
    await driftwatch("baseline", "accept", "shop", "--yes");
    expect(await driftwatch("baseline", "export", "shop", "-o", "shop.json")).toMatchObject({ exitCode: 0 });
    expect(await driftwatch("diff", "shop.json", "shop@baseline")).toMatchObject({ exitCode: 0 });
    await shop.query("ALTER TABLE orders ADD note text");
    await driftwatch("baseline", "accept", "shop", "--yes");
    const imported = await driftwatch("baseline", "import", "shop", "shop.json");
    expect(imported).toMatchObject({ exitCode: 0 });
    expect((await driftwatch("check", "shop")).stdout).toContain("orders.note");
    expect(readFileSync(join(cwd, "shop.json"), "utf8")).toContain("driftwatch-snapshot");
  });

  it("compare an .sql file with a database, content only", async () => {
    await shop.query("ALTER TABLE orders DROP COLUMN IF EXISTS note, ALTER total TYPE numeric(10,2)");
    const ran = await driftwatch(
      "diff",
      "orders.sql",
      databaseUrl(names.shop),
      "--ignore",
      "pg_catalog.*",
      "--json",
    );
    const { findings } = JSON.parse(ran.stdout);
    expect(findings.map(({ key }: { key: string }) => key)).toEqual(["index:public.orders.orders_total"]);
    expect(ran.stdout).not.toContain("postgres://postgres");
  });

  it("never call unknown or unbaselined clean", async () => {
    const unknown = await driftwatch("check", "gone", "--fail-on", "never");
    expect(unknown).toMatchObject({ exitCode: 1 });
    expect(unknown.stdout).toContain("gone  unknown");
    expect(unknown.stderr).toContain("[connection.refused]");
    expect(unknown.stderr).not.toContain("hunter2");
    const unbaselined = await driftwatch("check", "manual");
    expect(unbaselined.exitCode).toBe(1);
    expect(unbaselined.stderr).toContain("driftwatch baseline accept manual");
    const missing = await driftwatch("baseline", "show", "manual");
    expect(missing).toMatchObject({ exitCode: 1, stdout: "" });
    expect(missing.stderr).toContain("[baseline.missing]");
  });

  it("check all environments, and let drift decide the exit code", async () => {
    await driftwatch("baseline", "accept", "shop", "--yes");
    await shop.query("CREATE TABLE surprise (id int)");
    const ran = await driftwatch("check");
    expect(ran.exitCode).toBe(2);
    const heads = ran.stdout.split("\n").filter((line) => /^(shop|manual|read-only|gone) {2}/.test(line));
    expect(heads.map((line) => line.split("  ")[0])).toEqual(["shop", "manual", "read-only", "gone"]);
  });

  it("find out what is wrong", async () => {
    const well = await driftwatch("doctor", "read-only");
    expect(well.stdout).toContain("ok   connection: postgresql 18");
    expect(well.stdout).not.toContain("fail");
    expect(well).toMatchObject({ exitCode: 0, stderr: "" });
    const ill = await driftwatch("doctor", "--json");
    expect(ill.exitCode).toBe(1);
    const { patients } = JSON.parse(ill.stdout);
    expect(patients.find(({ name }: { name: string }) => name === "gone").diagnoses[0]).toMatchObject({
      check: "connection",
      ok: false,
      remedy: expect.any(String),
    });
  });
});
