/** What only spells, and does not mean. */
import { expect, it } from "vitest";
import { canonicalTableText } from "../../../../src/dialects/mysql/normalise/canonical-text.ts";

it.each([
  ["int(11) NOT NULL", "int NOT NULL"],
  ["bigint(20) unsigned DEFAULT NULL", "bigint unsigned DEFAULT NULL"],
  ["tinyint(4)", "tinyint"],
  ["tinyint(1)", "tinyint(1)"],
  ["smallint(5) unsigned zerofill", "smallint(5) unsigned zerofill"],
  ["int(5) zerofill", "int(5) zerofill"],
  ["year(4)", "year"],
  ["bit(4)", "bit(4)"],
  ["decimal(10,2)", "decimal(10,2)"],
  ["varchar(9) DEFAULT 'int(11)'", "varchar(9) DEFAULT 'int(11)'"],
])("a column of MySQL with %s is one with %s", (before, after) => {
  const text = (type: string): string =>
    `CREATE TABLE \`t\` (\n  \`a int(3)\` ${type},\n  PRIMARY KEY (\`a\`)\n)`;
  expect(canonicalTableText(text(before), "mysql")).toBe(text(after));
  expect(canonicalTableText(text(before), "mariadb")).toBe(text(before));
});
