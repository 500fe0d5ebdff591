/** A receiver of Driftwatch's generic webhook, as a careful user would write one: it verifies the signature and its age. */
import { createHmac, timingSafeEqual } from "node:crypto";
import { type FakeServer, type ReceivedRequest, startFakeServer } from "./fake-server.ts";

export interface FakeWebhook extends FakeServer {
  readonly hookUrl: string;
  readonly secret: string;
  readonly messages: readonly Readonly<Record<string, unknown>>[];
}

const secret = "hmacSECRETkeyHMAC";
const path = "/hooks/pathSECRETtoken";
const oldestSeconds = 300;

/** `signed: false` takes unsigned messages, as a receiver without a secret does. */
export async function startFakeWebhook(options: { readonly signed?: boolean } = {}): Promise<FakeWebhook> {
  const messages: Readonly<Record<string, unknown>>[] = [];
  const server = await startFakeServer((request) => {
    if (request.path !== path || request.method !== "POST") return { status: 404, body: "no such hook" };
    if (options.signed !== false && !isGenuine(request)) return { status: 401, body: "bad signature" };
    messages.push(JSON.parse(request.body) as Readonly<Record<string, unknown>>);
    return { status: 204, body: "" };
  });
  return { ...server, hookUrl: `${server.url}${path}`, secret, messages };
}

function isGenuine(request: ReceivedRequest): boolean {
  const seconds = Number(request.headers["driftwatch-timestamp"]);
  if (!(Math.abs(Date.now() / 1000 - seconds) <= oldestSeconds)) return false;
  const given = Buffer.from(String(request.headers["driftwatch-signature"]));
  const wanted = Buffer.from(
    `v1=${createHmac("sha256", secret).update(`${seconds}.${request.body}`).digest("hex")}`,
  );
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
