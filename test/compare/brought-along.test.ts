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

const extension: SchemaObject = objectOf(
  { kind: "extension", path: ["citext"] },
  { schema: "public", version: "1.6", owner: "app" },
);

function commentOn(subject: SchemaObject): SchemaObject {
  const { kind, path } = subject.key;
  return objectOf({ kind: "comment", path, of: kind }, { text: "case-insensitive" }, subject.key);
}

describe("a comment that comes or goes with what it speaks of", () => {
  const table = aTable("t");
  it.each([
    ["is the extension's own", [], [extension, commentOn(extension)], ["extension"]],
    ["is told where people wrote it", [], [table, commentOn(table)], ["comment", "table"]],
    ["is told where the extension stays", [extension], [extension, commentOn(extension)], ["comment"]],
  ] as const)("%s", (_, few, many, kinds) => {
    const [before, after] = [aSnapshot(few), aSnapshot(many)];
    const told = (verb: string): string[] => kinds.map((kind) => `${verb} ${kind}`);
    expect(compareSnapshots(before, after).map(({ verb, kind }) => `${verb} ${kind}`)).toEqual(told("added"));
    expect(compareSnapshots(after, before).map(({ verb, kind }) => `${verb} ${kind}`)).toEqual(
      told("removed"),
    );
  });
});
