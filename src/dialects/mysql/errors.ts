/** The one table that maps ER_ numbers and socket errors to DriftwatchError codes. */
import { DriftwatchError, type ErrorCode } from "../../model/errors.ts";

interface Mapping {
  readonly code: ErrorCode;
  readonly retryable?: boolean;
  readonly remedy?: string;
}

const authentication: Mapping = {
  code: "connection.authentication",
  remedy: "Check user, password and host of the account in the URL.",
};
const forbidden: Mapping = {
  code: "read.forbidden",
  remedy: "Run `driftwatch doctor`: it prints the GRANT statements that the monitoring user needs.",
};
const limit: Mapping = {
  code: "connection.limit",
  retryable: true,
  remedy: "Raise max_connections or the account's limit, or close idle connections.",
};
const refused: Mapping = {
  code: "connection.refused",
  retryable: true,
  remedy: "Check host and port (or the socket's path) in the URL, and that the server runs.",
};
const lost: Mapping = { code: "connection.lost", retryable: true };
const unresolved: Mapping = {
  code: "connection.unresolved",
  retryable: true,
  remedy: "Check the host name in the URL.",
};
const tls: Mapping = {
  code: "connection.tls",
  remedy: "Check ssl-mode and ssl-ca in the URL against what the server offers.",
};

const byNumber: Readonly<Record<number, Mapping>> = {
  1040: limit, // ER_CON_COUNT_ERROR
  1044: forbidden, // ER_DBACCESS_DENIED_ERROR
  // ER_ACCESS_DENIED_ERROR: also what a server says to an account that must come with TLS or a certificate.
  1045: {
    ...authentication,
    remedy: `${authentication.remedy} An account that requires TLS or a certificate needs ssl-mode=required, ssl-cert and ssl-key there.`,
  },
  1049: { code: "connection.database-missing", remedy: "Check the database's name at the end of the URL." },
  1053: { code: "server.starting", retryable: true }, // ER_SERVER_SHUTDOWN
  1129: { ...authentication, remedy: "The server blocks this host: run FLUSH HOSTS there." },
  1130: authentication, // ER_HOST_NOT_PRIVILEGED
  1142: forbidden, // ER_TABLEACCESS_DENIED_ERROR
  1143: forbidden, // ER_COLUMNACCESS_DENIED_ERROR
  1146: { code: "read.inconsistent", retryable: true }, // ER_NO_SUCH_TABLE: it went while we read
  1158: lost,
  1159: lost,
  1160: lost,
  1161: lost,
  1203: limit, // ER_TOO_MANY_USER_CONNECTIONS
  1205: { code: "read.lock-timeout", retryable: true }, // ER_LOCK_WAIT_TIMEOUT
  1226: limit, // ER_USER_LIMIT_REACHED
  1227: forbidden, // ER_SPECIFIC_ACCESS_DENIED_ERROR
  1251: authentication, // ER_NOT_SUPPORTED_AUTH_MODE
  1305: { code: "read.inconsistent", retryable: true }, // ER_SP_DOES_NOT_EXIST
  1317: { code: "check.cancelled" }, // ER_QUERY_INTERRUPTED
  1360: { code: "read.inconsistent", retryable: true }, // ER_TRG_DOES_NOT_EXIST
  1370: forbidden, // ER_PROCACCESS_DENIED_ERROR
  1539: { code: "read.inconsistent", retryable: true }, // ER_EVENT_DOES_NOT_EXIST
  1698: authentication, // ER_ACCESS_DENIED_NO_PASSWORD_ERROR
  1820: { ...authentication, remedy: "The account's password has expired: set a new one." },
  1862: { ...authentication, remedy: "The account's password has expired: set a new one." },
  1927: lost, // MariaDB ER_CONNECTION_KILLED
  1969: { code: "read.timeout", retryable: true }, // MariaDB ER_STATEMENT_TIMEOUT
  3024: { code: "read.timeout", retryable: true }, // ER_QUERY_TIMEOUT
  3118: { ...authentication, remedy: "The account is locked: run ALTER USER ... ACCOUNT UNLOCK." },
  3159: { ...tls, remedy: "The server wants TLS: set ssl-mode=required in the URL." },
  4031: lost, // ER_CLIENT_INTERACTION_TIMEOUT
  4151: { ...authentication, remedy: "The account is locked: run ALTER USER ... ACCOUNT UNLOCK." },
};

const byCode: Readonly<Record<string, Mapping>> = {
  ECONNREFUSED: refused,
  ENOENT: refused,
  EHOSTUNREACH: refused,
  ENETUNREACH: refused,
  EACCES: refused,
  ENOTFOUND: unresolved,
  EAI_AGAIN: unresolved,
  ETIMEDOUT: { code: "connection.timeout", retryable: true },
  PROTOCOL_SEQUENCE_TIMEOUT: { code: "connection.timeout", retryable: true },
  ECONNRESET: lost,
  EPIPE: lost,
  PROTOCOL_CONNECTION_LOST: lost,
  PROTOCOL_PACKETS_OUT_OF_ORDER: lost,
  HANDSHAKE_NO_SSL_SUPPORT: {
    ...tls,
    remedy: "The server offers no TLS: set ssl-mode=disabled, or switch TLS on there.",
  },
  HANDSHAKE_SSL_ERROR: tls,
  AUTH_SWITCH_PLUGIN_ERROR: authentication,
};

interface ServerError {
  readonly errno?: number;
  readonly code?: string;
  readonly message?: string;
}

/** The ER_ number, or undefined when it is not the server's error. */
export function errorNumber(thrown: unknown): number | undefined {
  const errno = (thrown as ServerError | undefined)?.errno;
  return typeof errno === "number" && errno > 0 ? errno : undefined;
}

/** `place` names what was being done, without secrets: "connecting to db.example:3306". */
export function mapError(
  thrown: unknown,
  place: string,
  fallback: ErrorCode = "read.failed",
): DriftwatchError {
  if (thrown instanceof DriftwatchError) return thrown;
  const { code = "", message = String(thrown) } = (thrown ?? {}) as ServerError;
  const number = errorNumber(thrown);
  const mapping =
    (number === undefined ? undefined : byNumber[number]) ?? byCode[code] ?? tlsMapping(code, message);
  const { code: mapped, retryable, remedy } = mapping ?? { code: fallback };
  return new DriftwatchError(mapped, `${place}: ${firstLine(message)}`, {
    cause: thrown,
    ...(retryable === undefined ? {} : { retryable }),
    ...(remedy === undefined ? {} : { remedy }),
  });
}

function tlsMapping(code: string, message: string): Mapping | undefined {
  const isTls =
    code.startsWith("ERR_TLS") ||
    code.startsWith("ERR_SSL") ||
    code.includes("CERT") ||
    code.includes("SELF_SIGNED");
  return isTls || /certificate|ssl routines|EPROTO/i.test(message) ? tls : undefined;
}

function firstLine(message: string): string {
  return message.split("\n")[0] ?? message;
}
