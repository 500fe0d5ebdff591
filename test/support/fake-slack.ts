/** Slack's incoming webhooks: the checks, limits and answers of the real one, at /services/T000/B000/<token>. */
import { type Answer, type FakeServer, type ReceivedRequest, startFakeServer } from "./fake-server.ts";

interface TextObject {
  readonly type?: unknown;
  readonly text?: unknown;
}

interface Block {
  readonly type?: unknown;
  readonly text?: TextObject;
  readonly fields?: readonly TextObject[];
  readonly elements?: readonly TextObject[];
}

export interface FakeSlack extends FakeServer {
  readonly webhookUrl: string;
  readonly messages: readonly { readonly text: string; readonly blocks: readonly Block[] }[];
}

const token = "xoxSECRETxoxTOKENxox";
const path = `/services/T000/B000/${token}`;

/** `perSecond` turns Slack's limit of one message a second on. */
export async function startFakeSlack(options: { readonly limited?: boolean } = {}): Promise<FakeSlack> {
  const messages: { text: string; blocks: readonly Block[] }[] = [];
  let lastAtMs = 0;
  const server = await startFakeServer((request) => {
    if (request.path !== path) return { status: 404, body: "no_service" };
    const nowMs = Date.now();
    if (options.limited === true && nowMs - lastAtMs < 900) {
      return { status: 429, headers: { "retry-after": "1" }, body: "rate_limited" };
    }
    lastAtMs = nowMs;
    const parsed = parse(request);
    if (typeof parsed === "string") return refuse(parsed);
    const mistake = mistakeIn(parsed);
    if (mistake !== undefined) return refuse(mistake);
    messages.push({ text: String(parsed.text), blocks: parsed.blocks ?? [] });
    return { status: 200, body: "ok" };
  });
  return { ...server, webhookUrl: `${server.url}${path}`, messages };
}

function refuse(word: string): Answer {
  return { status: 400, body: word };
}

interface Payload {
  readonly text?: unknown;
  readonly blocks?: readonly Block[];
}

function parse(request: ReceivedRequest): Payload | string {
  if (request.method !== "POST") return "invalid_payload";
  if (!String(request.headers["content-type"]).startsWith("application/json")) return "invalid_payload";
  try {
    return JSON.parse(request.body) as Payload;
  } catch {
    return "invalid_payload";
  }
}

/** Slack's word for what is wrong, or undefined. */
export function mistakeIn(payload: Payload): string | undefined {
  if (typeof payload.text !== "string" || payload.text.trim() === "") return "no_text";
  const blocks = payload.blocks ?? [];
  if (!Array.isArray(blocks) || blocks.length > 50) return "invalid_blocks";
  if (!blocks.every(isValidBlock)) return "invalid_blocks";
  const total = blocks.flatMap(textsOf).reduce((sum, entry) => sum + lengthOf(entry), 0);
  if (total > 13_000) return "msg_blocks_too_long";
  const texts = [payload.text, ...blocks.flatMap(textsOf).map((entry) => String(entry.text))];
  return texts.some(hasControlSequence) ? "test_unescaped_control_sequence" : undefined;
}

function isValidBlock(block: Block): boolean {
  if (block.type === "divider") return true;
  if (block.type === "header") return isText(block.text, "plain_text", 150);
  if (block.type === "context") return areTexts(block.elements, 10, 3000);
  if (block.type !== "section") return false;
  if (block.fields === undefined) return isText(block.text, "mrkdwn", 3000);
  return areTexts(block.fields, 10, 2000);
}

function areTexts(list: readonly TextObject[] | undefined, most: number, longest: number): boolean {
  if (list === undefined || list.length === 0 || list.length > most) return false;
  return list.every((entry) => isText(entry, "mrkdwn", longest));
}

function isText(entry: TextObject | undefined, type: string, longest: number): boolean {
  return (
    entry?.type === type && typeof entry.text === "string" && entry.text !== "" && lengthOf(entry) <= longest
  );
}

function lengthOf(entry: TextObject): number {
  return String(entry.text).length;
}

function textsOf(block: Block): readonly TextObject[] {
  return [
    ...(block.text === undefined ? [] : [block.text]),
    ...(block.fields ?? []),
    ...(block.elements ?? []),
  ];
}

/** Anything in <> but a plain link: <!channel>, <@U1>, <#C1>. The real one would ring everybody's bell. */
function hasControlSequence(text: string): boolean {
  return [...text.matchAll(/<([^>]*)>/g)].some((match) => !/^https?:\/\//.test(match[1] ?? ""));
}
