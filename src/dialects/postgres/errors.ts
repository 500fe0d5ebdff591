/**
 * Every way in which PostgreSQL, its socket or its TLS layer fails, mapped to an error code. One table of SQLSTATEs here,
 * one of socket errors for both dialects; nothing else in this dialect looks at them.
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
  remedy: "Check user and password in the URL, and the server's pg_hba.conf.",
};
const certificateWanted: Meaning = {
  code: "connection.authentication",
  retryable: false,
  remedy:
    "Give sslcert and sslkey in the URL: a certificate that the server trusts, with the user as its common name.",
};
const databaseMissing: Meaning = {
  code: "connection.database-missing",
  retryable: false,
  remedy: "Check the database name in the URL.",
};
const noConnectionLeft: Meaning = {
  code: "connection.limit",
  retryable: true,
  remedy: "Raise max_connections or the role's connection limit, or free a connection.",
};
const settingRefused: Meaning = {
  code: "source.invalid",
  retryable: false,
  remedy:
    "Leave `options` out of the URL, or let the pooler pass it (PgBouncer: ignore_startup_parameters = options).",
};
const takenByReplay: Meaning = {
  code: "read.inconsistent",
  retryable: true,
  remedy: "Raise max_standby_streaming_delay of the standby, or read the primary.",
};
const tls: Meaning = {
  code: "connection.tls",
  retryable: false,
  remedy: "Check sslmode, sslrootcert, sslcert and sslkey in the URL, and the server's certificate.",
};

/** A standby's way to say that the database was dropped on its primary; it calls that a conflict with recovery, too. */
const databaseDropped = "57P04";

/** By SQLSTATE; two characters stand for a whole class. */
const bySqlState: Readonly<Record<string, Meaning>> = {
  "28P01": password,
  "28000": password,
  "3D000": databaseMissing,
  [databaseDropped]: databaseMissing,
  "53": exhausted,
  "53300": noConnectionLeft,
  "57P03": starting,
  "57P01": lost,
  "57P02": lost,
  "57P05": lost,
  "25P03": lost,
  "25P04": { ...tooSlow, remedy: "Raise the server's transaction_timeout for this role." },
  "57014": tooSlow,
  "55P03": lockTaken,
  "42501": {
    code: "read.forbidden",
    retryable: false,
    remedy: "Run `driftwatch doctor` for the missing privileges.",
  },
  "40001": inconsistent,
  "40P01": inconsistent,
  "08": lost,
};

/** By the text of errors that carry no code. */
const byMessage: readonly (readonly [RegExp, Meaning])[] = [
  [/does not support SSL|establishing an SSL connection|certificate|SSL routines|ALPN/i, tls],
  [
    /timeout expired|Connection terminated due to connection timeout/i,
    {
      code: "connection.timeout",
      retryable: true,
      remedy: "Check host, port and firewalls; a lock on the system catalog holds logins up as well.",
    },
  ],
  [/SASL|password must be a string|authentication method/i, password],
  [/Connection terminated|Connection ended|not queryable|Client was closed/i, lost],
];

/** PgBouncer has one SQLSTATE (08P01) for all that it says itself. */
const byPooler: readonly (readonly [RegExp, Meaning])[] = [
  [/unsupported startup parameter/i, settingRefused],
  [/database .*does not exist|no such database/i, databaseMissing],
  [/authentication failed|no such user|SASL/i, password],
  [
    /no more connections allowed/i,
    { ...noConnectionLeft, remedy: "Raise max_client_conn of the pooler, or free a connection." },
  ],
  [
    /query_wait_timeout|client_login_timeout|server_login_retry|cannot connect to server/i,
    { ...lost, remedy: "The pooler could not give a session of the server: check its pool and the server." },
  ],
];

/** What pg_get_* functions say of objects dropped since our snapshot: they read with a newer one. */
const goneWhileReading =
  /cache lookup failed|could not open relation|could not find (tuple|entry)|with OID \d+ does not exist/i;
const goneCodes: ReadonlySet<string> = new Set(["XX000", "42P01", "42703", "42704", "42883", "3F000"]);

/** Whether the error means that an object vanished between our snapshot and the server's newest one. */
export function isGoneWhileReading(error: unknown): boolean {
  const { code, message } = shapeOf(error);
  return goneCodes.has(code) && goneWhileReading.test(message);
}

/** What poolers say of a setting in the startup packet. PgBouncer: 08P01; RDS Proxy: 0A000. */
const refusedSetting =
  /unsupported startup parameter|startup parameter .*not supported|command-line options/i;

/** Whether the server answers, and only refuses a setting that came with the login. */
export function isRefusedSetting(error: unknown): boolean {
  return refusedSetting.test(shapeOf(error).message);
}

/**
 * `place` names where it happened ("connecting to db:5432/shop", "reading constraints of db:5432/shop"); it never holds a secret.
 * A DriftwatchError passes through unchanged.
 */
export function mapError(error: unknown, place: string): DriftwatchError {
  if (error instanceof DriftwatchError) return error;
  const { code, message } = shapeOf(error);
  const meaning = isGoneWhileReading(error) ? inconsistent : meaningOf(code, message);
  return meant(meaning, `${place}: ${message}`, error);
}

function meaningOf(code: string, message: string): Meaning {
  if (code === "57014" && /user request/i.test(message)) return cancelled;
  if (/client certificate|certificate authentication failed/i.test(message)) return certificateWanted;
  if (code !== databaseDropped && /conflict with recovery/i.test(message)) return takenByReplay;
  if (code === "08P01") for (const [pattern, meaning] of byPooler) if (pattern.test(message)) return meaning;
  if (refusedSetting.test(message)) return settingRefused;
  const known = bySqlState[code] ?? socketMeaning(code, tls);
  if (known !== undefined) return known;
  const ofClass = code.length === 5 ? bySqlState[code.slice(0, 2)] : undefined;
  if (ofClass !== undefined) return ofClass;
  for (const [pattern, meaning] of byMessage) if (pattern.test(message)) return meaning;
  return failed;
}
