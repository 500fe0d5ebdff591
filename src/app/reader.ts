/** Chooses the dialect by the URL's scheme, and loads it (with its driver) only then. */
import { closestWord } from "../model/closest-word.ts";
import { DriftwatchError } from "../model/errors.ts";
import type { DatabaseDialect, DatabaseReader } from "../monitor/ports.ts";

type Load = () => Promise<DatabaseDialect>;

const loadPostgres: Load = async () => (await import("../dialects/postgres/dialect.ts")).postgresDialect;
const loadMysql: Load = async () => (await import("../dialects/mysql/dialect.ts")).mysqlDialect;

const dialectOfScheme: Readonly<Record<string, Load>> = {
  postgres: loadPostgres,
  postgresql: loadPostgres,
  mysql: loadMysql,
  mariadb: loadMysql,
};

export function createReader(): DatabaseReader {
  return {
    async connect(url, options) {
      const dialect = await dialectFor(url)();
      return dialect.connect(url, options);
    },
  };
}

function dialectFor(url: string): Load {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase() ?? "";
  const load = dialectOfScheme[scheme];
  if (load !== undefined) return load;
  const known = Object.keys(dialectOfScheme);
  const near = closestWord(scheme, known);
  const what = scheme === "" ? "the database URL has no scheme" : `no dialect reads ${scheme}:// URLs`;
  throw new DriftwatchError("source.invalid", what, {
    remedy: `${near === undefined ? "" : `Did you mean ${near}://? `}Use ${known.map((name) => `${name}://`).join(", ")}.`,
  });
}
