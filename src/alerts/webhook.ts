/**
 * A webhook of the user's own: JSON by POST, any 2xx is success, signed when a secret is configured. The URL, the
 * headers' values and the secret appear in no reason, and neither does what the far side answers.
 */
import { createHmac } from "node:crypto";
import type { WebhookSettings } from "../model/channel-settings.ts";
import type { Delivery } from "../model/notification.ts";
import type { Channel } from "../monitor/ports.ts";
import { deliveryOf, type HttpDeps, post, usableUrl } from "./http-post.ts";
import { buildWebhookMessage } from "./webhook-message.ts";

export const timestampHeader = "driftwatch-timestamp";
export const signatureHeader = "driftwatch-signature";

export function createWebhookChannel(deps: HttpDeps, settings: WebhookSettings): Channel {
  const url = usableUrl(settings.name, settings.url).href;

  return {
    name: settings.name,
    type: settings.type,
    async deliver(content, signal): Promise<Delivery> {
      const message = buildWebhookMessage(content);
      const body = JSON.stringify(message);
      const headers = new Headers({ "user-agent": `Driftwatch/${content.version}`, ...settings.headers });
      headers.set("content-type", "application/json");
      headers.set("driftwatch-event", message.event);
      headers.set("driftwatch-message-id", message.id);
      if (settings.secret !== undefined) {
        const seconds = Math.floor(deps.clock.now() / 1000);
        headers.set(timestampHeader, String(seconds));
        headers.set(signatureHeader, signatureOf(settings.secret, seconds, body));
      }
      const result = await post(deps, {
        url,
        headers: Object.fromEntries(headers),
        body,
        timeoutMs: settings.timeoutMs,
        signal,
      });
      return deliveryOf(result, { accepted: (status) => status >= 200 && status < 300 });
    },
  };
}

/**
 * "v1=" and the hex HMAC-SHA256 over "<unix seconds>.<body>". The time is signed too, so that a receiver can refuse a
 * message that was recorded and sent again.
 */
export function signatureOf(secret: string, unixSeconds: number, body: string): string {
  return `v1=${createHmac("sha256", secret).update(`${unixSeconds}.${body}`).digest("hex")}`;
}
