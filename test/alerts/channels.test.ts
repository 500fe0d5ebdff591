import { describe, expect, it } from "vitest";
import { createChannels } from "../../src/alerts/channel-registry.ts";
import type { Channel } from "../../src/monitor/ports.ts";
import { startFakePagerDuty } from "../support/fake-pagerduty.ts";
import { startFakeSlack } from "../support/fake-slack.ts";
import { startFakeWebhook } from "../support/fake-webhook.ts";
import { describeChannel } from "./conformance.ts";
import { aContent, aContentFor } from "./contents.ts";

const never = new AbortController().signal;

function pathOf(url: string): string {
  return new URL(url).pathname;
}

describeChannel("slack", async () => {
  const fake = await startFakeSlack();
  return {
    fake,
    secrets: [fake.webhookUrl, pathOf(fake.webhookUrl), "xoxSECRETxox"],
    success: { status: 200, body: "ok" },
    settings: (baseUrl, timeoutMs) => ({
      name: "the-channel",
      type: "slack",
      webhookUrl: `${baseUrl}${pathOf(fake.webhookUrl)}`,
      timeoutMs,
      paceMs: 0,
    }),
  };
});

describeChannel("pagerduty", async () => {
  const fake = await startFakePagerDuty();
  return {
    fake,
    secrets: [fake.routingKey],
    success: { status: 202, body: "{}" },
    settings: (baseUrl, timeoutMs) => ({
      name: "the-channel",
      type: "pagerduty",
      routingKey: fake.routingKey,
      eventsUrl: baseUrl,
      timeoutMs,
    }),
  };
});

describeChannel("webhook", async () => {
  const fake = await startFakeWebhook();
  return {
    fake,
    secrets: [fake.hookUrl, pathOf(fake.hookUrl), fake.secret, "headerSECRET"],
    success: { status: 204, body: "" },
    settings: (baseUrl, timeoutMs) => ({
      name: "the-channel",
      type: "webhook",
      url: `${baseUrl}${pathOf(fake.hookUrl)}`,
      secret: fake.secret,
      headers: { authorization: "Bearer headerSECRET" },
      timeoutMs,
    }),
  };
});

function only(channels: readonly Channel[]): Channel {
  const [channel] = channels;
  if (channel === undefined) throw new Error("no channel was made");
  return channel;
}

describe("the slack channel", () => {
  it("tells why Slack refused a message, in Slack's own word", async () => {
    const fake = await startFakeSlack();
    const channel = only(
      createChannels([{ name: "s", type: "slack", webhookUrl: fake.webhookUrl, timeoutMs: 1000 }]),
    );
    fake.answerNext({ status: 403, body: "action_prohibited" });
    expect(await channel.deliver(aContent(), never)).toEqual({
      kind: "dead",
      reason: "answered 403: action_prohibited",
    });
    await fake.close();
  });

  it("keeps its own messages a second apart, so that a burst is not refused", async () => {
    const fake = await startFakeSlack({ limited: true });
    const channel = only(
      createChannels([{ name: "s", type: "slack", webhookUrl: fake.webhookUrl, timeoutMs: 1000 }]),
    );
    const deliveries = await Promise.all([
      channel.deliver(aContent(), never),
      channel.deliver(aContent(), never),
    ]);
    expect(deliveries.map((delivery) => delivery.kind)).toEqual(["delivered", "delivered"]);
    await fake.close();
  });

  it("passes on how long Slack wants it to wait when another replica spoke just before", async () => {
    const fake = await startFakeSlack({ limited: true });
    const settings = { name: "s", type: "slack", webhookUrl: fake.webhookUrl, timeoutMs: 1000 } as const;
    const [one, other] = [only(createChannels([settings])), only(createChannels([settings]))];
    expect((await one.deliver(aContent(), never)).kind).toBe("delivered");
    expect(await other.deliver(aContent(), never)).toMatchObject({ kind: "retry", afterMs: 1000 });
    await fake.close();
  });
});

describe("the pagerduty channel", () => {
  it("opens one alert for an incident, raises it, and resolves it", async () => {
    const fake = await startFakePagerDuty();
    const { routingKey, url: eventsUrl } = fake;
    const channel = only(
      createChannels([{ name: "p", type: "pagerduty", routingKey, eventsUrl, timeoutMs: 1000 }]),
    );
    await channel.deliver(aContent({ worst: "medium" }), never);
    expect([...fake.open.values()]).toEqual(["warning"]);
    await channel.deliver(aContent({ reason: "worse", worst: "critical" }), never);
    expect([...fake.open.values()]).toEqual(["critical"]);
    await channel.deliver(aContentFor("unknown"), never);
    expect(fake.open.size).toBe(2);
    await channel.deliver(aContentFor("known-again"), never);
    expect([...fake.open.values()]).toEqual(["critical"]);
    await channel.deliver(aContentFor("accepted"), never);
    expect(fake.open.size).toBe(0);
    await fake.close();
  });

  it("tells what PagerDuty did not like, without the routing key", async () => {
    const fake = await startFakePagerDuty();
    const channel = only(
      createChannels([
        { name: "p", type: "pagerduty", routingKey: "short", eventsUrl: fake.url, timeoutMs: 1000 },
      ]),
    );
    expect(await channel.deliver(aContent(), never)).toEqual({
      kind: "dead",
      reason: "answered 400: invalid event: Length of 'routing_key' is incorrect (should be 32 characters)",
    });
    await fake.close();
  });

  it("waits tens of seconds when PagerDuty is busy and does not say how long", async () => {
    const fake = await startFakePagerDuty();
    const { routingKey, url: eventsUrl } = fake;
    const channel = only(
      createChannels([{ name: "p", type: "pagerduty", routingKey, eventsUrl, timeoutMs: 1000 }]),
    );
    fake.answerNext({ status: 429 });
    expect(await channel.deliver(aContent(), never)).toMatchObject({ kind: "retry", afterMs: 30_000 });
    await fake.close();
  });
});

describe("the webhook channel", () => {
  it("sends what the configuration asks for, and its own headers win over custom ones", async () => {
    const fake = await startFakeWebhook();
    const headers = {
      "X-Team": "payments",
      "Content-Type": "text/plain",
      "Driftwatch-Signature": "v1=forged",
    };
    const { hookUrl: url, secret } = fake;
    const channel = only(
      createChannels([{ name: "w", type: "webhook", url, secret, headers, timeoutMs: 1000 }]),
    );
    expect((await channel.deliver(aContent(), never)).kind).toBe("delivered");
    const sent = fake.requests[0]?.headers;
    expect(sent).toMatchObject({
      "x-team": "payments",
      "content-type": "application/json",
      "driftwatch-event": "drift.opened",
      "user-agent": "Driftwatch/0.1.0",
    });
    expect(fake.messages[0]).toMatchObject({ format: 1, event: "drift.opened", findingCount: 7 });
    await fake.close();
  });

  it("is refused by a receiver that knows another secret", async () => {
    const fake = await startFakeWebhook();
    const channel = only(
      createChannels([
        { name: "w", type: "webhook", url: fake.hookUrl, secret: "another", headers: {}, timeoutMs: 1000 },
      ]),
    );
    expect(await channel.deliver(aContent(), never)).toEqual({ kind: "dead", reason: "answered 401" });
    await fake.close();
  });

  it("sends no signature when no secret is configured", async () => {
    const fake = await startFakeWebhook({ signed: false });
    const channel = only(
      createChannels([{ name: "w", type: "webhook", url: fake.hookUrl, headers: {}, timeoutMs: 1000 }]),
    );
    expect((await channel.deliver(aContent(), never)).kind).toBe("delivered");
    expect(fake.requests[0]?.headers).not.toHaveProperty("driftwatch-signature");
    await fake.close();
  });
});
