/** Serves the pages' style sheet, script and icons. Their paths change with their content, so they are cached for good. */
import type { FastifyInstance } from "fastify";
import { assetPaths, assets } from "../pages/assets.ts";

export function registerAssets(server: FastifyInstance): void {
  for (const { path, type, content } of assets) {
    server.get(path, {
      config: { access: "open" },
      schema: { hide: true },
      handler: async (_request, reply) =>
        reply.type(type).header("cache-control", "public, max-age=31536000, immutable").send(content),
    });
  }
  server.get("/favicon.ico", {
    config: { access: "open" },
    schema: { hide: true },
    handler: async (_request, reply) => reply.redirect(assetPaths.icon),
  });
}
