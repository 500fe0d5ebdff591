import { describe, expect, it } from "vitest";
import { placeOf } from "../../../../src/dialects/mysql/normalise/naming.ts";
import { viewObject } from "../../../../src/dialects/mysql/normalise/views.ts";

describe("a view from SHOW CREATE VIEW", () => {
  const head = "CREATE ALGORITHM=MERGE DEFINER=`o'x`@`%` SQL SECURITY INVOKER VIEW `v`";
  const input = {
    place: placeOf("db", true),
    name: "v",
    isValid: true,
    columns: ["a"],
    clientCharset: "utf8mb4",
    clientCollation: "utf8mb4_bin",
  };

  it("tells a materialized view of MySQL 9.7 from a plain one by its algorithm", () => {
    const text =
      "CREATE ALGORITHM=UNDEFINED MATERIALIZED /*(BY ENGINE=UNKNOWN)*/ DEFINER=`a`@`%` SQL SECURITY DEFINER VIEW `v` AS select 1 AS `a`";
    expect(viewObject({ ...input, text }).attributes).toMatchObject({
      algorithm: "UNDEFINED MATERIALIZED",
      definition: "select 1 AS `a`",
    });
  });

  it("is cut into its clauses", () => {
    const view = viewObject({
      ...input,
      text: `${head} AS select 'AS' AS \`a\` from \`t\` WITH CASCADED CHECK OPTION`,
    });
    expect(view.attributes).toEqual({
      definition: "select 'AS' AS `a` from `t`",
      columns: ["a"],
      definer: "'o''x'@'%'",
      sqlSecurity: "INVOKER",
      algorithm: "MERGE",
      checkOption: "CASCADED",
      clientCharset: "utf8mb4",
      clientCollation: "utf8mb4_bin",
      valid: true,
    });
  });

  it("keeps text and columns when its base is gone (P23)", () => {
    const valid = viewObject({ ...input, text: `${head} AS select \`t\`.\`a\` AS \`a\` from \`t\`` });
    const broken = viewObject({
      ...input,
      isValid: false,
      columns: [],
      text: `${head} AS select \`db\`.\`t\`.\`a\` AS \`a\` from \`t\``,
    });
    expect(broken.attributes).toEqual({ ...valid.attributes, valid: false });
  });

  it.each([
    [
      "a table of another schema (MariaDB)",
      "select `db`.`t`.`a` AS `a` from (`db`.`t` join `other`.`o` on(`other`.`o`.`id` = `db`.`t`.`id`))",
      "select `t`.`a` AS `a` from (`t` join `other`.`o` on(`other`.`o`.`id` = `t`.`id`))",
    ],
    [
      "a table function (MariaDB)",
      "select extract(year from `db`.`t`.`d`) AS `y` from (`db`.`t` join JSON_TABLE(`db`.`t`.`j`, '$' COLUMNS (`x` int PATH '$.x')) `jt`)",
      "select extract(year from `t`.`d`) AS `y` from (`t` join JSON_TABLE(`t`.`j`, '$' COLUMNS (`x` int PATH '$.x')) `jt`)",
    ],
    [
      "a function named with its schema",
      "select `db`.`f`(`t`.`a`) AS `z` from `t`",
      "select `f`(`t`.`a`) AS `z` from `t`",
    ],
    [
      "an alias named like the schema, whose column stays",
      "select `db`.`a` AS `a` from `t` `db`",
      "select `db`.`a` AS `a` from `t` `db`",
    ],
    [
      "a table of another schema named like this one, whose column stays",
      "select `db`.`a` AS `a` from `other`.`db`",
      "select `db`.`a` AS `a` from `other`.`db`",
    ],
  ])("reads the same in a copy of its schema when it reaches %s", (_, printed, definition) => {
    const view = viewObject({ ...input, text: `${head} AS ${printed}` });
    expect(view.attributes).toMatchObject({ definition });
  });
});
