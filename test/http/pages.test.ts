/** The pages: what they say in plain words, what they keep out, and the way from a finding to an accepted baseline. */
import { beforeEach, describe, expect, it } from "vitest";
import { ownPath } from "../../src/http/routes/session.ts";
import { DriftwatchError } from "../../src/model/errors.ts";
import { createBelievableStore } from "../support/believable-store.ts";
import { aColumn, aSnapshot } from "../support/builders.ts";
import { createFakeStore, type FakeStore } from "../support/fake-store.ts";
import { createHttpWorld, nowMs, previewFingerprint } from "../support/http-world.ts";
import {
  aBaseline,
  aCheck,
  anAlteredColumn,
  anEnvironment,
  anIncident,
  aTrackedFinding,
} from "../support/model-builders.ts";

let store: FakeStore;
beforeEach(async () => {
  store = await createBelievableStore(nowMs);
});

const tokens = { host: "0.0.0.0", readToken: "read-me", writeToken: "write-me" };
const form = { "content-type": "application/x-www-form-urlencoded" };

/** The page's text as a reader sees it. */
function textOf(html: string): string {
  return html
    .replaceAll(/<(script|style)[^>]*>.*?<\/\1>/gsu, "")
    .replaceAll(/<[^>]+>/gu, " ")
    .replaceAll("&quot;", '"')
    .replaceAll("&lt;", "<")
    .replaceAll("&amp;", "&")
    .replaceAll(/\s+/gu, " ");
}

it("the first page names channels whose messages did not arrive, and says nothing while all do", async () => {
  const quiet = await createHttpWorld(store);
  expect(textOf((await quiet.server.inject("/")).body)).not.toContain("did not arrive");
  const trouble = {
    channel: "ops <b>",
    waiting: 2,
    givenUp: 1,
    since: "2026-11-21T09:00:00.000Z",
    lastError: "answered 404",
  };
  const { server } = await createHttpWorld(store, {}, { undelivered: async () => [trouble] });
  const html = (await server.inject("/")).body;
  expect(textOf(html)).toMatch(
    /Messages that did not arrive ops <b> ?: 2 waiting, 1 given up since .*answered 404/,
  );
  expect(html).not.toContain("ops <b>");
});

async function drifted(names: readonly string[], findings: number): Promise<FakeStore> {
  const filled = createFakeStore();
  await filled.registerEnvironments(
    names.map((name) => anEnvironment({ name })),
    "2026-11-21T09:00:00.000Z",
  );
  for (const name of names) {
    const tracked = Array.from({ length: findings }, (_none, index) => {
      const object = aColumn("orders", `column_${index}`, { type: "real" });
      const base = anAlteredColumn();
      const change = { ...base.change, key: object.key, object } as typeof base.change;
      const finding = { ...base, change, sentence: `column ${index} of ${name} changed` };
      return aTrackedFinding({ environment: name, finding });
    });
    await filled.recordCheck({
      check: aCheck({ id: `check-${name}`, environment: name, outcome: "drifted" }),
      runNumber: await filled.nextRunNumber(name),
      snapshot: null,
      environment: {
        outcome: "drifted",
        lastSuccessAt: "2026-11-21T09:00:01.000Z",
        lastFullCheckAt: null,
        probeToken: null,
        emptySince: null,
        unknownSince: null,
        unknownToldAt: null,
      },
      findings: tracked,
      incident: anIncident({ id: `incident-${name}`, environment: name }),
      notifications: [],
      baseline: null,
    });
  }
  return filled;
}

describe("the first page", () => {
  it("counts drifted and unknown environments in the title of the window", async () => {
    const { server } = await createHttpWorld(store);
    expect((await server.inject("/")).body).toMatch(/<title>\d+ drifted, \d+ unknown · Driftwatch<\/title>/u);
  });

  it("names the product behind an environment as its baseline knows it, and its version on the page of its own", async () => {
    const filled = await drifted(["shop"], 1);
    const snapshot = aSnapshot([]);
    const { id: _id, ...baseline } = aBaseline({
      environment: "shop",
      fingerprint: snapshot.fingerprint,
      server: { ...snapshot.server, flavor: "mariadb", version: "10.11.19-MariaDB" },
    });
    await filled.changeBaseline({
      runNumber: await filled.nextRunNumber("shop"),
      baseline,
      snapshot,
      audit: {
        at: baseline.acceptedAt,
        actor: "ann",
        action: "baseline.accepted",
        environment: "shop",
        detail: "",
      },
      outcome: "in-sync",
      findings: [],
      incident: null,
      notifications: [],
    });
    const { server } = await createHttpWorld(filled);
    expect(textOf((await server.inject("/")).body)).toContain("MariaDB");
    expect(textOf((await server.inject("/environments/shop")).body)).toContain("Database MariaDB 10.11.19 ");
  });

  it("says in one sentence how things stand, and shows who needs attention first", async () => {
    const { server } = await createHttpWorld(store);
    const page = await server.inject("/");
    const text = textOf(page.body);
    expect(text).toContain(
      "1 of 5 environments has drifted 1 cannot be read, 1 without a baseline, 2 in sync.",
    );
    const places = ["shop-production", "billing", "analytics", "identity"].map((name) =>
      page.body.indexOf(`>${name}<`),
    );
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(text).toContain("row security of table public.orders was switched off");
    expect(text).toContain("Nothing listens at billing-db.internal:3306");
    expect(text).toContain("Next check in 21 s");
    expect(text).toContain("identity Resolved after 6 min");
  });

  it("is calm when all is well", async () => {
    const calm = createFakeStore();
    await calm.registerEnvironments([anEnvironment()], "2026-11-21T09:00:00.000Z");
    const { server } = await createHttpWorld(calm);
    expect(textOf((await server.inject("/")).body)).toContain("shop waits for its first check");
    await calm.recordCheck({
      check: aCheck(),
      runNumber: 1,
      snapshot: null,
      environment: {
        outcome: "in-sync",
        lastSuccessAt: "2026-11-21T09:00:01.000Z",
        lastFullCheckAt: null,
        probeToken: null,
        emptySince: null,
        unknownSince: null,
        unknownToldAt: null,
      },
      findings: [],
      incident: null,
      notifications: [],
      baseline: null,
    });
    expect(textOf((await server.inject("/")).body)).toContain("shop matches its baseline");
  });

  it("never calls it clean while a database cannot be read", async () => {
    const broken = createFakeStore();
    await broken.registerEnvironments(
      [anEnvironment(), anEnvironment({ name: "billing" })],
      "2026-11-21T09:00:00.000Z",
    );
    const state = {
      lastSuccessAt: null,
      lastFullCheckAt: null,
      probeToken: null,
      emptySince: null,
      unknownSince: null,
      unknownToldAt: null,
    };
    const rest = { snapshot: null, findings: null, incident: null, notifications: [], baseline: null };
    for (const [environment, outcome] of [
      ["shop", "in-sync"],
      ["billing", "unknown"],
    ] as const) {
      const check = aCheck({ id: environment, environment, outcome });
      await broken.recordCheck({ check, runNumber: 1, environment: { outcome, ...state }, ...rest });
    }
    const { server } = await createHttpWorld(broken);
    expect(textOf((await server.inject("/")).body)).toContain(
      "1 of 2 environments cannot be read 1 in sync.",
    );
  });

  it("tells a newcomer what to do when nothing is watched yet", async () => {
    const { server } = await createHttpWorld(createFakeStore());
    expect(textOf((await server.inject("/")).body)).toContain("Name databases in driftwatch.yaml");
  });

  it("shows the first 60 environments, and all on request", async () => {
    const names = Array.from({ length: 61 }, (_none, index) => `tenant-${String(index).padStart(3, "0")}`);
    const { server } = await createHttpWorld(await drifted(names, 1));
    const short = (await server.inject("/")).body;
    expect(textOf(short)).toContain("Show all 61 environments");
    expect(short).not.toContain(">tenant-060</a></h2>");
    expect((await server.inject("/?all=1")).body).toContain(">tenant-060</a></h2>");
  });

  it("holds no script and no style of its own, so the security policy can forbid them", async () => {
    const { server } = await createHttpWorld(store);
    for (const path of ["/", "/environments/shop-production", "/login"]) {
      const { body } = await server.inject(path);
      expect(body).not.toMatch(/<script(?![^>]* src=)|\son[a-z]+=|\sstyle=|<style/u);
    }
  });

  it("links to a style sheet, a script and icons that are served and may be kept", async () => {
    const { server } = await createHttpWorld(store, tokens);
    const { body } = await server.inject("/login");
    const links = [...body.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/gu)].map((match) => match[1] ?? "");
    expect(new Set(links).size).toBe(3);
    for (const link of links) {
      const answer = await server.inject(link);
      expect([answer.statusCode, answer.headers["cache-control"]]).toEqual([
        200,
        "public, max-age=31536000, immutable",
      ]);
    }
  });
});

describe("an environment's page", () => {
  it("groups findings by their object, with the value before and after", async () => {
    const { server } = await createHttpWorld(store);
    const { body } = await server.inject("/environments/shop-production");
    const text = textOf(body);
    expect(text).toContain(
      "table public.orders critical row security of table public.orders was switched off",
    );
    expect(text).toContain("Baseline type numeric(12,2) → Live type real");
    expect(text).toContain("Baseline row security yes → Live row security no");
    expect(text).toContain("columns: customer_id, created_at DESC");
    expect(text).toContain("With 3 columns.");
    expect(text).toContain("baseline: − AND o.deleted_at IS NULL;");
    expect(text).toContain("Accepted 23 h ago by anna (web): “release 2026.47 adds refunds”");
    expect(body).toMatch(/aria-label="The last 46 checks: 40 in sync, 6 drifted"/u);
  });

  it("says that nothing is known for sure when the database cannot be read", async () => {
    const { server } = await createHttpWorld(store);
    const text = textOf((await server.inject("/environments/billing")).body);
    expect(text).toContain("could not read everything, so nothing is known for sure. Nothing listens at");
    expect(text).not.toContain("is what the baseline says");
  });

  it("shows 25 findings, and all on request", async () => {
    const { server } = await createHttpWorld(await drifted(["shop"], 30));
    const short = textOf((await server.inject("/environments/shop")).body);
    expect(short).toContain("Show all 30 findings");
    expect(short).not.toContain("column 29 of shop changed");
    expect(textOf((await server.inject("/environments/shop?all=1")).body)).toContain(
      "column 29 of shop changed",
    );
  });

  it("escapes the names of objects and environments", async () => {
    const name = `<img src=x onerror="alert(1)">`;
    const hostile = await drifted([name], 1);
    const { server } = await createHttpWorld(hostile);
    for (const path of ["/", `/environments/${encodeURIComponent(name)}`]) {
      const page = await server.inject(path);
      expect(page.statusCode).toBe(200);
      expect(page.body).not.toContain("<img src=x");
      expect(textOf(page.body)).toContain(name);
    }
  });

  it("answers an unknown name with a page that lists those there are", async () => {
    const { server } = await createHttpWorld(store);
    const page = await server.inject("/environments/nope%00");
    expect(page.statusCode).toBe(404);
    expect(textOf(page.body)).toContain("There are: analytics, billing");
  });
});

describe("accepting a baseline on the page", () => {
  it("previews first, then accepts exactly that and goes back", async () => {
    const { server, calls } = await createHttpWorld(store);
    const preview = await server.inject({ method: "POST", url: "/environments/shop-production/preview" });
    expect(textOf(preview.body)).toContain("5 findings would become part of the baseline");
    expect(preview.body).toContain(`name="fingerprint" value="${previewFingerprint}"`);
    const answer = await server.inject({
      method: "POST",
      url: "/environments/shop-production/accept",
      headers: form,
      payload: `fingerprint=${previewFingerprint}&reason=planned+release&actor=anna`,
    });
    expect([answer.statusCode, answer.headers.location]).toEqual([303, "/environments/shop-production"]);
    expect(calls.at(-1)).toEqual([
      "acceptBaseline",
      {
        environment: "shop-production",
        fingerprint: previewFingerprint,
        reason: "planned release",
        actor: "anna (web)",
      },
    ]);
  });

  it("explains a conflict and offers the way back", async () => {
    const { server } = await createHttpWorld(store);
    const answer = await server.inject({
      method: "POST",
      url: "/environments/shop-production/accept",
      headers: form,
      payload: `fingerprint=${"0".repeat(64)}&reason=planned`,
    });
    expect(answer.statusCode).toBe(409);
    expect(textOf(answer.body)).toContain("The schema has changed since the preview. Look at a new preview");
    expect(textOf(answer.body)).toContain("Back to shop-production");
  });

  it.each([
    "",
    `fingerprint=${previewFingerprint}`,
    `fingerprint=${previewFingerprint}&reason=++`,
    "reason=planned",
  ])("accepts nothing for the body %j", async (payload) => {
    const { server, calls } = await createHttpWorld(store);
    const url = "/environments/shop-production/accept";
    const answer = await server.inject({ method: "POST", url, headers: form, payload });
    expect(answer.statusCode).toBe(400);
    expect(calls).toEqual([]);
  });

  it("shows why the database could not be read for a preview", async () => {
    const previewBaseline = async (): Promise<never> => {
      throw new DriftwatchError("connection.refused", "nothing listens at db:5432", { remedy: "Start it." });
    };
    const { server } = await createHttpWorld(store, {}, { previewBaseline });
    const page = await server.inject({ method: "POST", url: "/environments/billing/preview" });
    expect(page.statusCode).toBe(502);
    expect(textOf(page.body)).toContain("Nothing listens at db:5432. Start it.");
  });
});

describe("signing in", () => {
  async function signIn(
    token: string,
    next = "/",
  ): Promise<{ status: number; cookie: string; location: unknown }> {
    const { server } = await createHttpWorld(store, {
      ...tokens,
      publicUrl: "https://driftwatch.example.org",
    });
    const payload = new URLSearchParams({ token, next }).toString();
    const answer = await server.inject({ method: "POST", url: "/login", headers: form, payload });
    const cookie = String(answer.headers["set-cookie"] ?? "");
    return { status: answer.statusCode, cookie, location: answer.headers.location };
  }

  it("is asked of everyone who opens a page", async () => {
    const { server } = await createHttpWorld(store, tokens);
    const answer = await server.inject("/environments/billing?all=1");
    expect([answer.statusCode, answer.headers.location]).toEqual([
      303,
      "/login?next=%2Fenvironments%2Fbilling%3Fall%3D1",
    ]);
  });

  it("sets a cookie that scripts and other sites cannot use, and goes on", async () => {
    const { status, cookie, location } = await signIn("write-me", "/environments/billing");
    expect([status, location]).toEqual([303, "/environments/billing"]);
    expect(cookie).toMatch(
      /^driftwatch_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=604800; Secure$/u,
    );
  });

  it("refuses a wrong token without a cookie", async () => {
    expect(await signIn("wrong")).toMatchObject({ status: 401, cookie: "" });
  });

  it("shows a reader everything but the forms, and refuses what they would send", async () => {
    const { server, calls } = await createHttpWorld(store, tokens);
    const reader = (await signIn("read-me")).cookie.split(";")[0] ?? "";
    const page = await server.inject({ url: "/environments/shop-production", headers: { cookie: reader } });
    expect(page.statusCode).toBe(200);
    expect(page.body).not.toContain("Check now");
    expect(textOf(page.body)).toContain("sign in with the write token");
    const headers = { cookie: reader, ...form };
    const url = "/environments/shop-production/accept";
    expect((await server.inject({ method: "POST", url, headers, payload: "reason=x" })).statusCode).toBe(403);
    expect(calls).toEqual([]);
  });

  it("lets a session write from our own pages only", async () => {
    const { server, calls } = await createHttpWorld(store, tokens);
    const cookie = (await signIn("write-me")).cookie.split(";")[0] ?? "";
    const request = { method: "POST", url: "/environments/billing/check" } as const;
    const evil = { cookie, host: "dw.example", origin: "https://evil.example" };
    expect((await server.inject({ ...request, headers: evil })).statusCode).toBe(403);
    const own = { cookie, host: "dw.example", origin: "https://dw.example" };
    expect((await server.inject({ ...request, headers: own })).statusCode).toBe(303);
    expect(calls).toEqual([["triggerCheck", "billing"]]);
  });

  it("ends when signing out", async () => {
    const { server } = await createHttpWorld(store, tokens);
    const answer = await server.inject({ method: "POST", url: "/logout" });
    expect(answer.headers["set-cookie"]).toContain("driftwatch_session=; ");
    expect(answer.headers["set-cookie"]).toContain("Max-Age=0");
  });

  it.each([
    ["/environments/a?all=1", "/environments/a?all=1"],
    ["//evil.example/x", "/"],
    ["/\\evil.example", "/"],
    ["https://evil.example", "/"],
    ["javascript:alert(1)", "/"],
    [undefined, "/"],
  ])("goes on from %s to %s", (next, expected) => {
    expect(ownPath(next)).toBe(expected);
  });
});
