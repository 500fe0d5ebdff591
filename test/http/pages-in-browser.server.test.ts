/** The pages in a real browser: the security policy lets them work, refreshing does not disturb, nothing overflows a phone. */
import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createHttpServer, type HttpServer } from "../../src/http/server.ts";
import { createBelievableStore } from "../support/believable-store.ts";
import type { FakeStore } from "../support/fake-store.ts";
import { fakeDeps, nowMs } from "../support/http-world.ts";

const candidates = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const executablePath = process.env.TEST_CHROMIUM ?? candidates.find((path) => existsSync(path));
const isCi = process.env.CI === "true";
if (executablePath === undefined) {
  process.stderr.write("no chromium found (TEST_CHROMIUM names one): the pages are not tried in a browser\n");
}

describe.skipIf(executablePath === undefined && !isCi)("the pages in a browser", () => {
  let browser: Browser;
  let store: FakeStore;
  let server: HttpServer;
  let url: string;
  let page: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executablePath ?? "chromium", args: ["--no-sandbox"] });
  });
  afterAll(async () => browser?.close());

  beforeEach(async () => {
    problems.length = 0;
    store = await createBelievableStore(nowMs);
    server = await createHttpServer(fakeDeps(store, []), { host: "127.0.0.1", port: 0 });
    url = (await server.listen()).url;
    page = await browser.newPage();
    page.on("console", (message) => {
      if (message.type() === "error") problems.push(message.text());
    });
    page.on("pageerror", (error) => problems.push(error.message));
  });
  afterEach(async () => {
    await page.close();
    await server.close();
  });

  it.each(["/", "/environments/shop-production", "/login", "/api/docs/"])(
    "%s works under its security policy",
    async (path) => {
      await page.goto(url + path, { waitUntil: "networkidle" });
      // Swagger UI draws itself some time after its last request.
      await page.getByRole("heading").first().waitFor();
      expect(problems).toEqual([]);
    },
  );

  it.each(["/", "/environments/shop-production", "/login"])(
    "%s fits a phone 400 pixels wide",
    async (path) => {
      await page.setViewportSize({ width: 400, height: 800 });
      await page.goto(url + path);
      const overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
      expect(await page.evaluate(overflow)).toBeLessThanOrEqual(0);
    },
  );

  it("shows a new state by itself, and keeps opened details open", async () => {
    await page.goto(`${url}/environments/identity`);
    await page.click("#d-checks summary");
    expect(await page.textContent("#summary")).toContain("In sync");
    await store.recordCheck({
      ...(await unknownCheck(store)),
      environment: {
        outcome: "unknown",
        lastSuccessAt: null,
        lastFullCheckAt: null,
        probeToken: null,
        emptySince: null,
        unknownSince: null,
        unknownToldAt: null,
      },
    });
    await page.waitForSelector("#summary .state-unknown", { timeout: 60_000 });
    expect(await page.getAttribute("#d-checks", "open")).not.toBeNull();
    expect(await page.textContent("#history")).toContain("the network is down");
    expect(await page.title()).toBe("identity: Unknown · Driftwatch");
    expect(problems).toEqual([]);
  });

  it("says so when the daemon no longer answers, and keeps what it showed", async () => {
    await page.goto(url);
    await server.close();
    await page.waitForSelector("#connection:not([hidden])", { timeout: 60_000 });
    expect(await page.textContent("#connection")).toContain("Driftwatch does not answer");
    expect(await page.textContent("main")).toContain("shop-production");
  });

  it("leads from a finding through the preview to an accepted baseline", async () => {
    await page.goto(`${url}/environments/shop-production`);
    await page.click("text=Preview accepting the live schema");
    await page.fill("input[name=reason]", "planned release");
    await page.click("text=Accept as baseline");
    expect(new URL(page.url()).pathname).toBe("/environments/shop-production");
  });
});

async function unknownCheck(store: FakeStore) {
  const runNumber = await store.nextRunNumber("identity");
  const [latest] = await store.checks({ environment: "identity", limit: 1 });
  if (latest === undefined) throw new Error("the believable store has checks of identity");
  const startedAt = new Date(nowMs).toISOString();
  const check = {
    ...latest,
    id: `identity-${runNumber}`,
    startedAt,
    finishedAt: startedAt,
    outcome: "unknown" as const,
    errorCode: "connection.timeout" as const,
    errorMessage: "the network is down",
  };
  return {
    check,
    runNumber,
    snapshot: null,
    findings: null,
    incident: null,
    notifications: [],
    baseline: null,
  };
}
