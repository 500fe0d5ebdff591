/** What configuration and options hide, through whole checks and diffs on a real database: hidden, counted and shown. */
import { beforeEach, expect, it } from "vitest";
import { describeServer } from "../support/servers/urls.ts";
import { useWorkplace } from "./workplace.ts";

const before = `CREATE SCHEMA s; CREATE SCHEMA other; CREATE TABLE s.t (a int, b text, CONSTRAINT c UNIQUE (a)); CREATE INDEX i ON s.t (b);
CREATE TABLE s.tmp_1 (a int); CREATE TABLE other.o (a int); COMMENT ON TABLE s.t IS 'x'`;
const after = `ALTER TABLE s.t ALTER b SET NOT NULL; COMMENT ON TABLE s.t IS 'y'; DROP TABLE s.tmp_1; CREATE VIEW s.v AS SELECT 1 AS one;
DROP TABLE other.o`;

/** What each configuration leaves of that. */
const cases: readonly {
  readonly name: string;
  readonly settings: object;
  readonly shows: readonly string[];
  readonly hides: number;
}[] = [
  {
    name: "nothing is hidden without a rule",
    settings: {},
    shows: [
      "added view:s.v",
      "altered column:s.t.b",
      "altered comment:table:s.t",
      "removed table:other.o",
      "removed table:s.tmp_1",
    ],
    hides: 0,
  },
  {
    name: "a scope of one schema is all that is read",
    settings: { schemas: ["s"] },
    shows: ["added view:s.v", "altered column:s.t.b", "altered comment:table:s.t", "removed table:s.tmp_1"],
    hides: 0,
  },
  {
    name: "rules hide objects, kinds and attributes, with a reason, an owner and a day to come",
    settings: {
      ignore: [
        { objects: ["s.tmp_*"], reason: "scratch tables", owner: "data team", expires: "2999-01-01" },
        { kinds: ["view"], reason: "views are rebuilt" },
        { objects: ["s.t.*"], attributes: ["notNull"] },
      ],
    },
    shows: ["altered comment:table:s.t", "removed table:other.o"],
    hides: 4,
  },
  {
    name: "a rule whose day has come hides nothing",
    settings: { ignore: [{ objects: ["s.tmp_*"], reason: "scratch tables", expires: "2026-01-31" }] },
    shows: [
      "added view:s.v",
      "altered column:s.t.b",
      "altered comment:table:s.t",
      "removed table:other.o",
      "removed table:s.tmp_1",
    ],
    hides: 0,
  },
  {
    name: "comments are left out where that is wanted",
    settings: { modes: { ignoreComments: true }, schemas: ["s"] },
    shows: ["added view:s.v", "altered column:s.t.b", "removed table:s.tmp_1"],
    hides: 1,
  },
];

const modeCases: readonly (readonly [mode: string, option: string, change: string])[] = [
  ["ignoreComments", "--ignore-comments", "COMMENT ON TABLE s.t IS 'z'"],
  ["ignoreIndexNames", "--ignore-index-names", "DROP INDEX s.i; CREATE INDEX j ON s.t (b)"],
  ["ignoreConstraintNames", "--ignore-constraint-names", "ALTER TABLE s.t RENAME CONSTRAINT c TO d"],
  [
    "ignoreColumnOrder",
    "--ignore-column-order",
    "ALTER TABLE s.t DROP b, DROP a; ALTER TABLE s.t ADD b text, ADD a int; CREATE INDEX i ON s.t (b); ALTER TABLE s.t ADD CONSTRAINT c UNIQUE (a)",
  ],
];

interface Finding {
  readonly key: string;
  readonly verb: string;
}

describeServer("postgres-18", "what is hidden on PostgreSQL", (serverUrl) => {
  const place = useWorkplace(serverUrl, "hide");
  const { driftwatch, sql } = place;
  let count = 0;

  beforeEach(async () => {
    await sql(`DROP SCHEMA IF EXISTS s CASCADE; DROP SCHEMA IF EXISTS other CASCADE; ${before}`);
  });

  /** A fresh environment of these settings, whose baseline is the schema as it is. */
  async function watched(settings: object): Promise<string> {
    const name = `shop-${++count}`;
    place.configure({
      environments: [{ name, url: place.shopUrl(), ...settings }],
      store: { url: place.storeUrl() },
    });
    const first = await driftwatch("check", name);
    expect(first.exitCode, first.stderr).toBe(0);
    return name;
  }

  function told(findings: readonly Finding[]): string[] {
    return findings.map(({ verb, key }) => `${verb} ${key}`).sort();
  }

  it.for(cases)("$name", async ({ settings, shows, hides }) => {
    const name = await watched(settings);
    await sql(after);
    const checked = await driftwatch("check", name, "--json");
    expect(checked.exitCode).toBe(2);
    const { checks } = JSON.parse(checked.stdout);
    expect(told(checks[0].findings)).toEqual(shows);
    expect(checks[0].check.hiddenChanges).toBe(hides);
    const text = await driftwatch("check", name);
    if (hides > 0) expect(text.stdout).toMatch(new RegExp(`${hides} .*(hidden|ignored)`));
    const diff = await driftwatch("diff", `${name}@baseline`, name, "--json");
    const compared = JSON.parse(diff.stdout);
    expect(told(compared.findings)).toEqual(shows);
    expect(compared.summary.hidden.reduce((sum: number, one: { count: number }) => sum + one.count, 0)).toBe(
      hides,
    );
  });

  it.for(modeCases)(
    "%s hides in a check, %s in a diff, and without them it is told",
    async ([mode, option, change]) => {
      const name = await watched({ modes: { [mode]: true }, schemas: ["s"] });
      await sql(change);
      const checked = await driftwatch("check", name, "--json");
      expect(checked.exitCode, checked.stdout + checked.stderr).toBe(0);
      expect(JSON.parse(checked.stdout).checks[0]).toMatchObject({ outcome: "in-sync", findings: [] });
      expect(JSON.parse(checked.stdout).checks[0].check.hiddenChanges).toBeGreaterThan(0);
      const bare = await driftwatch("diff", `${name}@baseline`, name, "--json", "--no-configured");
      expect(bare.exitCode).toBe(2);
      const asked = await driftwatch("diff", `${name}@baseline`, name, "--json", "--no-configured", option);
      expect(asked.exitCode, asked.stdout).toBe(0);
      expect(JSON.parse(asked.stdout).summary.hidden).toMatchObject([{ rule: mode }]);
    },
  );
});
