/** The Debian sid in the cache folder: a real MySQL with its clients, and the pg_dump that reads the newest PostgreSQL. */
import type { DebianTree } from "./debian-tree.ts";

export const sidPostgresMajor = 18;

export const sidPgDump = `/usr/lib/postgresql/${sidPostgresMajor}/bin/pg_dump`;

export const sidTree: DebianTree = {
  name: "debian-sid",
  suite: "sid",
  packages: ["mysql-server-core", "mysql-client-core", "libpq5"],
  // The package itself would bring Perl.
  files: [{ package: `postgresql-client-${sidPostgresMajor}`, path: sidPgDump }],
};
