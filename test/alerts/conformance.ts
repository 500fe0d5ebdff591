/**
 * What every channel must do, whatever the far side does. A new channel passes this suite or is not one.
 * Run against real HTTP servers that speak each channel's protocol.
 */
import { createServer } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createChannels } from "../../src/alerts/channel-registry.ts";
import type { ChannelSettings } from "../../src/model/channel-settings.ts";
import { notificationReasons } from "../../src/model/notification.ts";
import type { Channel } from "../../src/monitor/ports.ts";
import type { FakeServer } from "../support/fake-server.ts";
import { aContent, aContentFor, aHostileContent } from "./contents.ts";

export interface ChannelUnderTest {
  readonly fake: FakeServer;
  /** Settings that reach `baseUrl` (the fake's own, or one where trouble waits). */
  settings(baseUrl: string, timeoutMs: number): ChannelSettings;
  /** What must appear in no reason. */
  readonly secrets: readonly string[];
  /** Status and body that mean success. */
  readonly success: { readonly status: number; readonly body: string };
}

const patience = 5_000;

export function describeChannel(type: string, start: () => Promise<ChannelUnderTest>): void {
  describe(`the ${type} channel, as every channel,`, () => {
    let subject: ChannelUnderTest;

    beforeEach(async () => {
      subject = await start();
    });
    afterEach(async () => {
      await subject.fake.close();
    });

    function channel(timeoutMs: number = patience, baseUrl: string = subject.fake.url): Channel {
      const [only] = createChannels([subject.settings(baseUrl, timeoutMs)]);
      if (only === undefined) throw new Error("no channel was made");
      return only;
    }

    function holdsNoSecret(value: unknown): void {
      const text = JSON.stringify(value);
      for (const secret of subject.secrets) expect(text).not.toContain(secret);
    }

    const never = new AbortController().signal;

    it("has the name and type of its settings", () => {
      expect(channel()).toMatchObject({ name: "the-channel", type });
    });

    it.each(notificationReasons)("delivers %s to a far side that checks the protocol", async (reason) => {
      expect(await channel().deliver(aContentFor(reason), never)).toEqual({ kind: "delivered" });
      expect(subject.fake.requests).toHaveLength(1);
    });

    it.each(notificationReasons)("delivers %s with hostile and oversized names in it", async (reason) => {
      expect(await channel().deliver(aHostileContent(reason), never)).toEqual({ kind: "delivered" });
    });

    it.each([400, 401, 403, 404, 405, 410, 413, 422, 451])(
      "gives up at once on a final %d",
      async (status) => {
        subject.fake.answerNext({ status, body: `no, ${subject.secrets.join(" ")}` });
        const delivery = await channel().deliver(aContent(), never);
        expect(delivery).toMatchObject({
          kind: "dead",
          reason: expect.stringContaining(String(status)) as string,
        });
        expect(subject.fake.requests).toHaveLength(1);
        holdsNoSecret(delivery);
      },
    );

    it.each([301, 302, 303, 307, 308])(
      "does not follow a %d, which could carry its secret away",
      async (status) => {
        subject.fake.answerNext({ status, headers: { location: `${subject.fake.url}/elsewhere` } });
        expect(await channel().deliver(aContent(), never)).toMatchObject({ kind: "dead" });
        expect(subject.fake.requests).toHaveLength(1);
      },
    );

    it.each([408, 425, 429, 500, 502, 503, 504, 599])(
      "asks to retry after a %d, once per call",
      async (status) => {
        subject.fake.answerNext({ status, body: `busy, ${subject.secrets.join(" ")}` });
        const delivery = await channel().deliver(aContent(), never);
        expect(delivery).toMatchObject({
          kind: "retry",
          reason: expect.stringContaining(String(status)) as string,
        });
        expect(subject.fake.requests).toHaveLength(1);
        holdsNoSecret(delivery);
      },
    );

    it("honours Retry-After in seconds", async () => {
      subject.fake.answerNext({ status: 429, headers: { "retry-after": "17" } });
      expect(await channel().deliver(aContent(), never)).toMatchObject({ kind: "retry", afterMs: 17_000 });
    });

    it("honours Retry-After as an HTTP date", async () => {
      const date = new Date(Date.now() + 90_000).toUTCString();
      subject.fake.answerNext({ status: 503, headers: { "retry-after": date } });
      const delivery = await channel().deliver(aContent(), never);
      if (delivery.kind !== "retry") throw new Error(`expected a retry, got ${delivery.kind}`);
      expect(delivery.afterMs).toBeGreaterThan(80_000);
      expect(delivery.afterMs).toBeLessThanOrEqual(90_000);
    });

    it("does not take a page of something in between for success", async () => {
      const wrong = subject.success.status === 200 ? 200 : 299;
      subject.fake.answerNext({ status: wrong, body: "<html>Please log in</html>" });
      const delivery = await channel().deliver(aContent(), never);
      expect(delivery.kind).toBe(type === "webhook" ? "delivered" : "retry");
    });

    it("takes an endless answer without keeping it", async () => {
      subject.fake.answerNext({ status: 500, body: "x".repeat(2_000_000) });
      const delivery = await channel().deliver(aContent(), never);
      expect(delivery.kind).toBe("retry");
      expect(JSON.stringify(delivery).length).toBeLessThan(500);
    });

    it("asks to retry when nothing answers in time", async () => {
      subject.fake.answerNext({ trouble: "never" });
      const delivery = await channel(150).deliver(aContent(), never);
      expect(delivery).toEqual({ kind: "retry", reason: "no complete answer within 150 ms" });
    });

    it("asks to retry when the answer's body never ends", async () => {
      subject.fake.answerNext({ ...subject.success, trouble: "stall" });
      const delivery = await channel(150).deliver(aContent(), never);
      expect(delivery).toEqual({ kind: "retry", reason: "no complete answer within 150 ms" });
    });

    it("asks to retry when the connection breaks", async () => {
      subject.fake.answerNext({ trouble: "cut" });
      const delivery = await channel().deliver(aContent(), never);
      expect(delivery).toEqual({ kind: "retry", reason: "the connection broke" });
    });

    it("asks to retry when the connection is refused", async () => {
      const delivery = await channel(patience, `http://127.0.0.1:${await closedPort()}`).deliver(
        aContent(),
        never,
      );
      expect(delivery).toEqual({ kind: "retry", reason: "the connection was refused" });
    });

    it("asks to retry when the host name does not resolve", async () => {
      const delivery = await channel(patience, "http://no-such-host.invalid").deliver(aContent(), never);
      expect(delivery).toMatchObject({
        kind: "retry",
        reason: expect.stringContaining("does not resolve") as string,
      });
      holdsNoSecret(delivery);
    });

    it("asks to retry when TLS is spoken to a server without it", async () => {
      const delivery = await channel(patience, subject.fake.url.replace("http:", "https:")).deliver(
        aContent(),
        never,
      );
      expect(delivery.kind).toBe("retry");
      holdsNoSecret(delivery);
    });

    it("stops when it is told to", async () => {
      subject.fake.answerNext({ trouble: "never" });
      const abort = new AbortController();
      const delivering = channel(60_000).deliver(aContent(), abort.signal);
      setTimeout(() => abort.abort(), 50);
      expect(await delivering).toEqual({ kind: "retry", reason: "the delivery was cancelled" });
    });

    it("does not start when it was told to stop before", async () => {
      const delivery = await channel().deliver(aContent(), AbortSignal.abort());
      expect(delivery).toEqual({ kind: "retry", reason: "the delivery was cancelled" });
      expect(subject.fake.requests).toHaveLength(0);
    });

    it("delivers the same message again after a failure, with one id or key where the channel has one", async () => {
      const one = channel();
      subject.fake.answerNext({ status: 500 });
      expect((await one.deliver(aContent(), never)).kind).toBe("retry");
      expect((await one.deliver(aContent(), never)).kind).toBe("delivered");
      const [first, second] = subject.fake.requests;
      expect(second?.body).toBe(first?.body);
    });

    it.each(["not a url", "ftp://example.com/x", ""])("refuses the URL %j without repeating it", (url) => {
      expect(() => createChannels([withUrl(subject.settings("http://127.0.0.1", 1), url)])).toThrow(
        /the URL of channel "the-channel" is not an http\(s\) URL/,
      );
    });

    it("refuses a password in the URL without repeating it", () => {
      const url = "https://user:hunter2@example.com/";
      try {
        createChannels([withUrl(subject.settings("http://127.0.0.1", 1), url)]);
        expect.unreachable("the URL was taken");
      } catch (error) {
        expect(String(error)).not.toContain("hunter2");
        expect(error).toMatchObject({ code: "config.invalid" });
      }
    });
  });
}

function withUrl(settings: ChannelSettings, url: string): ChannelSettings {
  if (settings.type === "slack") return { ...settings, webhookUrl: url };
  if (settings.type === "pagerduty") return { ...settings, eventsUrl: url };
  return { ...settings, url };
}

/** A port where nothing listens: one that was just given back. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 1;
}
