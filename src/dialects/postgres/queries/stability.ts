/**
 * Proof that no change ended while we read that could show in a text: the row versions of the catalogs that deparsing looks
 * at, before and after. Only rows of objects that our snapshot sees count: what is made meanwhile is in no text of theirs,
 * and what is dropped meanwhile is either missed at once or takes what refers to it along, which changes rows.
 */
import { withoutTemporary } from "./probe.ts";

/** What a row is, and the object id that tells whether it is older than the read: ids only rise, until they wrap around. */
const identities: Readonly<Record<string, { readonly row: string; readonly object: string }>> = {
  pg_attribute: { row: "attrelid::int8 * 65536 + (attnum & 65535)", object: "attrelid" },
  ...Object.fromEntries(
    [
      "pg_class",
      "pg_collation",
      "pg_constraint",
      "pg_enum",
      "pg_namespace",
      "pg_opclass",
      "pg_operator",
      "pg_proc",
      "pg_rewrite",
      "pg_trigger",
      "pg_type",
    ].map((table) => [table, { row: "oid::int8", object: "oid" }]),
  ),
};

/** Temporary tables come and go all the time where they are used at all, and are in no snapshot. */
function lasting(table: string): string {
  const filter = withoutTemporary[table];
  return filter === undefined ? "" : ` and ${filter}`;
}

/**
 * A sum over the visible rows that transactions wrote which had not ended at `horizon` (an expression of type xid), of
 * objects up to an id.
 */
function youngRows(horizon: string, newest: string): string {
  const sums = Object.entries(identities).map(
    ([table, { row, object }]) =>
      `coalesce((select sum(hashint8extended(${row}, xmin::text::int8)) from pg_catalog.${table} where age(xmin) between 0 and (select age(${horizon})) and ${object} <= ${newest}${lasting(table)}), 0)`,
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

export type YoungRowsRow = readonly [newest: string, young: string];

/** The highest object id that the transaction sees. */
const newestSql = `(select max(oid) from (${Object.entries(identities)
  .filter(([, { object }]) => object === "oid")
  .map(([table]) => `select max(oid) as oid from pg_catalog.${table}`)
  .join(" union all ")}) x)`;

/** Whether no other transaction was under way: no row that the transaction sees is younger than its horizon then. */
export function isAlone([snapshot]: MomentRow): boolean {
  const [xmin, xmax] = snapshot.split(":");
  return xmin === xmax;
}

/**
 * Within the transaction: the newest object, and the sum over rows written since the horizon that are visible all the same.
 */
export function youngBeforeSql(moment: MomentRow): string {
  const [, horizon] = moment;
  const young = isAlone(moment) ? "'0'" : youngRows(`'${horizon}'::xid8::xid`, "newest");
  return `select newest, ${young} from (select ${newestSql} as newest) n`;
}

/** Run after the transaction: one text, equal to the one within when no schema change ended in between. */
export function youngAfterSql([snapshot, horizon]: MomentRow, [newest, young]: YoungRowsRow): string {
  return `select case when pg_current_snapshot()::text = '${snapshot}' then '${young}' else ${youngRows(`'${horizon}'::xid8::xid`, newest)} end`;
}
