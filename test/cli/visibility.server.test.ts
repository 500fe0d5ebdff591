/** A monitoring role that loses a right: unknown with the GRANT that mends it, never drift, and in sync once it is mended. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { stringify } from "yaml";
import { describeServer } from "../support/servers/urls.ts";
import { type Ran, run } from "./in-process.ts";

describeServer("postgres-18", "a monitoring role of PostgreSQL that loses a right", (serverUrl) => {
  const suffix = `${process.pid}_${Date.now() % 100_000}`;
  const names = { shop: `vis_shop_${suffix}`, store: `vis_store_${suffix}` };
  const reader = `vis_reader_${suffix}`;
  let cwd: string;
  let admin: pg.Client;
  let shop: pg.Client;

  function databaseUrl(name: string, user?: string): string {
    const url = Object.assign(new URL(serverUrl), { pathname: `/${name}` });
    return user === undefined ? url.href : Object.assign(url, { username: user, password: "sesame" }).href;
  }

  beforeAll(async () => {
    cwd = mkdtempSync(join(tmpdir(), "driftwatch-cli-"));
    admin = new pg.Client(serverUrl);
    await admin.connect();
    for (const name of Object.values(names)) await admin.query(`CREATE DATABASE ${name}`);
    shop = new pg.Client(databaseUrl(names.shop));
    await shop.connect();
    await shop.query(`CREATE ROLE ${reader} LOGIN PASSWORD 'sesame'; CREATE TABLE t (id int PRIMARY KEY, a text CHECK (a <> ''));
      CREATE FOREIGN DATA WRAPPER w; CREATE SERVER srv FOREIGN DATA WRAPPER w;
      CREATE USER MAPPING FOR postgres SERVER srv OPTIONS (user 'x', password 'very secret');
      GRANT SELECT ON pg_catalog.pg_user_mapping TO ${reader};
      REVOKE CONNECT ON DATABASE ${names.shop} FROM PUBLIC; GRANT CONNECT ON DATABASE ${names.shop} TO ${reader}`);
    const environments = [
      {
        name: "shop",
        url: databaseUrl(names.shop, reader),
        ignore: [{ objects: ["pg_catalog.*"], reason: "its own rights" }],
      },
    ];
    writeFileSync(
      join(cwd, "driftwatch.yaml"),
      stringify({ environments, store: { url: databaseUrl(names.store) } }),
    );
  });
  afterAll(async () => {
    await shop?.query(`DROP OWNED BY ${reader}; DROP ROLE ${reader}`);
    await shop?.end();
    for (const name of Object.values(names))
      await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await admin.end();
    rmSync(cwd, { recursive: true });
  });

  function driftwatch(...args: readonly string[]): Promise<Ran> {
    return run(args, { cwd });
  }

  async function checked(): Promise<{ readonly exitCode: number; readonly check: Record<string, unknown> }> {
    const { exitCode, stdout } = await driftwatch("check", "shop", "--json");
    return { exitCode, check: JSON.parse(stdout).checks[0] };
  }

  async function remediesOfDoctor(): Promise<string[]> {
    const { patients } = JSON.parse((await driftwatch("doctor", "shop", "--json")).stdout);
    const shopOf = patients.find(({ name }: { name: string }) => name === "shop");
    const all = shopOf.diagnoses as { ok: boolean; remedy?: string }[];
    return all.flatMap(({ ok, remedy }) => (ok || remedy === undefined ? [] : [remedy]));
  }

  it.for<readonly [what: string, lose: string, code: string, grant: string]>([
    [
      "the options of user mappings",
      `REVOKE SELECT ON pg_catalog.pg_user_mapping FROM ${reader}`,
      "check.visibility-lost",
      `GRANT SELECT ON pg_catalog.pg_user_mapping TO ${reader};`,
    ],
    [
      "a catalog",
      "REVOKE SELECT ON pg_catalog.pg_policy, pg_catalog.pg_trigger FROM PUBLIC",
      "check.visibility-lost",
      `GRANT SELECT ON pg_catalog.pg_policy, pg_catalog.pg_trigger TO ${reader};`,
    ],
    [
      "the database",
      `REVOKE CONNECT ON DATABASE ${names.shop} FROM ${reader}`,
      "check.visibility-lost",
      `GRANT CONNECT ON DATABASE ${names.shop} TO ${reader};`,
    ],
  ])("is told of %s with the statement that gives it back", async ([, lose, code, grant]) => {
    expect((await checked()).check).toMatchObject({ outcome: "in-sync" });
    await shop.query(lose);
    const unknown = await checked();
    expect(unknown.exitCode).toBe(1);
    expect(unknown.check).toMatchObject({ outcome: "unknown", error: { code } });
    expect(JSON.stringify(unknown.check)).toContain(grant);
    const text = await driftwatch("check", "shop");
    expect(text.stdout).toContain("shop  unknown");
    expect(text.stderr).toContain(grant);
    expect(await remediesOfDoctor()).toContain(grant);
    const findings = await driftwatch("diff", "shop@baseline", "shop@baseline", "--json");
    expect(findings.exitCode).toBe(0);
    await shop.query(grant);
    const again = await checked();
    expect(again).toMatchObject({ exitCode: 0, check: { outcome: "in-sync" } });
    expect(await remediesOfDoctor()).not.toContain(grant);
  });

  it("leaves no session on the server, whatever a check came to", async () => {
    const sessions = async (): Promise<number> =>
      (await admin.query("SELECT 1 FROM pg_stat_activity WHERE usename = $1", [reader])).rows.length;
    await driftwatch("check", "shop");
    await expect.poll(sessions).toBe(0);
    await shop.query("REVOKE SELECT ON pg_catalog.pg_cast FROM PUBLIC");
    await driftwatch("check", "shop");
    await shop.query("GRANT SELECT ON pg_catalog.pg_cast TO PUBLIC");
    await expect.poll(sessions).toBe(0);
  });
});
