/** PagerDuty's Events API v2 at /v2/enqueue: its checks, limits and answers, and the alerts that it then holds open. */
import { type Answer, type FakeServer, type ReceivedRequest, startFakeServer } from "./fake-server.ts";

interface Event {
  readonly routing_key?: unknown;
  readonly event_action?: unknown;
  readonly dedup_key?: unknown;
  readonly payload?: {
    readonly summary?: unknown;
    readonly source?: unknown;
    readonly severity?: unknown;
    readonly timestamp?: unknown;
  };
}

export interface FakePagerDuty extends FakeServer {
  /** 32 characters, as PagerDuty's are; each key is a service of its own. */
  readonly routingKey: string;
  /** Open alerts: "<routing key> <dedup_key>" -> severity. */
  readonly open: ReadonlyMap<string, string>;
  readonly events: readonly Event[];
}

const routingKey = "R0SECRETKEYR0SECRETKEYR0SECRETKE";

export async function startFakePagerDuty(): Promise<FakePagerDuty> {
  const open = new Map<string, string>();
  const events: Event[] = [];
  const server = await startFakeServer((request) => {
    if (request.path !== "/v2/enqueue" || request.method !== "POST")
      return { status: 404, body: "Not Found" };
    const event = parse(request);
    if (event === undefined) return invalid(["JSON cannot be parsed"]);
    const mistakes = mistakesIn(event);
    if (mistakes.length > 0) return invalid(mistakes);
    events.push(event);
    const id = `${String(event.routing_key)} ${String(event.dedup_key)}`;
    if (event.event_action === "trigger") open.set(id, String(event.payload?.severity));
    if (event.event_action === "resolve") open.delete(id);
    return {
      status: 202,
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ status: "success", message: "Event processed", dedup_key: event.dedup_key }),
    };
  });
  return { ...server, routingKey, open, events };
}

function invalid(errors: readonly string[]): Answer {
  return {
    status: 400,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ status: "invalid event", message: "Event object is invalid", errors }),
  };
}

function parse(request: ReceivedRequest): Event | undefined {
  if (!String(request.headers["content-type"]).startsWith("application/json")) return undefined;
  if (Buffer.byteLength(request.body) > 512 * 1024) return undefined;
  try {
    return JSON.parse(request.body) as Event;
  } catch {
    return undefined;
  }
}

function mistakesIn(event: Event): string[] {
  const mistakes: string[] = [];
  const key = event.routing_key;
  if (typeof key !== "string" || key.length !== 32)
    mistakes.push("Length of 'routing_key' is incorrect (should be 32 characters)");
  if (!["trigger", "acknowledge", "resolve"].includes(String(event.event_action))) {
    mistakes.push("'event_action' is missing or invalid");
  }
  const dedup = event.dedup_key;
  if (dedup !== undefined && (typeof dedup !== "string" || dedup.length > 255))
    mistakes.push("'dedup_key' is too long");
  if (event.event_action !== "trigger") {
    if (typeof dedup !== "string" || dedup === "") mistakes.push("'dedup_key' is missing or blank");
    return mistakes;
  }
  const { summary, source, severity, timestamp } = event.payload ?? {};
  if (typeof summary !== "string" || summary === "") mistakes.push("'payload.summary' is missing or blank");
  else if (summary.length > 1024) mistakes.push("'payload.summary' is too long");
  if (typeof source !== "string" || source === "") mistakes.push("'payload.source' is missing or blank");
  if (!["critical", "error", "warning", "info"].includes(String(severity)))
    mistakes.push("'payload.severity' is invalid");
  if (timestamp !== undefined && Number.isNaN(Date.parse(String(timestamp))))
    mistakes.push("'payload.timestamp' is invalid");
  return mistakes;
}
