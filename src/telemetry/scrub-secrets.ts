/**
 * Takes secrets out of text: credentials in URLs and connection strings, Slack webhook paths, tokens in headers, and
 * whatever secrets the configuration knows. Pure. It rather hides too much than too little.
 */
import type { AttributeValue } from "../model/attribute.ts";

export const mask = "<secret>";

/** Shorter secrets would mangle ordinary words; in URLs they are masked by their place. */
const shortestKnownSecret = 4;

/** Database URLs: a password may hold a raw `/` or `@`, so everything up to the last `@` of the word is one. */
const databaseUrl =
  /\b((?:postgres(?:ql)?|mysql|mariadb|rediss?|amqps?|mongodb(?:\+srv)?):\/\/[^\s:/?#@"'`<>]*:)[^\s"'`<>]*(@)/giu;
const anyUrl = /\b([a-z][a-z0-9+.-]*:\/\/[^\s:/?#@"'`<>]*:)[^\s/?#"'`<>]*(@)/giu;
const slackUrl = /(hooks\.slack(?:-gov)?\.com\/)[^\s"'`<>)\]}]+/giu;
const authorization = /\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{4,}/gu;
const secretName = "(?:[a-z_-]*(?:password|passwd|secret|token|api[_-]?key|routing[_-]?key))|pwd|sslkey";
const quotedPair = new RegExp(
  `((?:${secretName})["']?\\s*[=:]\\s*)("(?:[^"\\\\]|\\\\.)*"|'(?:[^'\\\\]|\\\\.)*')`,
  "giu",
);
const barePair = new RegExp(`((?:\\b|[?&])(?:${secretName})=)([^\\s&"'\`<>;,)]+)`, "giu");

/** The text with every secret replaced by `<secret>`. `known` are secrets in plain, as the configuration holds them. */
export function scrubSecrets(text: string, known: readonly string[] = []): string {
  let scrubbed = text;
  for (const secret of spellingsOf(known)) scrubbed = scrubbed.replaceAll(secret, mask);
  return scrubbed
    .replace(databaseUrl, `$1${mask}$2`)
    .replace(anyUrl, `$1${mask}$2`)
    .replace(slackUrl, `$1${mask}`)
    .replace(authorization, `$1 ${mask}`)
    .replace(quotedPair, (_match, name: string, value: string) => `${name}${value[0]}${mask}${value[0]}`)
    .replace(barePair, `$1${mask}`);
}

/** A secret as it may stand in text: plain, URL-encoded, and inside JSON. The longest come first. */
function spellingsOf(known: readonly string[]): string[] {
  const spellings = new Set<string>();
  for (const secret of known) {
    if (secret.length < shortestKnownSecret) continue;
    spellings.add(secret);
    spellings.add(encodeURIComponent(secret));
    spellings.add(JSON.stringify(secret).slice(1, -1));
  }
  return [...spellings].sort((a, b) => b.length - a.length);
}

const secretField =
  /^(?:.*(?:password|passwd|secret|token|apikey|api_key|routingkey|routing_key|authorization|cookie|credentials?)|pwd|url|.*(?:database|webhook|redis|store|connection)_?(?:url|string)|redisurl)$/iu;

const deepest = 6;

/** Whether a field of this name holds a secret, whatever its value is. */
export function isSecretField(name: string): boolean {
  return secretField.test(name);
}

/**
 * A plain, bounded copy of any value, fit to be logged: strings are scrubbed, fields with secret names masked, errors
 * become `{ type, code, message, stack, cause }`. Cycles and what lies deeper than six levels are cut.
 */
export function scrubValue(value: unknown, known: readonly string[] = []): AttributeValue {
  return scrubbedCopy(value, known, 0, new Set());
}

function scrubbedCopy(
  value: unknown,
  known: readonly string[],
  depth: number,
  above: Set<object>,
): AttributeValue {
  if (value === null || value === undefined) return null;
  if (typeof value === "string") return scrubSecrets(value, known);
  if (typeof value === "number" || typeof value === "boolean") return value;
  if (typeof value !== "object") return scrubSecrets(String(value), known);
  if (above.has(value)) return "<circular>";
  if (depth >= deepest) return "<deeper>";
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof URL) return scrubSecrets(value.href, known);
  if (ArrayBuffer.isView(value)) return `<${value.byteLength} bytes>`;
  const seen = new Set(above).add(value);
  if (value instanceof Error) return scrubbedError(value, known, depth, seen);
  if (Array.isArray(value)) return value.map((item) => scrubbedCopy(item, known, depth + 1, seen));
  return scrubbedFields(value, known, depth, seen);
}

function scrubbedFields(
  value: object,
  known: readonly string[],
  depth: number,
  above: Set<object>,
): AttributeValue {
  const copy: Record<string, AttributeValue> = {};
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined || typeof member === "function") continue;
    copy[name] = hides(name, member) ? mask : scrubbedCopy(member, known, depth + 1, above);
  }
  return copy;
}

/** A plain web address in `url` is worth reading; it is scrubbed like any other text. */
function hides(name: string, value: unknown): boolean {
  if (value === null || !isSecretField(name)) return false;
  return !(
    name.toLowerCase() === "url" &&
    typeof value === "string" &&
    /^https?:\/\/(?!hooks\.)/u.test(value)
  );
}

/** Own fields of driver errors (`sql`, `parameters`, `config` ...) are left out: they hold statements with literals. */
function scrubbedError(
  error: Error,
  known: readonly string[],
  depth: number,
  above: Set<object>,
): AttributeValue {
  const { code, remedy } = error as Error & { code?: unknown; remedy?: unknown };
  return {
    type: error.name,
    ...(typeof code === "string" || typeof code === "number" ? { code } : {}),
    message: scrubSecrets(error.message, known),
    ...(typeof remedy === "string" ? { remedy: scrubSecrets(remedy, known) } : {}),
    ...(error.stack === undefined ? {} : { stack: scrubSecrets(error.stack, known) }),
    ...(error.cause === undefined ? {} : { cause: scrubbedCopy(error.cause, known, depth + 1, above) }),
  };
}
