import { describe, expect, it } from "vitest";
import { compareSnapshots } from "../../src/compare/compare.ts";
import { objectOf, type SchemaObject } from "../../src/model/object.ts";
import { aSnapshot, aTable, tableKey } from "../support/builders.ts";

function aPartition(name: string, engine: string): SchemaObject {
  return objectOf(
    { kind: "partition", path: ["public", "t", name] },
    { position: 1, values: null, engine, options: {} },
    tableKey("t"),
  );
}

function altered(table: readonly [string, string], partition: readonly [string, string]): string[] {
  const side = (at: 0 | 1): readonly SchemaObject[] => [
    aTable("t", { engine: table[at] }),
    aPartition("p0", partition[at]),
  ];
  return compareSnapshots(aSnapshot(side(0)), aSnapshot(side(1))).map(
    (change) => `${change.kind}.${change.verb === "altered" ? change.attribute : change.verb}`,
  );
}

describe("what a server makes along with another change", () => {
  it.each([
    [
      "a partition's engine with that of its table",
      ["InnoDB", "MyISAM"],
      ["InnoDB", "MyISAM"],
      ["table.engine"],
    ],
    ["but not a partition's engine alone", ["InnoDB", "InnoDB"], ["InnoDB", "MyISAM"], ["partition.engine"]],
    [
      "nor one that became another than the table's",
      ["InnoDB", "Aria"],
      ["InnoDB", "MyISAM"],
      ["partition.engine", "table.engine"],
    ],
  ] as const)("is left out: %s", (_, table, partition, expected) => {
    expect(altered(table, partition)).toEqual(expected);
  });
});
