/** Routes of the pages: collect what a page shows, hand it to the page, answer errors as pages. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Check, TrackedFinding } from "../../model/check.ts";
import { DriftwatchError } from "../../model/errors.ts";
import type { HttpDeps } from "../deps.ts";
import { errorAnswer } from "../error-status.ts";
import { environmentPage, pathOf } from "../pages/environment-page.tsx";
import { errorPage } from "../pages/error-page.tsx";
import { overviewPage } from "../pages/overview-page.tsx";
import { previewPage } from "../pages/preview-page.tsx";
import { environmentOf } from "./read.ts";
import { actorOf } from "./write.ts";

interface OfEnvironment {
  Params: { name: string };
  Querystring: { all?: string };
  Body: Readonly<Record<string, string>> | undefined;
}

export interface PageOptions {
  readonly needsToken: boolean;
}

/** Over all environments of the first page; a page of many environments shows fewer of each. */
const overviewRows = 500;

const hidden = { schema: { hide: true } } as const;
const writing = { schema: { hide: true }, config: { access: "write" } } as const;

/** Expects the scope to take forms; see session.ts. */
export function registerPages(server: FastifyInstance, deps: HttpDeps, options: PageOptions): void {
  answerErrorsAsPages(server, deps);
  const signedIn = (request: FastifyRequest): boolean => options.needsToken && request.granted !== "none";
  server.get<{ Querystring: { all?: string } }>("/", {
    ...hidden,
    async handler(request, reply) {
      const showAll = request.query.all !== undefined;
      return html(reply, await overview(deps, { showAll, signedIn: signedIn(request) }));
    },
  });
  server.get<OfEnvironment>("/environments/:name", {
    ...hidden,
    async handler(request, reply) {
      const showAll = request.query.all !== undefined;
      const access = { mayWrite: request.granted === "write", signedIn: signedIn(request) };
      return html(reply, await environment(deps, request.params.name, { showAll, ...access }));
    },
  });
  server.post<OfEnvironment>("/environments/:name/check", {
    ...writing,
    async handler(request, reply) {
      const known = await environmentOf(deps, request.params.name);
      await deps.triggerCheck(known.name);
      return reply.redirect(pathOf(known), 303);
    },
  });
  server.post<OfEnvironment>("/environments/:name/preview", {
    ...writing,
    async handler(request, reply) {
      const known = await environmentOf(deps, request.params.name);
      const preview = await deps.previewBaseline(known.name);
      const { version } = deps;
      return html(
        reply,
        previewPage({ preview, nowMs: deps.clock.now(), version, signedIn: signedIn(request) }),
      );
    },
  });
  server.post<OfEnvironment>("/environments/:name/accept", {
    ...writing,
    async handler(request, reply) {
      const known = await environmentOf(deps, request.params.name);
      const { fingerprint = "", reason = "", actor } = request.body ?? {};
      if (fingerprint === "" || reason.trim() === "" || reason.length > 500) {
        throw new DriftwatchError(
          "http.invalid",
          "accepting needs a preview and a reason of at most 500 characters",
        );
      }
      const input = { environment: known.name, fingerprint, reason: reason.trim() };
      await deps.acceptBaseline({ ...input, actor: actorOf(actor?.slice(0, 100), "web") });
      return reply.redirect(pathOf(known), 303);
    },
  });
}

async function overview(deps: HttpDeps, view: { showAll: boolean; signedIn: boolean }): Promise<string> {
  const [environments, checks, findings, incidents, undelivered] = await Promise.all([
    deps.store.environments(),
    deps.store.checks({ limit: overviewRows }),
    deps.store.findings({ open: true, limit: overviewRows }),
    deps.store.incidents({ limit: 8 }),
    deps.undelivered(),
  ]);
  const checksOf = groupByEnvironment<Check>(checks);
  const findingsOf = groupByEnvironment<TrackedFinding>(findings);
  return overviewPage({
    environments: environments.map((stored) => ({
      environment: stored,
      schedule: deps.schedule(stored.name),
      checks: checksOf.get(stored.name) ?? [],
      findings: findingsOf.get(stored.name) ?? [],
    })),
    incidents,
    undelivered,
    nowMs: deps.clock.now(),
    version: deps.version,
    notice: deps.notice,
    ...view,
  });
}

async function environment(
  deps: HttpDeps,
  name: string,
  view: { showAll: boolean; mayWrite: boolean; signedIn: boolean },
): Promise<string> {
  const stored = await environmentOf(deps, name);
  const [baselines, findings, checks, incidents, audit] = await Promise.all([
    deps.store.baselineHistory(name),
    deps.store.openFindings(name),
    deps.store.checks({ environment: name, limit: 60 }),
    deps.store.incidents({ environment: name, limit: 8 }),
    deps.store.audit({ environment: name, limit: 10 }),
  ]);
  return environmentPage({
    environment: stored,
    schedule: deps.schedule(name),
    baseline: baselines[0],
    baselines,
    findings,
    checks,
    incidents,
    audit,
    nowMs: deps.clock.now(),
    version: deps.version,
    ...view,
  });
}

function answerErrorsAsPages(server: FastifyInstance, deps: HttpDeps): void {
  server.setErrorHandler(async (error, request, reply) => {
    const { status, body } = errorAnswer(error);
    if (status === 401 && request.method === "GET") {
      return reply.redirect(`/login?next=${encodeURIComponent(request.url)}`, 303);
    }
    if (status >= 500)
      deps.logger.error({ err: error, route: request.routeOptions.url ?? null }, "a request failed");
    const name = (request.params as { name?: string } | undefined)?.name;
    const back =
      name === undefined || status === 404
        ? {}
        : { back: { href: pathOf({ name }), text: `Back to ${name}` } };
    reply.code(status);
    return html(reply, errorPage({ ...body.error, version: deps.version, ...back }));
  });
}

function groupByEnvironment<T extends { readonly environment: string }>(
  items: readonly T[],
): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(item.environment);
    if (group === undefined) groups.set(item.environment, [item]);
    else group.push(item);
  }
  return groups;
}

function html(reply: FastifyReply, page: string): FastifyReply {
  return reply.type("text/html; charset=utf-8").send(page);
}
