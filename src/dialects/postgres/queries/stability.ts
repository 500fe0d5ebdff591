/** Proof that no schema change ended while we read: the row versions of the catalogs that deparsing looks at, before and after. */
import { withoutTemporary } from "./probe.ts";

const identities: Readonly<Record<string, string>> = {
  pg_attribute: "attrelid::int8 * 65536 + (attnum & 65535)",
  pg_class: "oid::int8",
  pg_constraint: "oid::int8",
  pg_namespace: "oid::int8",
  pg_proc: "oid::int8",
  pg_rewrite: "oid::int8",
  pg_trigger: "oid::int8",
  pg_type: "oid::int8",
};

/** Temporary tables come and go all the time where they are used at all, and are in no snapshot. */
function lasting(table: string): string {
  const filter = withoutTemporary[table];
  return filter === undefined ? "" : ` and ${filter}`;
}

/** A sum over the visible rows that transactions wrote which had not ended at `horizon` (an expression of type xid). */
function youngRows(horizon: string): string {
  const sums = Object.entries(identities).map(
    ([table, identity]) =>
      `coalesce((select sum(hashint8extended(${identity}, xmin::text::int8)) from pg_catalog.${table} where age(xmin) between 0 and (select age(${horizon}))${lasting(table)}), 0)`,
  );
  return `(${sums.join(" + ")})::text`;
}

export type MomentRow = readonly [
  /** pg_current_snapshot(): "xmin:xmax:transactions under way". */
  snapshot: string,
  /** xid8 of the oldest transaction that had not ended. */
  horizon: string,
  takenAtMs: string,
  /** Postmaster start in seconds, and the database's oid: another server or database is no continuation. */
  origin: string,
  inRecovery: string,
];

/** One row about the moment that the transaction reads. */
export const momentSql = `select pg_current_snapshot(), pg_snapshot_xmin(pg_current_snapshot()),
  extract(epoch from clock_timestamp()) * 1000,
  extract(epoch from pg_postmaster_start_time()) || ' ' || (select oid from pg_database where datname = current_database()),
  pg_is_in_recovery()`;

/**
 * Within the transaction: one text, the sum over rows written since the horizon that are visible all the same. Without other
 * transactions no visible row is that young, and there is nothing to ask.
 */
export function youngBeforeSql([snapshot, horizon]: MomentRow): string | undefined {
  const [xmin, xmax] = snapshot.split(":");
  return xmin === xmax ? undefined : `select ${youngRows(`'${horizon}'::xid8::xid`)}`;
}

/** Run after the transaction: one text, equal to the one within when no schema change ended in between. */
export function youngAfterSql([snapshot, horizon]: MomentRow, young: string): string {
  return `select case when pg_current_snapshot()::text = '${snapshot}' then '${young}' else ${youngRows(`'${horizon}'::xid8::xid`)} end`;
}

/** The sum where no visible row is young. */
export const noneYoung = "0";
