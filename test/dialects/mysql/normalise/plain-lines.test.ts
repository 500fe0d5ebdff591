import { describe, expect, it } from "vitest";
import { type NamedColumn, readColumn } from "../../../../src/dialects/mysql/normalise/column-text.ts";
import { createSharedColumns } from "../../../../src/dialects/mysql/normalise/columns.ts";
import {
  type CheckText,
  type ForeignKeyText,
  type KeyText,
  readCheck,
  readForeignKey,
  readKey,
} from "../../../../src/dialects/mysql/normalise/key-text.ts";
import { placeOf } from "../../../../src/dialects/mysql/normalise/naming.ts";
import {
  readPlainCheck,
  readPlainColumn,
  readPlainForeignKey,
  readPlainKey,
} from "../../../../src/dialects/mysql/normalise/plain-lines.ts";
import { unmodelledDefinition } from "../../../../src/dialects/mysql/normalise/render-table.ts";
import { tokeniseElement } from "../../../../src/dialects/mysql/normalise/sql-text.ts";
import { readTable } from "../../../../src/dialects/mysql/normalise/table-text.ts";
import { readTableDefinition, tableObjects } from "../../../../src/dialects/mysql/normalise/tables.ts";
import type { Flavor } from "../../../../src/model/server.ts";
import { aTableRow, objectsOfText } from "./table-reading.ts";

const head = "CREATE TABLE `t` (\n  ";

const row = aTableRow();

function tableOf(line: string): string {
  return `${head}${line}\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`;
}

type Line = NamedColumn | KeyText | ForeignKeyText | CheckText;

function readPlain(line: string, flavor: Flavor): { value: Line; end: number } | undefined {
  const [text, at] = [tableOf(line), head.length];
  return (
    readPlainColumn(text, at, flavor, new Map()) ??
    readPlainKey(text, at) ??
    readPlainForeignKey(text, at, flavor) ??
    readPlainCheck(text, at)
  );
}

/** What a line says, without how it was read. */
function withoutPlain(line: Line | undefined): object | undefined {
  if (line === undefined || !("text" in line)) return { ...line, isPlain: undefined };
  return { ...line, text: { ...line.text, isPlain: undefined } };
}

function readByTokens(line: string): Line | undefined {
  const text = tableOf(line);
  const { tokens } = tokeniseElement(text, head.length);
  if (tokens[0]?.kind === "name") return readColumn(text, tokens);
  return readKey(text, tokens) ?? readForeignKey(tokens) ?? readCheck(text, tokens);
}

/** What the safety net says of a line that it reads itself, against the objects that were read of it. */
function netOf(line: string, flavor: Flavor): string | null {
  const text = tableOf(line);
  const objects = objectsOfText(text, flavor);
  const { tokens } = tokeniseElement(text, head.length);
  const read = { ...readTable(text, flavor, new Map()), columns: [], elements: [tokens] };
  return unmodelledDefinition({ flavor, objects, text: read, canonical: text, charsetsOf: () => undefined });
}

const onBoth = [
  "`id` bigint unsigned NOT NULL AUTO_INCREMENT",
  "`a` int DEFAULT NULL",
  "`a` int DEFAULT '-5'",
  "`a` decimal(12,2) NOT NULL DEFAULT 0.00",
  "`a` int NOT NULL DEFAULT -1",
  "`a` int COMMENT 'no default at all'",
  "`a` varchar(80) CHARACTER SET latin1 COLLATE latin1_bin NOT NULL DEFAULT ''",
  "`a` text COLLATE utf8mb4_bin",
  "`a` enum('x','it''s','(,)') NOT NULL DEFAULT 'it''s'",
  "`a` set('x') DEFAULT NULL",
  "`a` varchar(9) DEFAULT 'NOT NULL' COMMENT 'it''s, `x` (y) COMMENT'",
  "`a` timestamp NULL DEFAULT NULL",
  "`a` timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP",
  "`a` timestamp(3) NOT NULL DEFAULT current_timestamp(3) ON UPDATE current_timestamp(3)",
  "`a` datetime(6) DEFAULT CURRENT_TIMESTAMP(6)",
  "`odd, name (é) 'x'` int DEFAULT NULL",
  "`a` varchar(9) COLLATE utf8mb4_bin NOT NULL CHECK (json_valid(`a`))",
  "PRIMARY KEY (`id`)",
  "CONSTRAINT `c` CHECK ((`a` > 1))",
  "CONSTRAINT `c` CHECK (`a` > -1)",
  "CONSTRAINT `odd (name)` CHECK ((length(`a`) in (1,2)) and (`b` <> 'it''s (') or `c)` like '%/--#')",
  "PRIMARY KEY (`a`,`b`) USING HASH COMMENT 'it''s'",
  "UNIQUE KEY `u` (`a`(10),`b` DESC) USING BTREE",
  "KEY `k, ey` (`odd, name`,`b`(3) DESC)",
  "FULLTEXT KEY `f` (`a`,`b`)",
  "SPATIAL KEY `s` (`a`)",
  "CONSTRAINT `f` FOREIGN KEY (`a`) REFERENCES `p` (`id`)",
  "CONSTRAINT `f` FOREIGN KEY (`a`, `b`) REFERENCES `odd p` (`id`, `odd, c`) ON DELETE CASCADE ON UPDATE SET NULL",
];

const cases: [Flavor, string][] = [
  ...onBoth.flatMap((line): [Flavor, string][] => [
    ["mysql", line],
    ["mariadb", line],
  ]),
  ["mariadb", "`a` text DEFAULT NULL"],
  ["mariadb", "`id` bigint(20) unsigned NOT NULL AUTO_INCREMENT"],
  ["mariadb", "`j` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT NULL CHECK (json_valid(`j`))"],
  ["mysql", "CONSTRAINT `f` FOREIGN KEY (`a`) REFERENCES `p` (`id`) ON DELETE RESTRICT"],
  ["mariadb", "CONSTRAINT `f` FOREIGN KEY (`a`) REFERENCES `p` (`id`) ON DELETE NO ACTION"],
];

describe("a plain line of SHOW CREATE TABLE", () => {
  it.each(cases)("reads as its tokens do (%s): %s", (flavor, line) => {
    const plain = readPlain(line, flavor);
    expect(withoutPlain(plain?.value)).toEqual(withoutPlain(readByTokens(line)));
    expect(tableOf(line).slice(head.length, plain?.end)).toBe(line);
  });

  it.each(cases)("holds nothing for the safety net (%s): %s", (flavor, line) => {
    expect(netOf(line, flavor)).toBeNull();
  });

  it.each([
    ["mysql", "`a` int NOT NULL FROBNICATED"],
    ["mysql", "`a` int NULL"],
    ["mysql", "`a` timestamp DEFAULT CURRENT_TIMESTAMP"],
    ["mysql", "`a` text DEFAULT NULL"],
    ["mysql", "`a` int NOT NULL DEFAULT NULL"],
    ["mysql", "`a` int DEFAULT (rand())"],
    ["mysql", "`a` int unsigned zerofill DEFAULT NULL"],
    ["mysql", "`a` varchar(9) DEFAULT 'a\\nb'"],
    ["mysql", "`a` int COMMENT ''"],
    ["mysql", "`a` int GENERATED ALWAYS AS (1) VIRTUAL"],
    ["mysql", "`a``b` int DEFAULT NULL"],
    ["mariadb", "`a` longtext DEFAULT NULL CHECK (json_valid(`b`))"],
    ["mariadb", "`a` int DEFAULT NULL CHECK (`a` > 1)"],
    ["mysql", "KEY `k` ((`a` + 1))"],
    ["mysql", "KEY `k` (`a`) WITH PARSER ngram"],
    ["mysql", "KEY `k` (`a`) INVISIBLE"],
    ["mysql", "KEY `k` (`a`) WITH MAGIC"],
    ["mysql", "UNIQUE KEY `k` (`a` WITHOUT OVERLAPS)"],
    ["mysql", "CONSTRAINT `c` CHECK ((`a` > 1)) NOT ENFORCED"],
    ["mysql", "CONSTRAINT `c` CHECK ( (`a` > 1))"],
    ["mysql", "CONSTRAINT `c` CHECK ((`a` > 1) )"],
    ["mysql", "CONSTRAINT `c` CHECK ((`a` <> 'x\\'y'))"],
    ["mysql", "CONSTRAINT `c` CHECK (((((`a` > 1)))))"],
    ["mysql", "CONSTRAINT `c` CHECK ((`a` > 1)) CHECK ((`a` > 2))"],
    ["mariadb", "CONSTRAINT `c` CHECK (`a` > 1 -- comment)"],
    ["mariadb", "CONSTRAINT `c` CHECK (`a` /* comment */ > 1)"],
    ["mariadb", "CONSTRAINT `c` CHECK (`a` > 1 # comment)"],
    ["mysql", "CONSTRAINT `f` FOREIGN KEY (`a`) REFERENCES `s`.`p` (`id`)"],
    ["mysql", "CONSTRAINT `f` FOREIGN KEY (`a`) REFERENCES `p` (`id`) ON DELETE NO ACTION"],
    ["mariadb", "CONSTRAINT `f` FOREIGN KEY (`a`) REFERENCES `p` (`id`) ON UPDATE RESTRICT"],
    ["mysql", "CONSTRAINT `f` FOREIGN KEY (`a`) REFERENCES `p` (`id`) MATCH FULL"],
    ["mysql", "PERIOD FOR `p` (`a`, `b`)"],
  ] as const)("is not one that says more, or what no server prints (%s): %s", (flavor, line) => {
    expect(readPlain(line, flavor)).toBeUndefined();
  });
});

describe("lines that say the same", () => {
  const known = new Map();
  const lines = [
    "`a` varchar(9) COLLATE utf8mb4_bin DEFAULT 'x'",
    "`b` varchar(9) COLLATE utf8mb4_bin DEFAULT 'x'",
    "`c` varchar(9) COLLATE utf8mb4_bin DEFAULT 'y'",
    "`d``d` varchar(9) COLLATE utf8mb4_bin DEFAULT 'x'",
    "`e` varchar(9) COLLATE utf8mb4_bin DEFAULT 'x'",
  ];
  const text = `${head}${lines.join(",\n  ")}\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`;
  const columns = readTable(text, "mysql", known).columns;

  it("are read once", () => {
    const [a, b, c, d, e] = columns.map((column) => column.text);
    expect(b).toBe(a);
    expect(c).not.toBe(a);
    expect(d).not.toBe(a);
    // The last line has no comma, so it is looked up by itself; the next table's finds it.
    expect(e).toEqual(a);
    expect(readTable(text, "mysql", known).columns[4]?.text).toBe(e);
  });

  it("keep their names", () => {
    expect(columns.map((column) => column.name)).toEqual(["a", "b", "c", "d`d", "e"]);
  });

  it("share attributes where position, charset and collation are the same too", () => {
    const shared = createSharedColumns();
    const attributesIn = (table: string, collation: string, position: number): unknown => {
      const columnLines = Array.from({ length: position }, (_, index) =>
        index + 1 === position ? "`x` varchar(9) DEFAULT NULL" : `\`p${index}\` int DEFAULT NULL`,
      );
      const definition = readTableDefinition(tableOf(columnLines.join(",\n  ")), {
        flavor: "mysql",
        schema: "db",
        shared,
      });
      const rows = [{ name: "x", position, charset: "utf8mb4", collation }];
      const objects = tableObjects({
        flavor: "mysql",
        place: placeOf("db", true),
        row: { ...row, name: table },
        columns: rows,
        definition,
        shared,
      });
      return objects.find((object) => object.key.path[1] === "x")?.attributes;
    };
    const first = attributesIn("t", "utf8mb4_bin", 2);
    expect(attributesIn("u", "utf8mb4_bin", 2)).toBe(first);
    expect(attributesIn("v", "utf8mb4_general_ci", 2)).toMatchObject({ collation: "utf8mb4_general_ci" });
    expect(attributesIn("w", "utf8mb4_bin", 3)).toMatchObject({ position: 3, collation: "utf8mb4_bin" });
    expect(first).toMatchObject({ position: 2, collation: "utf8mb4_bin" });
  });
});

describe("a table whose lines are plain", () => {
  const line = "`a` varchar(9) CHARACTER SET latin1 COLLATE latin1_bin DEFAULT NULL";

  it.each([
    ["the same", "latin1", "latin1_bin", null],
    ["another charset", "utf8mb4", "latin1_bin", expect.stringContaining("latin1")],
    ["another collation", "latin1", "latin1_swedish_ci", expect.stringContaining("latin1")],
  ])("is held against information_schema, which says %s", (_, charset, collation, expected) => {
    const columns = [{ name: "a", position: 1, charset, collation }];
    const shared = createSharedColumns();
    const definition = readTableDefinition(tableOf(line), { flavor: "mysql", schema: "db", shared });
    const input = { flavor: "mysql", place: placeOf("db", true), row, columns, definition, shared } as const;
    expect(tableObjects(input)[0]?.attributes).toMatchObject({ unmodelledDefinition: expected });
  });

  it("ends at its own parenthesis, whatever its options hold", () => {
    const text = `${head}\`a\` int DEFAULT NULL\n) ENGINE=InnoDB AUTO_INCREMENT=7 DEFAULT CHARSET=utf8mb4 COMMENT='it''s (x)'`;
    expect(readTable(text, "mysql", new Map())).toMatchObject({
      options: { ENGINE: "InnoDB", CHARSET: "utf8mb4", COMMENT: "it's (x)" },
      elements: [],
      tail: null,
    });
  });

  it("is read on by tokens where it says more", () => {
    const lines =
      "`a` int DEFAULT (1 + (2)),\n  `b` int DEFAULT NULL,\n  CONSTRAINT `c` CHECK ((`a` > 1)) NOT ENFORCED,\n  KEY `k` (`b`)";
    const read = readTable(tableOf(lines), "mysql", new Map());
    expect(read.columns.map((column) => [column.name, column.text.isPlain])).toEqual([
      ["a", false],
      ["b", true],
    ]);
    expect(read.checks.map((check) => check.name)).toEqual(["c"]);
    expect(read.keys.map((key) => [key.name, key.isPlain])).toEqual([["k", true]]);
    expect(read.elements).toHaveLength(2);
  });
});
