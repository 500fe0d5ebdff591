/** Reads a mysql:// or mariadb:// URL; tls.ts reads what it says about TLS. */
import type { SslOptions } from "mysql2";
import { DriftwatchError } from "../../../model/errors.ts";
import { readTlsSettings, type SslMode } from "./tls.ts";

export interface Address {
  readonly host: string;
  readonly port: number;
  readonly socketPath: string | undefined;
  /** Undefined when the URL names none: the snapshot covers every schema. */
  readonly database: string | undefined;
  readonly user: string;
  readonly password: string;
  readonly sslMode: SslMode;
  /** What to try, in order; false is a plain connection. */
  readonly attempts: readonly (SslOptions | false)[];
  /** "db.example:3306" or the path of a socket, for messages; no user, no password. */
  readonly place: string;
}

/** Throws DriftwatchError source.invalid when the URL cannot be read, connection.tls when a certificate file cannot. */
export function parseAddress(url: string): Address {
  const parsed = parse(url);
  const params = new Map<string, string>();
  for (const [name, value] of parsed.searchParams)
    params.set(name.toLowerCase().replaceAll("-", "").replaceAll("_", ""), value);
  const socketPath = params.get("socket") ?? params.get("socketpath");
  const host = decodeURIComponent(parsed.hostname) || "localhost";
  const port = parsed.port === "" ? 3306 : Number(parsed.port);
  const path = decodeURIComponent(parsed.pathname.replace(/^\//, ""));
  return {
    host: host.replace(/^\[(.*)\]$/, "$1"),
    port,
    socketPath,
    database: path === "" ? undefined : path,
    user: decodeURIComponent(parsed.username),
    password: decodeURIComponent(parsed.password),
    ...readTlsSettings(params, socketPath !== undefined),
    place: socketPath ?? `${host}:${port}`,
  };
}

function parse(url: string): URL {
  const isOurs = /^(?:mysql|mariadb):\/\//i.test(url);
  // A URL with a user and no host (for a socket) is refused by the parser.
  const withHost = url.replace(/^([a-z]+:\/\/(?:[^/?#]*@)?)(?=\/|\?|$)/i, "$1localhost");
  const parsed = isOurs && URL.canParse(withHost) ? new URL(withHost) : undefined;
  if (parsed === undefined) {
    throw new DriftwatchError(
      "source.invalid",
      "the database URL is not of the form mysql://user:password@host:3306/database",
      {
        remedy: "Percent-encode special characters in user and password (@ is %40, / is %2F).",
      },
    );
  }
  return parsed;
}
