import { describe, expect, it } from "vitest";
import { type ColumnText, readColumn } from "../../../../src/dialects/mysql/normalise/column-text.ts";
import {
  type ForeignKeyText,
  type KeyText,
  readForeignKey,
  readKey,
} from "../../../../src/dialects/mysql/normalise/key-text.ts";
import { placeOf } from "../../../../src/dialects/mysql/normalise/naming.ts";
import {
  readPlainColumn,
  readPlainForeignKey,
  readPlainKey,
} from "../../../../src/dialects/mysql/normalise/plain-lines.ts";
import { unmodelledDefinition } from "../../../../src/dialects/mysql/normalise/render-table.ts";
import { tokeniseElement } from "../../../../src/dialects/mysql/normalise/sql-text.ts";
import { readTable } from "../../../../src/dialects/mysql/normalise/table-text.ts";
import { tableObjects } from "../../../../src/dialects/mysql/normalise/tables.ts";
import type { Flavor } from "../../../../src/model/server.ts";

const head = "CREATE TABLE `t` (\n  ";

function tableOf(line: string): string {
  return `${head}${line}\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`;
}

type Line = ColumnText | KeyText | ForeignKeyText;

function readPlain(line: string, flavor: Flavor): { value: Line; end: number } | undefined {
  const [text, at] = [tableOf(line), head.length];
  return readPlainColumn(text, at, flavor) ?? readPlainKey(text, at) ?? readPlainForeignKey(text, at, flavor);
}

function readByTokens(line: string): Line | undefined {
  const text = tableOf(line);
  const { tokens } = tokeniseElement(text, head.length);
  if (tokens[0]?.kind === "name") return readColumn(text, tokens);
  return readKey(text, tokens) ?? readForeignKey(tokens);
}

/** What the safety net says of a line that it reads itself, against the objects that were read of it. */
function netOf(line: string, flavor: Flavor): string | null {
  const text = tableOf(line);
  const row = {
    schema: "db",
    name: "t",
    type: "BASE TABLE",
    engine: "InnoDB",
    rowFormat: "Dynamic",
    collation: "utf8mb4_bin",
    comment: "",
    createTime: null,
  };
  const objects = tableObjects({ flavor, place: placeOf("db", true), row, columns: [], text });
  const { tokens } = tokeniseElement(text, head.length);
  const read = { ...readTable(text, flavor), columns: [], elements: [tokens] };
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
    expect({ ...plain?.value, isPlain: false }).toEqual(readByTokens(line));
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
    ["mysql", "CONSTRAINT `c` CHECK ((`a` > 1))"],
    ["mysql", "CONSTRAINT `f` FOREIGN KEY (`a`) REFERENCES `s`.`p` (`id`)"],
    ["mysql", "CONSTRAINT `f` FOREIGN KEY (`a`) REFERENCES `p` (`id`) ON DELETE NO ACTION"],
    ["mariadb", "CONSTRAINT `f` FOREIGN KEY (`a`) REFERENCES `p` (`id`) ON UPDATE RESTRICT"],
    ["mysql", "CONSTRAINT `f` FOREIGN KEY (`a`) REFERENCES `p` (`id`) MATCH FULL"],
    ["mysql", "PERIOD FOR `p` (`a`, `b`)"],
  ] as const)("is not one that says more, or what no server prints (%s): %s", (flavor, line) => {
    expect(readPlain(line, flavor)).toBeUndefined();
  });
});

describe("a table whose lines are plain", () => {
  const row = {
    schema: "db",
    name: "t",
    type: "BASE TABLE",
    engine: "InnoDB",
    rowFormat: "Dynamic",
    collation: "utf8mb4_bin",
    comment: "",
    createTime: null,
  };
  const line = "`a` varchar(9) CHARACTER SET latin1 COLLATE latin1_bin DEFAULT NULL";

  it.each([
    ["the same", "latin1", "latin1_bin", null],
    ["another charset", "utf8mb4", "latin1_bin", expect.stringContaining("latin1")],
    ["another collation", "latin1", "latin1_swedish_ci", expect.stringContaining("latin1")],
  ])("is held against information_schema, which says %s", (_, charset, collation, expected) => {
    const columns = [{ name: "a", position: 1, charset, collation }];
    const input = { flavor: "mysql", place: placeOf("db", true), row, columns, text: tableOf(line) } as const;
    expect(tableObjects(input)[0]?.attributes).toMatchObject({ unmodelledDefinition: expected });
  });

  it("ends at its own parenthesis, whatever its options hold", () => {
    const text = `${head}\`a\` int DEFAULT NULL\n) ENGINE=InnoDB AUTO_INCREMENT=7 DEFAULT CHARSET=utf8mb4 COMMENT='it''s (x)'`;
    expect(readTable(text, "mysql")).toMatchObject({
      options: { ENGINE: "InnoDB", CHARSET: "utf8mb4", COMMENT: "it's (x)" },
      elements: [],
      tail: null,
    });
  });

  it("is read on by tokens where it says more", () => {
    const lines =
      "`a` int DEFAULT (1 + (2)),\n  `b` int DEFAULT NULL,\n  CONSTRAINT `c` CHECK ((`a` > 1)),\n  KEY `k` (`b`)";
    const read = readTable(tableOf(lines), "mysql");
    expect(read.columns.map((column) => [column.name, column.isPlain])).toEqual([
      ["a", false],
      ["b", true],
    ]);
    expect(read.checks.map((check) => check.name)).toEqual(["c"]);
    expect(read.keys.map((key) => [key.name, key.isPlain])).toEqual([["k", true]]);
    expect(read.elements).toHaveLength(2);
  });
});
