import { describe, expect, it } from "vitest";
import { keyId } from "../../src/model/key.ts";
import { objectOf, type SchemaObject } from "../../src/model/object.ts";
import type { HiddenArea, Visibility } from "../../src/model/server.ts";
import { seesMore, withNewlyVisible } from "../../src/monitor/newly-visible.ts";
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
  const still = { ...hidden(["view"]), area: "still hidden" };
  const granted = (...paths: string[][]) => ({
    opened: paths.map((path) => ({ path, privileges: ["any"] })),
  });

  it.each<{ name: string; before: Partial<Visibility>; after: Partial<Visibility>; more: boolean }>([
    {
      name: "an area that the baseline names and the live snapshot does not",
      before: { hidden: [hidden(["trigger"]), still] },
      after: { hidden: [still] },
      more: true,
    },
    {
      name: "nothing where the same is hidden",
      before: { hidden: [still] },
      after: { hidden: [still] },
      more: false,
    },
    {
      name: "a schema that no grant opened",
      before: { schemas: ["shop"], ...granted(["shop"]) },
      after: { schemas: ["billing", "shop"], ...granted(["shop"], ["billing"]) },
      more: true,
    },
    {
      name: "nothing where a grant on a pattern had opened the schema before it was there",
      before: { schemas: ["shop_1"], ...granted(["shop_*"]) },
      after: { schemas: ["shop_1", "shop_2"], ...granted(["shop_*"]) },
      more: false,
    },
    {
      name: "nothing where a grant on everything had",
      before: { schemas: ["shop"], ...granted([]) },
      after: { schemas: ["billing", "shop"], ...granted([], ["billing"]) },
      more: false,
    },
    {
      name: "a table that no grant opened",
      before: { schemas: ["shop"], ...granted(["shop", "orders"]) },
      after: { schemas: ["shop"], ...granted(["shop", "orders"], ["shop", "notes"]) },
      more: true,
    },
    {
      name: "nothing where a grant on the schema had opened the table",
      before: { schemas: ["shop"], ...granted(["shop"]) },
      after: { schemas: ["shop"], ...granted(["shop"], ["shop", "notes"]) },
      more: false,
    },
    {
      name: "nothing where the server lists everything",
      before: { schemas: ["shop"] },
      after: { schemas: ["billing", "shop"] },
      more: false,
    },
  ])("is $name", ({ before, after, more }) => {
    const [baseline, live] = [before, after].map((visibility) => aSnapshot([], { visibility }).visibility);
    expect(baseline !== undefined && live !== undefined && seesMore(baseline, live)).toBe(more);
  });

  it.each([
    ["a schema", [["public"]], [["public"], ["sales"]], ["table:sales.orders", "trigger:sales.orders.t"]],
    [
      "a table, with all of it",
      [["sales", "notes"]],
      [
        ["sales", "notes"],
        ["sales", "orders"],
      ],
      ["table:sales.orders", "trigger:sales.orders.t"],
    ],
    [
      "a column of a table that was seen",
      [["public", "orders", "id"]],
      [
        ["public", "orders", "id"],
        ["public", "orders", "late"],
      ],
      ["column:public.orders.late"],
    ],
  ])("joins where a grant opens %s, and nothing beside it", (_what, before, after, joined) => {
    const sales = objectOf(
      { kind: "table", path: ["sales", "orders"] },
      { form: "ordinary", owner: "app", rowSecurity: false },
    );
    const trigger = objectOf(
      { kind: "trigger", path: ["sales", "orders", "t"] },
      { definition: "x" },
      sales.key,
    );
    const live = aSnapshot(
      [
        orders,
        aColumn("orders", "id"),
        aColumn("orders", "late"),
        aColumn("orders", "later"),
        sales,
        trigger,
      ],
      { visibility: { schemas: after.map(([schema = ""]) => schema), ...granted(...after) } },
    );
    const baseline = aSnapshot([orders, aColumn("orders", "id")], {
      visibility: { schemas: ["public"], ...granted(...before) },
    });
    const known = new Set(baseline.objects.map(({ key }) => keyId(key)));
    const ids = withNewlyVisible(baseline, live).objects.map(({ key }) => keyId(key));
    expect(ids.filter((id) => !known.has(id))).toEqual(joined);
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
