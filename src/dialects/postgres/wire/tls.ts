/** What a connection URL and libpq's variables and files say about TLS, for Node.js. It opens nothing but certificate files. */
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import type { ConnectionOptions, SecureVersion } from "node:tls";
import { DriftwatchError } from "../../../model/errors.ts";

const sslModes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"] as const;
export type SslMode = (typeof sslModes)[number];

interface TlsSettings {
  readonly sslMode: SslMode;
  readonly sslNegotiation: "postgres" | "direct";
  /** What to try, in order; false is a plain connection. */
  readonly attempts: readonly (ConnectionOptions | false)[];
}

/** Where libpq looks for a setting that the URL leaves out: a variable, then a file of ~/.postgresql. */
const elsewhere = {
  sslmode: { variable: "PGSSLMODE" },
  sslnegotiation: { variable: "PGSSLNEGOTIATION" },
  sslrootcert: { variable: "PGSSLROOTCERT", file: "root.crt" },
  sslcrl: { variable: "PGSSLCRL", file: "root.crl" },
  sslcert: { variable: "PGSSLCERT", file: "postgresql.crt" },
  sslkey: { variable: "PGSSLKEY", file: "postgresql.key" },
  sslpassword: {},
  ssl_min_protocol_version: { variable: "PGSSLMINPROTOCOLVERSION" },
  ssl_max_protocol_version: { variable: "PGSSLMAXPROTOCOLVERSION" },
} as const satisfies Readonly<Record<string, { readonly variable?: string; readonly file?: string }>>;

type Name = keyof typeof elsewhere;

/**
 * `host` is undefined or a folder for connections that never use TLS. Throws DriftwatchError source.invalid when settings
 * contradict each other, connection.tls when a file cannot be read.
 */
export function readTlsSettings(params: URLSearchParams, host: string | undefined): TlsSettings {
  const rootFile = settingOf(params, "sslrootcert");
  const isSystem = rootFile === "system";
  const sslMode = readMode(settingOf(params, "sslmode") ?? (isSystem ? "verify-full" : "prefer"));
  const sslNegotiation = settingOf(params, "sslnegotiation") === "direct" ? "direct" : "postgres";
  if (isSystem && sslMode !== "verify-full") throw tooWeak(sslMode, "sslrootcert=system", "verify-full");
  if (sslNegotiation === "direct" && !isRequired(sslMode))
    throw tooWeak(sslMode, "sslnegotiation=direct", "require or a verify- mode");
  if (host?.startsWith("/") === true) return { sslMode, sslNegotiation, attempts: [false] };
  return { sslMode, sslNegotiation, attempts: attemptsOf(sslMode, params, host) };
}

function settingOf(params: URLSearchParams, name: Name): string | undefined {
  const { variable } = elsewhere[name] as { readonly variable?: string };
  return params.get(name) ?? (variable === undefined ? undefined : process.env[variable]) ?? undefined;
}

function readMode(text: string): SslMode {
  const mode = sslModes.find((known) => known === text);
  if (mode !== undefined) return mode;
  throw new DriftwatchError("source.invalid", `sslmode "${text}" is unknown`, {
    remedy: `Use one of ${sslModes.join(", ")}.`,
  });
}

function isRequired(mode: SslMode): boolean {
  return mode === "require" || mode.startsWith("verify");
}

function tooWeak(mode: SslMode, beside: string, stronger: string): DriftwatchError {
  return new DriftwatchError("source.invalid", `sslmode=${mode} is too weak beside ${beside}`, {
    remedy: `Use sslmode=${stronger} in the URL.`,
  });
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
  const isSystem = settingOf(params, "sslrootcert") === "system";
  const root = isSystem ? undefined : readSetting(params, "sslrootcert");
  // As libpq does it: where there is a root certificate, every mode checks it, the weak ones as verify-ca would. Unlike
  // libpq, a verify- mode without one uses the certificates that Node.js trusts.
  const verifies = mode.startsWith("verify") || root !== undefined;
  const revoked = verifies && !isSystem ? readSetting(params, "sslcrl") : undefined;
  return {
    rejectUnauthorized: verifies,
    ...(root === undefined ? {} : { ca: root }),
    ...(revoked === undefined ? {} : { crl: revoked }),
    ...(verifies && mode !== "verify-full" ? { checkServerIdentity: () => undefined } : {}),
    ...(host !== undefined && params.get("sslsni") !== "0" && !/^[\d.]+$|:/.test(host)
      ? { servername: host }
      : {}),
    ...protocolVersions(params),
    ...clientCertificate(params),
  };
}

function clientCertificate(params: URLSearchParams): ConnectionOptions {
  const cert = readSetting(params, "sslcert");
  if (cert === undefined) return {};
  const key = readSetting(params, "sslkey");
  if (key === undefined) {
    throw new DriftwatchError("connection.tls", "there is a client certificate (sslcert) without its key", {
      remedy: "Point sslkey in the URL to the certificate's key.",
    });
  }
  const passphrase = settingOf(params, "sslpassword");
  return { cert, key, ...(passphrase === undefined ? {} : { passphrase }) };
}

const protocols: readonly SecureVersion[] = ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"];

function protocolVersions(params: URLSearchParams): ConnectionOptions {
  const min = protocolVersion(params, "ssl_min_protocol_version");
  const max = protocolVersion(params, "ssl_max_protocol_version");
  return {
    ...(min === undefined ? {} : { minVersion: min }),
    ...(max === undefined ? {} : { maxVersion: max }),
  };
}

function protocolVersion(params: URLSearchParams, name: Name): SecureVersion | undefined {
  const text = settingOf(params, name);
  if (text === undefined || text === "") return undefined;
  const version = protocols.find((known) => known.toLowerCase() === text.toLowerCase());
  if (version !== undefined) return version;
  throw new DriftwatchError("source.invalid", `${name} "${text}" is unknown`, {
    remedy: `Use one of ${protocols.join(", ")}.`,
  });
}

/** The text of the file that a setting names, or of libpq's own file where there is one. */
function readSetting(params: URLSearchParams, name: Name): string | undefined {
  const named = settingOf(params, name);
  if (named !== undefined) return readFile(name, named);
  const { file } = elsewhere[name] as { readonly file?: string };
  if (file === undefined) return undefined;
  const path = join(homedir(), ".postgresql", file);
  return existsSync(path) ? readFile(name, path) : undefined;
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
