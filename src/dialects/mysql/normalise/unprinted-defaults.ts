/** What the servers leave out of SHOW CREATE TABLE because it is their default. */
import type { Flavor } from "../../../model/server.ts";

const typesWithoutPrintedNull = /^(?:tiny|medium|long)?(?:blob|text)\b/;

/** P6: MySQL prints DEFAULT NULL unless the default was dropped; blob and text columns never print it. */
export function printsDefaultNull(flavor: Flavor, type: string): boolean {
  return flavor === "mariadb" || !typesWithoutPrintedNull.test(type);
}

/** P27: each flavor hides its own default action of foreign keys. */
export function defaultAction(flavor: Flavor): string {
  return flavor === "mariadb" ? "RESTRICT" : "NO ACTION";
}
