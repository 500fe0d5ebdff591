/** What holds for plans whatever the dialect: order, reverses, rebuilding, and that no change is lost. */
import { describe, expect, it } from "vitest";
import { compareSnapshots } from "../../src/compare/compare.ts";
import type { SchemaObject } from "../../src/model/object.ts";
import { type Plan, rollbackOf } from "../../src/model/plan.ts";
import { planChanges } from "../../src/plan/plan-changes.ts";
import { type Draft, type Renderer, refuse, type Step } from "../../src/plan/renderer.ts";
import {
  aColumn,
  aComment,
  aForeignKey,
  anIdentifiedSnapshot,
  anIndex,
  aSnapshot,
  aTable,
  aView,
} from "../support/builders.ts";
import { expectEveryChangeTold } from "./round-trip.ts";

const draft = (sql: string): Draft => ({ sql, hazards: [{ kind: "may-fail", sentence: "It may fail." }] });

function steps(words: string): readonly Step[] {
  return [{ make: [draft(`make ${words}`)], unmake: [draft(`drop ${words}`)] }];
}

/** A dialect of few words: objects by their path, and what they depend on. */
const renderer: Renderer = {
  dialect: "postgres",
  session: [],
  kinds: {
    table: {
      rename: (from, to) => [draft(`rename ${from.path.join(".")} to ${to.path.join(".")}`)],
      build: ({ key }) => steps(`table ${key.path.join(".")}`),
    },
    column: {
      inline: true,
      blockers: ["view"],
      rename: (from, to) => [draft(`rename ${from.path.join(".")} to ${to.path.join(".")}`)],
      build: ({ key }) => steps(`column ${key.path.join(".")}`),
      alter: {
        type: {
          clears: ["view"],
          draft: ({ after }) => [draft(`retype ${after.key.path.join(".")} to ${after.attributes.type}`)],
        },
        default: () => refuse("no defaults here"),
      },
    },
    index: { build: ({ key }) => steps(`index ${key.path.join(".")}`), alter: { columns: "rebuild" } },
    "foreign-key": {
      alone: true,
      build: ({ key, attributes }) =>
        attributes.inheritedFrom ? [] : steps(`link ${key.path.join(".")} to ${attributes.referencedTable}`),
    },
    view: {
      blockers: ["view"],
      build: ({ key, attributes }) => steps(`view ${key.path.join(".")} as ${attributes.definition}`),
      alter: { definition: "rebuild" },
    },
    comment: {
      build: ({ key, attributes }) => steps(`comment on ${key.path.join(".")}: ${attributes.text}`),
      alter: {
        text: ({ after }) => [draft(`comment on ${after.key.path.join(".")}: ${after.attributes.text}`)],
      },
    },
  },
};

function planOf(before: readonly SchemaObject[], after: readonly SchemaObject[]): Plan {
  const [from, to] = [aSnapshot(before), aSnapshot(after)];
  const plan = planChanges(compareSnapshots(from, to), from, to, renderer);
  expectEveryChangeTold(from, to, plan);
  return plan;
}

function sqlOf({ statements }: Plan): string[] {
  return statements.map(({ sql }) => sql);
}

const orders = [aTable("orders"), aColumn("orders", "id")];

describe("a plan", () => {
  it("of nothing has nothing to do", () => {
    expect(planOf(orders, orders)).toMatchObject({ statements: [], unplanned: [] });
  });

  it("makes what others name before them, whatever their kinds, and takes it back the other way round", () => {
    const view = aView("zero", "select from public.orders");
    const upon = aView("a_view", "select from public.zero");
    const plan = planOf([], [upon, view, ...orders, anIndex("orders", "by_id")]);
    expect(sqlOf(plan)).toEqual([
      "make table public.orders",
      "make index public.orders.by_id",
      "make view public.zero as select from public.orders",
      "make view public.a_view as select from public.zero",
    ]);
    expect(rollbackOf(plan).statements).toEqual([
      "drop view public.a_view as select from public.zero",
      "drop view public.zero as select from public.orders",
      "drop index public.orders.by_id",
      "drop table public.orders",
    ]);
  });

  it("makes tables that hold each other before the links between them, and drops the links first", () => {
    const both = [
      aTable("a"),
      aTable("b"),
      aForeignKey("a", "ab", { referencedTable: "public.b" }),
      aForeignKey("b", "ba", { referencedTable: "public.a" }),
    ];
    const made = sqlOf(planOf([], both));
    expect(made).toEqual([
      "make table public.a",
      "make table public.b",
      "make link public.a.ab to public.b",
      "make link public.b.ba to public.a",
    ]);
    const dropped = sqlOf(planOf(both, []));
    expect(dropped.slice(0, 2).sort()).toEqual([
      "drop link public.a.ab to public.b",
      "drop link public.b.ba to public.a",
    ]);
    expect(dropped.slice(2).sort()).toEqual(["drop table public.a", "drop table public.b"]);
  });

  it("drops a table with all that lies in it in one statement, whose reverse brings all of it back", () => {
    const index = anIndex("orders", "by_id");
    const { statements } = planOf([...orders, index, aComment(index, "quick")], []);
    expect(statements).toMatchObject([
      {
        sql: "drop table public.orders",
        reverse: [
          "make table public.orders",
          "make index public.orders.by_id",
          "make comment on public.orders.by_id: quick",
        ],
      },
    ]);
  });

  it("takes what stands in the way of a change away and brings it back, with what hangs on it", () => {
    const view = aView("v", "select id from public.orders");
    const upon = aView("w", "select from public.v");
    const said = aComment(upon, "shown");
    const after = [aTable("orders"), aColumn("orders", "id", { type: "bigint" }), view, upon, said];
    expect(sqlOf(planOf([...orders, view, upon, said], after))).toEqual([
      "drop view public.w as select from public.v",
      "drop view public.v as select id from public.orders",
      "retype public.orders.id to bigint",
      "make view public.v as select id from public.orders",
      "make view public.w as select from public.v",
      "make comment on public.w: shown",
    ]);
  });

  it("asks the renderer with the sides exchanged for the way back", () => {
    const after = [aTable("orders"), aColumn("orders", "id", { type: "bigint" })];
    expect(planOf(orders, after).statements).toMatchObject([
      { sql: "retype public.orders.id to bigint", reverse: ["retype public.orders.id to integer"] },
    ]);
  });

  it("leaves unplanned what the renderer refuses and what it has no row for, and goes on", () => {
    const after = [
      aTable("orders", { rowSecurity: true }),
      aColumn("orders", "id", { type: "bigint", default: "1" }),
    ];
    const { statements, unplanned } = planOf(orders, after);
    expect(statements.map(({ sql }) => sql)).toEqual(["retype public.orders.id to bigint"]);
    expect(unplanned.map(({ reason }) => reason)).toEqual([
      "no defaults here",
      "plans do not change the rowSecurity of a table yet",
    ]);
  });

  it("renames what the server knows to be the same, before it is called by its new name", () => {
    const before = anIdentifiedSnapshot([
      [aTable("old"), "1"],
      [aColumn("old", "id"), "1.1"],
    ]);
    const after = anIdentifiedSnapshot([
      [aTable("new"), "1"],
      [aColumn("new", "id", { type: "bigint" }), "1.1"],
    ]);
    const plan = planChanges(compareSnapshots(before, after), before, after, renderer);
    expect(plan.statements.map(({ sql, reverse }) => [sql, reverse])).toEqual([
      ["rename public.old to public.new", ["rename public.new to public.old"]],
      ["retype public.new.id to bigint", ["retype public.new.id to integer"]],
    ]);
  });

  it("calls what lies in a renamed table back under its new name, and the table after that", () => {
    const before = anIdentifiedSnapshot([
      [aTable("old"), "1"],
      [aColumn("old", "a"), "1.1"],
    ]);
    const after = anIdentifiedSnapshot([
      [aTable("new"), "1"],
      [aColumn("new", "b"), "1.1"],
    ]);
    const plan = planChanges(compareSnapshots(before, after), before, after, renderer);
    expect(plan.statements.map(({ sql, reverse }) => [sql, reverse])).toEqual([
      ["rename public.old to public.new", ["rename public.new to public.old"]],
      ["rename public.new.a to public.new.b", ["rename public.new.b to public.new.a"]],
    ]);
  });

  it("tells the rename of what is made anew", () => {
    const before = anIdentifiedSnapshot([
      [aTable("orders"), "1"],
      [aColumn("orders", "id"), "1.1"],
      [aView("old", "select id from public.orders"), "2"],
    ]);
    const after = anIdentifiedSnapshot([
      [aTable("orders"), "1"],
      [aColumn("orders", "id", { type: "bigint" }), "1.1"],
      [aView("new", "select id from public.orders"), "2"],
    ]);
    const plan = planChanges(compareSnapshots(before, after), before, after, renderer);
    expectEveryChangeTold(before, after, plan);
    expect(sqlOf(plan)).toEqual([
      "drop view public.old as select id from public.orders",
      "retype public.orders.id to bigint",
      "make view public.new as select id from public.orders",
    ]);
  });

  it("does not plan names that are exchanged", () => {
    const before = anIdentifiedSnapshot([
      [aTable("a", { owner: "one" }), "1"],
      [aTable("b", { owner: "two" }), "2"],
    ]);
    const after = anIdentifiedSnapshot([
      [aTable("b", { owner: "one" }), "1"],
      [aTable("a", { owner: "two" }), "2"],
    ]);
    const { statements, unplanned } = planChanges(compareSnapshots(before, after), before, after, renderer);
    expect(statements).toEqual([]);
    expect(unplanned.map(({ reason }) => reason)).toEqual(
      Array.from({ length: 2 }, () => "another object has the name until then"),
    );
  });

  it("tells what comes along with a statement and needs none of its own", () => {
    const link = aForeignKey("orders", "link", { inheritedFrom: "public.all.link" });
    expect(planOf(orders, [...orders, link])).toMatchObject({
      statements: [],
      brought: [{ verb: "added", kind: "foreign-key" }],
      unplanned: [],
    });
  });

  it("has hazards only where somebody uses what it touches", () => {
    const hazards = (plan: Plan) => plan.statements.map((each) => [each.sql, each.hazards.length]);
    expect(hazards(planOf([], [...orders, anIndex("orders", "i")]))).toEqual([
      ["make table public.orders", 0],
      ["make index public.orders.i", 0],
    ]);
    expect(hazards(planOf(orders, [...orders, anIndex("orders", "i")]))).toEqual([
      ["make index public.orders.i", 1],
    ]);
  });
});
