import { describe, expect, it } from "vitest";
import { beforeAfter } from "../../src/alerts/message-facts.ts";
import { buildPagerDutyEvent } from "../../src/alerts/pagerduty-message.ts";
import { buildSlackMessage, escapeSlack } from "../../src/alerts/slack-message.ts";
import { buildWebhookMessage } from "../../src/alerts/webhook-message.ts";
import type { Change } from "../../src/model/change.ts";
import { notificationReasons } from "../../src/model/notification.ts";
import { mistakeIn } from "../support/fake-slack.ts";
import { expectGoldenJson } from "../support/golden.ts";
import { aContent, aContentFor, aHostileContent, anAlteredColumn } from "./contents.ts";

const builders = {
  slack: buildSlackMessage,
  pagerduty: buildPagerDutyEvent,
  webhook: buildWebhookMessage,
} as const;

const cases = Object.entries(builders).flatMap(([channel, build]) =>
  notificationReasons.map((reason) => ({ channel, build, reason })),
);

function golden(channel: string, reason: string): URL {
  return new URL(`golden/${channel}/${reason}.golden.json`, import.meta.url);
}

describe("values before and after", () => {
  it.each([
    [false, true, { before: "no", after: "yes" }],
    [null, "0", { before: "none", after: "0" }],
    ["a", ["a", "b"], { before: "a", after: '["a","b"]' }],
  ] as const)("of %j and %j are words for people", (before, after, words) => {
    const finding = anAlteredColumn();
    expect(beforeAfter({ ...finding, change: { ...finding.change, before, after } as Change })).toEqual(
      words,
    );
  });
});

describe("messages", () => {
  it.each(cases)("says $reason on $channel as in its golden file", ({ channel, build, reason }) => {
    expectGoldenJson(golden(channel, reason), build(aContentFor(reason)));
  });

  it.each(cases)("is the same every time for $reason on $channel", ({ build, reason }) => {
    expect(JSON.stringify(build(aContentFor(reason)))).toBe(JSON.stringify(build(aContentFor(reason))));
  });
});

describe("a Slack message", () => {
  it.each(notificationReasons)(
    "for %s keeps Slack's limits and escapes, whatever names the schema has",
    (reason) => {
      const message = buildSlackMessage(aHostileContent(reason));
      expect(mistakeIn(message)).toBeUndefined();
      const text = JSON.stringify(message);
      expect(text.includes("<!")).toBe(false);
      expect(text.includes("<https://evil")).toBe(false);
      expect(text.includes("\u202e"), "a mark that reorders its neighbours").toBe(false);
    },
  );

  it("stays under 12,000 characters in all", () => {
    expect(JSON.stringify(buildSlackMessage(aHostileContent()).blocks).length).toBeLessThan(13_000);
  });

  it("shows the five worst changes and says how many more there are", () => {
    const text = JSON.stringify(buildSlackMessage(aContent()));
    expect(text.match(/`(?:COL|TBL|IDX)\d+`/g)).toHaveLength(5);
    expect(text).toContain("… and 2 more");
  });

  it("shows before and after", () => {
    expect(JSON.stringify(buildSlackMessage(aContent()))).toContain("`numeric(10,2)` → `integer`");
  });

  it("keeps its link whole when the address holds a pipe or angle brackets", () => {
    const text = JSON.stringify(buildSlackMessage(aHostileContent()));
    expect(text).toContain(
      "<https://driftwatch.example.com/environments/prod?a=1%7C2&amp;b=%3C3%3E|Open in Driftwatch>",
    );
  });

  it("never cuts an escaped character in two", () => {
    const finding = anAlteredColumn({ sentence: "&".repeat(2000) });
    const text = JSON.stringify(buildSlackMessage(aContent({ findings: [finding] })));
    expect(text.replaceAll("&amp;", "")).not.toContain("&");
  });

  it("escapes an ampersand first, so that nothing is escaped twice", () => {
    expect(escapeSlack("a<b>&lt;")).toBe("a&lt;b&gt;&amp;lt;");
  });

  it("quotes an environment's name that a shell would take apart", () => {
    const text = JSON.stringify(buildSlackMessage(aContent({ environment: "it's prod" })));
    expect(text).toContain("driftwatch baseline accept 'it'\\\\''s prod' --reason");
  });
});

describe("a PagerDuty event", () => {
  const severities = [
    ["critical", "critical"],
    ["high", "error"],
    ["medium", "warning"],
    ["low", "info"],
    ["info", "info"],
  ] as const;

  it.each(severities)("maps severity %s to %s", (worst, expected) => {
    const event = buildPagerDutyEvent(aContent({ worst }));
    expect(event).toMatchObject({ event_action: "trigger", payload: { severity: expected } });
  });

  it("opens and resolves one incident under one key", () => {
    const keys = ["first", "worse", "changed", "repeat", "resolved", "accepted"] as const;
    expect(new Set(keys.map((reason) => buildPagerDutyEvent(aContentFor(reason)).dedup_key)).size).toBe(1);
  });

  it("gives the unknown state a key of its own, so that its end does not resolve open drift", () => {
    const drift = buildPagerDutyEvent(aContentFor("first"));
    const unknown = buildPagerDutyEvent(aContentFor("unknown"));
    const again = buildPagerDutyEvent(aContentFor("known-again"));
    expect(unknown.dedup_key).not.toBe(drift.dedup_key);
    expect(again).toEqual({ event_action: "resolve", dedup_key: unknown.dedup_key });
  });

  it.each([
    [true, "error"],
    [false, "warning"],
  ])("pages for an unknown environment (critical: %s) as %s", (critical, severity) => {
    const event = buildPagerDutyEvent({ ...aContentFor("unknown"), critical });
    expect(event).toMatchObject({ payload: { severity } });
  });

  it("keeps PagerDuty's limits, whatever names the schema has", () => {
    const event = buildPagerDutyEvent(aHostileContent());
    expect(event.dedup_key.length).toBeLessThanOrEqual(255);
    if (event.event_action !== "trigger") throw new Error("expected a trigger");
    expect(event.payload.summary.length).toBeLessThanOrEqual(1024);
    expect(event.payload.source.length).toBeLessThanOrEqual(255);
  });

  it("stays under 512 KB when labels and errors are huge", () => {
    for (const reason of notificationReasons) {
      const event = buildPagerDutyEvent(aHostileContent(reason));
      expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThan(500 * 1024);
    }
  });
});

describe("a webhook message", () => {
  it("has one id for repeated deliveries and another for the next notification", () => {
    const id = buildWebhookMessage(aContent()).id;
    expect(buildWebhookMessage(aContent()).id).toBe(id);
    expect(buildWebhookMessage(aContent({ at: "2026-11-21T10:00:00.000Z" })).id).not.toBe(id);
    expect(buildWebhookMessage(aContent({ reason: "resolved" })).id).not.toBe(id);
  });

  it("names the event so that a receiver can route by it", () => {
    const events = notificationReasons.map((reason) => buildWebhookMessage(aContentFor(reason)).event);
    expect(events).toEqual([
      "drift.opened",
      "drift.updated",
      "drift.updated",
      "drift.updated",
      "drift.resolved",
      "drift.accepted",
      "drift.repeated",
      "environment.unknown",
      "environment.known-again",
    ]);
  });
});
