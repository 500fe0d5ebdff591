/** What drivers and sockets throw, and how it becomes a DriftwatchError: alike in every dialect, whose tables say the rest. */
import { DriftwatchError, type ErrorCode } from "../model/errors.ts";

/** What an error of a server, its socket or its TLS layer means. */
export interface Meaning {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly remedy?: string;
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
