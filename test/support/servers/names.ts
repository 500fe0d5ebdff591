/** The one list of test servers: their names and the environment variable that names, gives or excuses each. */

export const serverNames = [
  "postgres-14",
  "postgres-15",
  "postgres-16",
  "postgres-17",
  "postgres-18",
  "mysql",
  "mariadb",
  "mariadb-11",
  "redis",
  "pgbouncer",
] as const;

export type ServerName = (typeof serverNames)[number];
export type PostgresMajor = 14 | 15 | 16 | 17 | 18;

/** What bringing one server up came to: an address and where it came from, or why there is none. */
export type ServerOutcome =
  | { readonly name: ServerName; readonly url: string; readonly from: string }
  | { readonly name: ServerName; readonly missing: string };

/** `postgres-18` -> `TEST_POSTGRES_18_URL`: set by the person who runs the tests, or by global-setup.ts. */
export function urlVariable(name: ServerName): string {
  return `TEST_${name.toUpperCase().replace("-", "_")}_URL`;
}

/** `postgres-18` -> `TEST_POSTGRES_18_MISSING`: the reason, for the sentence a skipped test says. */
export function missingVariable(name: ServerName): string {
  return `TEST_${name.toUpperCase().replace("-", "_")}_MISSING`;
}
