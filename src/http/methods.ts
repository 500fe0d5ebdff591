/** Which methods an address takes, so that a wrong one is told apart from a wrong address. */
import type { FastifyInstance } from "fastify";

export interface Methods {
  /** As in an Allow header: "GET, HEAD"; undefined when there is nothing at this path. */
  allowedAt(path: string): string | undefined;
}

/** Knows the routes that are registered after this call. */
export function noteMethods(server: FastifyInstance): Methods {
  const routes = new Map<string, { readonly pattern: RegExp; readonly methods: Set<string> }>();
  server.addHook("onRoute", ({ url, method }) => {
    const route = routes.get(url) ?? { pattern: patternOf(url), methods: new Set<string>() };
    for (const one of [method].flat()) route.methods.add(one);
    routes.set(url, route);
  });
  return {
    allowedAt(path) {
      const methods = [...routes.values()]
        .filter(({ pattern }) => pattern.test(path))
        .flatMap((route) => [...route.methods]);
      return methods.length === 0 ? undefined : [...new Set(methods)].sort().join(", ");
    },
  };
}

/** A route's address as an expression; the last slash counts for nothing. */
function patternOf(url: string): RegExp {
  const parts = url
    .replace(/\/$/u, "")
    .split("/")
    .map((part) => (part.startsWith(":") ? "[^/]+" : part === "*" ? ".*" : escaped(part)));
  return new RegExp(`^${parts.join("/")}/?$`, "u");
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/gu, "\\$&");
}
