import { describe, expect, it } from "vitest";
import { compareSnapshots } from "../../src/compare/compare.ts";
import { aColumn, aSnapshot, aTable } from "../support/builders.ts";

/** A table whose columns stand in this order, each of a type of its own so that none is taken for another renamed. */
function ordered(names: string): ReturnType<typeof aSnapshot> {
  const columns = [...names].map((name, index) =>
    aColumn("t", name, { position: index + 1, type: `type_${name}` }),
  );
  return aSnapshot([aTable("t"), ...columns]);
}

function moves(before: string, after: string): string[] {
  return compareSnapshots(ordered(before), ordered(after)).flatMap((change) =>
    change.verb === "altered" && change.attribute === "position"
      ? [`${change.key.path.at(-1)} ${String(change.before)} -> ${String(change.after)}`]
      : [],
  );
}

describe("the order of columns", () => {
  it.each([
    ["says nothing when others go", "abcd", "bd", []],
    ["says nothing when others come", "ab", "xaybz", []],
    ["names the fewest that moved", "abcd", "acbd", ["b 2 -> 3"]],
    ["names the one that moved far", "abcd", "bcda", ["a 1 -> 4"]],
    ["is told although the column that stayed behind has its old number", "fbice", "cgi", ["c 4 -> 1"]],
    [
      "is told by the others when one keeps its number among new columns",
      "abx",
      "nmxab",
      ["a 1 -> 4", "b 2 -> 5"],
    ],
  ])("%s", (_, before, after, expected) => {
    expect(moves(before, after)).toEqual(expected);
  });

  it("is told whenever the columns of both sides stand in another order, and only then", () => {
    const names = ["a", "b", "c"];
    const permutations = (left: readonly string[]): string[] =>
      left.length === 0
        ? [""]
        : left.flatMap((name) =>
            permutations(left.filter((other) => other !== name)).map((rest) => name + rest),
          );
    const wrong: string[] = [];
    for (const before of permutations([...names, "x"])) {
      for (const after of permutations([...names, "y"])) {
        const common = (text: string): string => [...text].filter((name) => names.includes(name)).join("");
        const isTold = moves(before, after).length > 0;
        if (isTold !== (common(before) !== common(after))) wrong.push(`${before} ${after}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});
