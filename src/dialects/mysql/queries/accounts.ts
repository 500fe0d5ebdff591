/** placeholder */
import type { Catalog } from "../connect.ts";
import type { SchemaPlace } from "../normalise/naming.ts";
import type { Lists } from "./objects.ts";
import type { OtherObjects } from "./others.ts";
export async function readAccounts(
  _c: Catalog,
  _p: readonly SchemaPlace[],
  _l: Lists,
  _o: boolean,
): Promise<OtherObjects> {
  return { objects: [], hidden: [] };
}
