/**
 * One POST to a place that may be slow, broken or hostile, and what its answer means for a notification. Nothing here
 * repeats a request, follows a redirect or puts a URL, header or body into a reason: those are secrets.
 */
import { DriftwatchError } from "../model/errors.ts";
import type { Delivery } from "../model/notification.ts";
import type { Clock } from "../monitor/ports.ts";

export interface HttpDeps {
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
}

export interface PostRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** From the first byte sent to the last byte of the answer read. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export type PostResult =
  | {
      readonly kind: "answered";
      readonly status: number;
      readonly retryAfterMs: number | undefined;
      readonly body: string;
    }
  | { readonly kind: "failed"; readonly reason: string };

/** Answers are read up to here; what a channel says about an error is short. */
const longestAnswerBytes = 8192;
const longestRetryAfterMs = 24 * 3_600_000;

/** Never throws: a failure to get an answer is a result. */
export async function post(deps: HttpDeps, request: PostRequest): Promise<PostResult> {
  const timeout = AbortSignal.timeout(request.timeoutMs);
  try {
    const response = await deps.fetch(request.url, {
      method: "POST",
      headers: request.headers,
      body: request.body,
      redirect: "manual",
      signal: AbortSignal.any([timeout, request.signal]),
    });
    const retryAfter = response.headers.get("retry-after");
    return {
      kind: "answered",
      status: response.status,
      retryAfterMs: retryAfter === null ? undefined : parseRetryAfter(retryAfter, deps.clock.now()),
      body: await readAtMost(response, longestAnswerBytes),
    };
  } catch (error) {
    if (request.signal.aborted) return { kind: "failed", reason: "the delivery was cancelled" };
    if (timeout.aborted)
      return { kind: "failed", reason: `no complete answer within ${request.timeoutMs} ms` };
    return { kind: "failed", reason: networkReason(error) };
  }
}

/**
 * The meaning of a result. `accepted` tells whether an answer is this channel's success; `detail` may add what the far
 * side said, when that is known to hold no secret.
 */
export function deliveryOf(
  result: PostResult,
  rules: {
    readonly accepted: (status: number, body: string) => boolean;
    readonly detail?: (body: string) => string | undefined;
  },
): Delivery {
  if (result.kind === "failed") return { kind: "retry", reason: result.reason };
  if (rules.accepted(result.status, result.body)) return { kind: "delivered" };
  const detail = rules.detail?.(result.body);
  const reason = `answered ${result.status}${detail === undefined ? "" : `: ${detail}`}`;
  if (!isTemporary(result.status)) return { kind: "dead", reason };
  return result.retryAfterMs === undefined
    ? { kind: "retry", reason }
    : { kind: "retry", reason, afterMs: result.retryAfterMs };
}

/** 2xx that is not the channel's success comes from something in between, such as a proxy's page. */
function isTemporary(status: number): boolean {
  return (
    status === 408 || status === 425 || status === 429 || status >= 500 || (status >= 200 && status < 300)
  );
}

/** Seconds or an HTTP date -> milliseconds from now, at most a day; undefined when it is neither. */
export function parseRetryAfter(text: string, nowMs: number): number | undefined {
  const value = text.trim();
  const ms = /^\d{1,9}(\.\d+)?$/.test(value) ? Number(value) * 1000 : dateMs(value) - nowMs;
  if (!Number.isFinite(ms)) return undefined;
  return Math.min(Math.max(0, Math.ceil(ms)), longestRetryAfterMs);
}

/** An HTTP date starts with a weekday; Date.parse alone also takes "-5" for a year. */
function dateMs(text: string): number {
  return /^[A-Za-z]{3,9},? /.test(text) ? Date.parse(text) : Number.NaN;
}

async function readAtMost(response: Response, limitBytes: number): Promise<string> {
  if (response.body === null) return "";
  const reader = response.body.getReader();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  while (bytes < limitBytes) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    bytes += value.byteLength;
  }
  // Frees the connection when more would come; a far side that broke off by then changes nothing.
  await reader.cancel().catch(() => undefined);
  return new TextDecoder().decode(Buffer.concat(chunks).subarray(0, limitBytes));
}

const networkReasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: "the connection was refused",
  ECONNRESET: "the connection broke",
  EPIPE: "the connection broke",
  UND_ERR_SOCKET: "the connection broke",
  ENOTFOUND: "the host name does not resolve",
  EAI_AGAIN: "the host name does not resolve at the moment",
  ETIMEDOUT: "the connection timed out",
  UND_ERR_CONNECT_TIMEOUT: "the connection timed out",
  EHOSTUNREACH: "the host cannot be reached",
  ENETUNREACH: "the network cannot be reached",
};

/** Words for what fetch threw. Its own message may quote the URL, so only the code decides. */
function networkReason(error: unknown): string {
  const code = codeOf(error);
  if (code === undefined) return "the request failed";
  if (/CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code))
    return `the TLS connection could not be made (${code})`;
  return (
    networkReasons[code] ??
    (/^[A-Z][A-Z0-9_]{2,60}$/.test(code) ? `the request failed (${code})` : "the request failed")
  );
}

/** fetch wraps the socket's error in a TypeError, and several of them (IPv6, IPv4) in an AggregateError. */
function codeOf(error: unknown): string | undefined {
  let current: unknown = error;
  for (let depth = 0; depth < 5 && current instanceof Error; depth++) {
    const code = (current as { code?: unknown }).code;
    if (typeof code === "string") return code;
    current = current instanceof AggregateError ? (current.errors as unknown[])[0] : current.cause;
  }
  return undefined;
}

/** The URL, checked. Throws DriftwatchError config.invalid naming the channel and never the URL. */
export function usableUrl(channel: string, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const remedy = "Give the full URL, starting with https:// (or http://), as the receiving side shows it.";
  if (url === undefined || !["http:", "https:"].includes(url.protocol)) {
    throw new DriftwatchError("config.invalid", `the URL of channel "${channel}" is not an http(s) URL`, {
      remedy,
    });
  }
  if (url.username !== "" || url.password !== "") {
    throw new DriftwatchError("config.invalid", `the URL of channel "${channel}" holds a user or password`, {
      remedy: "Put the credentials into an Authorization header of the channel instead.",
    });
  }
  return url;
}
