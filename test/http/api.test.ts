/** The API as programs use it: shapes as documented, honest errors, and nothing for those without a token. */
import { Ajv } from "ajv";
import { beforeEach, describe, expect, it } from "vitest";
import { DriftwatchError } from "../../src/model/errors.ts";
import { parseSnapshot } from "../../src/model/snapshot-file.ts";
import { aRecord, aSchema } from "../store/records.ts";
import { createBelievableStore } from "../support/believable-store.ts";
import { aSnapshot } from "../support/builders.ts";
import type { FakeStore } from "../support/fake-store.ts";
import { createHttpWorld, nowMs, previewFingerprint } from "../support/http-world.ts";
import { aBaseline, aCheck, anEnvironment, anIncident, aTrackedFinding } from "../support/model-builders.ts";

let store: FakeStore;
beforeEach(async () => {
  store = await createBelievableStore(nowMs);
});

/** 23 of everything in one environment, most of them of one time. */
async function crowd(filled: FakeStore): Promise<void> {
  await filled.registerEnvironments([anEnvironment({ name: "crowd" })], new Date(nowMs).toISOString());
  const environment = "crowd";
  for (let index = 0; index < 23; index += 1) {
    const at = new Date(nowMs - (index < 4 ? index : 10) * 1000).toISOString();
    const check = aCheck({ id: `crowd-${index}`, environment, startedAt: at });
    const findings = [aTrackedFinding({ id: `f-${index}`, environment, firstSeenAt: at, resolvedAt: null })];
    const incident = anIncident({
      id: `crowd-${index}`,
      environment,
      state: "resolved",
      openedAt: at,
      closedAt: at,
    });
    await filled.recordCheck(aRecord({ check, runNumber: 2 * index + 1, findings, incident }));
  }
  for (let index = 0; index < 23; index += 1) {
    const snapshot = aSnapshot(aSchema(1));
    const at = new Date(nowMs - (index < 15 ? 20 : 10) * 1000).toISOString();
    const { id: _id, ...baseline } = aBaseline({
      environment,
      fingerprint: snapshot.fingerprint,
      acceptedAt: at,
    });
    await filled.changeBaseline({
      runNumber: await filled.nextRunNumber(environment),
      baseline,
      snapshot,
      outcome: null,
      findings: [],
      incident: null,
      notifications: [],
      audit: { at, actor: "ann", action: "baseline.accept", environment, detail: `release ${index}` },
    });
  }
}

const accept = { reason: "planned release", fingerprint: previewFingerprint };

describe("reading", () => {
  it.each([
    ["/environments", "/environments"],
    ["/environments/shop-production", "/environments/{name}"],
    ["/checks?limit=500", "/checks"],
    ["/checks/shop-production-3", "/checks/{id}"],
    ["/findings?environment=shop-production", "/findings"],
    ["/incidents", "/incidents"],
    ["/baselines?environment=shop-production", "/baselines"],
    ["/snapshots?environment=shop-production", "/snapshots"],
    ["/audit", "/audit"],
  ])("GET %s answers in the documented shape", async (path, route) => {
    const { server } = await createHttpWorld(store);
    const documented = (await server.inject("/api/docs/json")).json();
    const schema =
      documented.paths[`/api/v1${route}`].get.responses["200"].content["application/json"].schema;
    const answer = await server.inject(`/api/v1${path}`);
    expect(answer.statusCode).toBe(200);
    const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema);
    expect(validate(answer.json()), JSON.stringify(validate.errors)).toBe(true);
    const items = answer.json().items;
    if (items !== undefined) expect(items.length).toBeGreaterThan(0);
  });

  it("shows environments with their state and next check, without what only the daemon needs", async () => {
    const { server } = await createHttpWorld(store);
    const { items } = (await server.inject("/api/v1/environments")).json();
    const shop = items.find((item: { name: string }) => item.name === "shop-production");
    expect(shop).toMatchObject({
      outcome: "drifted",
      critical: true,
      configured: true,
      openFindings: { critical: 1, high: 2, medium: 1, low: 1, info: 0 },
      everySeconds: 60,
      nextCheckAt: "2026-11-21T10:00:21.000Z",
    });
    expect(shop).not.toHaveProperty("probeToken");
  });

  it("says which environments are no longer configured", async () => {
    const { server } = await createHttpWorld(store, {}, { schedule: () => undefined });
    const answer = (await server.inject("/api/v1/environments/billing")).json();
    expect(answer).toMatchObject({ configured: false, nextCheckAt: null });
  });

  it("pages through checks without losing or repeating one", async () => {
    const { server } = await createHttpWorld(store);
    const seen: string[] = [];
    let before = "";
    for (;;) {
      const url = `/api/v1/checks?environment=shop-production&limit=10${before === "" ? "" : `&before=${before}`}`;
      const page = (await server.inject(url)).json();
      seen.push(...page.items.map((check: { id: string }) => check.id));
      if (page.next === null) break;
      before = encodeURIComponent(page.next);
    }
    const all = await store.checks({ environment: "shop-production", limit: 1000 });
    expect(seen).toEqual(all.map((check) => check.id));
  });

  it.each(["checks", "findings", "incidents", "audit", "baselines"])(
    "pages through %s without losing or repeating one, however many have the same time",
    async (list) => {
      await crowd(store);
      const { server } = await createHttpWorld(store);
      const all = (await server.inject(`/api/v1/${list}?environment=crowd&limit=500`)).json();
      expect(all.items).toHaveLength(23);
      expect(all.next).toBeNull();
      const seen: unknown[] = [];
      let next: string | null = "";
      while (next !== null) {
        const before: string = next === "" ? "" : `&before=${encodeURIComponent(next)}`;
        const page = (await server.inject(`/api/v1/${list}?environment=crowd&limit=4${before}`)).json();
        expect(page.items.length).toBeGreaterThan(0);
        seen.push(...page.items);
        next = page.next;
      }
      expect(seen).toEqual(all.items);
    },
  );

  it("filters findings by open and incidents by state", async () => {
    const { server } = await createHttpWorld(store);
    const resolved = (await server.inject("/api/v1/findings?open=false")).json().items;
    expect(resolved.map((one: { environment: string }) => one.environment)).toEqual(["identity"]);
    const open = (await server.inject("/api/v1/incidents?state=open")).json().items;
    expect(open.map((one: { id: string }) => one.id)).toEqual(["i-2"]);
  });

  it("serves a snapshot as a file that can be read back", async () => {
    const { server } = await createHttpWorld(store);
    const [meta] = (await server.inject("/api/v1/snapshots?environment=shop-production")).json().items;
    const answer = await server.inject(`/api/v1/snapshots/${meta.fingerprint}`);
    expect(parseSnapshot(answer.body, "the answer").fingerprint).toBe(meta.fingerprint);
  });

  it.each([
    ["/api/v1/environments/nope", 404, "environment.unknown"],
    ["/api/v1/baselines?environment=nope", 404, "environment.unknown"],
    ["/api/v1/checks/nope", 404, "http.not-found"],
    [`/api/v1/snapshots/${"0".repeat(64)}`, 404, "http.not-found"],
    ["/api/v1/snapshots/..%2f..", 400, "http.invalid"],
    ["/api/v1/checks?limit=0", 400, "http.invalid"],
    ["/api/v1/checks?limit=100000", 400, "http.invalid"],
    ["/api/v1/checks?before=yesterday", 400, "http.invalid"],
    ["/api/v1/findings?before=2026-02-30T00:00:00Z~1", 400, "http.invalid"],
    ["/api/v1/audit?before=2026-02-03T00:00:00Z~x", 400, "http.invalid"],
    ["/api/v1/baselines", 400, "http.invalid"],
    ["/api/v1/nope", 404, "http.not-found"],
    ["/api/v1/environments/%00", 400, "http.invalid"],
    ["/api/v1/environments/%ff", 400, "http.invalid"],
    [`/api/v1/environments/${"x".repeat(300)}`, 414, "http.invalid"],
    ["/api/v1/checks?environment=nope", 404, "environment.unknown"],
    ["/api/v1/findings?environment=nope", 404, "environment.unknown"],
    ["/api/v1/incidents?environment=nope", 404, "environment.unknown"],
    ["/api/v1/audit?environment=nope", 404, "environment.unknown"],
  ])("GET %s is answered %i %s", async (url, status, code) => {
    const { server } = await createHttpWorld(store);
    const answer = await server.inject(url);
    expect([answer.statusCode, answer.json().error.code]).toEqual([status, code]);
  });

  it.each([
    ["PUT", "/api/v1/environments", "GET, HEAD"],
    ["OPTIONS", "/api/v1/environments", "GET, HEAD"],
    ["DELETE", "/api/v1/environments/shop-production", "GET, HEAD"],
    ["GET", "/api/v1/environments/shop-production/check", "POST"],
    ["POST", "/livez", "GET, HEAD"],
    ["PATCH", "/", "GET, HEAD"],
  ] as const)("%s %s is answered 405 with the methods that are allowed", async (method, url, allowed) => {
    const { server } = await createHttpWorld(store);
    const answer = await server.inject({ method, url });
    expect([answer.statusCode, answer.headers.allow]).toEqual([405, allowed]);
    expect(answer.json().error).toMatchObject({ code: "http.method", remedy: `Use ${allowed}.` });
  });

  it.each(["/environments/shop-production/", "/api/v1/environments/"])(
    "%s is the same without its last slash",
    async (url) => {
      const { server } = await createHttpWorld(store);
      expect((await server.inject(url)).statusCode).toBe(200);
    },
  );

  it("sends what belongs to every answer with one to an address that cannot be understood, too", async () => {
    const { server } = await createHttpWorld(store);
    const answer = await server.inject("/environments/%ff");
    expect(answer.headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "cache-control": "no-store",
    });
  });

  it("answers 503 when the store is down, and shows no detail of an unexpected error", async () => {
    const { server } = await createHttpWorld(store);
    store.failWith(new DriftwatchError("store.unreachable", "the store does not answer"));
    expect((await server.inject("/api/v1/environments")).statusCode).toBe(503);
    store.failWith(new Error("password=hunter2"));
    const answer = await server.inject("/api/v1/environments");
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain("hunter2");
  });
});

describe("writing", () => {
  it("asks for a check", async () => {
    const { server, calls } = await createHttpWorld(store);
    const answer = await server.inject({ method: "POST", url: "/api/v1/environments/billing/check" });
    expect([answer.statusCode, answer.json()]).toEqual([202, { environment: "billing", requested: true }]);
    expect(calls).toEqual([["triggerCheck", "billing"]]);
  });

  it("takes a JSON content type without a body", async () => {
    const { server } = await createHttpWorld(store);
    const headers = { "content-type": "application/json" };
    const answer = await server.inject({
      method: "POST",
      url: "/api/v1/environments/billing/check",
      headers,
    });
    expect(answer.statusCode).toBe(202);
  });

  it("previews, then accepts exactly what was previewed", async () => {
    const { server, calls } = await createHttpWorld(store);
    const url = "/api/v1/environments/shop-production/baseline";
    const preview = (await server.inject({ method: "POST", url: `${url}/preview` })).json();
    expect(preview).toMatchObject({ fingerprint: previewFingerprint, objects: 1203 });
    const payload = { reason: "  planned release ", fingerprint: preview.fingerprint, actor: "anna" };
    const answer = await server.inject({ method: "POST", url, payload });
    expect([answer.statusCode, answer.json().acceptedBy]).toEqual([200, "anna (api)"]);
    expect(calls.at(-1)).toEqual([
      "acceptBaseline",
      {
        environment: "shop-production",
        reason: "planned release",
        fingerprint: previewFingerprint,
        actor: "anna (api)",
      },
    ]);
  });

  it("answers 409 baseline.conflict with the remedy when the schema has moved", async () => {
    const { server } = await createHttpWorld(store);
    const payload = { ...accept, fingerprint: "0".repeat(64) };
    const answer = await server.inject({
      method: "POST",
      url: "/api/v1/environments/billing/baseline",
      payload,
    });
    expect(answer.statusCode).toBe(409);
    expect(answer.json()).toEqual({
      error: {
        code: "baseline.conflict",
        message: "the schema has changed since the preview",
        remedy: "Look at a new preview and accept that one.",
      },
    });
  });

  it.each([
    ["no reason", { fingerprint: previewFingerprint }],
    ["a blank reason", { ...accept, reason: "   " }],
    ["no fingerprint", { reason: "because" }],
    ["a short fingerprint", { ...accept, fingerprint: "abc" }],
    ["an unknown field", { ...accept, force: true }],
    ["a reason that is too long", { ...accept, reason: "x".repeat(501) }],
    ["another type", [accept]],
  ])("refuses %s and accepts nothing", async (_what, payload) => {
    const { server, calls } = await createHttpWorld(store);
    const answer = await server.inject({
      method: "POST",
      url: "/api/v1/environments/billing/baseline",
      payload,
    });
    expect([answer.statusCode, answer.json().error.code]).toEqual([400, "http.invalid"]);
    expect(calls).toEqual([]);
  });

  it.each(["application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x"])(
    "refuses %s, which a form of another site could send",
    async (type) => {
      const { server, calls } = await createHttpWorld(store);
      const answer = await server.inject({
        method: "POST",
        url: "/api/v1/environments/billing/baseline",
        headers: { "content-type": type },
        payload: JSON.stringify(accept),
      });
      expect(answer.statusCode).toBe(415);
      expect(calls).toEqual([]);
    },
  );

  it("maps a database that cannot be read to 502", async () => {
    const previewBaseline = async (): Promise<never> => {
      throw new DriftwatchError("connection.refused", "nothing listens at db:5432");
    };
    const { server } = await createHttpWorld(store, {}, { previewBaseline });
    const answer = await server.inject({
      method: "POST",
      url: "/api/v1/environments/billing/baseline/preview",
    });
    expect([answer.statusCode, answer.json().error.code]).toEqual([502, "connection.refused"]);
  });
});

describe("access", () => {
  const tokens = { host: "0.0.0.0", readToken: "read-me", writeToken: "write-me" };
  const check = { method: "POST", url: "/api/v1/environments/billing/check" } as const;
  const bearer = (token: string): { authorization: string } => ({ authorization: `Bearer ${token}` });

  it.each(["/api/v1/environments", "/metrics", "/api/docs/", "/api/docs/json"])(
    "GET %s needs a token",
    async (url) => {
      const { server } = await createHttpWorld(store, tokens);
      const without = await server.inject(url);
      expect([without.statusCode, without.headers["www-authenticate"]]).toEqual([
        401,
        'Bearer realm="driftwatch"',
      ]);
      expect((await server.inject({ url, headers: bearer("wrong") })).statusCode).toBe(401);
      expect((await server.inject({ url, headers: bearer("read-me") })).statusCode).toBe(200);
    },
  );

  it.each(["/livez", "/readyz"])("GET %s is open to the platform", async (url) => {
    const { server } = await createHttpWorld(store, tokens);
    expect((await server.inject({ url, headers: { host: "10.0.0.7:8080" } })).statusCode).toBe(200);
  });

  it("lets only the write token write", async () => {
    const { server, calls } = await createHttpWorld(store, tokens);
    expect((await server.inject(check)).statusCode).toBe(401);
    const forbidden = await server.inject({ ...check, headers: bearer("read-me") });
    expect([forbidden.statusCode, forbidden.json().error.code]).toEqual([403, "http.forbidden"]);
    expect(calls).toEqual([]);
    expect((await server.inject({ ...check, headers: bearer("write-me") })).statusCode).toBe(202);
  });

  it.each([
    ["a page of another site", { origin: "https://evil.example", "sec-fetch-site": "cross-site" }],
    ["a site that points its name at this machine", { host: "evil.example:8080" }],
  ])("refuses %s although no token is needed", async (_what, headers) => {
    const { server, calls } = await createHttpWorld(store);
    const answer = await server.inject({ ...check, headers: { host: "127.0.0.1:8080", ...headers } });
    expect([answer.statusCode, answer.json().error.code]).toEqual([403, "http.forbidden"]);
    expect(calls).toEqual([]);
  });

  it("refuses to be read under another name, too", async () => {
    const { server } = await createHttpWorld(store);
    expect((await server.inject({ url: "/", headers: { host: "evil.example" } })).statusCode).toBe(403);
  });

  it("sends headers that keep scripts, frames and caches of others out", async () => {
    const { server } = await createHttpWorld(store);
    const { headers } = await server.inject("/api/v1/environments");
    expect(headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "cache-control": "no-store",
      "content-security-policy": expect.stringContaining("script-src 'self'"),
    });
    expect(headers["content-security-policy"]).not.toContain("unsafe-inline");
  });
});

describe("the documentation", () => {
  it("lists every route of the API with its errors, and no page", async () => {
    const { server } = await createHttpWorld(store);
    const { paths } = (await server.inject("/api/docs/json")).json();
    expect(Object.keys(paths).sort()).toEqual([
      "/api/v1/audit",
      "/api/v1/baselines",
      "/api/v1/checks",
      "/api/v1/checks/{id}",
      "/api/v1/environments",
      "/api/v1/environments/{name}",
      "/api/v1/environments/{name}/baseline",
      "/api/v1/environments/{name}/baseline/preview",
      "/api/v1/environments/{name}/check",
      "/api/v1/findings",
      "/api/v1/incidents",
      "/api/v1/snapshots",
      "/api/v1/snapshots/{fingerprint}",
      "/livez",
      "/metrics",
      "/readyz",
    ]);
  });
});
