/** Sign in and out: a token typed into a form becomes a cookie that scripts cannot read and other sites cannot send. */
import type { FastifyInstance, FastifyReply } from "fastify";
import { type Guard, sessionCookie } from "../access.ts";
import type { HttpOptions } from "../deps.ts";
import { loginPage } from "../pages/login-page.tsx";

export interface SessionDeps {
  readonly guard: Guard;
  readonly options: HttpOptions;
  readonly version: string;
}

const sessionSeconds = 7 * 24 * 3600;

type Form = Readonly<Record<string, string>>;

export function registerSessionRoutes(server: FastifyInstance, deps: SessionDeps): void {
  acceptForms(server);
  const page = (reply: FastifyReply, next: string, failed: boolean): FastifyReply =>
    reply.type("text/html; charset=utf-8").send(loginPage({ version: deps.version, next, failed }));
  server.get<{ Querystring: Form }>("/login", {
    config: { access: "open" },
    schema: { hide: true },
    handler: async (request, reply) => page(reply, ownPath(request.query.next), false),
  });
  server.post<{ Body: Form | undefined }>("/login", {
    config: { access: "open" },
    schema: { hide: true },
    async handler(request, reply) {
      const next = ownPath(request.body?.next);
      const token = request.body?.token?.trim() ?? "";
      if (deps.guard.accessOfToken(token) === "none") return page(reply.code(401), next, true);
      setCookie(reply, deps.options, deps.guard.sessionOf(token), sessionSeconds);
      return reply.redirect(next, 303);
    },
  });
  server.post("/logout", {
    config: { access: "open" },
    schema: { hide: true },
    async handler(_request, reply) {
      setCookie(reply, deps.options, "", 0);
      return reply.redirect("/login", 303);
    },
  });
}

/** Forms of our own pages; the API takes JSON only, because its routes live in another scope. */
function acceptForms(server: FastifyInstance): void {
  server.addContentTypeParser(
    "application/x-www-form-urlencoded",
    { parseAs: "string" },
    (_request, body, done) => {
      done(null, Object.fromEntries(new URLSearchParams(body.toString())));
    },
  );
}

function setCookie(reply: FastifyReply, options: HttpOptions, value: string, maxAge: number): void {
  const secure = options.publicUrl?.startsWith("https:") === true ? "; Secure" : "";
  reply.header(
    "set-cookie",
    `${sessionCookie}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${maxAge}${secure}`,
  );
}

/** Only a path on this server: anything else would make the form an open redirect. */
export function ownPath(next: unknown): string {
  const here = "http://here.invalid";
  if (typeof next !== "string" || !next.startsWith("/") || !URL.canParse(next, here)) return "/";
  const url = new URL(next, here);
  return url.origin === here ? `${url.pathname}${url.search}` : "/";
}
