/**
 * PagerDuty through the Events API v2. One attempt per call; the resolve goes out with the same routing key as the
 * trigger, which PagerDuty needs to match them. The key is a secret and appears in no reason.
 */

import type { PagerDutySettings } from "../model/channel-settings.ts";
import type { Delivery } from "../model/notification.ts";
import type { Channel } from "../monitor/ports.ts";
import { deliveryOf, type HttpDeps, post, usableUrl } from "./http-post.ts";
import { clipped } from "./message-facts.ts";
import { buildPagerDutyEvent } from "./pagerduty-message.ts";

/** PagerDuty asks for pauses of tens of seconds when it is busy, and does not always say how long. */
const busyPauseMs = 30_000;

export function createPagerDutyChannel(deps: HttpDeps, settings: PagerDutySettings): Channel {
  const base = usableUrl(settings.name, settings.eventsUrl);
  const url = new URL("/v2/enqueue", base).href;
  const { routingKey, timeoutMs } = settings;

  return {
    name: settings.name,
    type: settings.type,
    async deliver(content, signal): Promise<Delivery> {
      const event = buildPagerDutyEvent(content);
      const result = await post(deps, {
        url,
        headers: { "content-type": "application/json", "user-agent": `Driftwatch/${content.version}` },
        body: JSON.stringify({ routing_key: routingKey, ...event }),
        timeoutMs,
        signal,
      });
      const delivery = deliveryOf(result, {
        accepted: (status) => status === 202,
        detail: (body) => whatIsWrong(body, routingKey),
      });
      if (delivery.kind !== "retry" || delivery.afterMs !== undefined || result.kind === "failed")
        return delivery;
      return { ...delivery, afterMs: busyPauseMs };
    },
  };
}

/** "invalid event: Length of 'routing_key' is incorrect": PagerDuty's JSON errors, with the key taken out. */
function whatIsWrong(body: string, routingKey: string): string | undefined {
  let parsed: { readonly status?: unknown; readonly errors?: unknown } | null;
  try {
    parsed = JSON.parse(body) as typeof parsed;
  } catch {
    return undefined;
  }
  if (parsed === null || typeof parsed !== "object" || typeof parsed.status !== "string") return undefined;
  const errors: readonly unknown[] = Array.isArray(parsed.errors) ? parsed.errors : [];
  const texts = [parsed.status, ...errors.filter((entry) => typeof entry === "string")];
  return clipped(texts.join(": ").replaceAll(routingKey, "<secret>"), 200);
}
