/** An expression that the server prints otherwise once it has read its own print is no change, wherever it may stand. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { compareSnapshots } from "../../../src/compare/compare.ts";
import { changeId } from "../../../src/model/change.ts";
import { describeServer } from "../../support/servers/urls.ts";
import { createDatabase, type TestDatabase } from "./support.ts";

const base = `create schema s; set search_path = s; create table t (a int, b int, c int, v varchar(9));
create function tf() returns trigger language plpgsql as 'begin return new; end';`;

/** Statements that hold an expression over the columns a, b and c, at every place that takes one. */
const places: readonly (readonly [string, (expression: string) => string, string])[] = [
  ["a check", (e) => `alter table t add constraint k check (${e})`, "check:s.t.k.expression"],
  ["a predicate", (e) => `create index i on t (a) where ${e}`, "index:s.t.i.predicate"],
  ["an index expression", (e) => `create index i on t ((${e}))`, "index:s.t.i.columns"],
  ["a view", (e) => `create view w as select a from t where ${e}`, "view:s.w.definition"],
  [
    "a materialized view",
    (e) => `create materialized view m as select a, ${e} as e from t`,
    "materialized-view:s.m.definition",
  ],
  ["USING of a policy", (e) => `create policy p on t using (${e})`, "policy:s.t.p.using"],
  ["WITH CHECK of a policy", (e) => `create policy p on t with check (${e})`, "policy:s.t.p.withCheck"],
  [
    "a generated column",
    (e) => `alter table t add g bool generated always as (${e}) stored`,
    "column:s.t.g.generated",
  ],
  [
    "a default",
    (e) =>
      `alter table t add d bool default (${e
        .replaceAll(/\ba\b/g, "1 + 0")
        .replaceAll(/\bb\b/g, "2 + 0")
        .replaceAll(/\bc\b/g, "3 + 0")})`,
    "column:s.t.d.default",
  ],
  [
    "a function's argument",
    (e) =>
      `create function f(x bool default (${e.replaceAll(/\b[abc]\b/g, "7")})) returns int language sql as 'select 1'`,
    "function:s.f(boolean).arguments",
  ],
  [
    "a function's body",
    (e) => `create function f(a int, b int, c int) returns bool language sql return ${e}`,
    "function:s.f(integer, integer, integer).definition",
  ],
  [
    "a trigger",
    (e) =>
      `create trigger g before update on t for each row when (${e.replaceAll(/\b([abc])\b/g, "new.$1")}) execute function tf()`,
    "trigger:s.t.g.definition",
  ],
  [
    "a rule",
    (e) =>
      `create rule r as on delete to t where ${e.replaceAll(/\b([abc])\b/g, "old.$1")} do instead nothing`,
    "rule:s.t.r.definition",
  ],
  [
    "a domain's check",
    (e) => `create domain d as int constraint k check (${e.replaceAll(/\b[abc]\b/g, "value")})`,
    "check:s.d.k.expression",
  ],
  [
    "a domain's default",
    (e) => `create domain d as bool default (${e.replaceAll(/\b[abc]\b/g, "7")})`,
    "domain:s.d.default",
  ],
  [
    "a row filter",
    (e) => `create publication p for table t where (${e}) with (publish = 'insert')`,
    "publication:p.tables",
  ],
  [
    "a partition key",
    (e) => `create table q (a int, b int, c int) partition by list ((${e}))`,
    "table:s.q.partitionKey",
  ],
  ["statistics", (e) => `create statistics x on (${e}), a from t`, "statistics:s.t.x.definition"],
  [
    "an exclusion's predicate",
    (e) => `alter table t add constraint k exclude using btree (a with =) where (${e})`,
    "exclusion:s.t.k.definition",
  ],
];

const spellings: readonly (readonly [string, string])[] = [
  ["a between 0 and 10 and b >= 0", "a >= 0 and a <= 10 and b >= 0"],
  [
    "(a, b, c) is distinct from (1, 2, 3)",
    "a is distinct from 1 or b is distinct from 2 or c is distinct from 3",
  ],
];
const other = "a >= 0 and a <= 11 and b >= 0";

describeServer("postgres-18", "an expression that PostgreSQL reads again", (server) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase(server);
  });
  afterAll(() => database?.drop());

  async function snapshotOf(statement: string) {
    await database.sql("drop publication if exists p; drop schema if exists s cascade");
    await database.sql(`${base} ${statement}`);
    return await database.snapshot();
  }

  it.for(places)("is no change in %s", async ([, place, changed]) => {
    for (const [written, reread] of spellings) {
      const [before, after] = [await snapshotOf(place(written)), await snapshotOf(place(reread))];
      expect(compareSnapshots(before, after).map(changeId)).toEqual([]);
      expect(compareSnapshots(after, before).map(changeId)).toEqual([]);
      const ids = compareSnapshots(before, await snapshotOf(place(other))).map(changeId);
      expect(ids).toEqual([`altered ${changed}`]);
    }
  });
});
