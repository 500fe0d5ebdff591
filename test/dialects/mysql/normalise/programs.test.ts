import { describe, expect, it } from "vitest";
import { placeOf } from "../../../../src/dialects/mysql/normalise/naming.ts";
import { routineObjects } from "../../../../src/dialects/mysql/normalise/programs.ts";
import type { RoutineRow } from "../../../../src/dialects/mysql/queries/lists.ts";

const row: RoutineRow = {
  schema: "db",
  name: "p",
  type: "PROCEDURE",
  deterministic: false,
  dataAccess: "CONTAINS SQL",
  sqlSecurity: "DEFINER",
  comment: "",
  definer: "root@localhost",
  language: "SQL",
  changedAt: "",
};

describe("a routine from SHOW CREATE PROCEDURE", () => {
  const textOf = (lineEnd: string) =>
    `CREATE DEFINER=\`root\`@\`localhost\` PROCEDURE \`p\`(a int,${lineEnd}  b int)\nBEGIN${lineEnd}  SELECT a;${lineEnd}END`;
  const routine = (text: string) =>
    routineObjects(placeOf("db", true), row, {
      text,
      sqlMode: "",
      clientCharset: "utf8mb4",
      clientCollation: "utf8mb4_bin",
      databaseCollation: "utf8mb4_bin",
    });

  it("is the same from clients with other line ends", () => {
    expect(routine(textOf("\r\n"))).toEqual(routine(textOf("\n")));
    expect(routine(textOf("\r\n"))[0]?.attributes).toMatchObject({
      arguments: "a int,\n  b int",
      definition: "BEGIN\n  SELECT a;\nEND",
    });
  });
});
