/** What the server and the network say of the store, as DriftwatchError. The one place that knows their codes. */
import { DriftwatchError } from "../model/errors.ts";

interface Meaning {
  readonly code: "store.unreachable" | "store.failed";
  readonly retryable: boolean;
  readonly remedy: string;
}

const checkServer = "See that the store's PostgreSQL runs and that its address in `store.url` is right.";
const retried = "It is tried again by itself.";

/** By SQLSTATE (whole, or its class of two characters) and by Node's error code. */
const meanings: Readonly<Record<string, Meaning>> = {
  ECONNREFUSED: { code: "store.unreachable", retryable: true, remedy: checkServer },
  ENOENT: { code: "store.unreachable", retryable: true, remedy: checkServer },
  ENOTFOUND: { code: "store.unreachable", retryable: true, remedy: checkServer },
  EAI_AGAIN: { code: "store.unreachable", retryable: true, remedy: checkServer },
  EHOSTUNREACH: { code: "store.unreachable", retryable: true, remedy: checkServer },
  ENETUNREACH: { code: "store.unreachable", retryable: true, remedy: checkServer },
  ETIMEDOUT: { code: "store.unreachable", retryable: true, remedy: checkServer },
  ECONNRESET: { code: "store.unreachable", retryable: true, remedy: retried },
  EPIPE: { code: "store.unreachable", retryable: true, remedy: retried },
  "08": { code: "store.unreachable", retryable: true, remedy: retried },
  "57P01": { code: "store.unreachable", retryable: true, remedy: retried },
  "57P02": { code: "store.unreachable", retryable: true, remedy: retried },
  "57P03": { code: "store.unreachable", retryable: true, remedy: retried },
  "57P05": { code: "store.unreachable", retryable: true, remedy: retried },
  "53300": {
    code: "store.unreachable",
    retryable: true,
    remedy: "Raise max_connections of the store's PostgreSQL, or lower the pool size.",
  },
  "28": {
    code: "store.unreachable",
    retryable: false,
    remedy: "Correct the user or the password in `store.url`, or pg_hba.conf of its server.",
  },
  "3D": {
    code: "store.unreachable",
    retryable: false,
    remedy: "Create the database that `store.url` names.",
  },
  "25006": {
    code: "store.failed",
    retryable: true,
    remedy: "The store is read-only: point `store.url` at the primary server.",
  },
  "40": { code: "store.failed", retryable: true, remedy: retried },
  "42501": {
    code: "store.failed",
    retryable: false,
    remedy: "Give the store's user the right to create the schema driftwatch, or ownership of it.",
  },
  "53": {
    code: "store.failed",
    retryable: true,
    remedy: "Free disk space or memory on the store's server.",
  },
  "55P03": { code: "store.failed", retryable: true, remedy: retried },
  "57014": { code: "store.failed", retryable: true, remedy: retried },
};

const brokenConnection =
  /connection terminated|connection ended|timeout exceeded when trying to connect|timeout expired/i;

/** `place` is the store's address without user and password. A DriftwatchError passes through unchanged. */
export function toStoreError(thrown: unknown, place: string): DriftwatchError {
  if (thrown instanceof DriftwatchError) return thrown;
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const code = codeOf(error);
  const meaning = meanings[code] ?? meanings[code.slice(0, 2)] ?? meaningOfMessage(error.message);
  const what = meaning.code === "store.unreachable" ? "cannot be reached" : "failed";
  return new DriftwatchError(meaning.code, `the store at ${place} ${what}: ${wordsOf(error, code)}`, {
    cause: error,
    retryable: meaning.retryable,
    remedy: meaning.remedy,
  });
}

/** host:port/database of a URL, or the socket's folder; never its user or password. */
export function placeOf(url: string): string {
  try {
    const parsed = new URL(url.replace("@/", "@socket/"));
    const host = parsed.searchParams.get("host") ?? parsed.host;
    return `${host}${parsed.pathname}`;
  } catch {
    return "an address that cannot be understood";
  }
}

function codeOf(error: Error): string {
  const { code } = error as { code?: unknown };
  if (typeof code === "string") return code;
  // Node reports the failures of all addresses of a host as one AggregateError.
  const first = error instanceof AggregateError ? (error.errors[0] as Error | undefined) : undefined;
  return first === undefined ? "" : codeOf(first);
}

function wordsOf(error: Error, code: string): string {
  if (error.message !== "") return error.message;
  return code === "" ? error.name : code;
}

function meaningOfMessage(message: string): Meaning {
  if (brokenConnection.test(message))
    return { code: "store.unreachable", retryable: true, remedy: checkServer };
  return {
    code: "store.failed",
    retryable: false,
    remedy: "This is likely a bug in Driftwatch: please report it.",
  };
}
