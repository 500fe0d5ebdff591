/** The lists that tell of each root object when it was last changed. */

import type { Connection } from "../connect.ts";
import type { TableRow } from "../normalise/tables.ts";
import { readEvents, readRoutines, readTriggers, type TriggerRow } from "./lists.ts";
import type { Lists } from "./objects.ts";

export type Heads = Omit<Lists, "columns">;

/** What is known of triggers without asking, and the tables whose triggers must be asked for. */
export interface KnownTriggers {
  readonly known: readonly TriggerRow[];
  readonly unknown: readonly TableRow[];
}

/** Three queries over information_schema beside that of the tables; of triggers only those that are not known. */
export async function readHeads(
  connection: Connection,
  schemas: readonly string[],
  tables: readonly TableRow[],
  spared?: KnownTriggers,
): Promise<Heads> {
  return {
    tables,
    routines: await readRoutines(connection, schemas),
    triggers: [...(spared?.known ?? []), ...(await readTriggers(connection, schemas, spared?.unknown))],
    events: await readEvents(connection, schemas),
  };
}
