/** docs/notifications.md speaks of every reason, event, header and member, and of none that do not exist. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { reasonFacts } from "../../src/alerts/message-facts.ts";
import { signatureHeader, signatureOf, timestampHeader } from "../../src/alerts/webhook.ts";
import { buildWebhookMessage } from "../../src/alerts/webhook-message.ts";
import { notificationReasons } from "../../src/model/notification.ts";
import { aContentFor } from "./contents.ts";

const page = readFileSync(new URL("../../docs/notifications.md", import.meta.url), "utf8");

/** The names in the first cell of each row of the table whose head begins with this word. */
function firstCells(head: string): string[] {
  const table = page.slice(page.indexOf(`| ${head} |`)).split("\n\n")[0] ?? "";
  const rows = table.split("\n").slice(2);
  return rows.flatMap((row) =>
    [...(row.split("|")[1] ?? "").matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name),
  );
}

describe("docs/notifications.md", () => {
  it("lists the reasons, each with its event", () => {
    expect(firstCells("`reason`").sort()).toEqual([...notificationReasons].sort());
    for (const reason of notificationReasons) {
      const row = page.split("\n").find((line) => line.startsWith(`| \`${reason}\` |`));
      const { event, state } = reasonFacts[reason];
      expect(row).toContain(`\`${event}\``);
      expect(row).toContain(state === "over" ? "| resolve |" : "| trigger |");
    }
  });

  it("lists the members of a webhook's body", () => {
    expect(firstCells("member")).toEqual(Object.keys(buildWebhookMessage(aContentFor("first"))));
  });

  it("names the headers", () => {
    expect(firstCells("header")).toEqual([
      "driftwatch-event",
      "driftwatch-message-id",
      timestampHeader,
      signatureHeader,
    ]);
  });

  it("has code that knows a genuine message from others", async () => {
    const code = page.split("```js\n")[1]?.split("```")[0] ?? "";
    const url = `data:text/javascript,${encodeURIComponent(`${code}\nexport { isGenuine };`)}`;
    const { isGenuine } = (await import(url)) as {
      isGenuine: (headers: Record<string, string>, body: string, secret: string) => boolean;
    };
    const now = Math.floor(Date.now() / 1000);
    const headers = (seconds: number, secret: string): Record<string, string> => ({
      [timestampHeader]: String(seconds),
      [signatureHeader]: signatureOf(secret, seconds, "{}"),
    });
    expect(isGenuine(headers(now, "key"), "{}", "key")).toBe(true);
    expect(isGenuine(headers(now, "other"), "{}", "key")).toBe(false);
    expect(isGenuine(headers(now, "key"), "{ }", "key")).toBe(false);
    expect(isGenuine(headers(now - 3600, "key"), "{}", "key")).toBe(false);
    expect(isGenuine({ [timestampHeader]: String(now) }, "{}", "key")).toBe(false);
  });
});
