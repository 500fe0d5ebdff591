/** Scope, ignore rules and comparison modes on a real schema: what they hide is counted, and nothing else is hidden. */
import { expect, it } from "vitest";
import { compareWithHidden } from "../../../src/compare/compare.ts";
import type { CompareOptions } from "../../../src/compare/options.ts";
import { changeId } from "../../../src/model/change.ts";
import { describeServer } from "../../support/servers/urls.ts";
import { watchDatabase } from "./watched-database.ts";

const setup = `create table t (a int, b text, constraint c unique (a)); create index i on t (b); create table tmp_1 (a int);
comment on table t is 'x'`;
const change = `alter table t alter b set not null, alter b set default 'y'; comment on table t is 'z'; drop table tmp_1; create view v as select 1 as one`;
const everything = [
  "added view:s.v",
  "altered column:s.t.b.default",
  "altered column:s.t.b.notNull",
  "altered comment:table:s.t.text",
  "removed column:s.tmp_1.a",
  "removed table:s.tmp_1",
];

interface IgnoreCase {
  readonly name: string;
  readonly options: CompareOptions;
  readonly change?: string;
  readonly hides: readonly string[];
  readonly hidden: readonly { readonly rule: string; readonly count: number }[];
}

const cases: readonly IgnoreCase[] = [
  { name: "nothing without a rule", options: {}, hides: [], hidden: [] },
  {
    name: "objects by pattern, with all in them",
    options: { ignore: [{ objects: ["s.tmp_*"], reason: "scratch", owner: "team" }] },
    hides: ["removed column:s.tmp_1.a", "removed table:s.tmp_1"],
    hidden: [{ rule: "ignore[0]", count: 2 }],
  },
  {
    name: "kinds",
    options: { ignore: [{ kinds: ["view", "comment"] }] },
    hides: ["added view:s.v", "altered comment:table:s.t.text"],
    hidden: [{ rule: "ignore[0]", count: 2 }],
  },
  {
    name: "attributes of some objects",
    options: { ignore: [{ objects: ["s.t.*"], attributes: ["default"] }] },
    hides: ["altered column:s.t.b.default"],
    hidden: [{ rule: "ignore[0]", count: 1 }],
  },
  {
    name: "nothing by a rule whose day has come",
    options: { ignore: [{ kinds: ["view"], expires: "2026-01-01" }], now: "2026-01-01T00:00:00Z" },
    hides: [],
    hidden: [],
  },
  {
    name: "by a rule whose day is to come",
    options: { ignore: [{ kinds: ["view"], expires: "2026-01-02" }], now: "2026-01-01T23:59:59Z" },
    hides: ["added view:s.v"],
    hidden: [{ rule: "ignore[0]", count: 1 }],
  },
  {
    name: "comments",
    options: { modes: { ignoreComments: true } },
    hides: ["altered comment:table:s.t.text"],
    hidden: [{ rule: "ignoreComments", count: 1 }],
  },
];

/** Each alone, and hidden as a whole by its mode. */
const modeCases: readonly (readonly [string, string, CompareOptions["modes"], number])[] = [
  ["an index under another name", "alter index i rename to j", { ignoreIndexNames: true }, 1],
  [
    "an index made again under another name",
    "drop index i; create index j on t (b)",
    { ignoreIndexNames: true },
    2,
  ],
  [
    "a constraint under another name",
    "alter table t rename constraint c to d",
    { ignoreConstraintNames: true },
    1,
  ],
  [
    "a constraint made again under another name",
    "alter table t drop constraint c; alter table t add constraint d unique (a)",
    { ignoreConstraintNames: true },
    2,
  ],
  [
    "the order of columns",
    "alter table t drop b; alter table t drop a; alter table t add b text, add a int; create index i on t (b); alter table t add constraint c unique (a)",
    { ignoreColumnOrder: true },
    1,
  ],
];

describeServer("postgres-18", "what is not to be told in PostgreSQL", (server) => {
  const database = watchDatabase(server);

  async function compared(
    sql: string,
    options: CompareOptions,
  ): Promise<ReturnType<typeof compareWithHidden>> {
    await database.remake(setup);
    const [before, after] = await database.around(sql);
    return compareWithHidden(before, after, options);
  }

  it.for(cases)("hides $name", async ({ options, hides, hidden }) => {
    const result = await compared(change, options);
    expect(result.changes.map(changeId).sort()).toEqual(everything.filter((id) => !hides.includes(id)));
    expect(result.hidden).toEqual(hidden);
  });

  it.for(modeCases)("hides %s where that is wanted, and only there", async ([, sql, modes, count]) => {
    expect((await compared(sql, {})).changes).toHaveLength(count);
    const result = await compared(sql, modes === undefined ? {} : { modes });
    expect(result.changes.map(changeId)).toEqual([]);
    expect(result.hidden).toEqual([{ rule: Object.keys(modes ?? {})[0], count }]);
  });

  it("hides no index that covers other columns", async () => {
    const result = await compared("drop index i; create index j on t (a)", {
      modes: { ignoreIndexNames: true },
    });
    expect(result.changes.map(changeId).sort()).toEqual(["added index:s.t.j", "removed index:s.t.i"]);
  });

  it.for<readonly [string, object, readonly string[]]>([
    ["only the named schemas", { schemas: ["s"] }, ["s"]],
    ["all but the excluded ones", { excludeSchemas: ["pub*"] }, ["s"]],
    ["all by default", {}, ["public", "s"]],
  ])("reads %s", async ([, scope, schemas]) => {
    await database.run("create schema if not exists s");
    const snapshot = await database.readWith({ scope });
    expect([...snapshot.visibility.schemas].sort()).toEqual(schemas);
  });
});
