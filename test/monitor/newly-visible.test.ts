import { describe, expect, it } from "vitest";
import { keyId } from "../../src/model/key.ts";
import { objectOf, type SchemaObject } from "../../src/model/object.ts";
import type { HiddenArea } from "../../src/model/server.ts";
import { gainedAreas, withNewlyVisible } from "../../src/monitor/newly-visible.ts";
import { aColumn, aComment, aSnapshot, aTable, aView } from "../support/builders.ts";

const orders = aTable("orders");
const subscription = (connection?: string): SchemaObject =>
  objectOf(
    { kind: "subscription", path: ["feed"] },
    {
      owner: "app",
      enabled: true,
      publications: ["all"],
      slot: null,
      options: {},
      ...(connection === undefined ? {} : { connection }),
    },
  );

function hidden(kinds: HiddenArea["kinds"], more: Partial<HiddenArea> = {}): HiddenArea {
  return { area: "what was hidden", reason: "not granted", kinds, ...more };
}

describe("what a monitoring user has come to see", () => {
  it("is an area that the baseline names and the live snapshot does not", () => {
    const still = { ...hidden(["view"]), area: "still hidden" };
    const before = aSnapshot([], { visibility: { hidden: [hidden(["trigger"]), still] } }).visibility;
    const after = aSnapshot([], { visibility: { hidden: [still] } }).visibility;
    expect(gainedAreas(before, after).map(({ area }) => area)).toEqual(["what was hidden"]);
  });

  const view = aView("totals", "SELECT 1");
  const cases: readonly {
    name: string;
    area: HiddenArea;
    before: readonly SchemaObject[];
    after: readonly SchemaObject[];
    joins: readonly SchemaObject[];
  }[] = [
    {
      name: "an object of a kind that was hidden joins, with what hangs on it",
      area: hidden(["view"]),
      before: [orders],
      after: [orders, view, aComment(view, "all of them")],
      joins: [view, aComment(view, "all of them")],
    },
    {
      name: "an object of another kind does not",
      area: hidden(["view"]),
      before: [orders],
      after: [orders, aTable("notes")],
      joins: [],
    },
    {
      name: "a table joins with its columns, and a column of a table that was seen does not",
      area: hidden(["table", "column"]),
      before: [orders],
      after: [orders, aColumn("orders", "late"), aTable("notes"), aColumn("notes", "id")],
      joins: [aTable("notes"), aColumn("notes", "id")],
    },
    {
      name: "an object of another schema does not",
      area: hidden(["view"], { path: ["sales"] }),
      before: [orders],
      after: [orders, view],
      joins: [],
    },
    {
      name: "a view that could not be opened joins, and another one does not",
      area: hidden(["view"], { path: ["public", "totals"] }),
      before: [orders],
      after: [orders, view, aView("late", "SELECT 2")],
      joins: [view],
    },
    {
      name: "an object does not where only attributes of its kind were hidden",
      area: hidden(["subscription"], { attributes: ["connection"] }),
      before: [orders],
      after: [orders, subscription("digest")],
      joins: [],
    },
  ];

  it.each(cases)("$name", ({ area, before, after, joins }) => {
    const baseline = aSnapshot(before, { visibility: { hidden: [area] } });
    const completed = withNewlyVisible(baseline, aSnapshot(after));
    const expected = aSnapshot([...before, ...joins]);
    expect(completed.objects.map(({ key }) => keyId(key))).toEqual(
      expected.objects.map(({ key }) => keyId(key)),
    );
    expect(completed.fingerprint).toBe(expected.fingerprint);
    expect(completed.visibility.hidden).toEqual([]);
  });

  it.each([
    { connection: undefined, live: "digest", joined: "digest" },
    { connection: "older", live: "digest", joined: "older" },
    { connection: undefined, live: undefined, joined: undefined },
  ])("of an attribute, $connection before and $live now, is $joined", ({ connection, live, joined }) => {
    const area = hidden(["subscription"], { attributes: ["connection"] });
    const baseline = aSnapshot([subscription(connection)], { visibility: { hidden: [area] } });
    const completed = withNewlyVisible(baseline, aSnapshot([subscription(live)]));
    expect(completed.fingerprint).toBe(aSnapshot([subscription(joined)]).fingerprint);
  });

  it("leaves what is gone, and what else has changed, as the baseline has it", () => {
    const area = hidden(["view"]);
    const baseline = aSnapshot([orders, aColumn("orders", "id"), aTable("gone")], {
      visibility: { hidden: [area] },
    });
    const changed = aColumn("orders", "id", { type: "bigint" });
    const completed = withNewlyVisible(baseline, aSnapshot([orders, changed, view]));
    expect(completed.fingerprint).toBe(
      aSnapshot([orders, aColumn("orders", "id"), aTable("gone"), view]).fingerprint,
    );
  });
});
