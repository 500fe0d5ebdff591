/** Liveness asks nothing, readiness asks the store and says when the process is stopping. */
import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { createHttpServer } from "../../src/http/server.ts";
import { DriftwatchError } from "../../src/model/errors.ts";
import { createFakeStore } from "../support/fake-store.ts";
import { createHttpWorld, fakeDeps } from "../support/http-world.ts";

describe("health", () => {
  it("is alive although everything else is down", async () => {
    const store = createFakeStore();
    store.failWith(new Error("down"));
    const readiness = async (): Promise<never> => Promise.reject(new Error("down"));
    const { server } = await createHttpWorld(store, {}, { readiness });
    expect((await server.inject("/livez")).statusCode).toBe(200);
  });

  it("is all that a process without pages serves, besides metrics", async () => {
    const { server } = await createHttpWorld(createFakeStore(), { serves: "health" });
    const statuses = await Promise.all(
      ["/livez", "/readyz", "/metrics", "/", "/api/v1/environments", "/api/docs"].map(async (url) => {
        const { statusCode } = await server.inject(url);
        return `${url} ${statusCode}`;
      }),
    );
    expect(statuses).toEqual([
      "/livez 200",
      "/readyz 200",
      "/metrics 200",
      "/ 404",
      "/api/v1/environments 404",
      "/api/docs 404",
    ]);
  });

  it("is ready when the store answers", async () => {
    const { server } = await createHttpWorld(createFakeStore());
    const answer = await server.inject("/readyz");
    expect([answer.statusCode, answer.json()]).toEqual([
      200,
      { status: "ready", parts: [{ name: "store", status: "ok" }] },
    ]);
  });

  it("is degraded, but ready, without its queue", async () => {
    const parts = [
      { name: "store", status: "ok" },
      { name: "queue", status: "degraded", code: "queue.unreachable" },
    ] as const;
    const { server } = await createHttpWorld(createFakeStore(), {}, { readiness: async () => parts });
    const answer = await server.inject("/readyz");
    expect([answer.statusCode, answer.json().status]).toEqual([200, "degraded"]);
    expect(answer.json().parts[1].reason).toBe("the queue cannot be reached");
  });

  it("is not ready without its store, and names no host", async () => {
    const readiness = async (): Promise<never> => {
      throw new DriftwatchError("store.unreachable", "store-db.internal:5432 does not answer");
    };
    const { server } = await createHttpWorld(createFakeStore(), {}, { readiness });
    const answer = await server.inject("/readyz");
    expect([answer.statusCode, answer.json().status]).toEqual([503, "unready"]);
    expect(answer.body).not.toContain("internal");
  });

  it("is not ready while stopping, and still alive", async () => {
    const { server, drain } = await createHttpWorld(createFakeStore());
    drain();
    const answer = await server.inject("/readyz");
    expect([answer.statusCode, answer.json().status]).toEqual([503, "stopping"]);
    expect((await server.inject("/livez")).statusCode).toBe(200);
  });

  it("serves the metrics as Prometheus text", async () => {
    const { server } = await createHttpWorld(createFakeStore());
    const answer = await server.inject("/metrics");
    expect(answer.headers["content-type"]).toBe("text/plain; version=0.0.4; charset=utf-8");
    expect(answer.body).toBe("driftwatch_store_up 1\n");
  });
});

describe("listening", () => {
  it("tells its address, answers there, and stops", async () => {
    const server = await createHttpServer(fakeDeps(createFakeStore(), []), { host: "127.0.0.1", port: 0 });
    const { url } = await server.listen();
    expect((await fetch(`${url}/livez`)).status).toBe(200);
    await server.close();
    await expect(fetch(`${url}/livez`)).rejects.toThrow("fetch failed");
  });

  it("says so when another program has the port", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const address = other.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const server = await createHttpServer(fakeDeps(createFakeStore(), []), { host: "127.0.0.1", port });
    await expect(server.listen()).rejects.toMatchObject({
      code: "http.unavailable",
      message: `cannot listen on 127.0.0.1:${port}: another program listens there`,
    });
    await new Promise((resolve) => other.close(resolve));
  });

  it("refuses to start beyond loopback without a token", async () => {
    const options = { host: "0.0.0.0", port: 0 };
    await expect(createHttpServer(fakeDeps(createFakeStore(), []), options)).rejects.toMatchObject({
      code: "config.invalid",
    });
  });
});
