/** Tells the automatic names of PostgreSQL 18's NOT NULL constraints from names that someone chose. */

/**
 * "<table>_<column>_not_null", perhaps with a number, perhaps cut to fit; of a domain "<domain>_not_null". The server keeps
 * the name when table, column or domain are renamed later, so the words before may be anyone's old names: every name of
 * this form counts as automatic.
 */
export function isAutomaticNotNull(name: string, ofColumn: boolean): boolean {
  return ofColumn ? /^.+_.*_not_null\d*$/.test(name) : /^.+_not_null\d*$/.test(name);
}
