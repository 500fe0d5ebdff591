/** The small table from error codes to HTTP status, and the one shape of an error's body. */
import { asDriftwatchError, DriftwatchError, type ErrorCode } from "../model/errors.ts";

/** 502: the monitored database failed us; 503: our own store or queue; 504: a deadline. The rest is 500. */
const statuses: Partial<Record<ErrorCode, number>> = {
  "source.invalid": 400,
  "source.not-found": 404,
  "environment.unknown": 404,
  "baseline.missing": 404,
  "baseline.conflict": 409,
  "check.visibility-lost": 409,
  "check.empty": 409,
  "check.no-schema": 409,
  "http.unauthorized": 401,
  "http.forbidden": 403,
  "http.invalid": 400,
  "http.not-found": 404,
  "http.method": 405,
  "connection.refused": 502,
  "connection.unresolved": 502,
  "connection.timeout": 504,
  "connection.lost": 502,
  "connection.tls": 502,
  "connection.authentication": 502,
  "connection.database-missing": 502,
  "connection.limit": 502,
  "server.unsupported": 502,
  "server.starting": 502,
  "read.forbidden": 502,
  "read.timeout": 504,
  "read.lock-timeout": 504,
  "read.failed": 502,
  "read.inconsistent": 502,
  "check.deadline": 504,
  "check.cancelled": 503,
  "store.unreachable": 503,
  "store.newer": 503,
  "queue.unreachable": 503,
};

export interface ErrorAnswer {
  readonly status: number;
  readonly body: {
    readonly error: { readonly code: ErrorCode; readonly message: string; readonly remedy: string | null };
  };
}

/**
 * What a thrown value is answered with. What Driftwatch did not throw itself shows no detail: its message may hold
 * anything.
 */
export function errorAnswer(thrown: unknown): ErrorAnswer {
  const status = thrown instanceof DriftwatchError ? undefined : clientFault(thrown);
  if (status !== undefined) {
    const details = status === 415 ? { remedy: "Send JSON, with `content-type: application/json`." } : {};
    return answer(status, new DriftwatchError("http.invalid", (thrown as Error).message, details));
  }
  if (!(thrown instanceof DriftwatchError)) {
    return answer(500, new DriftwatchError("internal", "an error in Driftwatch itself; its log tells more"));
  }
  return answer(statuses[thrown.code] ?? 500, asDriftwatchError(thrown));
}

function answer(status: number, error: DriftwatchError): ErrorAnswer {
  const { code, message, remedy } = error;
  return { status, body: { error: { code, message, remedy: remedy ?? null } } };
}

/** Fastify marks what the client did wrong (validation, body too large, wrong content type) with a 4xx status. */
function clientFault(thrown: unknown): number | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const { statusCode } = thrown as Error & { statusCode?: unknown };
  return typeof statusCode === "number" && statusCode >= 400 && statusCode < 500 ? statusCode : undefined;
}
