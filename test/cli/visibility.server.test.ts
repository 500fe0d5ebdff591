/** A monitoring role that loses a right: unknown with the GRANT that mends it, never drift, and in sync once it is mended. */
import { beforeAll, expect, it } from "vitest";
import { describeServer } from "../support/servers/urls.ts";
import { useWorkplace } from "./workplace.ts";

describeServer("postgres-18", "a monitoring role of PostgreSQL that loses a right", (serverUrl) => {
  const place = useWorkplace(serverUrl, "vis");
  const { driftwatch, reader, shopName, sql } = place;
  const checked = () => place.checked("shop");

  beforeAll(async () => {
    await sql(`CREATE ROLE ${reader} LOGIN PASSWORD 'sesame'; CREATE TABLE t (id int PRIMARY KEY, a text CHECK (a <> ''));
      CREATE FOREIGN DATA WRAPPER w; CREATE SERVER srv FOREIGN DATA WRAPPER w;
      CREATE USER MAPPING FOR postgres SERVER srv OPTIONS (user 'x', password 'very secret');
      GRANT SELECT ON pg_catalog.pg_user_mapping TO ${reader};
      REVOKE CONNECT ON DATABASE ${shopName} FROM PUBLIC; GRANT CONNECT ON DATABASE ${shopName} TO ${reader}`);
    const ignore = [{ objects: ["pg_catalog.*"], reason: "its own rights" }];
    place.configure({
      environments: [{ name: "shop", url: place.shopUrl("reader"), ignore }],
      store: { url: place.storeUrl() },
    });
  });

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
      `REVOKE CONNECT ON DATABASE ${shopName} FROM ${reader}`,
      "check.visibility-lost",
      `GRANT CONNECT ON DATABASE ${shopName} TO ${reader};`,
    ],
  ])("is told of %s with the statement that gives it back", async ([, lose, code, grant]) => {
    expect((await checked()).check).toMatchObject({ outcome: "in-sync" });
    await sql(lose);
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
    await sql(grant);
    const again = await checked();
    expect(again).toMatchObject({ exitCode: 0, check: { outcome: "in-sync" } });
    expect(await remediesOfDoctor()).not.toContain(grant);
  });

  it("leaves no session on the server, whatever a check came to", async () => {
    const sessions = async (): Promise<number> =>
      (await place.serverRows(`SELECT 1 FROM pg_stat_activity WHERE usename = '${reader}'`)).length;
    await driftwatch("check", "shop");
    await expect.poll(sessions).toBe(0);
    await sql("REVOKE SELECT ON pg_catalog.pg_cast FROM PUBLIC");
    await driftwatch("check", "shop");
    await sql("GRANT SELECT ON pg_catalog.pg_cast TO PUBLIC");
    await expect.poll(sessions).toBe(0);
  });
});
