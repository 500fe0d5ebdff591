/** Reads a connection URL the way libpq does, TLS settings included. It opens nothing but the certificate files. */
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import type { ConnectionOptions } from "node:tls";
import { parse } from "pg-connection-string";
import { DriftwatchError } from "../../../model/errors.ts";

export const sslModes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"] as const;
export type SslMode = (typeof sslModes)[number];

export interface Address {
  /** A host name, or a folder that begins with "/". */
  readonly host: string | undefined;
  readonly port: number | undefined;
  readonly database: string | undefined;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly applicationName: string | undefined;
  /** libpq's `options`: -c name=value, sent at start-up. */
  readonly startupOptions: string | undefined;
  readonly connectTimeoutMs: number | undefined;
  readonly sslMode: SslMode;
  readonly sslNegotiation: "postgres" | "direct";
  /** What to try, in order; false is a plain connection. */
  readonly attempts: readonly (ConnectionOptions | false)[];
  /** "db.example:5432/shop", for messages; no user, no password. */
  readonly place: string;
}

/** Throws DriftwatchError source.invalid when the URL cannot be read, connection.tls when a certificate file cannot. */
export function parseAddress(url: string): Address {
  const { plainUrl, params } = separateParams(url);
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(plainUrl);
  } catch {
    throw invalid("the database URL cannot be read");
  }
  const host = parsed.host || params.get("host") || undefined;
  const port = numberOf("port", parsed.port || params.get("port"));
  const database = parsed.database || params.get("dbname") || undefined;
  const isSocket = host?.startsWith("/") === true;
  const sslMode = readSslMode(params);
  const negotiation = params.get("sslnegotiation") === "direct" ? "direct" : "postgres";
  const connectTimeout = numberOf("connect_timeout", params.get("connect_timeout"));
  return {
    host,
    port,
    database,
    user: parsed.user || params.get("user") || undefined,
    password: parsed.password || params.get("password") || undefined,
    applicationName: params.get("application_name") ?? undefined,
    startupOptions: params.get("options") ?? undefined,
    connectTimeoutMs:
      connectTimeout === undefined || connectTimeout === 0 ? undefined : connectTimeout * 1000,
    sslMode,
    sslNegotiation: negotiation,
    attempts: isSocket ? [false] : attemptsOf(sslMode, params, host),
    place: `${isSocket ? host : `${host ?? "localhost"}:${port ?? 5432}`}/${database ?? ""}`,
  };
}

/** The driver's parser would read the TLS parameters its own way, so it never sees the query part. */
function separateParams(url: string): { readonly plainUrl: string; readonly params: URLSearchParams } {
  if (!/^postgres(ql)?:\/\//i.test(url)) throw invalid("the URL does not begin with postgres://");
  const [plain = "", ...rest] = url.split("?");
  const query = rest.join("?");
  return { plainUrl: plain, params: new URLSearchParams(query) };
}

function invalid(message: string): DriftwatchError {
  return new DriftwatchError("source.invalid", message, {
    remedy: "Write it as postgres://user:password@host:5432/database, special characters percent-encoded.",
  });
}

function numberOf(name: string, text: string | null | undefined): number | undefined {
  if (text === null || text === undefined || text === "") return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65535)
    throw invalid(`${name} in the database URL is not a number`);
  return value;
}

function readSslMode(params: URLSearchParams): SslMode {
  const text = params.get("sslmode") ?? process.env.PGSSLMODE ?? "prefer";
  const mode = sslModes.find((known) => known === text);
  if (mode === undefined) {
    throw new DriftwatchError("source.invalid", `sslmode "${text}" is unknown`, {
      remedy: `Use one of ${sslModes.join(", ")}.`,
    });
  }
  return mode;
}

function attemptsOf(
  mode: SslMode,
  params: URLSearchParams,
  host: string | undefined,
): (ConnectionOptions | false)[] {
  if (mode === "disable") return [false];
  const secured = tlsOptions(mode, params, host);
  if (mode === "allow") return [false, secured];
  if (mode === "prefer") return [secured, false];
  return [secured];
}

function tlsOptions(mode: SslMode, params: URLSearchParams, host: string | undefined): ConnectionOptions {
  const rootFile = params.get("sslrootcert") ?? process.env.PGSSLROOTCERT;
  const root = rootFile === "system" ? undefined : readRoot(rootFile);
  // As libpq does it: a root certificate beside sslmode=require is checked as verify-ca would.
  const verifies =
    mode.startsWith("verify") || (mode === "require" && root !== undefined && rootFile !== undefined);
  const options: ConnectionOptions = { rejectUnauthorized: verifies };
  if (root !== undefined && verifies) options.ca = root;
  if (verifies && mode !== "verify-full") options.checkServerIdentity = () => undefined;
  if (host !== undefined && params.get("sslsni") !== "0" && !/^[\d.]+$|:/.test(host))
    options.servername = host;
  const certificate = params.get("sslcert");
  const key = params.get("sslkey");
  if (certificate !== null) options.cert = readFile("sslcert", certificate);
  if (key !== null) options.key = readFile("sslkey", key);
  const passphrase = params.get("sslpassword");
  if (passphrase !== null) options.passphrase = passphrase;
  return options;
}

function readRoot(file: string | undefined): string | undefined {
  if (file !== undefined) return readFile("sslrootcert", file);
  try {
    return readFileSync(join(homedir(), ".postgresql", "root.crt"), "utf8");
  } catch {
    // Unlike libpq, without that file the certificates that Node.js trusts are used.
    return undefined;
  }
}

function readFile(parameter: string, path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new DriftwatchError("connection.tls", `${parameter}: ${(error as Error).message}`, {
      cause: error,
      remedy: `Point ${parameter} in the URL to a readable PEM file.`,
    });
  }
}
