/**
 * Every way in which MySQL and MariaDB, their driver, its socket or its TLS layer fail, mapped to an error code. One table
 * of ER_ numbers and one of the driver's codes here, one of socket errors for both dialects; but for single ER_ numbers
 * nothing else in this dialect looks at them.
 */
import { DriftwatchError } from "../../model/errors.ts";
import {
  cancelled,
  exhausted,
  failed,
  inconsistent,
  lockTaken,
  lost,
  type Meaning,
  meant,
  shapeOf,
  socketMeaning,
  starting,
  tooSlow,
} from "../thrown.ts";

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
const otherPlugin: Meaning = {
  ...password,
  remedy:
    "Give the account an authentication plugin that the server has loaded, of caching_sha2_password, mysql_native_password and ed25519.",
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
const tls: Meaning = {
  code: "connection.tls",
  retryable: false,
  remedy: "Check ssl-mode and ssl-ca in the URL against what the server offers.",
};

/** By ER_ number. */
const byNumber: Readonly<Record<number, Meaning>> = {
  1021: exhausted, // ER_DISK_FULL
  1037: exhausted, // ER_OUTOFMEMORY
  1038: exhausted, // ER_OUT_OF_SORTMEMORY
  1040: noConnectionLeft, // ER_CON_COUNT_ERROR
  1041: exhausted, // ER_OUT_OF_RESOURCES
  1043: lost, // ER_HANDSHAKE_ERROR: what came over the line was no login
  1044: forbidden, // ER_DBACCESS_DENIED_ERROR
  // ER_ACCESS_DENIED_ERROR: also what a server says to an account that must come with TLS or a certificate.
  1045: {
    ...password,
    remedy: `${password.remedy} An account that requires TLS or a certificate needs ssl-mode=required, ssl-cert and ssl-key there.`,
  },
  // ER_UNKNOWN_COM_ERROR: what a node of Galera answers until it has joined its cluster.
  1047: { ...starting, remedy: "Check again when the node has joined its cluster (wsrep_ready is ON)." },
  1049: {
    code: "connection.database-missing",
    retryable: false,
    remedy: "Check the database's name at the end of the URL.",
  },
  1053: starting, // ER_SERVER_SHUTDOWN
  1079: starting, // ER_SHUTDOWN_COMPLETE
  // ER_HOST_IS_BLOCKED; MySQL has had no FLUSH HOSTS since 8.4.
  1129: {
    ...password,
    remedy:
      "The server blocks this host after too many broken logins: TRUNCATE TABLE performance_schema.host_cache there (MariaDB: FLUSH HOSTS), and raise max_connect_errors.",
  },
  // ER_HOST_NOT_PRIVILEGED
  1130: { ...password, remedy: "No account of the server may come from this host: create one that may." },
  1135: exhausted, // ER_CANT_CREATE_THREAD
  1142: forbidden, // ER_TABLEACCESS_DENIED_ERROR
  1143: forbidden, // ER_COLUMNACCESS_DENIED_ERROR
  1146: inconsistent, // ER_NO_SUCH_TABLE: it went while we read
  1152: lost, // ER_ABORTING_CONNECTION
  // ER_NET_PACKET_TOO_LARGE
  1153: { ...failed, remedy: "Raise max_allowed_packet of the server." },
  1158: lost, // ER_NET_READ_ERROR
  1159: lost, // ER_NET_READ_INTERRUPTED
  1160: lost, // ER_NET_ERROR_ON_WRITE
  1161: lost, // ER_NET_WRITE_INTERRUPTED
  1184: lost, // ER_NEW_ABORTING_CONNECTION
  1203: noConnectionLeft, // ER_TOO_MANY_USER_CONNECTIONS
  1205: lockTaken, // ER_LOCK_WAIT_TIMEOUT
  1213: inconsistent, // ER_LOCK_DEADLOCK
  1226: noConnectionLeft, // ER_USER_LIMIT_REACHED
  1227: forbidden, // ER_SPECIFIC_ACCESS_DENIED_ERROR
  1251: otherPlugin, // ER_NOT_SUPPORTED_AUTH_MODE
  1275: otherPlugin, // ER_SERVER_IS_IN_SECURE_AUTH_MODE
  1305: inconsistent, // ER_SP_DOES_NOT_EXIST
  1317: cancelled, // ER_QUERY_INTERRUPTED
  1360: inconsistent, // ER_TRG_DOES_NOT_EXIST
  1370: forbidden, // ER_PROCACCESS_DENIED_ERROR
  1524: otherPlugin, // ER_PLUGIN_IS_NOT_LOADED
  1539: inconsistent, // ER_EVENT_DOES_NOT_EXIST
  1698: password, // ER_ACCESS_DENIED_NO_PASSWORD_ERROR
  1820: passwordExpired, // ER_MUST_CHANGE_PASSWORD
  1862: passwordExpired, // ER_MUST_CHANGE_PASSWORD_LOGIN
  1927: lost, // MariaDB ER_CONNECTION_KILLED
  1969: tooSlow, // MariaDB ER_STATEMENT_TIMEOUT
  3024: tooSlow, // ER_QUERY_TIMEOUT
  // ER_SERVER_OFFLINE_MODE
  3032: { ...starting, remedy: "The server is in offline mode: SET GLOBAL offline_mode = OFF there." },
  3118: accountLocked, // ER_ACCOUNT_HAS_BEEN_LOCKED
  3159: { ...tls, remedy: "The server wants TLS: set ssl-mode=required in the URL." },
  3168: starting, // ER_SERVER_ISNT_AVAILABLE
  3955: accountLocked, // ER_USER_ACCESS_DENIED_FOR_USER_ACCOUNT_BLOCKED_BY_PASSWORD_LOCK
  4031: lost, // ER_CLIENT_INTERACTION_TIMEOUT
  4151: accountLocked, // MariaDB ER_ACCOUNT_HAS_BEEN_LOCKED
};

/** By `code` of the driver's errors. */
const byDriverError: Readonly<Record<string, Meaning>> = {
  PROTOCOL_SEQUENCE_TIMEOUT: tooSlow,
  PROTOCOL_CONNECTION_LOST: lost,
  PROTOCOL_PACKETS_OUT_OF_ORDER: lost,
  PROTOCOL_UNEXPECTED_PACKET: lost,
  HANDSHAKE_NO_SSL_SUPPORT: {
    ...tls,
    remedy: "The server offers no TLS: set ssl-mode=disabled, or switch TLS on there.",
  },
  HANDSHAKE_SSL_ERROR: tls,
  AUTH_SWITCH_PLUGIN_ERROR: password,
  MYSQL_CLEAR_PASSWORD_NOT_ENABLED: otherPlugin,
};

/** By the text of errors that carry no code of their own. */
const byMessage: readonly (readonly [RegExp, Meaning])[] = [
  [/closed state/, lost],
  [/certificate|ssl routines|EPROTO/i, tls],
];

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
  if (/authentication using unknown plugin/.test(message)) return otherPlugin;
  // The driver gives one code to whatever ends a TLS handshake.
  if (code === "HANDSHAKE_SSL_ERROR" && /ECONNRESET|EPIPE|socket disconnected/.test(message)) return lost;
  const known = number === undefined ? undefined : byNumber[number];
  const meaning = known ?? byDriverError[code] ?? socketMeaning(code, tls);
  if (meaning !== undefined) return meaning;
  for (const [pattern, ofMessage] of byMessage) if (pattern.test(message)) return ofMessage;
  return failed;
}

/** Without what the driver's authors still mean to write ("See TODO: ..."). */
function firstLine(message: string): string {
  return (message.split("\n")[0] ?? message).replace(/ See TODO: .*$/, "");
}
