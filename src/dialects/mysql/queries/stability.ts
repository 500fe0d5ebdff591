/**
 * Proof that no change came into a read: the counters of DDL did not move, or else nothing moved in what was read. The
 * counters are those of the whole server, and temporary tables move them as well.
 */
import type { Connection } from "../connect.ts";
import { type Rights, readRights, rightsText } from "../visibility.ts";
import { type Heads, readHeads } from "./heads.ts";
import { readTables } from "./lists.ts";
import { countDdl, type DdlCounters } from "./probe.ts";
import type { RunningDdl } from "./running-ddl.ts";

/** What is known from before the read. */
export interface Before {
  readonly counted: DdlCounters;
  readonly running: RunningDdl;
  readonly rights: Rights;
  /** The schemas in scope. */
  readonly schemas: readonly string[];
}

/** One query, and six more where statements began or run. */
export async function isStable(connection: Connection, before: Before, heads: Heads): Promise<boolean> {
  const after = await countDdl(connection);
  const isStill = before.counted.all === after.all && before.running !== "some";
  if (isStill) return true;
  // With a grant that went meanwhile a list is shorter, and nothing else moved.
  if (rightsText(await readRights(connection)) !== rightsText(before.rights)) return false;
  return await isUnmoved(connection, before.schemas, heads);
}

/** The times have a resolution of one second: a change within the last two seconds before the read is not told apart. */
async function isUnmoved(connection: Connection, schemas: readonly string[], first: Heads): Promise<boolean> {
  const second = await readHeads(connection, schemas, await readTables(connection, schemas));
  if (timesOf(first) !== timesOf(second)) return false;
  const [row] = await connection.rows("SELECT NOW() - INTERVAL 2 SECOND AS t");
  const recent = String(row?.[0] ?? "");
  return second.tables.every((table) => (table.createTime ?? "") < recent);
}

function timesOf(heads: Heads): string {
  return JSON.stringify([
    heads.tables
      .map((table) => [table.schema, table.name, table.createTime, table.comment].join("\0"))
      .sort(byText),
    heads.routines.map((row) => [row.schema, row.type, row.name, row.changedAt].join("\0")).sort(byText),
    heads.triggers.map((row) => [row.schema, row.name, row.changedAt, row.order].join("\0")).sort(byText),
    heads.events.map((row) => [row.schema, row.name, row.changedAt].join("\0")).sort(byText),
  ]);
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
