/** Reads a mysql:// or mariadb:// URL: address, user, database and the TLS modes of the mysql client. */
import { readFileSync } from "node:fs";
import { DriftwatchError } from "../../../model/errors.ts";

export type TlsMode = "disabled" | "preferred" | "required" | "verify_ca" | "verify_identity";

export interface Target {
  readonly host: string;
  readonly port: number;
  readonly socketPath: string | null;
  readonly user: string;
  readonly password: string;
  /** null when the URL names none: the snapshot covers every schema. */
  readonly database: string | null;
  readonly tls: TlsMode;
  readonly tlsFiles: { readonly ca?: string; readonly cert?: string; readonly key?: string };
  /** For messages; never holds the password. */
  readonly address: string;
}

const tlsModes: Readonly<Record<string, TlsMode>> = {
  disabled: "disabled",
  disable: "disabled",
  false: "disabled",
  preferred: "preferred",
  prefer: "preferred",
  required: "required",
  require: "required",
  true: "required",
  "verify-ca": "verify_ca",
  verify_ca: "verify_ca",
  "verify-full": "verify_identity",
  "verify-identity": "verify_identity",
  verify_identity: "verify_identity",
};

/** Throws source.invalid. */
export function readTarget(url: string): Target {
  const parsed = parse(url);
  const options = new Map<string, string>();
  for (const [name, value] of parsed.searchParams)
    options.set(name.toLowerCase().replaceAll("-", "").replaceAll("_", ""), value);
  const socketPath = options.get("socket") ?? options.get("socketpath") ?? null;
  const host = decodeURIComponent(parsed.hostname) || "localhost";
  const port = parsed.port === "" ? 3306 : Number(parsed.port);
  const path = decodeURIComponent(parsed.pathname.replace(/^\//, ""));
  return {
    host: host.replace(/^\[(.*)\]$/, "$1"),
    port,
    socketPath,
    user: decodeURIComponent(parsed.username),
    password: decodeURIComponent(parsed.password),
    database: path === "" ? null : path,
    tls: tlsModeOf(options, socketPath !== null),
    tlsFiles: tlsFilesOf(options),
    address: socketPath ?? `${host}:${port}`,
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

function tlsModeOf(options: ReadonlyMap<string, string>, isSocket: boolean): TlsMode {
  const asked = options.get("sslmode") ?? options.get("ssl") ?? options.get("tls");
  if (asked === undefined) {
    if (options.has("sslca")) return "verify_ca";
    return isSocket ? "disabled" : "preferred";
  }
  const mode = tlsModes[asked.toLowerCase()];
  if (mode === undefined) {
    throw new DriftwatchError("source.invalid", `ssl-mode=${asked} in the database URL is unknown`, {
      remedy: "Use disabled, preferred, required, verify_ca or verify_identity.",
    });
  }
  return mode;
}

function tlsFilesOf(options: ReadonlyMap<string, string>): Target["tlsFiles"] {
  const files: { ca?: string; cert?: string; key?: string } = {};
  for (const name of ["ca", "cert", "key"] as const) {
    const path = options.get(`ssl${name}`);
    if (path === undefined) continue;
    try {
      files[name] = readFileSync(path, "utf8");
    } catch (error) {
      throw new DriftwatchError(
        "connection.tls",
        `the file of ssl-${name} cannot be read: ${(error as Error).message}`,
        {
          remedy: `Check the path of ssl-${name} in the database URL.`,
        },
      );
    }
  }
  return files;
}
