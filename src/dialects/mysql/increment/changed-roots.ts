/**
 * Which root objects may have changed, told from the catalog's own times. What cannot be proven unchanged is read again.
 * Views, sequences and the schemas themselves always are: no time tells of them. Pure; the queries are in queries/lists.ts.
 */
import { type RootEntry, rootsById, type Snapshot } from "../../../model/snapshot.ts";
import { shownName } from "../normalise/sql-text.ts";
import type { TableRow } from "../normalise/tables.ts";
import type { Heads, KnownTriggers } from "../queries/heads.ts";
import { type TriggerRow, tableId } from "../queries/lists.ts";
import type { DdlCounters } from "../queries/probe.ts";
import {
  eventId,
  isSameRoot,
  isSameRow,
  isTimedTable,
  type ListedHeads,
  routineId,
  type TableIds,
} from "./listed-roots.ts";
import type { Basis } from "./state.ts";

/**
 * MariaDB opens a file of every table to list triggers. A trigger is made, replaced and dropped by statements that are
 * counted when they begin, or goes with its table: where none began since a reading during which none ran, a table that is
 * still the one it was has the triggers that it had. Undefined where that is not proven.
 */
export function knownTriggers(
  { state }: Basis,
  counted: DdlCounters,
  tables: TableIds,
): KnownTriggers | undefined {
  if (state.flavor !== "mariadb" || state.triggers !== counted.triggers) return undefined;
  const known: TriggerRow[] = [];
  const unknown: TableRow[] = [];
  for (const [table, id] of tables) {
    const before = state.roots.get(id);
    const [own, ...triggers] = before?.rows ?? [];
    const stands =
      before?.isTimed === true &&
      before.latest < state.horizon &&
      isTimedTable(table) &&
      isSameRow(table, own);
    if (stands) known.push(...(triggers as readonly TriggerRow[]));
    else if (!/VIEW|SEQUENCE/.test(table.type)) unknown.push(table);
  }
  return { known, unknown };
}

export interface WantedRoots {
  /** What is still to be read. */
  readonly heads: Heads;
  /** Key ids of the earlier snapshot's roots that do not stand. */
  readonly gone: ReadonlySet<string>;
}

export function wantedRoots(
  basis: Basis,
  { heads, ids, listed }: ListedHeads,
  isOneDatabase: boolean,
): WantedRoots {
  const { previous, state } = basis;
  const known = rootsById(previous);
  const standing = new Set<string>();
  for (const [id, root] of listed) {
    const isOld = root.isTimed && root.latest < state.horizon;
    if (isOld && known.has(id) && isSameRoot(state.roots.get(id), root)) standing.add(id);
  }
  const tables = Array.from(ids, ([row, id]) => ({ row, id }));
  dropRenamed(standing, tables, basis);
  dropChildrenOfMoved(standing, known, previous, tables);
  const isOpen = (id: string): boolean => !standing.has(id);
  const openTables = tables.filter(({ id }) => isOpen(id)).map(({ row }) => row);
  const open = new Set(openTables.map((row) => tableId(row.schema, row.name)));
  return {
    heads: {
      tables: openTables,
      triggers: heads.triggers.filter((row) => open.has(tableId(row.schema, row.table))),
      routines: heads.routines.filter((row) => isOpen(routineId(row, isOneDatabase))),
      events: heads.events.filter((row) => isOpen(eventId(row, isOneDatabase))),
    },
    gone: new Set([...known.keys()].filter(isOpen)),
  };
}

interface IdentifiedTable {
  readonly row: TableRow;
  /** Key id of the root. */
  readonly id: string;
}

/**
 * A rename leaves CREATE_TIME alone on MySQL, so two tables of one second can change places unseen. Where a statement
 * ran that could rename, only InnoDB's own ids prove that a table is the one it was. MariaDB's times do move.
 */
function dropRenamed(
  standing: Set<string>,
  tables: readonly IdentifiedTable[],
  { state, moment }: Basis,
): void {
  if (moment.flavor === "mariadb" || state.renames === moment.renames) return;
  for (const { row, id } of tables) {
    const name = tableId(row.schema, row.name);
    const before = state.innodbIds?.get(name);
    if (before === undefined || before !== moment.innodbIds?.get(name)) standing.delete(id);
  }
}

/** P28: a renamed parent table or column changes the text of its children, and not their times. */
function dropChildrenOfMoved(
  standing: Set<string>,
  known: ReadonlyMap<string, RootEntry>,
  previous: Snapshot,
  tables: readonly IdentifiedTable[],
): void {
  const parents = new Map<string, Set<string>>();
  for (const { row, id } of tables) {
    if (!standing.has(id)) continue;
    const own = parents.get(row.schema) ?? new Set();
    own.add(shownName(row.name));
    parents.set(row.schema, own);
  }
  const schemas = [...parents].map(([schema, names]) => ({ prefix: `${shownName(schema)}.`, names }));
  const stands = (schema: string, referenced: string): boolean =>
    parents.get(schema)?.has(referenced) === true ||
    schemas.some(
      ({ prefix, names }) => referenced.startsWith(prefix) && names.has(referenced.slice(prefix.length)),
    );
  // A child that goes now is not a moved parent itself: what its own children hold of it did not change.
  for (const { row, id } of tables) {
    const root = known.get(id);
    if (root === undefined || !standing.has(id)) continue;
    for (let at = root.start; at < root.start + root.count; at += 1) {
      const object = previous.objects[at];
      if (object?.kind !== "foreign-key" || stands(row.schema, object.attributes.referencedTable)) continue;
      standing.delete(id);
      break;
    }
  }
}
