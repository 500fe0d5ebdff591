/** The commands on a real database with a real store: check, drift, accept, history, export and import, doctor. */
import { readFileSync, writeFileSync } from "node:fs";
import { beforeAll, expect, it } from "vitest";
import { describeServer } from "../support/servers/urls.ts";
import { useWorkplace } from "./workplace.ts";

describeServer("postgres-18", "the commands on PostgreSQL", (serverUrl) => {
  const place = useWorkplace(serverUrl, "cli");
  const { driftwatch, reader, sql } = place;

  beforeAll(async () => {
    await sql(`CREATE ROLE ${reader} LOGIN PASSWORD 'sesame'`);
    await sql(`GRANT EXECUTE ON FUNCTION pg_catalog.pg_control_system() TO ${reader}`);
    await sql("CREATE TABLE orders (id int PRIMARY KEY, total numeric(10,2) NOT NULL)");
    await sql("CREATE INDEX orders_total ON orders (total)");
    const url = place.shopUrl();
    place.configure({
      environments: [
        { name: "shop", url },
        { name: "manual", url, baseline: "manual" },
        { name: "read-only", url: place.shopUrl("reader") },
        { name: "gone", url: "postgres://reader:hunter2@127.0.0.1:1/db" },
      ],
      store: { url: place.storeUrl() },
    });
    writeFileSync(
      place.path("orders.sql"),
      "CREATE TABLE orders (id int PRIMARY KEY, total numeric(10,2) NOT NULL);\n",
    );
  });

  it("tell one story, from the first check to the accepted drift", async () => {
    const first = await driftwatch("check", "shop");
    expect(first).toMatchObject({ exitCode: 0 });
    expect(first.stdout).toContain("shop  in sync  (first check: this schema is the baseline now)");

    await sql("ALTER TABLE orders ALTER total TYPE numeric(8,2)");
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
    await sql("ALTER TABLE orders ADD note text");
    await driftwatch("baseline", "accept", "shop", "--yes");
    const imported = await driftwatch("baseline", "import", "shop", "shop.json");
    expect(imported).toMatchObject({ exitCode: 0 });
    expect((await driftwatch("check", "shop")).stdout).toContain("orders.note");
    expect(readFileSync(place.path("shop.json"), "utf8")).toContain("driftwatch-snapshot");
  });

  it("compare an .sql file with a database, content only", async () => {
    await sql("ALTER TABLE orders DROP COLUMN IF EXISTS note, ALTER total TYPE numeric(10,2)");
    const ran = await driftwatch("diff", "orders.sql", place.shopUrl(), "--ignore", "pg_catalog.*", "--json");
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
    await sql("CREATE TABLE surprise (id int)");
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
