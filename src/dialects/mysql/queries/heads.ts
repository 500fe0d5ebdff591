/** The lists that tell of each root object when it was last changed. */

import type { Connection } from "../connect.ts";
import type { TableRow } from "../normalise/tables.ts";
import {
  type EventRow,
  type RoutineRow,
  readEvents,
  readRoutines,
  readTriggers,
  type TriggerRow,
} from "./lists.ts";

export interface Heads {
  readonly tables: readonly TableRow[];
  readonly routines: readonly RoutineRow[];
  readonly triggers: readonly TriggerRow[];
  readonly events: readonly EventRow[];
}

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
  const [routines, triggers, events] = await Promise.all([
    readRoutines(connection, schemas),
    readTriggers(connection, schemas, spared?.unknown),
    readEvents(connection, schemas),
  ]);
  return { tables, routines, triggers: [...(spared?.known ?? []), ...triggers], events };
}
