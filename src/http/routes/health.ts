/** Liveness, readiness and metrics. */
import type { FastifyInstance } from "fastify";
import { asDriftwatchError, errorCodes } from "../../model/errors.ts";
import type { HttpDeps, ReadinessPart } from "../deps.ts";
import { readinessSchema } from "../schemas.ts";

const metricsType = "text/plain; version=0.0.4; charset=utf-8";

export interface HealthDeps extends Pick<HttpDeps, "metrics" | "readiness"> {
  isStopping(): boolean;
}

type Readiness = "ready" | "degraded" | "unready" | "stopping";

export function registerHealthRoutes(server: FastifyInstance, deps: HealthDeps): void {
  server.get("/livez", {
    config: { access: "open" },
    schema: { tags: ["health"], summary: "Whether the process answers; it asks no dependency" },
    handler: async (_request, reply) => reply.type("text/plain; charset=utf-8").send("ok\n"),
  });
  server.get("/readyz", {
    config: { access: "open" },
    schema: {
      tags: ["health"],
      summary: "Whether requests should be sent here; 503 when the store is down or the process is stopping",
      response: { 200: readinessSchema, 503: readinessSchema },
    },
    async handler(_request, reply) {
      const parts = await partsOf(deps);
      const status = deps.isStopping() ? "stopping" : statusOf(parts);
      return reply
        .code(status === "ready" || status === "degraded" ? 200 : 503)
        .send({ status, parts: parts.map(describePart) });
    },
  });
  server.get("/metrics", {
    schema: { tags: ["health"], summary: "Metrics in the Prometheus text format" },
    handler: async (_request, reply) => reply.type(metricsType).send(await deps.metrics()),
  });
}

async function partsOf(deps: HealthDeps): Promise<readonly ReadinessPart[]> {
  try {
    return await deps.readiness();
  } catch (error) {
    return [{ name: "store", status: "down", code: asDriftwatchError(error).code }];
  }
}

function statusOf(parts: readonly ReadinessPart[]): Readiness {
  if (parts.some((part) => part.status === "down")) return "unready";
  return parts.some((part) => part.status === "degraded") ? "degraded" : "ready";
}

/** Everyone may ask, so a part says what is wrong in general words and names no host. */
function describePart(part: ReadinessPart): object {
  return part.code === undefined ? part : { ...part, reason: errorCodes[part.code] };
}
