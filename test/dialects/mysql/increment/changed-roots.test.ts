import { describe, expect, it } from "vitest";
import { knownTriggers } from "../../../../src/dialects/mysql/increment/changed-roots.ts";
import { identifyTables, listRoots } from "../../../../src/dialects/mysql/increment/listed-roots.ts";
import { basisOf } from "../../../../src/dialects/mysql/increment/state.ts";
import { stateOf } from "../../../../src/dialects/mysql/introspect.ts";
import type { TableRow } from "../../../../src/dialects/mysql/normalise/tables.ts";
import type { TriggerRow } from "../../../../src/dialects/mysql/queries/lists.ts";
import { buildSnapshot } from "../../../../src/model/snapshot.ts";

const horizon = "2026-01-01 12:00:00";

function aTable(name: string, more: Partial<TableRow> = {}): TableRow {
  const said = { type: "BASE TABLE", engine: "InnoDB", rowFormat: "Dynamic", collation: "utf8mb4_bin" };
  return { schema: "db", name, ...said, comment: "", createTime: "2026-01-01 11:00:00", ...more };
}

function aTrigger(name: string, table: string, changedAt = "2026-01-01 11:00:00"): TriggerRow {
  const said = { timing: "BEFORE", event: "INSERT", order: 1, definer: "root@localhost" };
  return { schema: "db", name, table, ...said, changedAt };
}

const counted = { all: "7", renames: "1", triggers: "2,3", replication: "" };

function momentOn(flavor: "mysql" | "mariadb") {
  return { circumstances: "c", flavor, now: horizon, horizon, renames: "1", innodbIds: undefined };
}

interface Before {
  readonly flavor?: "mysql" | "mariadb";
  readonly running?: "none" | "some" | "unknown";
  readonly triggers?: readonly TriggerRow[];
  readonly unreadable?: readonly string[];
}

/** Tables a, b and c; a has the trigger ta. */
function basisAfter({ flavor = "mariadb", running = "none", triggers, unreadable = [] }: Before) {
  const tables = [aTable("a"), aTable("b"), aTable("c")];
  const heads = { tables, triggers: triggers ?? [aTrigger("ta", "a")], routines: [], events: [] };
  const hidden = unreadable.map((name) => ({ schema: "db", kind: "trigger", name }) as const);
  const state = stateOf(
    { moment: momentOn(flavor), counted, running, isOneDatabase: true },
    listRoots(heads, identifyTables(tables, true), true),
    hidden,
  );
  const previous = buildSnapshot({
    dialect: "mysql",
    server: { flavor, version: "1", major: "1", instance: "i", database: "db", settings: {} },
    takenAt: "2026-01-01T12:00:00.000Z",
    visibility: { user: "u", schemas: ["db"], hidden: [], unmodelled: [] },
    objects: [],
    reading: { full: true, state },
  });
  return basisOf(previous, momentOn(flavor));
}

function told(
  before: Before,
  tables: readonly TableRow[],
  now = counted,
): { known: readonly string[]; asked: readonly string[] } | undefined {
  const basis = basisAfter(before);
  const known = basis && knownTriggers(basis, now, identifyTables(tables, true));
  return (
    known && { known: known.known.map((each) => each.name), asked: known.unknown.map((each) => each.name) }
  );
}

const same = [aTable("a"), aTable("b"), aTable("c")];

describe("the triggers of MariaDB that are known without asking", () => {
  it.each([
    ["all, when no table changed", {}, same, ["ta"], []],
    [
      "none of a table made anew",
      {},
      [aTable("a", { createTime: "2026-01-01 12:00:05" }), aTable("b")],
      [],
      ["a"],
    ],
    ["none of a new table", {}, [aTable("a"), aTable("d")], ["ta"], ["d"]],
    ["none of a dropped table", {}, [aTable("b"), aTable("c")], [], []],
    [
      "none of a table that was just made",
      { triggers: [] },
      [aTable("b", { createTime: horizon })],
      [],
      ["b"],
    ],
    [
      "none of a table with a trigger that was just made",
      { triggers: [aTrigger("ta", "a", horizon)] },
      same,
      [],
      ["a"],
    ],
    ["none of a table without times", {}, [aTable("a", { engine: "Aria" })], [], ["a"]],
    ["none of a table whose trigger could not be read", { unreadable: ["ta"] }, same, [], ["a"]],
    ["none of views, which have none", {}, [aTable("v", { type: "VIEW" }), aTable("a")], ["ta"], []],
  ])("are %s", (_, before, tables, known, asked) => {
    expect(told(before, tables)).toEqual({ known, asked });
  });

  it.each([
    ["a statement on triggers began", {}, { ...counted, triggers: "2,4" }],
    ["a schema change ran while the lists were read", { running: "some" }, counted],
    ["nobody could see whether one ran", { running: "unknown" }, counted],
    ["the server is MySQL, which lists them at no cost", { flavor: "mysql" }, counted],
  ] as const)("are none at all when %s", (_, before, now) => {
    expect(told(before, same, now)).toBeUndefined();
  });
});
