/**
 * Slack through an incoming webhook. One attempt per call: repeating is the outbox's business. The webhook's URL is a
 * secret and appears in no reason.
 */
import { setTimeout as pause } from "node:timers/promises";
import { type FetchFunction, IncomingWebhook } from "@slack/webhook";
import type { SlackSettings } from "../model/channel-settings.ts";
import type { Delivery } from "../model/notification.ts";
import type { Channel } from "../monitor/ports.ts";
import { deliveryOf, type HttpDeps, type PostResult, post, usableUrl } from "./http-post.ts";
import { buildSlackMessage } from "./slack-message.ts";

const defaultPaceMs = 1000;

export function createSlackChannel(deps: HttpDeps, settings: SlackSettings): Channel {
  const url = usableUrl(settings.name, settings.webhookUrl).href;
  const pace = createPace(deps, settings.paceMs ?? defaultPaceMs);

  return {
    name: settings.name,
    type: settings.type,
    async deliver(content, signal): Promise<Delivery> {
      try {
        await pace(signal);
      } catch {
        return { kind: "retry", reason: "the delivery was cancelled" };
      }
      const result = await send(deps, url, settings.timeoutMs, signal, buildSlackMessage(content));
      return deliveryOf(result, { accepted: isOk, detail: errorToken });
    },
  };
}

/**
 * @slack/webhook 8 has no timeout by default, fails a 429 at once and hides the headers of errors. Its fetch is
 * therefore ours: it keeps the real answer, and what the client makes of it is not looked at.
 */
async function send(
  deps: HttpDeps,
  url: string,
  timeoutMs: number,
  signal: AbortSignal,
  message: ReturnType<typeof buildSlackMessage>,
): Promise<PostResult> {
  let result: PostResult = { kind: "failed", reason: "the request could not be built" };
  const fetchOnce: FetchFunction = async (_url, init) => {
    const body = typeof init?.body === "string" ? init.body : "";
    result = await post(deps, { url, headers: init?.headers ?? {}, body, timeoutMs, signal });
    if (result.kind === "failed") throw new Error(result.reason);
    return new Response(hasBody(result.status) ? result.body : null, { status: result.status });
  };
  const webhook = new IncomingWebhook(url, { fetch: fetchOnce });
  await webhook.send({ text: message.text, blocks: message.blocks }).catch(() => undefined);
  return result;
}

/** The Response constructor refuses a body with these. */
function hasBody(status: number): boolean {
  return ![204, 205, 304].includes(status);
}

function isOk(status: number, body: string): boolean {
  return status === 200 && body.trim() === "ok";
}

/** Slack's errors are words such as invalid_blocks; anything else may come from a proxy and quote the URL. */
function errorToken(body: string): string | undefined {
  const token = body.trim();
  return /^[a-z][a-z_]{2,40}$/.test(token) ? token : undefined;
}

/** Lets one caller pass at a time, `paceMs` apart: Slack takes one message a second per webhook. */
function createPace(deps: HttpDeps, paceMs: number): (signal: AbortSignal) => Promise<void> {
  let nextAtMs = 0;
  return async (signal) => {
    const nowMs = deps.clock.now();
    const atMs = Math.max(nowMs, nextAtMs);
    nextAtMs = atMs + paceMs;
    signal.throwIfAborted();
    if (atMs > nowMs) await pause(atMs - nowMs, undefined, { signal });
  };
}
