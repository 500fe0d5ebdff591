/** Reads a connection URL the way libpq does; tls.ts reads what it says about TLS. */
import type { ConnectionOptions } from "node:tls";
import { parse } from "pg-connection-string";
import { DriftwatchError } from "../../../model/errors.ts";
import { type ChannelBinding, encryptedOnly, readChannelBinding } from "./channel-binding.ts";
import { readTlsSettings, type SslMode } from "./tls.ts";

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
  /** Ties a password to the TLS session: never, where the server can, or nothing else is accepted. */
  readonly channelBinding: ChannelBinding;
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
  refuseSeveralHosts(plainUrl, params);
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
  const tls = readTlsSettings(params, host);
  const channelBinding = readChannelBinding(params);
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
    channelBinding,
    ...tls,
    attempts: channelBinding === "require" ? encryptedOnly(tls.attempts) : tls.attempts,
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

/** libpq would take whichever answers first; a schema is compared with what the same server had before. */
function refuseSeveralHosts(plainUrl: string, params: URLSearchParams): void {
  const authority = /^[^:]+:\/\/([^/]*)/.exec(plainUrl)?.[1] ?? "";
  const hosts = authority.slice(authority.lastIndexOf("@") + 1) || params.get("host") || "";
  if (hosts.includes(","))
    throw invalid(
      "the database URL names several hosts",
      "Name one host; watch a standby as an environment of its own.",
    );
}

function invalid(
  message: string,
  remedy = "Write it as postgres://user:password@host:5432/database, special characters percent-encoded.",
): DriftwatchError {
  return new DriftwatchError("source.invalid", message, { remedy });
}

function numberOf(name: string, text: string | null | undefined): number | undefined {
  if (text === null || text === undefined || text === "") return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65535)
    throw invalid(`${name} in the database URL is not a number`);
  return value;
}
