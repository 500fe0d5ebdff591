/**
 * The one page of error codes. Expected outcomes are return values; a DriftwatchError is for the rest. Tables elsewhere
 * map a code to an exit code (cli), an HTTP status (http) and a retry (queue).
 */
export const errorCodes = {
  "config.invalid": "the configuration has mistakes",
  "config.not-found": "the configuration file does not exist",
  "source.invalid": "a source could not be understood",
  "source.not-found": "a source does not exist",
  "snapshot.invalid": "a snapshot file is not one, or is damaged",
  "snapshot.newer": "a snapshot was written by a newer Driftwatch",
  "sql.invalid": "a SQL file failed to load",
  "connection.refused": "nothing listens at the address",
  "connection.unresolved": "the host name does not resolve",
  "connection.timeout": "the server did not answer in time",
  "connection.lost": "the connection broke",
  "connection.tls": "the TLS connection could not be made",
  "connection.authentication": "the server refused the user or the password",
  "connection.database-missing": "the database does not exist",
  "connection.limit": "the server has no connection left",
  "server.unsupported": "the server's version is not supported",
  "server.starting": "the server is starting up or shutting down",
  "read.forbidden": "the user lacks a privilege that reading needs",
  "read.timeout": "a statement exceeded its time limit",
  "read.lock-timeout": "a lock could not be had in time",
  "read.failed": "reading the catalog failed",
  "read.inconsistent": "the schema kept changing while it was read",
  "check.deadline": "the check exceeded its deadline",
  "check.cancelled": "the check was cancelled",
  "check.empty": "the database suddenly shows no object at all",
  "check.no-schema": "no schema is in scope",
  "check.visibility-lost": "the monitoring user sees less than it did",
  "environment.unknown": "no such environment",
  "baseline.missing": "the environment has no baseline",
  "baseline.conflict": "the schema has changed since the preview",
  "baseline.scope": "the baseline was taken in another scope",
  "store.unreachable": "the store cannot be reached",
  "store.newer": "the store was migrated by a newer Driftwatch",
  "store.failed": "the store failed",
  "queue.unreachable": "the queue cannot be reached",
  "usage.invalid": "the command line could not be understood",
  "http.unauthorized": "the request needs a token",
  "http.forbidden": "the request is not allowed",
  "http.invalid": "the request is not valid",
  "http.not-found": "no such page or resource",
  "http.method": "the page or resource takes another method",
  "http.unavailable": "the address cannot be listened on",
  internal: "an error in Driftwatch itself",
} as const;

export type ErrorCode = keyof typeof errorCodes;

export interface ErrorDetails {
  /** Whether trying again later may help. */
  readonly retryable?: boolean;
  readonly cause?: unknown;
  /** What the reader can do about it, one sentence. */
  readonly remedy?: string;
}

/** An error with a stable code. Its message names the place and never holds a secret. */
export class DriftwatchError extends Error {
  override readonly name = "DriftwatchError";
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly remedy: string | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.retryable = details.retryable ?? false;
    this.remedy = details.remedy;
  }
}

/** Wraps whatever was thrown; a DriftwatchError passes through unchanged. */
export function asDriftwatchError(thrown: unknown, fallback: ErrorCode = "internal"): DriftwatchError {
  if (thrown instanceof DriftwatchError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new DriftwatchError(fallback, message, { cause: thrown });
}
