/** What the doctor says of channels. */
import { describe, expect, it } from "vitest";
import { diagnoseChannels } from "../../src/app/diagnose.ts";
import type { ChannelSettings } from "../../src/model/channel-settings.ts";

function webhook(name: string): ChannelSettings {
  return { name, type: "webhook", url: "https://example.org/hook", headers: {}, timeoutMs: 1000 };
}

function trouble(channel: string) {
  return { channel, waiting: 3, givenUp: 1, since: "2026-11-21T09:00:00.000Z", lastError: "answered 404" };
}

describe("the doctor", () => {
  it("fails a channel that does not deliver, passes one that does, and leaves out one that is gone", async () => {
    const store = { undelivered: async () => [trouble("gone"), trouble("ops")] };
    const diagnoses = await diagnoseChannels(store, { channels: [webhook("ops"), webhook("audit")] });
    expect(diagnoses).toEqual([
      {
        check: "channel ops",
        ok: false,
        message:
          "3 messages wait and 1 were given up since 2026-11-21T09:00:00.000Z; the last failed: answered 404",
        remedy: expect.stringContaining("what waits is tried again"),
      },
      { check: "channel audit", ok: true, message: "nothing is left undelivered" },
    ]);
  });
});
