import { describe, expect, it } from "vitest";
import { compareSources, planSources } from "../../src/app/compare-sources.ts";
import type { ResolvedSource } from "../../src/app/resolve-source.ts";
import { objectOf } from "../../src/model/object.ts";
import { aSnapshot } from "../support/builders.ts";

const policy = { now: "2027-01-01T00:00:00.000Z" };

/** A database with one materialized view, or a file that makes it. */
function source(populated: boolean, contentOnly: boolean): ResolvedSource {
  const view = objectOf(
    { kind: "materialized-view", path: ["public", "totals"] },
    {
      definition: " SELECT 1 AS n;",
      columns: ["n"],
      owner: "app",
      populated,
      options: {},
      tablespace: null,
      accessMethod: "heap",
    },
  );
  const snapshot = aSnapshot([view], { visibility: { contentOnly } });
  return { snapshot, label: contentOnly ? "shop.sql" : "shop" };
}

/** A MySQL database by a URL that names it, or does not: then every path begins with its name. */
function mysqlSource(...prefix: string[]): ResolvedSource {
  const schema = objectOf(
    { kind: "schema", path: prefix },
    { charset: "utf8mb4", collation: "utf8mb4_0900_ai_ci", encrypted: false, readOnly: false },
  );
  const snapshot = aSnapshot([schema], { dialect: "mysql", server: { flavor: "mysql" } });
  return { snapshot, label: `mysql://db/${prefix.length === 0 ? "shop" : ""}` };
}

describe("comparing two sources", () => {
  it("refuses a URL that names its database beside one that does not, where no name would fit", () => {
    for (const compare of [compareSources, planSources]) {
      expect(() => compare(mysqlSource(), mysqlSource("shop"), policy)).toThrow(/mysql:\/\/db\/shop names/);
      expect(() => compare(mysqlSource("shop"), mysqlSource(), policy)).toThrow(/mysql:\/\/db\/shop names/);
      expect(() => compare(mysqlSource("shop"), mysqlSource("shop"), policy)).not.toThrow();
    }
  });

  it.each([
    {
      from: source(false, true),
      to: source(true, false),
      told: 0,
      name: "a file without data and a filled view",
    },
    {
      from: source(true, false),
      to: source(false, true),
      told: 0,
      name: "a filled view and a file without data",
    },
    {
      from: source(true, true),
      to: source(false, false),
      told: 1,
      name: "a file with data and a view that is not filled",
    },
    {
      from: source(false, false),
      to: source(true, true),
      told: 1,
      name: "a view that is not filled and a file with data",
    },
    { from: source(false, true), to: source(true, true), told: 1, name: "two files" },
    { from: source(false, false), to: source(true, false), told: 1, name: "two databases" },
  ])("tells $told change of whether a materialized view is filled between $name", ({ from, to, told }) => {
    const { findings } = compareSources(from, to, policy);
    expect(findings.map(({ change }) => change.verb === "altered" && change.attribute)).toEqual(
      Array.from({ length: told }, () => "populated"),
    );
    expect(planSources(from, to, policy).plan.statements).toHaveLength(told);
  });
});
