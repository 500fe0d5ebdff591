/**
 * Who may do what: bearer tokens and the session cookie made from them, and the checks that keep other web sites from
 * acting through a reader's browser. Pure but for node:crypto; it knows no route.
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { DriftwatchError } from "../model/errors.ts";
import { isLoopback } from "../model/loopback.ts";
import type { HttpOptions } from "./deps.ts";

export type Access = "none" | "read" | "write";

export interface Guard {
  /** True when requests need a token at all. */
  readonly needsToken: boolean;
  /** What a bearer token or a token typed into the login form allows. */
  accessOfToken(token: string): Access;
  /** What a session cookie allows. */
  accessOfSession(session: string): Access;
  /** The cookie's value for a token: derived, so that the cookie does not hold the token. */
  sessionOf(token: string): string;
}

export const sessionCookie = "driftwatch_session";

/** Throws config.invalid when the address is not loopback and no token is set. */
export function createGuard(options: HttpOptions): Guard {
  const tokens = [
    { token: options.writeToken ?? "", access: "write" as const },
    { token: options.readToken ?? "", access: "read" as const },
  ].filter(({ token }) => token !== "");
  if (tokens.length === 0 && !isLoopback(options.host)) {
    throw new DriftwatchError(
      "config.invalid",
      `http.host is ${options.host}, which others can reach, but no token is set`,
      {
        remedy: "Set http.readToken and http.writeToken, or bind to 127.0.0.1.",
      },
    );
  }
  const find = (given: string, expected: (token: string) => string): Access => {
    let found: Access = "none";
    // Every token is compared, whichever matches, so that the time tells nothing.
    for (const { token, access } of tokens) {
      if (sameText(given, expected(token)) && found === "none") found = access;
    }
    return found;
  };
  return {
    needsToken: tokens.length > 0,
    accessOfToken: (given) => find(given, (token) => token),
    accessOfSession: (given) => find(given, sessionOf),
    sessionOf,
  };
}

function sessionOf(token: string): string {
  return createHmac("sha256", token).update("driftwatch session 1").digest("base64url");
}

function sameText(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

/**
 * Whether a Host header names this server. A page of another site can point its own name at 127.0.0.1 (DNS rebinding);
 * its requests then carry that name.
 */
export function isOwnHost(header: string | undefined, options: HttpOptions): boolean {
  if (header === undefined) return false;
  const host = hostnameOf(`http://${header}`);
  if (host === undefined) return false;
  if (isLoopback(host)) return true;
  return host === hostnameOf(options.publicUrl ?? "");
}

export interface RequestSource {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** The Sec-Fetch-Site header. */
  readonly fetchSite: string | undefined;
}

/**
 * Whether a request comes from the server's own pages, or from no page at all. Browsers send at least one of the two
 * headers on every request that another site can make them send; programs such as curl send none.
 */
export function isSameOrigin(source: RequestSource, publicUrl?: string | null): boolean {
  if (source.fetchSite !== undefined && !["same-origin", "none"].includes(source.fetchSite)) return false;
  if (source.origin === undefined) return true;
  const origin = originOf(source.origin);
  if (origin === undefined) return false;
  return origin.host === source.host || origin.origin === originOf(publicUrl ?? "")?.origin;
}

function hostnameOf(url: string): string | undefined {
  return originOf(url)?.hostname;
}

function originOf(url: string): URL | undefined {
  return URL.canParse(url) ? new URL(url) : undefined;
}
