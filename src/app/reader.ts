/** Chooses the dialect by the URL's scheme. */
import { mysqlDialect } from "../dialects/mysql/dialect.ts";
import { postgresDialect } from "../dialects/postgres/dialect.ts";
import { closestWord } from "../model/closest-word.ts";
import { DriftwatchError } from "../model/errors.ts";
import type { DatabaseDialect, DatabaseReader } from "../monitor/ports.ts";

const dialectOfScheme: Readonly<Record<string, DatabaseDialect>> = {
  postgres: postgresDialect,
  postgresql: postgresDialect,
  mysql: mysqlDialect,
  mariadb: mysqlDialect,
};

export function createReader(): DatabaseReader {
  return {
    async connect(url, options) {
      return dialectFor(url).connect(url, options);
    },
  };
}

function dialectFor(url: string): DatabaseDialect {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase() ?? "";
  const dialect = dialectOfScheme[scheme];
  if (dialect !== undefined) return dialect;
  const known = Object.keys(dialectOfScheme);
  const near = closestWord(scheme, known);
  const what = scheme === "" ? "the database URL has no scheme" : `no dialect reads ${scheme}:// URLs`;
  throw new DriftwatchError("source.invalid", what, {
    remedy: `${near === undefined ? "" : `Did you mean ${near}://? `}Use ${known.map((name) => `${name}://`).join(", ")}.`,
  });
}
