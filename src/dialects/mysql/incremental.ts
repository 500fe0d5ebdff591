/**
 * Reads only the root objects that may have changed since the snapshot before, through the same queries, and takes the
 * rest from it. It never guesses: whatever cannot be proven unchanged is read again.
 */
import { patchSnapshot, type Snapshot } from "../../model/snapshot.ts";
import { knownTriggers, wantedRoots } from "./increment/changed-roots.ts";
import { identifyTables, listRoots } from "./increment/listed-roots.ts";
import type { Basis } from "./increment/state.ts";
import {
  type IntrospectInput,
  isUndisturbed,
  partsOf,
  readIdentities,
  readObjects,
  type Start,
  stateOf,
  unlessDisturbed,
  withUnmodelledTables,
} from "./introspect.ts";
import { askOnce } from "./queries/asked-lists.ts";
import { readHeads } from "./queries/heads.ts";
import { readColumns, readTables } from "./queries/lists.ts";

/**
 * The snapshot that a full read would give now; undefined when the schema moved meanwhile. Throws what a full read throws.
 */
export async function introspectIncrement(
  input: IntrospectInput,
  start: Start,
  basis: Basis,
): Promise<Snapshot | undefined> {
  const { connection } = input;
  const { names, isOneDatabase } = start;
  const tables = await readTables(connection, names);
  const tableIds = identifyTables(tables, isOneDatabase);
  const spared = knownTriggers(basis, start.counted, tableIds);
  const heads = await readHeads(connection, names, tables, spared);
  const roots = listRoots(heads, tableIds, isOneDatabase);
  const wanted = wantedRoots(basis, roots, isOneDatabase);
  const { tables: open } = wanted.heads;
  const asking = askOnce(() => ({
    columns: readColumns(connection, names, open),
    heads: Promise.resolve(wanted.heads),
    ids: readIdentities(input, start, open),
  }));
  const read = await readObjects(input, start, { tables: open, asking });
  const ids = await asking.lists().ids;
  return await unlessDisturbed(isUndisturbed(input, start, heads), () => {
    const state = stateOf(start, roots, read.unreadable);
    const parts = partsOf(input, start, read, ids, { full: false, state });
    return withUnmodelledTables(patchSnapshot(basis.previous, parts, wanted.gone));
  });
}
