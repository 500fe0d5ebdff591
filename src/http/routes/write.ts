/** The writing API: ask for a check, see what accepting would change, accept. JSON only: a form of another site cannot send it. */
import type { FastifyInstance } from "fastify";
import type { HttpDeps } from "../deps.ts";
import {
  type AcceptBody,
  acceptBodySchema,
  baselineSchema,
  errorSchema,
  parameters,
  previewSchema,
} from "../schemas.ts";
import { environmentOf } from "./read.ts";

interface OfEnvironment {
  Params: { name: string };
}

const failures = { "4xx": errorSchema, "5xx": errorSchema };
const requested = {
  type: "object",
  properties: { environment: { type: "string" }, requested: { type: "boolean" } },
  required: ["environment", "requested"],
} as const;

export function registerWriteRoutes(server: FastifyInstance, deps: HttpDeps): void {
  server.post<OfEnvironment>("/environments/:name/check", {
    config: { access: "write" },
    schema: {
      tags: ["environments"],
      summary: "Ask for a check now; at most one waits per environment",
      params: parameters.environment,
      response: { 202: requested, ...failures },
    },
    async handler(request, reply) {
      const { name } = await environmentOf(deps, request.params.name);
      await deps.triggerCheck(name);
      return reply.code(202).send({ environment: name, requested: true });
    },
  });
  server.post<OfEnvironment>("/environments/:name/baseline/preview", {
    config: { access: "write" },
    schema: {
      tags: ["baselines"],
      summary: "Read the database now and tell what accepting it as the baseline would change",
      params: parameters.environment,
      response: { 200: previewSchema, ...failures },
    },
    async handler(request) {
      const { name } = await environmentOf(deps, request.params.name);
      return deps.previewBaseline(name);
    },
  });
  server.post<OfEnvironment & { Body: AcceptBody }>("/environments/:name/baseline", {
    config: { access: "write" },
    schema: {
      tags: ["baselines"],
      summary: "Accept the previewed schema as the baseline; 409 when it has changed since the preview",
      params: parameters.environment,
      body: acceptBodySchema,
      response: { 200: baselineSchema, ...failures },
    },
    async handler(request) {
      const { name } = await environmentOf(deps, request.params.name);
      const { reason, fingerprint, actor } = request.body;
      return deps.acceptBaseline({
        environment: name,
        reason: reason.trim(),
        fingerprint,
        actor: actorOf(actor, "api"),
      });
    },
  });
}

/** Tokens name nobody, so the actor is as stated, with the way it came. */
export function actorOf(stated: string | undefined, way: "api" | "web"): string {
  const name = stated?.replaceAll(/\p{Cc}+/gu, " ").trim() ?? "";
  return name === "" ? way : `${name} (${way})`;
}
