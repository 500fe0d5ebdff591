import { describe, expect, it } from "vitest";
import { compareSnapshots } from "../../src/compare/compare.ts";
import type { Change } from "../../src/model/change.ts";
import { describeKey } from "../../src/model/key.ts";
import { objectOf, type SchemaObject } from "../../src/model/object.ts";
import {
  aColumn,
  aForeignKey,
  anIdentifiedSnapshot,
  aSnapshot,
  aTable,
  aView,
  tableKey,
} from "../support/builders.ts";

function lines(changes: readonly Change[]): string[] {
  return changes.map((change) => {
    const what = describeKey(change.key);
    if (change.verb === "renamed")
      return `${what} renamed from ${describeKey(change.from)} (${change.certainty})`;
    return change.verb === "altered" ? `${what}: ${change.attribute}` : `${what} ${change.verb}`;
  });
}

/** Pairs for a table whose identity is that of its storage, with one column. */
function stored(table: string, id: string, column = "a"): (readonly [SchemaObject, string])[] {
  return [
    [aTable(table), `storage:${id}`],
    [aColumn(table, column), ""],
  ];
}

describe("identities of storage, which a rebuild replaces", () => {
  it("prove a rename where the old name is gone, and leave room for changes beside it", () => {
    const before = anIdentifiedSnapshot(stored("t", "1"));
    const after = anIdentifiedSnapshot([...stored("t2", "1"), [aColumn("t2", "z", { position: 2 }), ""]]);
    expect(lines(compareSnapshots(before, after))).toEqual([
      "column public.t2.z added",
      "table public.t2 renamed from table public.t (identity)",
    ]);
  });

  it("do not hide the hint by structure when a table was rebuilt and renamed", () => {
    const before = anIdentifiedSnapshot(stored("t", "1"));
    const after = anIdentifiedSnapshot(stored("t2", "2"));
    expect(lines(compareSnapshots(before, after))).toEqual([
      "table public.t2 renamed from table public.t (structure)",
    ]);
  });

  it("tell two tables that swapped their names", () => {
    const before = anIdentifiedSnapshot([...stored("a", "1"), ...stored("b", "2", "z")]);
    const after = anIdentifiedSnapshot([...stored("b", "1"), ...stored("a", "2", "z")]);
    expect(lines(compareSnapshots(before, after))).toEqual([
      "table public.a renamed from table public.b (identity)",
      "table public.b renamed from table public.a (identity)",
    ]);
  });

  it("keep a table's name where an online schema change put a rebuilt copy in its place", () => {
    const before = anIdentifiedSnapshot(stored("t", "1"));
    const after = anIdentifiedSnapshot([
      ...stored("t", "2"),
      [aColumn("t", "z", { position: 2 }), ""],
      ...stored("_t_del", "1"),
    ]);
    expect(lines(compareSnapshots(before, after))).toEqual([
      "column public._t_del.a added",
      "column public.t.z added",
      "table public._t_del added",
    ]);
  });

  it("keep a table's name even when the copy was there before", () => {
    const before = anIdentifiedSnapshot([...stored("t", "1"), ...stored("_t_gho", "2", "b")]);
    const after = anIdentifiedSnapshot([...stored("t", "2", "b"), ...stored("_t_del", "1")]);
    expect(lines(compareSnapshots(before, after)).filter((line) => line.startsWith("table"))).toEqual([
      "table public._t_del added",
      "table public._t_gho removed",
    ]);
  });

  it("are no rename when a table was emptied or rebuilt in place", () => {
    const before = anIdentifiedSnapshot(stored("t", "1"));
    const after = anIdentifiedSnapshot(stored("t", "9"));
    expect(compareSnapshots(before, after)).toEqual([]);
  });
});

describe("renames of what tells little of itself", () => {
  const unique = (name: string, columns: readonly string[]): SchemaObject =>
    objectOf({ kind: "unique", path: ["public", "t", name] }, { columns, createOptions: {} }, tableKey("t"));
  const check = (name: string, expression: string): SchemaObject =>
    objectOf(
      { kind: "check", path: ["public", "t", name] },
      { expression, enforced: true, column: null },
      tableKey("t"),
    );
  const t = [aTable("t"), aColumn("t", "a")];

  it.each([
    ["a unique constraint", unique("u", ["a"]), unique("v", ["a"]), "unique constraint"],
    ["a check", check("u", "`a` > 0"), check("v", "`a` > 0"), "check constraint"],
    ["a foreign key", aForeignKey("t", "u"), aForeignKey("t", "v"), "foreign key"],
  ])("are hinted at for %s within one table", (_, old, now, kind) => {
    expect(lines(compareSnapshots(aSnapshot([...t, old]), aSnapshot([...t, now])))).toEqual([
      `${kind} public.t.v renamed from ${kind} public.t.u (structure)`,
    ]);
  });

  it("are not guessed when the columns differ", () => {
    const before = aSnapshot([...t, unique("u", ["a"])]);
    const after = aSnapshot([...t, unique("v", ["a", "b"])]);
    expect(lines(compareSnapshots(before, after))).toEqual([
      "unique constraint public.t.u removed",
      "unique constraint public.t.v added",
    ]);
  });

  it("are hinted at where the old name is that of the parent's object which both come from", () => {
    const clone = (name: string): SchemaObject =>
      aForeignKey("t", name, { inheritedFrom: "public.parent.parent_a_fkey" });
    expect(
      lines(
        compareSnapshots(aSnapshot([...t, clone("parent_a_fkey")]), aSnapshot([...t, clone("t_a_fkey")])),
      ),
    ).toEqual(["foreign key public.t.t_a_fkey renamed from foreign key public.t.parent_a_fkey (structure)"]);
  });
});

describe("a text that speaks of a renamed column", () => {
  const withView = (column: string, definition: string, shown: string): readonly SchemaObject[] => [
    aTable("t"),
    aColumn("t", column),
    aView("v", definition, [shown]),
  ];
  const changesOn = (
    flavor: "postgresql" | "mysql" | "mariadb",
    definition: string,
    shown: string,
  ): string[] => {
    const server = { server: { flavor } };
    const before = aSnapshot(withView("id", "SELECT id FROM public.t", "id"), server);
    return lines(compareSnapshots(before, aSnapshot(withView("code", definition, shown), server)));
  };
  const renamed = "column public.t.code renamed from column public.t.id (structure)";

  it("follows the rename on PostgreSQL, which prints the new name", () => {
    expect(changesOn("postgresql", "SELECT code AS id FROM public.t", "id")).toEqual([renamed]);
  });

  it("is a change of its own on MySQL and MariaDB, which keep the old name in views and bodies", () => {
    for (const flavor of ["mysql", "mariadb"] as const)
      expect(changesOn(flavor, "SELECT code AS id FROM public.t", "id")).toEqual([
        renamed,
        "view public.v: definition",
      ]);
  });

  it("explains no new name of a view's column: a view keeps its names on every server", () => {
    for (const flavor of ["postgresql", "mysql", "mariadb"] as const)
      expect(changesOn(flavor, "SELECT code FROM public.t", "code")).toEqual([
        renamed,
        "view public.v: columns",
      ]);
  });
});
