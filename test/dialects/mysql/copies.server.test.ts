/** A copy of a schema under another name is the same schema, whatever its views reach. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compareSnapshots } from "../../../src/compare/compare.ts";
import { openTestServer, type TestServer, testFlavors } from "./support.ts";

const tables =
  "CREATE TABLE t (id int PRIMARY KEY, j json, d date); CREATE FUNCTION f (x int) RETURNS int DETERMINISTIC RETURN x; ";

/** The same statements make `first` and `second`; <own> is the name of the schema. */
const reaching: readonly (readonly [what: string, sql: string])[] = [
  [
    "another schema",
    "CREATE VIEW v AS SELECT t.id, s.SCHEMA_NAME FROM t JOIN information_schema.SCHEMATA s ON s.SCHEMA_NAME = t.id",
  ],
  [
    "a table function",
    "CREATE VIEW v AS SELECT x.a, extract(year FROM t.d) AS y FROM t, JSON_TABLE(t.j, '$[*]' COLUMNS (a int PATH '$.a')) x",
  ],
  ["a function named with its schema", "CREATE VIEW v AS SELECT <own>.f(t.id) AS a FROM t"],
  [
    "its own tables by their full names",
    "CREATE VIEW v AS SELECT <own>.t.id FROM <own>.t WHERE EXISTS (SELECT 1 FROM <own>.t x WHERE x.id = <own>.t.id)",
  ],
  [
    "both at once",
    "CREATE VIEW w AS SELECT <own>.f(1) AS a; CREATE VIEW v AS SELECT w.a FROM w JOIN information_schema.SCHEMATA s ON s.SCHEMA_NAME = <own>.f(w.a)",
  ],
];

describe.each(testFlavors)("a copy of a schema on %s", (flavor) => {
  let server: TestServer;
  let first: string;
  let second: string;
  beforeAll(async () => {
    server = await openTestServer(flavor);
    first = await server.createDatabase("first");
    second = await server.createDatabase("second");
  });
  afterAll(() => server.close());

  it.each(reaching)("equals it when a view reaches %s", async (_, sql) => {
    for (const database of [first, second]) {
      await server.reset(database);
      await server.run(database, tables + sql.replaceAll("<own>", `\`${database}\``));
    }
    const one = await server.snapshot(first);
    const other = await server.snapshot(second);
    expect(compareSnapshots(one, other)).toEqual([]);
    expect(one.objects.filter((object) => object.kind === "view").length).toBeGreaterThan(0);
  });
});
