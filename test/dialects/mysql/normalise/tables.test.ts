import { describe, expect, it } from "vitest";
import { keyId } from "../../../../src/model/key.ts";
import type { SchemaObject } from "../../../../src/model/object.ts";
import type { Flavor } from "../../../../src/model/server.ts";
import { aTableRow, objectsOfText } from "./table-reading.ts";

function read(text: string, flavor: Flavor = "mysql"): readonly SchemaObject[] {
  return objectsOfText(text, flavor, aTableRow({ collation: "utf8mb4_0900_ai_ci" }));
}

function attributes(objects: readonly SchemaObject[], id: string): object {
  const object = objects.find((each) => keyId(each.key) === id);
  if (object === undefined)
    throw new Error(`no ${id} among ${objects.map((each) => keyId(each.key)).join(", ")}`);
  return object.attributes;
}

function table(
  lines: string,
  tail = "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci",
): string {
  return `CREATE TABLE \`t\` (\n${lines}\n) ${tail}`;
}

describe("a table from SHOW CREATE TABLE", () => {
  it.each([
    ["  `a` int NOT NULL FROBNICATED"],
    ["  `a` int DEFAULT NULL,\n  KEY `k` (`a`) WITH MAGIC"],
    ["  `a` int DEFAULT NULL,\n  CONSTRAINT `c` CHECK ((`a` > 1)) MAYBE"],
    ["  `a` int DEFAULT NULL,\n  SOMETHING NEW (`a`)"],
  ])("keeps its text when it holds a clause that the model does not: %s", (lines) => {
    expect(attributes(read(table(lines)), "table:t")).toMatchObject({
      unmodelledDefinition: expect.stringContaining("CREATE TABLE"),
    });
  });

  it("keeps no counter in that text", () => {
    const objects = read(
      table("  `a` int NOT NULL FROBNICATED", "ENGINE=InnoDB AUTO_INCREMENT=17 DEFAULT CHARSET=utf8mb4"),
    );
    expect(JSON.stringify(attributes(objects, "table:t"))).not.toContain("AUTO_INCREMENT");
  });

  it("is whole when the model tells all", () => {
    const objects = read(
      table(
        "  `a` int DEFAULT '5' COMMENT 'it''s, (x)',\n  UNIQUE KEY `u` (`a` DESC) COMMENT 'y' /*!80000 INVISIBLE */",
      ),
    );
    expect(attributes(objects, "table:t")).toMatchObject({ unmodelledDefinition: null });
    expect(attributes(objects, "comment:column:t.a")).toEqual({ text: "it's, (x)" });
    expect(attributes(objects, "unique:t.u")).toEqual({
      columns: ["a DESC"],
      createOptions: { INVISIBLE: "1" },
    });
  });

  it("is whole when a generated column is a nullable timestamp, which MySQL alone says", () => {
    const objects = read(
      table(
        "  `a` timestamp NULL DEFAULT NULL,\n  `b` timestamp GENERATED ALWAYS AS (`a`) VIRTUAL NULL COMMENT 'x',\n  `c` timestamp(3) GENERATED ALWAYS AS (`a`) STORED NOT NULL,\n  `d` int GENERATED ALWAYS AS (1) VIRTUAL",
      ),
    );
    expect(attributes(objects, "table:t")).toMatchObject({ unmodelledDefinition: null });
    expect(attributes(objects, "column:t.b")).toMatchObject({ generated: "`a`", generatedKind: "virtual" });
  });

  it("tells a nullable column without default from DEFAULT NULL (P6)", () => {
    const objects = read(table("  `a` int,\n  `b` int DEFAULT NULL,\n  `c` text"));
    expect(["a", "b", "c"].map((name) => attributes(objects, `column:t.${name}`))).toMatchObject([
      { default: null, implicitDefault: false },
      { default: null, implicitDefault: true },
      { default: null, implicitDefault: true },
    ]);
  });

  it("folds MariaDB's longtext with json_valid to json (P17)", () => {
    const objects = read(
      table("  `j` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT NULL CHECK (json_valid(`j`))"),
      "mariadb",
    );
    expect(attributes(objects, "column:t.j")).toMatchObject({ type: "json", charset: null, collation: null });
    expect(objects.some((object) => object.kind === "check")).toBe(false);
    expect(attributes(objects, "table:t")).toMatchObject({ unmodelledDefinition: null });
  });

  it("gives a column's check and a table's check of one name two addresses (P20)", () => {
    const objects = read(
      table("  `a` int(11) DEFAULT NULL CHECK (`a` > 1),\n  CONSTRAINT `a` CHECK (`a` < 9)"),
      "mariadb",
    );
    expect(attributes(objects, "check:t.a")).toMatchObject({ expression: "`a` < 9", column: null });
    expect(attributes(objects, "check:t.a.column")).toMatchObject({ expression: "`a` > 1", column: "a" });
  });

  it.each([
    ["mysql", "NO ACTION"],
    ["mariadb", "RESTRICT"],
  ] as const)("fills in the action that %s hides (P27)", (flavor, action) => {
    const line =
      "  `a` int DEFAULT NULL,\n  CONSTRAINT `f` FOREIGN KEY (`a`) REFERENCES `other`.`p` (`id`) ON DELETE SET NULL";
    expect(attributes(read(table(line), flavor), "foreign-key:t.f")).toEqual({
      columns: ["a"],
      referencedTable: "other.p",
      referencedColumns: ["id"],
      onDelete: "SET NULL",
      onUpdate: action,
      match: "SIMPLE",
    });
  });

  it("keeps the secret of a remote table as a digest", () => {
    const text = table(
      "  `a` int DEFAULT NULL",
      "ENGINE=FEDERATED DEFAULT CHARSET=utf8mb4 CONNECTION='mysql://u:hush@h/db/t'",
    );
    const objects = read(text);
    expect(JSON.stringify(objects)).not.toContain("hush");
    expect(attributes(objects, "table:t")).toMatchObject({
      createOptions: { CONNECTION: expect.stringMatching(/^sha256:/) },
      unmodelledDefinition: null,
    });
  });

  it("names automatic partitions as the server does (P25)", () => {
    const objects = read(
      `${table("  `a` int NOT NULL")}\n/*!50100 PARTITION BY LINEAR KEY */ /*!50611 ALGORITHM = 1 */ /*!50100 (a)\nPARTITIONS 2 */`,
    );
    expect(attributes(objects, "table:t")).toMatchObject({
      form: "partitioned",
      partitionKey: "LINEAR KEY ALGORITHM=1 (a)",
      unmodelledDefinition: null,
    });
    expect(objects.filter((object) => object.kind === "partition").map((object) => object.key.path)).toEqual([
      ["t", "p0"],
      ["t", "p1"],
    ]);
  });

  it("says what row format was asked for and what came of it", () => {
    const rowFormat = (tail: string): unknown =>
      (
        attributes(
          read(table("  `a` int DEFAULT NULL", `ENGINE=InnoDB DEFAULT CHARSET=utf8mb4${tail}`)),
          "table:t",
        ) as { rowFormat: string }
      ).rowFormat;
    expect([rowFormat(""), rowFormat(" ROW_FORMAT=DYNAMIC"), rowFormat(" ROW_FORMAT=COMPRESSED")]).toEqual([
      "default (dynamic)",
      "dynamic",
      "compressed (dynamic)",
    ]);
  });
});
