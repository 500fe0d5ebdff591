/** What a connection URL says about TLS, in the words of the mysql client, for Node.js. It opens nothing but certificate files. */
import { readFileSync } from "node:fs";
import type { SslOptions } from "mysql2";
import { DriftwatchError } from "../../../model/errors.ts";

const sslModes: Readonly<Record<string, SslMode>> = {
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
export type SslMode = "disabled" | "preferred" | "required" | "verify_ca" | "verify_identity";

interface TlsSettings {
  readonly sslMode: SslMode;
  /** What to try, in order; false is a plain connection. */
  readonly attempts: readonly (SslOptions | false)[];
}

/**
 * `params` by their names without "-" and "_". Throws DriftwatchError source.invalid when the mode is unknown, connection.tls
 * when a file cannot be read.
 */
export function readTlsSettings(params: ReadonlyMap<string, string>, isSocket: boolean): TlsSettings {
  const sslMode = sslModeOf(params, isSocket);
  const ssl: SslOptions = {
    ...filesOf(params),
    rejectUnauthorized: sslMode === "verify_ca" || sslMode === "verify_identity",
    verifyIdentity: sslMode === "verify_identity",
  };
  if (sslMode === "disabled") return { sslMode, attempts: [false] };
  return { sslMode, attempts: sslMode === "preferred" ? [ssl, false] : [ssl] };
}

function sslModeOf(params: ReadonlyMap<string, string>, isSocket: boolean): SslMode {
  const asked = params.get("sslmode") ?? params.get("ssl") ?? params.get("tls");
  if (asked === undefined) {
    if (params.has("sslca")) return "verify_ca";
    return isSocket ? "disabled" : "preferred";
  }
  const mode = sslModes[asked.toLowerCase()];
  if (mode === undefined) {
    throw new DriftwatchError("source.invalid", `ssl-mode=${asked} in the database URL is unknown`, {
      remedy: "Use disabled, preferred, required, verify_ca or verify_identity.",
    });
  }
  return mode;
}

function filesOf(params: ReadonlyMap<string, string>): Pick<SslOptions, "ca" | "cert" | "key"> {
  const files: { ca?: string; cert?: string; key?: string } = {};
  for (const name of ["ca", "cert", "key"] as const) {
    const path = params.get(`ssl${name}`);
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
