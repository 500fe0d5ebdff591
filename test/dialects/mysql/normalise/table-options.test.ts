/** Options of tables that have a meaning of their own: encryption, and what may hold a password. */
import { expect, it } from "vitest";
import type { ObjectOf, SchemaObject } from "../../../../src/model/object.ts";
import type { Flavor } from "../../../../src/model/server.ts";
import { aTableRow, objectsOfText } from "./table-reading.ts";

function read(tail: string, flavor: Flavor): readonly SchemaObject[] {
  const engine = /ENGINE=(\w+)/.exec(tail)?.[1] ?? "InnoDB";
  const row = aTableRow({ engine, collation: "latin1_swedish_ci" });
  return objectsOfText(`CREATE TABLE \`t\` (\n  \`a\` int NOT NULL\n) ${tail}`, flavor, row);
}

function tableIn(objects: readonly SchemaObject[]): ObjectOf<"table">["attributes"] {
  const found = objects.find((object) => object.kind === "table");
  if (found?.kind !== "table") throw new Error("there is no table");
  return found.attributes;
}

it.each([
  ["mysql", "ENGINE=InnoDB DEFAULT CHARSET=latin1 /*!80016 ENCRYPTION='Y' */", true],
  ["mysql", "ENGINE=InnoDB DEFAULT CHARSET=latin1 /*!80016 ENCRYPTION='N' */", false],
  ["mariadb", "ENGINE=InnoDB DEFAULT CHARSET=latin1 `ENCRYPTED`=YES", true],
  ["mariadb", "ENGINE=InnoDB DEFAULT CHARSET=latin1 `ENCRYPTED`='YES' `ENCRYPTION_KEY_ID`='1'", true],
  ["mariadb", "ENGINE=InnoDB DEFAULT CHARSET=latin1 `ENCRYPTED`=NO", false],
] as const)("reads whole whether a table of %s is encrypted: %s", (flavor, tail, encrypted) => {
  expect(tableIn(read(tail, flavor))).toMatchObject({ encrypted, unmodelledDefinition: null });
});

it.each([
  ["mysql", "ENGINE=FEDERATED DEFAULT CHARSET=latin1 CONNECTION='mysql://bob:hunter2@far:1/db/t'"],
  ["mariadb", "ENGINE=FEDERATED DEFAULT CHARSET=latin1 CONNECTION='mysql://bob:hunter2@far:1/db/t'"],
  [
    "mariadb",
    "ENGINE=CONNECT DEFAULT CHARSET=latin1 `TABLE_TYPE`=MYSQL `OPTION_LIST`='user=bob,password=hunter2'",
  ],
  ["mariadb", "ENGINE=CONNECT DEFAULT CHARSET=latin1 `TABLE_TYPE`=JSON `HTTP`='http://bob:hunter2@far/x'"],
  [
    "mariadb",
    "ENGINE=CONNECT DEFAULT CHARSET=latin1 `TABLE_TYPE`=JSON `HTTP`='http://far' `URI`='x?key=hunter2'",
  ],
  ["mariadb", `ENGINE=SPIDER DEFAULT CHARSET=latin1 COMMENT='host "far", user "bob", password "hunter2"'`],
  ["mariadb", `ENGINE=SPIDER DEFAULT CHARSET=latin1 CONNECTION='host "far", password "hunter2"'`],
] as const)("keeps no secret of a table of %s: %s", (flavor, tail) => {
  const [whole, more] = [read(tail, flavor), read(`${tail} SOMETHING=new`, flavor)];
  expect(JSON.stringify([whole, more])).not.toContain("hunter2");
  expect(tableIn(whole).unmodelledDefinition).toBeNull();
  const other = read(tail.replace("hunter2", "hunter3"), flavor);
  expect(JSON.stringify(other)).not.toBe(JSON.stringify(whole));
});
