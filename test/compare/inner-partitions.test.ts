import { describe, expect, it } from "vitest";
import { compareWithHidden } from "../../src/compare/compare.ts";
import { changeId } from "../../src/model/change.ts";
import type { PartitionMode } from "../../src/model/environment.ts";
import { objectOf, type SchemaObject } from "../../src/model/object.ts";
import { aSnapshot } from "../support/builders.ts";

const key = (name: string) => ({ kind: "table", path: ["shop", name] }) as const;

function table(name: string, partitionKey = "RANGE (d)"): SchemaObject {
  return objectOf(key(name), { form: "partitioned", owner: "app", rowSecurity: false, partitionKey });
}

interface Shape {
  readonly values?: string | null;
  readonly engine?: string;
  readonly options?: Readonly<Record<string, string>>;
}

function partition(of: string, name: string, shape: Shape = {}): SchemaObject {
  const { values = `LESS THAN (${name.slice(1)}0)`, engine = "InnoDB", options = {} } = shape;
  const path = [...key(of).path, ...name.split("/")];
  return objectOf({ kind: "partition", path }, { position: 1, values, engine, options }, key(of));
}

const log = [table("log"), partition("log", "p0"), partition("log", "p1")];

function compare(
  before: readonly SchemaObject[],
  after: readonly SchemaObject[],
  mode: PartitionMode = "shape",
  tables: Readonly<Record<string, PartitionMode>> = {},
) {
  const [baseline, live] = [aSnapshot(before), aSnapshot(after)];
  const { changes, hidden } = compareWithHidden(baseline, live, { partitions: { default: mode, tables } });
  return { changes: changes.map(changeId), hidden };
}

describe("partitions inside a table", () => {
  it.each<{ name: string; before?: SchemaObject[]; after: SchemaObject[]; told: string[]; hidden?: number }>([
    {
      name: "may come and go where they have values",
      after: [table("log"), partition("log", "p1"), partition("log", "p2")],
      told: [],
      hidden: 2,
    },
    {
      name: "may come and go with their subpartitions",
      before: [table("log"), partition("log", "p0"), partition("log", "p0/s0", { values: null })],
      after: [
        table("log"),
        partition("log", "p0"),
        partition("log", "p0/s0", { values: null }),
        partition("log", "p1"),
        partition("log", "p1/s0", { values: null }),
      ],
      told: [],
      hidden: 2,
    },
    {
      name: "are told where a subpartition came alone",
      after: [...log, partition("log", "p0/s0", { values: null })],
      told: ["added partition:shop.log.p0.s0"],
    },
    {
      name: "are told where a hash has more of them",
      before: [table("log", "HASH (id)"), partition("log", "p0", { values: null })],
      after: [
        table("log", "HASH (id)"),
        partition("log", "p0", { values: null }),
        partition("log", "p1", { values: null }),
      ],
      told: ["added partition:shop.log.p1"],
    },
    {
      name: "are told where one has other values",
      after: [table("log"), partition("log", "p0"), partition("log", "p1", { values: "LESS THAN (99)" })],
      told: ["altered partition:shop.log.p1.values"],
    },
    {
      name: "are told where a new one looks like none of the others",
      after: [...log, partition("log", "p2", { options: { "DATA DIRECTORY": "/slow" } })],
      told: ["added partition:shop.log.p2"],
    },
    {
      name: "may each have a comment of its own",
      after: [...log, partition("log", "p2", { options: { COMMENT: "today" } })],
      told: [],
      hidden: 1,
    },
    {
      name: "come with a table that is new",
      before: [],
      after: log,
      told: ["added table:shop.log", "added partition:shop.log.p0", "added partition:shop.log.p1"],
    },
    {
      name: "are others where the key is another",
      after: [table("log", "RANGE (e)"), partition("log", "p0"), partition("log", "p9")],
      told: [
        "altered table:shop.log.partitionKey",
        "added partition:shop.log.p9",
        "removed partition:shop.log.p1",
      ],
    },
  ])("$name", ({ before = log, after, told, hidden = 0 }) => {
    const found = compare(before, after);
    expect(found.changes.sort()).toEqual(told.sort());
    expect(found.hidden).toEqual(hidden === 0 ? [] : [{ rule: "partitions: shape", count: hidden }]);
  });

  const rotated = [table("log"), partition("log", "p1"), partition("log", "p2")];

  it.each<{ mode: PartitionMode; tables: Readonly<Record<string, PartitionMode>>; told: number }>([
    { mode: "compare", tables: {}, told: 2 },
    { mode: "compare", tables: { "shop.log": "shape" }, told: 0 },
    { mode: "compare", tables: { "*.log": "ignore" }, told: 0 },
    { mode: "ignore", tables: { "shop.*": "compare" }, told: 2 },
  ])("are treated by the mode of their table: $mode, $tables", ({ mode, tables, told }) => {
    expect(compare(log, rotated, mode, tables).changes).toHaveLength(told);
  });

  it("are left out altogether where they are ignored", () => {
    const altered = [table("log"), partition("log", "p0", { values: "LESS THAN (99)" })];
    expect(compare(log, altered, "ignore").changes).toEqual([]);
  });
});
