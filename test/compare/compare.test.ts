import { describe, expect, it } from "vitest";
import { compareSnapshots, compareWithHidden } from "../../src/compare/compare.ts";
import type { Change } from "../../src/model/change.ts";
import { describeKey } from "../../src/model/key.ts";
import type { SchemaObject } from "../../src/model/object.ts";
import {
  aColumn,
  aComment,
  aForeignKey,
  anIdentifiedSnapshot,
  anIndex,
  aPrivilege,
  aSnapshot,
  aTable,
  aView,
} from "../support/builders.ts";

/** One line per change, the way the tables below write them. */
function lines(changes: readonly Change[]): string[] {
  return changes.map((change) => {
    const what = describeKey(change.key);
    if (change.verb === "altered")
      return `${what}: ${change.attribute} ${text(change.before)} -> ${text(change.after)}`;
    if (change.verb === "renamed")
      return `${what} renamed from ${describeKey(change.from)} (${change.certainty})`;
    return `${what} ${change.verb}`;
  });
}

function text(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

const orders = [aTable("orders"), aColumn("orders", "id"), aColumn("orders", "total", { position: 2 })];

describe("compareSnapshots", () => {
  const cases: {
    name: string;
    before: readonly SchemaObject[];
    after: readonly SchemaObject[];
    expected: string[];
  }[] = [
    { name: "says nothing about equal schemas", before: orders, after: [...orders].reverse(), expected: [] },
    {
      name: "names the attribute, the value before and the value after",
      before: orders,
      after: [
        aTable("orders"),
        aColumn("orders", "id", { notNull: true }),
        aColumn("orders", "total", { position: 2 }),
      ],
      expected: ["column public.orders.id: notNull false -> true"],
    },
    {
      name: "reports an added table with everything in it",
      before: [],
      after: orders,
      expected: [
        "column public.orders.id added",
        "column public.orders.total added",
        "table public.orders added",
      ],
    },
    {
      name: "reports a removed comment and a new privilege as objects of their own",
      before: [...orders, aComment(orders[0] as SchemaObject, "all orders")],
      after: [...orders, aPrivilege(orders[0] as SchemaObject, "PUBLIC", ["SELECT"])],
      expected: [
        "comment on table public.orders removed",
        "privilege of PUBLIC on table public.orders added",
      ],
    },
    {
      name: "does not call columns moved when one before them is dropped",
      before: [
        aTable("t"),
        aColumn("t", "a"),
        aColumn("t", "b", { position: 2, type: "text" }),
        aColumn("t", "c", { position: 3 }),
      ],
      after: [aTable("t"), aColumn("t", "b", { type: "text" }), aColumn("t", "c", { position: 2 })],
      expected: ["column public.t.a removed"],
    },
    {
      name: "names only the column that moved",
      before: [
        aTable("t"),
        aColumn("t", "a"),
        aColumn("t", "b", { position: 2 }),
        aColumn("t", "c", { position: 3 }),
      ],
      after: [
        aTable("t"),
        aColumn("t", "c"),
        aColumn("t", "a", { position: 2 }),
        aColumn("t", "b", { position: 3 }),
      ],
      expected: ["column public.t.c: position 3 -> 1"],
    },
  ];
  it.each(cases)("$name", ({ before, after, expected }) => {
    expect(lines(compareSnapshots(aSnapshot(before), aSnapshot(after)))).toEqual(expected);
  });

  it("is the mirror image when the sides are swapped", () => {
    const before = aSnapshot(orders);
    const after = aSnapshot([...orders, anIndex("orders", "orders_total_idx")]);
    expect(lines(compareSnapshots(before, after))).toEqual(["index public.orders.orders_total_idx added"]);
    expect(lines(compareSnapshots(after, before))).toEqual(["index public.orders.orders_total_idx removed"]);
  });

  it("does not compare attributes that one server version lacks", () => {
    const before = aSnapshot([aTable("t"), aColumn("t", "a")]);
    const after = aSnapshot([aTable("t"), aColumn("t", "a", { compression: "lz4" })]);
    expect(compareSnapshots(before, after)).toEqual([]);
  });
});

describe("renames", () => {
  it("follows a renamed table by its object id, children, comments and references included", () => {
    const oldTable = aTable("orders");
    const newTable = aTable("purchases");
    const other = aTable("lines");
    const before = anIdentifiedSnapshot([
      [oldTable, "100"],
      [aColumn("orders", "id"), "100.1"],
      [aComment(oldTable, "all orders"), ""],
      [aPrivilege(oldTable, "app", ["SELECT"]), ""],
      [other, "200"],
      [aForeignKey("lines", "lines_fk", { referencedTable: "public.orders" }), "201"],
      [aView("v", "SELECT orders.id FROM public.orders"), "300"],
    ]);
    const after = anIdentifiedSnapshot([
      [newTable, "100"],
      [aColumn("purchases", "id"), "100.1"],
      [aComment(newTable, "all orders"), ""],
      [aPrivilege(newTable, "app", ["SELECT"]), ""],
      [other, "200"],
      [aForeignKey("lines", "lines_fk", { referencedTable: "public.purchases" }), "201"],
      [aView("v", "SELECT purchases.id FROM public.purchases"), "300"],
    ]);
    expect(lines(compareSnapshots(before, after))).toEqual([
      "table public.purchases renamed from table public.orders (identity)",
    ]);
  });

  it("reports a change made together with a rename beside it", () => {
    const before = anIdentifiedSnapshot([
      [aTable("t"), "1"],
      [aColumn("t", "a"), "1.1"],
    ]);
    const after = anIdentifiedSnapshot([
      [aTable("t"), "1"],
      [aColumn("t", "b", { type: "bigint" }), "1.1"],
    ]);
    expect(lines(compareSnapshots(before, after))).toEqual([
      "column public.t.b renamed from column public.t.a (identity)",
      "column public.t.b: type integer -> bigint",
    ]);
  });

  it("sees two tables that swapped their names", () => {
    const a = aTable("a");
    const b = aTable("b", { owner: "other" });
    const before = anIdentifiedSnapshot([
      [a, "1"],
      [b, "2"],
    ]);
    const after = anIdentifiedSnapshot([
      [aTable("b"), "1"],
      [aTable("a", { owner: "other" }), "2"],
    ]);
    expect(lines(compareSnapshots(before, after))).toEqual([
      "table public.a renamed from table public.b (identity)",
      "table public.b renamed from table public.a (identity)",
    ]);
  });

  it("takes a dropped and re-created table for the same table", () => {
    const before = anIdentifiedSnapshot([
      [aTable("t"), "1"],
      [aColumn("t", "a"), "1.1"],
    ]);
    const after = anIdentifiedSnapshot([
      [aTable("t"), "9"],
      [aColumn("t", "a"), "9.1"],
    ]);
    expect(compareSnapshots(before, after)).toEqual([]);
  });

  it("never trusts ids across server instances", () => {
    const before = anIdentifiedSnapshot([[aTable("a", { form: "partitioned" }), "1"]]);
    const after = anIdentifiedSnapshot([[aTable("b"), "1"]], { server: { instance: "other" } });
    expect(lines(compareSnapshots(before, after))).toEqual([
      "table public.a removed",
      "table public.b added",
    ]);
  });

  it("hints at a rename without ids when everything else is equal and only one candidate exists", () => {
    const before = aSnapshot([aTable("t"), aColumn("t", "a"), anIndex("t", "i_old")]);
    const after = aSnapshot([aTable("t"), aColumn("t", "a"), anIndex("t", "i_new")]);
    expect(lines(compareSnapshots(before, after))).toEqual([
      "index public.t.i_new renamed from index public.t.i_old (structure)",
    ]);
  });

  it("does not guess between two candidates", () => {
    const before = aSnapshot([aTable("t"), anIndex("t", "i_old")]);
    const after = aSnapshot([aTable("t"), anIndex("t", "i_1"), anIndex("t", "i_2")]);
    expect(lines(compareSnapshots(before, after))).toEqual([
      "index public.t.i_1 added",
      "index public.t.i_2 added",
      "index public.t.i_old removed",
    ]);
  });
});

describe("what is hidden is counted", () => {
  const before = aSnapshot(orders);
  const after = aSnapshot([
    aTable("orders"),
    aColumn("orders", "id", { notNull: true }),
    aColumn("orders", "total", { position: 2, type: "bigint" }),
    aTable("tmp_x"),
    aColumn("tmp_x", "a"),
  ]);
  const typeChange = "column public.orders.total: type integer -> bigint";
  const nullChange = "column public.orders.id: notNull false -> true";

  it.each([
    {
      name: "by object glob",
      ignore: [{ objects: ["public.tmp_*"] }],
      left: [nullChange, typeChange],
      hidden: 2,
    },
    {
      name: "by kind",
      ignore: [{ kinds: ["table"] }],
      left: [nullChange, typeChange, "column public.tmp_x.a added"],
      hidden: 1,
    },
    {
      name: "by attribute",
      ignore: [{ attributes: ["type"] }],
      left: [nullChange, "column public.tmp_x.a added", "table public.tmp_x added"],
      hidden: 1,
    },
  ])("$name", ({ ignore, left, hidden }) => {
    const result = compareWithHidden(before, after, { ignore });
    expect(lines(result.changes)).toEqual(left);
    expect(result.hidden).toEqual([{ rule: "ignore[0]", count: hidden }]);
  });

  it("stops hiding when a rule has expired", () => {
    const ignore = [{ objects: ["*"], expires: "2026-06-01" }];
    expect(compareSnapshots(before, after, { ignore, now: "2026-05-31T23:59:59Z" })).toHaveLength(0);
    expect(compareSnapshots(before, after, { ignore, now: "2026-06-01T00:00:00Z" })).toHaveLength(4);
  });

  it("hides renamed indexes in the mode that treats equal indexes under other names as one", () => {
    const result = compareWithHidden(
      aSnapshot([aTable("t"), anIndex("t", "a")]),
      aSnapshot([aTable("t"), anIndex("t", "b")]),
      {
        modes: { ignoreIndexNames: true },
      },
    );
    expect(result.changes).toEqual([]);
    expect(result.hidden).toEqual([{ rule: "ignoreIndexNames", count: 1 }]);
  });
});

describe("the server behind the schema", () => {
  it("yields one change for a new major version and nothing for a minor one", () => {
    const before = aSnapshot(orders, { server: { major: "15", version: "15.18" } });
    expect(lines(compareSnapshots(before, aSnapshot(orders)))).toEqual(["server: version 15 -> 18"]);
    expect(compareSnapshots(aSnapshot(orders, { server: { version: "18.1" } }), aSnapshot(orders))).toEqual(
      [],
    );
  });

  it("compares settings inside one instance only", () => {
    const before = aSnapshot(orders, { server: { settings: { sql_mode: "ANSI", other: "1" } } });
    const after = aSnapshot(orders, { server: { settings: { sql_mode: "", other: "1" } } });
    expect(lines(compareSnapshots(before, after))).toEqual([
      'server: settings {"sql_mode":"ANSI"} -> {"sql_mode":""}',
    ]);
    const elsewhere = aSnapshot(orders, { server: { settings: { sql_mode: "" }, instance: "other" } });
    expect(compareSnapshots(before, elsewhere)).toEqual([]);
  });
});

describe("partitions made at run time", () => {
  const parent = aTable("events", { form: "partitioned" });
  const partition = (name: string) => [
    aTable(name, { form: "partition", partitionOf: "public.events" }),
    aColumn(name, "id"),
  ];
  const before = aSnapshot([parent, ...partition("events_1")]);
  const after = aSnapshot([parent, ...partition("events_2")]);

  it.each([
    { mode: "shape" as const, left: [] },
    { mode: "ignore" as const, left: [] },
  ])("may come and go in mode $mode", ({ mode, left }) => {
    const changes = compareSnapshots(
      before,
      aSnapshot([parent, ...partition("events_1"), ...partition("events_2")]),
      {
        partitions: { default: mode, tables: {} },
      },
    );
    expect(lines(changes)).toEqual(left);
  });

  it.each([
    ["by name", { "public.events": "compare" as const }, true],
    ["by a pattern", { "*.ev*": "compare" as const }, true],
    ["by the last pattern that matches", { "*": "ignore" as const, "public.*": "compare" as const }, true],
    ["by name before any pattern", { "public.events": "compare" as const, "*": "ignore" as const }, true],
    ["for another table", { "public.orders": "compare" as const }, false],
  ])("are compared where the configuration says so %s", (_, tables, isTold) => {
    const changes = compareSnapshots(before, after, { partitions: { default: "shape", tables } });
    expect(changes.length > 0).toBe(isTold);
  });

  describe("that look different from the others are drift", () => {
    const grown = (...extra: SchemaObject[]) =>
      aSnapshot([
        parent,
        ...partition("events_1"),
        anIndex("events_1", "events_1_id_idx"),
        ...partition("events_2"),
        ...extra,
      ]);
    const known = aSnapshot([parent, ...partition("events_1"), anIndex("events_1", "events_1_id_idx")]);
    const shape = { partitions: { default: "shape" as const, tables: {} } };
    const index = anIndex("events_2", "events_2_id_idx");

    it.each([
      { name: "not when all is alike but the names", extra: [index], expected: [] },
      {
        name: "when an index is missing",
        extra: [],
        expected: ["index public.events_2.events_1_id_idx removed"],
      },
      {
        name: "when it has a privilege of its own",
        extra: [index, aPrivilege(aTable("events_2"), "PUBLIC", ["SELECT"])],
        expected: ["privilege of PUBLIC on table public.events_2 added"],
      },
    ])("$name", ({ extra, expected }) => {
      expect(lines(compareSnapshots(known, grown(...extra), shape))).toEqual(expected);
    });

    it("when the baseline has no sibling and it differs from its parent", () => {
      const alone = aSnapshot([parent, aColumn("events", "id"), anIndex("events", "events_id_idx")]);
      const live = aSnapshot([
        aTable("events", { form: "partitioned" }),
        aColumn("events", "id"),
        anIndex("events", "events_id_idx"),
        aTable("events_2", { form: "partition", partitionOf: "public.events", rowSecurity: true }),
        aColumn("events_2", "id"),
        index,
      ]);
      expect(lines(compareSnapshots(alone, live, shape))).toEqual([
        "table public.events_2: rowSecurity false -> true",
      ]);
    });
  });
});
