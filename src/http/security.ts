/** Hooks that every request passes: security headers, the guard of access.ts, one debug line per answer. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { DriftwatchError } from "../model/errors.ts";
import type { Logger } from "../monitor/ports.ts";
import { type Access, type Guard, isOwnHost, isSameOrigin, sessionCookie } from "./access.ts";
import type { HttpOptions } from "./deps.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** What a route needs; "read" when it does not say. "open" routes tell nothing about any environment. */
    access?: "open" | "read" | "write";
  }
  interface FastifyRequest {
    /** What the sender may do; set by the guard. */
    granted: Access;
  }
}

const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Swagger UI sets style attributes from its script. */
export const docsContentSecurityPolicy = contentSecurityPolicy.replace(
  "style-src 'self'",
  "style-src 'self' 'unsafe-inline'",
);

/** `referrer-policy: same-origin`, not `no-referrer`: under the latter browsers send `Origin: null` from our own forms. */
export const answerHeaders: Readonly<Record<string, string>> = {
  "content-security-policy": contentSecurityPolicy,
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
};

export interface SecurityDeps {
  readonly guard: Guard;
  readonly options: HttpOptions;
  readonly logger: Logger;
}

export function addSecurityHooks(server: FastifyInstance, deps: SecurityDeps): void {
  server.decorateRequest("granted", "none");
  server.addHook("onRequest", async (request, reply) => {
    reply.headers(answerHeaders);
    request.granted = grantedTo(deps.guard, request);
    admit(deps, request, reply);
  });
  server.addHook("onResponse", async (request, reply) => {
    const { method, routeOptions } = request;
    const ms = Math.round(reply.elapsedTime);
    deps.logger.debug(
      { method, route: routeOptions.url ?? null, status: reply.statusCode, ms },
      "request answered",
    );
  });
}

function grantedTo(guard: Guard, request: FastifyRequest): Access {
  if (!guard.needsToken) return "write";
  const bearer = bearerOf(request);
  if (bearer !== undefined) return guard.accessOfToken(bearer);
  const session = cookieOf(request.headers.cookie, sessionCookie);
  return session === undefined ? "none" : guard.accessOfSession(session);
}

/** Throws http.unauthorized or http.forbidden. */
function admit(deps: SecurityDeps, request: FastifyRequest, reply: FastifyReply): void {
  const needed = request.is404 ? "open" : (request.routeOptions.config.access ?? "read");
  if (!deps.guard.needsToken && needed !== "open" && !isOwnHost(request.headers.host, deps.options)) {
    throw new DriftwatchError("http.forbidden", "the Host header does not name this server", {
      remedy: "Open it as http://127.0.0.1 or http://localhost, or set http.publicUrl and tokens.",
    });
  }
  refuseOtherSites(deps, request);
  if (needed === "open") return;
  if (request.granted === "none") {
    reply.header("www-authenticate", 'Bearer realm="driftwatch"');
    throw new DriftwatchError("http.unauthorized", "this request needs a token", {
      remedy: "Send it as `Authorization: Bearer <token>`, or sign in at /login.",
    });
  }
  if (needed === "write" && request.granted !== "write") {
    throw new DriftwatchError(
      "http.forbidden",
      "this request needs the write token; the read token is not enough",
    );
  }
}

/** Another site cannot make a browser send a bearer token, so only requests without one are judged. */
function refuseOtherSites(deps: SecurityDeps, request: FastifyRequest): void {
  if (request.method === "GET" || request.method === "HEAD" || bearerOf(request) !== undefined) return;
  const { host, origin } = request.headers;
  const fetchSite = request.headers["sec-fetch-site"];
  const source = { host, origin, fetchSite: Array.isArray(fetchSite) ? fetchSite.join() : fetchSite };
  if (isSameOrigin(source, deps.options.publicUrl)) return;
  throw new DriftwatchError("http.forbidden", "a page of another site may not write here", {
    remedy: "Behind a proxy, set http.publicUrl to the address that people open.",
  });
}

function bearerOf(request: FastifyRequest): string | undefined {
  return /^Bearer +(\S+) *$/iu.exec(request.headers.authorization ?? "")?.[1];
}

/** One cookie's value; the session's alphabet needs no decoding. */
export function cookieOf(header: string | undefined, name: string): string | undefined {
  const pair = (header ?? "").split(";").find((part) => part.trim().startsWith(`${name}=`));
  return pair?.trim().slice(name.length + 1);
}
