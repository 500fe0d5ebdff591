/** Tells the automatic names of PostgreSQL 18's NOT NULL constraints from names that someone chose. */

/** Longest identifier, in bytes, of a server built with defaults. */
const longestName = 63;

/**
 * "<table>_<column>_not_null", perhaps with a number, perhaps cut to fit. The server keeps the name when the table or the
 * column is renamed later, so one of the two is enough. A domain has no column: "<domain>_not_null".
 */
export function isAutomaticNotNull(name: string, table: string, column: string): boolean {
  const stem = name.replace(/_not_null\d*$/, "");
  if (stem === name) return false;
  if (column === "") return stem === table || Buffer.byteLength(name) >= longestName - 1;
  if (stem.startsWith(`${table}_`) || stem.endsWith(`_${column}`)) return true;
  return Buffer.byteLength(name) >= longestName - 3 && isCutFrom(stem, table, column);
}

/** The server cuts the longer of the two names, so one of them may be whole and the other a beginning. */
function isCutFrom(stem: string, table: string, column: string): boolean {
  for (let at = stem.indexOf("_"); at >= 0; at = stem.indexOf("_", at + 1)) {
    const first = stem.slice(0, at);
    const second = stem.slice(at + 1);
    if (first !== "" && second !== "" && table.startsWith(first) && column.startsWith(second)) return true;
  }
  return false;
}
