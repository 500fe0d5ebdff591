/** The contrib extensions bundled with PGlite, loaded by name. Which of them a schema creates is the schema's business. */
import type { Extensions } from "@electric-sql/pglite";

const names = [
  "amcheck",
  "auto_explain",
  "bloom",
  "btree_gin",
  "btree_gist",
  "citext",
  "cube",
  "dict_int",
  "dict_xsyn",
  "earthdistance",
  "file_fdw",
  "fuzzystrmatch",
  "hstore",
  "intarray",
  "isn",
  "lo",
  "ltree",
  "moddatetime",
  "pageinspect",
  "pg_buffercache",
  "pg_freespacemap",
  "pg_stat_statements",
  "pg_surgery",
  "pg_trgm",
  "pg_visibility",
  "pg_walinspect",
  "pgcrypto",
  "seg",
  "tablefunc",
  "tcn",
  "tsm_system_rows",
  "tsm_system_time",
  "unaccent",
  "uuid_ossp",
] as const;

/** Every bundled extension, ready for PGlite.create; costs about 0.2 s at start. */
export async function bundledExtensions(): Promise<Extensions> {
  const loaded = await Promise.all(
    names.map(async (name) => {
      const module = (await import(`@electric-sql/pglite/contrib/${name}`)) as Record<string, unknown>;
      return [name, module[name]] as const;
    }),
  );
  return Object.fromEntries(loaded) as Extensions;
}
