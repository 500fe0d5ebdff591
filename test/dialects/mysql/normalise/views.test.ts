import { describe, expect, it } from "vitest";
import { placeOf } from "../../../../src/dialects/mysql/normalise/naming.ts";
import { viewObject } from "../../../../src/dialects/mysql/normalise/views.ts";

describe("a view from SHOW CREATE VIEW", () => {
  const head = "CREATE ALGORITHM=MERGE DEFINER=`o'x`@`%` SQL SECURITY INVOKER VIEW `v`";
  const input = {
    place: placeOf("db", true),
    name: "v",
    comment: "VIEW",
    columns: ["a"],
    clientCharset: "utf8mb4",
    clientCollation: "utf8mb4_bin",
  };

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
      comment: "View 'db.v' references invalid table(s) ...",
      columns: [],
      text: `${head} AS select \`db\`.\`t\`.\`a\` AS \`a\` from \`t\``,
    });
    expect(broken.attributes).toEqual({ ...valid.attributes, valid: false });
  });
});
