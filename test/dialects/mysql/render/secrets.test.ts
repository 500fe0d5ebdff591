/** What snapshots keep as a digest never stands in a statement. */
import { expect, it } from "vitest";
import { planMigration } from "../../../../src/app/plan-migration.ts";
import { digestOf } from "../../../../src/dialects/digest.ts";
import type { SchemaObject } from "../../../../src/model/object.ts";
import type { Snapshot } from "../../../../src/model/snapshot.ts";
import { aComment, aSnapshot, aTable } from "../../../support/builders.ts";

function onMysql(objects: readonly SchemaObject[]): Snapshot {
  return { ...aSnapshot(objects, { server: { flavor: "mysql" } }), dialect: "mysql" };
}

const digest = digestOf("mysql://user:hunter2@far/db/t");
const federated = aTable("far", { engine: "FEDERATED", createOptions: { CONNECTION: digest } });
const spider = aTable("near", { engine: "Spider" });

it.each([
  { name: "a new table with a connection", before: [], after: [federated] },
  {
    name: "a table that loses its connection",
    before: [federated],
    after: [aTable("far", { engine: "FEDERATED", createOptions: {} })],
  },
  { name: "a comment with a connection", before: [spider], after: [spider, aComment(spider, digest)] },
])("$name is not planned, because its secret is not kept", ({ before, after }) => {
  const { statements, unplanned } = planMigration(onMysql(before), onMysql(after));
  expect(statements).toEqual([]);
  expect(unplanned.map(({ reason }) => reason)).toEqual(["it holds a secret, which snapshots do not keep"]);
});
