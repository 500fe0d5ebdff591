import { describe, expect, it } from "vitest";
import { isSpelledByFlavor } from "../../src/compare/flavors.ts";

/** The text of MySQL, then that of MariaDB. */
type Pair = readonly [kind: string, attribute: string, mysql: string, mariadb: string];

const alike: readonly Pair[] = [
  ["column", "default", "'5'", "5"],
  ["column", "default", "('{}')", "'{}'"],
  ["column", "default", String.raw`('a\\b''c')`, String.raw`'a\\b''c'`],
  ["column", "default", "(5)", "5"],
  ["column", "default", "(DATE'2024-01-01')", "'2024-01-01'"],
  ["column", "default", "(TIMESTAMP'2024-01-01 12:00:00')", "'2024-01-01 12:00:00'"],
  ["column", "default", "CURRENT_TIMESTAMP", "current_timestamp()"],
  ["column", "default", "CURRENT_TIMESTAMP(3)", "current_timestamp(3)"],
  ["column", "default", "(now())", "current_timestamp()"],
  ["column", "default", "(concat('a',`b`))", "concat('a',`b`)"],
  ["column", "type", "geomcollection", "geometrycollection"],
  ["column", "type", "bigint unsigned", "bigint(20) unsigned"],
  ["function", "returns", "varchar(9) CHARSET latin1", "varchar(9) CHARSET latin1 COLLATE latin1_swedish_ci"],
  ["function", "returns", "int", "int(11)"],
];

const unlike: readonly Pair[] = [
  ["column", "default", "'5'", "6"],
  ["column", "default", "'a(b'", "'c(d'"],
  ["column", "default", "('a')", "'b'"],
  ["column", "default", "(now())", "'now()'"],
  ["column", "default", "(uuid())", "'x'"],
  ["column", "type", "geomcollection", "geometry"],
  [
    "function",
    "returns",
    "varchar(9) CHARSET latin1",
    "varchar(9) CHARSET utf8mb4 COLLATE utf8mb4_general_ci",
  ],
  [
    "function",
    "returns",
    "varchar(9) CHARSET latin1 COLLATE latin1_bin",
    "varchar(9) CHARSET latin1 COLLATE latin1_swedish_ci",
  ],
];

describe("MySQL beside MariaDB", () => {
  it.each(alike)("says the same with a %s's %s of %s and %s", (kind, attribute, mysql, mariadb) => {
    expect(isSpelledByFlavor(kind, attribute, mysql, mariadb)).toBe(true);
    expect(isSpelledByFlavor(kind, attribute, mariadb, mysql)).toBe(true);
  });

  it.each(unlike)("differs with a %s's %s of %s and %s", (kind, attribute, mysql, mariadb) => {
    expect(isSpelledByFlavor(kind, attribute, mysql, mariadb)).toBe(false);
    expect(isSpelledByFlavor(kind, attribute, mariadb, mysql)).toBe(false);
  });
});
