/**
 * The schema of the configuration file. It validates one value at a time; what involves several values is in
 * cross-checks.ts. docs/configuration.md and the published JSON Schema are generated from it.
 */
import { z } from "zod";
import { severities } from "../model/severity.ts";
import { logFormats, logLevels } from "./config.ts";
import { defaultsSchema, environmentSchema } from "./environment-schema.ts";
import { databaseUrl, duration, globs, name, redisUrl, webUrl } from "./fields.ts";

const channelName = name("a channel").describe("Unique name; routes name it.");
// A delivery is leased to one worker for a minute; a slower answer would be sent twice.
const timeout = duration({ min: "100ms", max: "45s" })
  .prefault("10s")
  .describe("How long one attempt of delivery may take; at most 45s.");

const slack = z
  .strictObject({
    name: channelName,
    type: z.literal("slack"),
    webhookUrl: webUrl().describe("The incoming webhook's URL."),
    webhookUrlFile: z.string().optional().describe("File that holds the URL, instead of `webhookUrl`."),
    timeout,
  })
  .describe("Messages to a Slack incoming webhook.");

const pagerduty = z
  .strictObject({
    name: channelName,
    type: z.literal("pagerduty"),
    routingKey: z
      .string()
      .min(1, { error: "is empty\nWrite the service's Events API v2 integration key." })
      .describe("Integration key of the service (Events API v2)."),
    routingKeyFile: z.string().optional().describe("File that holds the key, instead of `routingKey`."),
    eventsUrl: webUrl()
      .prefault("https://events.pagerduty.com")
      .describe("Events host; `https://events.eu.pagerduty.com` for accounts in the EU region."),
    timeout,
  })
  .describe("Incidents in PagerDuty: triggered while drift is open, resolved when it is gone.");

const webhook = z
  .strictObject({
    name: channelName,
    type: z.literal("webhook"),
    url: webUrl().describe("Where JSON is posted to."),
    urlFile: z.string().optional().describe("File that holds the URL, instead of `url`."),
    secret: z
      .string()
      .min(1)
      .optional()
      .describe("Key of an HMAC-SHA256 signature that each message carries."),
    secretFile: z.string().optional().describe("File that holds the key, instead of `secret`."),
    headers: z
      .record(z.string(), z.string())
      .prefault({})
      .describe("Headers to send along; values are secrets."),
    timeout,
  })
  .describe("JSON to any HTTP endpoint.");

const route = z
  .strictObject({
    channels: z
      .array(z.string())
      .min(1, { error: "is an empty list, so the route would lead nowhere\nName at least one channel." })
      .describe("Names of channels to tell."),
    environments: globs("environment")
      .optional()
      .describe("Names or patterns of environments; all when absent."),
    minimumSeverity: z.enum(severities).prefault("info").describe("Only drift at least this severe."),
  })
  .describe("Sends what matches to its channels; every route that matches counts.");

const notifications = z
  .strictObject({
    repeatEvery: z
      .union([z.literal("never"), duration({ min: "1m", max: "366d" })], {
        error:
          'is not a duration of at least 1m\nWrite a number with its unit, such as "4h" or "1d", or "never".',
      })
      .prefault("24h")
      .describe("An incident that stays open is told again this often; `never` tells it once."),
  })
  .prefault({})
  .describe("When people are told again.");

const store = z
  .strictObject({
    url: databaseUrl(["postgres", "postgresql"])
      .optional()
      .describe("PostgreSQL database that keeps baselines, history and the outbox; for production."),
    urlFile: z.string().optional().describe("File that holds the URL, instead of `url`."),
    dataDir: z
      .string()
      .min(1, { error: "is empty\nWrite the path of a folder." })
      .optional()
      .describe(
        "Folder of the embedded store, used when there is no `url`; relative to the configuration file. Default `.driftwatch`.",
      ),
  })
  .prefault({})
  .describe("Where Driftwatch keeps its own data.");

const queue = z
  .strictObject({
    redisUrl: redisUrl()
      .optional()
      .describe("Redis for the job queue, needed for several replicas; without it jobs stay in the process."),
    redisUrlFile: z.string().optional().describe("File that holds the URL, instead of `redisUrl`."),
    concurrency: z
      .int()
      .min(1)
      .max(256)
      .prefault(4)
      .describe("Checks that one worker runs at the same time."),
  })
  .prefault({})
  .describe("How checks are queued.");

const http = z
  .strictObject({
    host: z
      .string()
      .min(1)
      .prefault("127.0.0.1")
      .describe("Address to listen on; beyond loopback tokens are required."),
    port: z.int().min(0).max(65_535).prefault(8080).describe("Port to listen on; 0 takes a free one."),
    publicUrl: webUrl()
      .optional()
      .describe("Address of the pages as people reach them; used for links in messages."),
    readToken: z.string().min(1).optional().describe("Bearer token that reading needs."),
    readTokenFile: z.string().optional().describe("File that holds the token, instead of `readToken`."),
    writeToken: z
      .string()
      .min(1)
      .optional()
      .describe("Bearer token that triggering checks and accepting baselines needs; it may read as well."),
    writeTokenFile: z.string().optional().describe("File that holds the token, instead of `writeToken`."),
  })
  .prefault({})
  .describe("Pages, API, health and metrics.");

const log = z
  .strictObject({
    level: z.enum(logLevels).prefault("info").describe("How much is logged."),
    format: z
      .enum(logFormats)
      .prefault("auto")
      .describe("`auto` is pretty on a terminal and JSON elsewhere."),
  })
  .prefault({})
  .describe("The log, on standard error.");

const retention = z
  .strictObject({
    checks: duration({ min: "1h", max: "3660d" })
      .prefault("90d")
      .describe(
        "Checks, resolved findings, closed incidents, delivered notifications, and snapshots that nothing refers to are deleted after this time. Baselines, what is open and the audit log are kept.",
      ),
  })
  .prefault({})
  .describe("How long history is kept.");

export const configSchema = z.strictObject({
  environments: z.array(environmentSchema).prefault([]).describe("The databases to watch."),
  defaults: defaultsSchema,
  channels: z
    .array(z.discriminatedUnion("type", [slack, pagerduty, webhook]))
    .prefault([])
    .describe("Places that notifications go to."),
  routes: z
    .array(route)
    .prefault([])
    .describe("Which drift is told where. Without routes, every channel gets everything."),
  notifications,
  store,
  queue,
  http,
  log,
  retention,
  demo: z
    .boolean()
    .prefault(false)
    .describe(
      "Watches an embedded demo database that changes by itself; also on when nothing else is configured.",
    ),
});

export type ConfigInput = z.output<typeof configSchema>;

/** Fields that may come from a file named by `<field>File` instead. */
export const fileFields: readonly string[] = [
  "url",
  "password",
  "webhookUrl",
  "routingKey",
  "secret",
  "redisUrl",
  "readToken",
  "writeToken",
];
