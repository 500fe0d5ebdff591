/** What drivers and sockets throw, and how it becomes a DriftwatchError: alike in every dialect, whose tables say the rest. */
import { DriftwatchError, type ErrorCode } from "../model/errors.ts";

/** What an error of a server, its socket or its TLS layer means. */
export interface Meaning {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly remedy?: string;
}

export const lost: Meaning = {
  code: "connection.lost",
  retryable: true,
  remedy: "Check again; if it breaks again, look in the server's log for what ended the session.",
};
export const starting: Meaning = {
  code: "server.starting",
  retryable: true,
  remedy: "Check again when the server is up.",
};
export const inconsistent: Meaning = {
  code: "read.inconsistent",
  retryable: true,
  remedy: "Check again when the running schema changes have ended.",
};
export const tooSlow: Meaning = {
  code: "read.timeout",
  retryable: true,
  remedy: "Raise statementTimeout of the environment.",
};
export const lockTaken: Meaning = {
  code: "read.lock-timeout",
  retryable: true,
  remedy: "A schema change holds the lock; check again when it has ended, or raise lockTimeout.",
};
/** By somebody else: what we cancel ourselves is told by the signal. */
export const cancelled: Meaning = {
  code: "check.cancelled",
  retryable: true,
  remedy: "An administrator, or a tool that ends long statements, ended this one: check again.",
};
export const exhausted: Meaning = {
  code: "read.failed",
  retryable: true,
  remedy: "Free memory or disk space on the server.",
};
export const failed: Meaning = {
  code: "read.failed",
  retryable: false,
  remedy: "Run `driftwatch doctor`; if it finds nothing, report this message with the server's version.",
};

const refused: Meaning = {
  code: "connection.refused",
  retryable: true,
  remedy: "Check host and port (or the socket's path) in the URL, and that the server runs.",
};
const refusedForGood: Meaning = { ...refused, retryable: false };
const notAllowed: Meaning = {
  ...refusedForGood,
  remedy: "Check who may open the server's socket, and what the firewall of this machine lets out.",
};
const unresolved: Meaning = {
  code: "connection.unresolved",
  retryable: true,
  remedy: "Check the host name in the URL, and the name server.",
};
const unreached: Meaning = {
  code: "connection.timeout",
  retryable: true,
  remedy: "Check host, port and firewalls.",
};

/** By `code` of a Node.js error. */
const bySocketError: Readonly<Record<string, Meaning>> = {
  ECONNREFUSED: refused,
  // A server that starts makes its socket, and never the folder around it.
  ENOENT: refused,
  ENOTDIR: refusedForGood,
  EACCES: notAllowed,
  EPERM: notAllowed,
  ENOTFOUND: unresolved,
  EAI_AGAIN: unresolved,
  EAI_FAIL: unresolved,
  ETIMEDOUT: unreached,
  EHOSTUNREACH: unreached,
  EHOSTDOWN: unreached,
  ENETUNREACH: unreached,
  ENETDOWN: unreached,
  EADDRNOTAVAIL: unreached,
  ECONNRESET: lost,
  ECONNABORTED: lost,
  EPIPE: lost,
};

/** What a socket, a name server or the TLS layer means; undefined where `code` is of something else. `tls` is the dialect's. */
export function socketMeaning(code: string, tls: Meaning): Meaning | undefined {
  const known = bySocketError[code];
  if (known !== undefined) return known;
  return /^(?:EPROTO$|ERR_TLS|ERR_SSL|ERR_OSSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH)/.test(
    code,
  )
    ? tls
    : undefined;
}

/** The error with its meaning; `message` begins with the place and never holds a secret. */
export function meant(meaning: Meaning, message: string, cause: unknown): DriftwatchError {
  return new DriftwatchError(meaning.code, message, {
    retryable: meaning.retryable,
    cause,
    ...(meaning.remedy === undefined ? {} : { remedy: meaning.remedy }),
  });
}

/** `code` is "" where the error has none. */
export function shapeOf(error: unknown): { readonly code: string; readonly message: string } {
  if (error === null || typeof error !== "object") return { code: "", message: String(error) };
  const { code, message, errors } = error as {
    code?: unknown;
    message?: unknown;
    errors?: readonly unknown[];
  };
  // Node.js tries every address of a host and reports an AggregateError whose own message is empty.
  const first = errors?.[0];
  if (first !== undefined && (message === "" || message === undefined)) return shapeOf(first);
  return {
    code: typeof code === "string" ? code : "",
    message: typeof message === "string" ? message : String(error),
  };
}
