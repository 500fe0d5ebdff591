/** The read API. Every list is `{ items, next }`, newest first. */
import type { FastifyInstance } from "fastify";
import type { Baseline, IncidentState } from "../../model/check.ts";
import { DriftwatchError } from "../../model/errors.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import { serializeSnapshot } from "../../model/snapshot-file.ts";
import type { PageStart, StoredEnvironment } from "../../monitor/ports.ts";
import type { HttpDeps } from "../deps.ts";
import { type PageQuery, pageOf, pageStartOf, partOf } from "../paging.ts";
import { checkSchema, environmentSchema, errorSchema, lists, parameters, queries } from "../schemas.ts";

interface ListQuery extends PageQuery {
  readonly environment?: string;
}

const failures = { "4xx": errorSchema, "5xx": errorSchema };

export function registerReadRoutes(server: FastifyInstance, deps: HttpDeps): void {
  registerEnvironmentRoutes(server, deps);
  registerCheckRoutes(server, deps);
  registerHistoryRoutes(server, deps);
  registerSnapshotRoutes(server, deps);
}

function registerEnvironmentRoutes(server: FastifyInstance, deps: HttpDeps): void {
  server.get("/environments", {
    schema: {
      tags: ["environments"],
      summary: "All environments with their state",
      response: { 200: lists.environments, ...failures },
    },
    async handler() {
      const environments = await deps.store.environments();
      return page(environments.map((environment) => environmentView(deps, environment)));
    },
  });
  server.get<{ Params: { name: string } }>("/environments/:name", {
    schema: {
      tags: ["environments"],
      summary: "One environment",
      params: parameters.environment,
      response: { 200: environmentSchema, ...failures },
    },
    handler: async (request) => environmentView(deps, await environmentOf(deps, request.params.name)),
  });
}

function registerCheckRoutes(server: FastifyInstance, deps: HttpDeps): void {
  server.get<{ Querystring: ListQuery }>("/checks", {
    schema: {
      tags: ["checks"],
      summary: "Checks, the newest first",
      querystring: queries.checks,
      response: { 200: lists.checks, ...failures },
    },
    async handler({ query }) {
      await requireEnvironment(deps, query);
      return pageFrom(
        query,
        (from) => deps.store.checks(from),
        ({ startedAt }) => startedAt,
      );
    },
  });
  server.get<{ Params: { id: string } }>("/checks/:id", {
    schema: {
      tags: ["checks"],
      summary: "One check",
      params: parameters.check,
      response: { 200: checkSchema, ...failures },
    },
    async handler(request) {
      const check = await deps.store.check(request.params.id);
      if (check === undefined) throw notFound(`there is no check ${request.params.id}`);
      return check;
    },
  });
}

function registerHistoryRoutes(server: FastifyInstance, deps: HttpDeps): void {
  server.get<{ Querystring: ListQuery & { open?: boolean } }>("/findings", {
    schema: {
      tags: ["findings"],
      summary: "Findings, open and resolved",
      querystring: queries.findings,
      response: { 200: lists.findings, ...failures },
    },
    async handler({ query }) {
      await requireEnvironment(deps, query);
      return pageFrom(
        query,
        (from) => deps.store.findings(from),
        ({ firstSeenAt }) => firstSeenAt,
      );
    },
  });
  server.get<{ Querystring: ListQuery & { state?: IncidentState } }>("/incidents", {
    schema: {
      tags: ["incidents"],
      summary: "Incidents, the newest first",
      querystring: queries.incidents,
      response: { 200: lists.incidents, ...failures },
    },
    async handler({ query }) {
      await requireEnvironment(deps, query);
      return pageFrom(
        query,
        (from) => deps.store.incidents(from),
        ({ openedAt }) => openedAt,
      );
    },
  });
  server.get<{ Querystring: PageQuery & { environment: string } }>("/baselines", {
    schema: {
      tags: ["baselines"],
      summary: "The baselines of an environment: the first is in force, the others were before",
      querystring: queries.baselines,
      response: { 200: lists.baselines, ...failures },
    },
    async handler({ query }) {
      await environmentOf(deps, query.environment);
      const all = await deps.store.baselineHistory(query.environment);
      const start = pageStartOf(query);
      const acceptedAt = (baseline: Baseline): string => baseline.acceptedAt;
      return pageOf(partOf(all, query, start, acceptedAt), query, start, acceptedAt);
    },
  });
  server.get<{ Querystring: ListQuery }>("/audit", {
    schema: {
      tags: ["baselines"],
      summary: "Who accepted what, the newest first",
      querystring: queries.environment,
      response: { 200: lists.audit, ...failures },
    },
    async handler({ query }) {
      await requireEnvironment(deps, query);
      return pageFrom(
        query,
        (from) => deps.store.audit(from),
        ({ at }) => at,
      );
    },
  });
}

function registerSnapshotRoutes(server: FastifyInstance, deps: HttpDeps): void {
  server.get<{ Querystring: { environment: string; at?: string } }>("/snapshots", {
    schema: {
      tags: ["snapshots"],
      summary: "What is known of an environment's snapshot at a time, without its objects",
      querystring: queries.snapshots,
      response: { 200: lists.snapshots, ...failures },
    },
    async handler({ query }) {
      await environmentOf(deps, query.environment);
      const snapshot = await deps.store.snapshotAt(query.environment, query.at);
      return page(snapshot === undefined ? [] : [snapshotMetadata(snapshot)]);
    },
  });
  server.get<{ Params: { fingerprint: string } }>("/snapshots/:fingerprint", {
    schema: {
      tags: ["snapshots"],
      summary: "A whole snapshot as a file that every command takes as a source",
      params: parameters.fingerprint,
      response: { 200: { type: "object", additionalProperties: true }, ...failures },
    },
    async handler(request, reply) {
      const snapshot = await deps.store.snapshot(request.params.fingerprint);
      if (snapshot === undefined) throw notFound(`there is no snapshot ${request.params.fingerprint}`);
      return reply.type("application/json; charset=utf-8").send(serializeSnapshot(snapshot));
    },
  });
}

/** Throws environment.unknown. */
export async function environmentOf(deps: Pick<HttpDeps, "store">, name: string): Promise<StoredEnvironment> {
  const environment = name.includes("\0") ? undefined : await deps.store.environment(name);
  if (environment !== undefined) return environment;
  const names = (await deps.store.environments()).map((known) => known.name);
  throw new DriftwatchError("environment.unknown", `no environment is called ${JSON.stringify(name)}`, {
    remedy: names.length === 0 ? "None is configured yet." : `There are: ${names.slice(0, 20).join(", ")}.`,
  });
}

/** An empty list of a name that nobody has would read as "nothing is wrong with it". Throws environment.unknown. */
async function requireEnvironment(
  deps: Pick<HttpDeps, "store">,
  { environment }: Partial<ListQuery>,
): Promise<void> {
  if (environment !== undefined) await environmentOf(deps, environment);
}

export function notFound(message: string): DriftwatchError {
  return new DriftwatchError("http.not-found", message);
}

function page<T>(items: readonly T[]): { items: readonly T[]; next: null } {
  return { items, next: null };
}

async function pageFrom<Q extends PageQuery, T>(
  query: Q,
  read: (query: Omit<Q, "before"> & { readonly from?: PageStart }) => Promise<readonly T[]>,
  timeOf: (item: T) => string,
): Promise<{ readonly items: readonly T[]; readonly next: string | null }> {
  const { before: _before, ...filter } = query;
  const from = pageStartOf(query);
  const oneMore = { ...filter, limit: query.limit + 1, ...(from === undefined ? {} : { from }) };
  return pageOf(await read(oneMore), query, from, timeOf);
}

function environmentView(deps: Pick<HttpDeps, "schedule">, environment: StoredEnvironment): object {
  const {
    probeToken: _probe,
    emptySince: _empty,
    unknownToldAt: _told,
    runNumber: _run,
    ...rest
  } = environment;
  const schedule = deps.schedule(environment.name);
  return {
    ...rest,
    configured: schedule !== undefined,
    everySeconds: schedule?.everySeconds ?? null,
    nextCheckAt: schedule?.nextCheckAt ?? null,
  };
}

function snapshotMetadata(snapshot: Snapshot): object {
  const { fingerprint, takenAt, modelVersion, dialect, server, visibility } = snapshot;
  const counts = { objects: snapshot.objects.length, roots: snapshot.roots.length };
  return { fingerprint, takenAt, modelVersion, dialect, server, ...counts, visibility };
}
