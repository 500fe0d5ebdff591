/**
 * Every way in which MySQL and MariaDB, their driver, its socket or its TLS layer fail, mapped to an error code. One table
 * of ER_ numbers, one of driver and socket errors; but for single ER_ numbers nothing else in this dialect looks at them.
 */
import { DriftwatchError } from "../../model/errors.ts";
import { type Meaning, meant, shapeOf } from "../thrown.ts";

const password: Meaning = {
  code: "connection.authentication",
  retryable: false,
  remedy: "Check user, password and host of the account in the URL.",
};
const passwordExpired: Meaning = {
  ...password,
  remedy: "The account's password has expired: set a new one.",
};
const accountLocked: Meaning = {
  ...password,
  remedy: "The account is locked: run ALTER USER ... ACCOUNT UNLOCK.",
};
const forbidden: Meaning = {
  code: "read.forbidden",
  retryable: false,
  remedy: "Run `driftwatch doctor`: it prints the GRANT statements that the monitoring user needs.",
};
const noConnectionLeft: Meaning = {
  code: "connection.limit",
  retryable: true,
  remedy: "Raise max_connections or the account's limit, or close idle connections.",
};
const refused: Meaning = {
  code: "connection.refused",
  retryable: true,
  remedy: "Check host and port (or the socket's path) in the URL, and that the server runs.",
};
const unresolved: Meaning = {
  code: "connection.unresolved",
  retryable: true,
  remedy: "Check the host name in the URL.",
};
const late: Meaning = { code: "connection.timeout", retryable: true };
const lost: Meaning = { code: "connection.lost", retryable: true };
const inconsistent: Meaning = { code: "read.inconsistent", retryable: true };
const tooSlow: Meaning = { code: "read.timeout", retryable: true };
const tls: Meaning = {
  code: "connection.tls",
  retryable: false,
  remedy: "Check ssl-mode and ssl-ca in the URL against what the server offers.",
};

/** By ER_ number. */
const byNumber: Readonly<Record<number, Meaning>> = {
  1040: noConnectionLeft, // ER_CON_COUNT_ERROR
  1044: forbidden, // ER_DBACCESS_DENIED_ERROR
  // ER_ACCESS_DENIED_ERROR: also what a server says to an account that must come with TLS or a certificate.
  1045: {
    ...password,
    remedy: `${password.remedy} An account that requires TLS or a certificate needs ssl-mode=required, ssl-cert and ssl-key there.`,
  },
  1049: {
    code: "connection.database-missing",
    retryable: false,
    remedy: "Check the database's name at the end of the URL.",
  },
  1053: { code: "server.starting", retryable: true }, // ER_SERVER_SHUTDOWN
  1129: { ...password, remedy: "The server blocks this host: run FLUSH HOSTS there." },
  1130: password, // ER_HOST_NOT_PRIVILEGED
  1142: forbidden, // ER_TABLEACCESS_DENIED_ERROR
  1143: forbidden, // ER_COLUMNACCESS_DENIED_ERROR
  1146: inconsistent, // ER_NO_SUCH_TABLE: it went while we read
  1158: lost,
  1159: lost,
  1160: lost,
  1161: lost,
  1203: noConnectionLeft, // ER_TOO_MANY_USER_CONNECTIONS
  1205: { code: "read.lock-timeout", retryable: true }, // ER_LOCK_WAIT_TIMEOUT
  1226: noConnectionLeft, // ER_USER_LIMIT_REACHED
  1227: forbidden, // ER_SPECIFIC_ACCESS_DENIED_ERROR
  1251: password, // ER_NOT_SUPPORTED_AUTH_MODE
  1305: inconsistent, // ER_SP_DOES_NOT_EXIST
  1317: { code: "check.cancelled", retryable: false }, // ER_QUERY_INTERRUPTED
  1360: inconsistent, // ER_TRG_DOES_NOT_EXIST
  1370: forbidden, // ER_PROCACCESS_DENIED_ERROR
  1539: inconsistent, // ER_EVENT_DOES_NOT_EXIST
  1698: password, // ER_ACCESS_DENIED_NO_PASSWORD_ERROR
  1820: passwordExpired, // ER_MUST_CHANGE_PASSWORD
  1862: passwordExpired, // ER_MUST_CHANGE_PASSWORD_LOGIN
  1927: lost, // MariaDB ER_CONNECTION_KILLED
  1969: tooSlow, // MariaDB ER_STATEMENT_TIMEOUT
  3024: tooSlow, // ER_QUERY_TIMEOUT
  3118: accountLocked, // ER_ACCOUNT_HAS_BEEN_LOCKED
  3159: { ...tls, remedy: "The server wants TLS: set ssl-mode=required in the URL." },
  4031: lost, // ER_CLIENT_INTERACTION_TIMEOUT
  4151: accountLocked, // MariaDB ER_ACCOUNT_HAS_BEEN_LOCKED
};

/** By `code` of a Node.js error, or of the driver's. */
const bySocketError: Readonly<Record<string, Meaning>> = {
  ECONNREFUSED: refused,
  ENOENT: refused,
  EHOSTUNREACH: refused,
  ENETUNREACH: refused,
  EACCES: refused,
  ENOTFOUND: unresolved,
  EAI_AGAIN: unresolved,
  ETIMEDOUT: late,
  PROTOCOL_SEQUENCE_TIMEOUT: late,
  ECONNRESET: lost,
  EPIPE: lost,
  PROTOCOL_CONNECTION_LOST: lost,
  PROTOCOL_PACKETS_OUT_OF_ORDER: lost,
  HANDSHAKE_NO_SSL_SUPPORT: {
    ...tls,
    remedy: "The server offers no TLS: set ssl-mode=disabled, or switch TLS on there.",
  },
  HANDSHAKE_SSL_ERROR: tls,
  AUTH_SWITCH_PLUGIN_ERROR: password,
};

/** The ER_ number, or undefined when it is not the server's error. */
export function errorNumber(error: unknown): number | undefined {
  const errno = (error as { readonly errno?: unknown } | undefined)?.errno;
  return typeof errno === "number" && errno > 0 ? errno : undefined;
}

/**
 * `place` names where it happened ("connecting to db:3306", "reading the catalog of db:3306"); it never holds a secret.
 * A DriftwatchError passes through unchanged.
 */
export function mapError(error: unknown, place: string): DriftwatchError {
  if (error instanceof DriftwatchError) return error;
  const { code, message } = shapeOf(error);
  return meant(meaningOf(errorNumber(error), code, message), `${place}: ${firstLine(message)}`, error);
}

function meaningOf(number: number | undefined, code: string, message: string): Meaning {
  const known = (number === undefined ? undefined : byNumber[number]) ?? bySocketError[code];
  if (known !== undefined) return known;
  if (/^ERR_(?:TLS|SSL)|CERT|SELF_SIGNED/.test(code)) return tls;
  if (/certificate|ssl routines|EPROTO/i.test(message)) return tls;
  return { code: "read.failed", retryable: false };
}

function firstLine(message: string): string {
  return message.split("\n")[0] ?? message;
}
