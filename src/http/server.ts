/** The HTTP server: health, metrics, API with its documentation, pages. It is handed use cases and decides nothing itself. */
import fastifySwagger from "@fastify/swagger";
import fastifySwaggerUi from "@fastify/swagger-ui";
import { type FastifyInstance, type FastifyReply, fastify } from "fastify";
import { DriftwatchError } from "../model/errors.ts";
import { createGuard, type Guard } from "./access.ts";
import type { HttpDeps, HttpOptions } from "./deps.ts";
import { errorAnswer } from "./error-status.ts";
import { type Methods, noteMethods } from "./methods.ts";
import { errorPage } from "./pages/error-page.tsx";
import { registerAssets } from "./routes/assets.ts";
import { registerHealthRoutes } from "./routes/health.ts";
import { registerPages } from "./routes/pages.ts";
import { notFound, registerReadRoutes } from "./routes/read.ts";
import { registerSessionRoutes } from "./routes/session.ts";
import { registerWriteRoutes } from "./routes/write.ts";
import { addSecurityHooks, answerHeaders, docsContentSecurityPolicy } from "./security.ts";

export interface HttpServer {
  /** Throws http.unavailable when the address is taken or may not be used. */
  listen(): Promise<{ url: string }>;
  /** Answers 503 on /readyz from now on, and everything else as before. */
  drain(): void;
  /** Lets running requests finish, for a bounded time. */
  close(): Promise<void>;
}

const largestBodyBytes = 64 * 1024;
const closeWithinMs = 5000;
const jsonType = "application/json; charset=utf-8";

/** Builds the server; nothing listens yet. Throws config.invalid when others could reach it without a token. */
export async function createHttpServer(deps: HttpDeps, options: HttpOptions): Promise<HttpServer> {
  const { server, drain } = await buildServer(deps, options);
  return {
    drain,
    async listen() {
      try {
        await server.listen({ host: options.host, port: options.port });
      } catch (error) {
        throw unavailable(error, options);
      }
      return { url: urlOf(server, options) };
    },
    async close() {
      drain();
      const force = setTimeout(() => server.server.closeAllConnections(), closeWithinMs);
      try {
        await server.close();
      } finally {
        clearTimeout(force);
      }
    },
  };
}

/** The Fastify instance with every route, for `inject` in tests. */
export async function buildServer(
  deps: HttpDeps,
  options: HttpOptions,
): Promise<{ server: FastifyInstance; drain: () => void }> {
  const guard = createGuard(options);
  let isStopping = false;
  const server = fastify({
    logger: false,
    bodyLimit: largestBodyBytes,
    requestTimeout: 30_000,
    routerOptions: { maxParamLength: 256, ignoreTrailingSlash: true },
    // An address that cannot be understood passes no hook and no error handler.
    frameworkErrors(error, _request, reply: FastifyReply) {
      const { status, body } = errorAnswer(error);
      void reply.code(status).headers(answerHeaders).type(jsonType).send(body);
    },
    ajv: { customOptions: { removeAdditional: false, coerceTypes: true, allErrors: false } },
  });
  // Answers are plain JSON; their schemas are documentation, checked by tests and not by every request.
  server.setSerializerCompiler(() => (data) => JSON.stringify(data));
  acceptJsonOnly(server);
  const methods = noteMethods(server);
  addSecurityHooks(server, { guard, options, logger: deps.logger });
  answerErrors(server, deps, methods);
  const whole = options.serves !== "health";
  // The documentation lists only what is registered after it.
  if (whole) await registerDocs(server, deps);
  await server.register(async (scope) =>
    registerHealthRoutes(scope, { ...deps, isStopping: () => isStopping }),
  );
  if (whole) await registerEverythingElse(server, deps, { guard, options });
  await server.ready();
  return {
    server,
    drain: () => {
      isStopping = true;
    },
  };
}

async function registerEverythingElse(
  server: FastifyInstance,
  deps: HttpDeps,
  { guard, options }: { readonly guard: Guard; readonly options: HttpOptions },
): Promise<void> {
  await server.register(
    async (scope) => {
      registerReadRoutes(scope, deps);
      registerWriteRoutes(scope, deps);
    },
    { prefix: "/api/v1" },
  );
  registerAssets(server);
  await server.register(async (scope) => {
    registerSessionRoutes(scope, { guard, options, version: deps.version });
    registerPages(scope, deps, { needsToken: guard.needsToken });
  });
}

/** Fastify takes text/plain by default, which a form of another site can send. An empty JSON body is no body. */
function acceptJsonOnly(server: FastifyInstance): void {
  const parseJson = server.getDefaultJsonParser("error", "error");
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("application/json", { parseAs: "string" }, (request, body, done) => {
    if (body === "") done(null, undefined);
    else void parseJson(request, body.toString(), done);
  });
}

function answerErrors(server: FastifyInstance, deps: HttpDeps, methods: Methods): void {
  server.setErrorHandler(async (error, request, reply) => {
    const { status, body } = errorAnswer(error);
    if (status >= 500)
      deps.logger.error({ err: error, route: request.routeOptions.url ?? null }, "a request failed");
    return reply.code(status).type(jsonType).send(body);
  });
  server.setNotFoundHandler(async (request, reply) => {
    const path = request.url.split("?")[0] ?? "";
    const allowed = methods.allowedAt(path);
    if (allowed !== undefined) reply.header("allow", allowed);
    const answer = errorAnswer(
      allowed === undefined
        ? notFound(`there is nothing at ${path}`)
        : wrongMethod(request.method, path, allowed),
    );
    const wantsPage = !path.startsWith("/api/") && (request.headers.accept ?? "").includes("text/html");
    if (!wantsPage) return reply.code(answer.status).send(answer.body);
    return reply
      .code(answer.status)
      .type("text/html; charset=utf-8")
      .send(errorPage({ ...answer.body.error, version: deps.version }));
  });
}

function wrongMethod(method: string, path: string, allowed: string): DriftwatchError {
  return new DriftwatchError("http.method", `${path} does not take ${method}`, { remedy: `Use ${allowed}.` });
}

async function registerDocs(server: FastifyInstance, deps: HttpDeps): Promise<void> {
  await server.register(fastifySwagger, {
    openapi: {
      openapi: "3.0.3",
      info: {
        title: "Driftwatch",
        version: deps.version,
        description:
          "Environments, their checks, findings, incidents and baselines. Lists are `{ items, next }`, newest first. " +
          "Errors are `{ error: { code, message, remedy } }`.",
      },
      components: { securitySchemes: { token: { type: "http", scheme: "bearer" } } },
      security: [{}, { token: [] }],
      tags: ["environments", "checks", "findings", "incidents", "baselines", "snapshots", "health"].map(
        (name) => ({
          name,
        }),
      ),
    },
  });
  await server.register(async (scope) => {
    scope.addHook("onRequest", async (_request, reply) => {
      reply.header("content-security-policy", docsContentSecurityPolicy);
    });
    await scope.register(fastifySwaggerUi, {
      routePrefix: "/api/docs",
      theme: { title: "Driftwatch API" },
      uiConfig: { validatorUrl: null, docExpansion: "list" },
    });
  });
}

function unavailable(error: unknown, { host, port }: HttpOptions): DriftwatchError {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: "another program listens there",
    EACCES: "this user may not use the port",
    EADDRNOTAVAIL: "this machine has no such address",
    ENOTFOUND: "the host name does not resolve",
  };
  const reason = reasons[code] ?? (error instanceof Error ? error.message : String(error));
  return new DriftwatchError("http.unavailable", `cannot listen on ${host}:${port}: ${reason}`, {
    cause: error,
    remedy:
      "Choose another address with http.host and http.port (or --host and --port), or end the other program.",
  });
}

/** Every-interface addresses are no place to go to; this machine's own is. */
function urlOf(server: FastifyInstance, options: HttpOptions): string {
  const address = server.server.address();
  const port = typeof address === "object" && address !== null ? address.port : options.port;
  const host = ["0.0.0.0", "::", "[::]"].includes(options.host) ? "127.0.0.1" : options.host;
  return `http://${host.includes(":") && !host.startsWith("[") ? `[${host}]` : host}:${port}`;
}
