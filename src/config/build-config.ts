/** From validated input to the complete configuration: durations in milliseconds, URLs with their passwords, real paths. */
import { resolve } from "node:path";
import type { ChannelSettings } from "../model/channel-settings.ts";
import type { CompareModes, Environment, IgnoreRule, SeverityOverride } from "../model/environment.ts";
import type { Dialect } from "../model/server.ts";
import type { Config, RouteSettings } from "./config.ts";
import { parseDuration } from "./duration.ts";
import type { EnvironmentInput } from "./environment-schema.ts";
import type { ConfigInput } from "./schema.ts";

const defaultEveryMs = 300_000;
export const defaultDataDir = ".driftwatch";

/** `directory`: what relative paths start from. */
export function buildConfig(input: ConfigInput, file: string | null, directory: string): Config {
  const channels = input.channels.map(channelOf);
  const environments = input.environments.map(environmentOf);
  const { store } = input;
  return {
    file,
    environments,
    channels,
    routes: routesOf(input, channels),
    notifications: {
      repeatEveryMs: input.notifications.repeatEvery === "never" ? 0 : input.notifications.repeatEvery,
    },
    store:
      store.url === undefined
        ? { dataDir: resolve(directory, store.dataDir ?? defaultDataDir) }
        : { url: store.url },
    queue: { redisUrl: input.queue.redisUrl ?? null, concurrency: input.queue.concurrency },
    http: {
      host: input.http.host,
      port: input.http.port,
      publicUrl: input.http.publicUrl?.replace(/\/+$/, "") ?? null,
      readToken: input.http.readToken ?? null,
      writeToken: input.http.writeToken ?? null,
    },
    log: input.log,
    retention: { checksMs: input.retention.checks },
    demo: input.demo || environments.length === 0,
  };
}

function channelOf(channel: ConfigInput["channels"][number]): ChannelSettings {
  const { name, timeout: timeoutMs } = channel;
  switch (channel.type) {
    case "slack":
      return { name, type: "slack", webhookUrl: channel.webhookUrl, timeoutMs };
    case "pagerduty":
      return {
        name,
        type: "pagerduty",
        routingKey: channel.routingKey,
        eventsUrl: channel.eventsUrl,
        timeoutMs,
      };
    case "webhook": {
      const { url, headers, secret } = channel;
      return { name, type: "webhook", url, headers, timeoutMs, ...(secret === undefined ? {} : { secret }) };
    }
  }
}

/** Channels without any route would stay silent, which nobody wants who wrote them down. */
function routesOf(input: ConfigInput, channels: readonly ChannelSettings[]): readonly RouteSettings[] {
  if (input.routes.length === 0 && channels.length > 0) {
    return [{ channels: channels.map((channel) => channel.name), minimumSeverity: "info" }];
  }
  return input.routes.map(({ environments, ...route }) =>
    environments === undefined ? route : { ...route, environments },
  );
}

function environmentOf(input: EnvironmentInput): Environment {
  const { every, cron } = scheduleOf(input);
  return {
    name: input.name,
    dialect: dialectOf(input.url),
    url: withPassword(input.url, input.password),
    critical: input.critical,
    cron,
    everyMs: every,
    timezone: input.timezone,
    deadlineMs: input.deadline,
    statementTimeoutMs: input.statementTimeout,
    lockTimeoutMs: input.lockTimeout,
    fullCheckEveryMs: input.fullCheckEvery,
    baseline: input.baseline,
    scope: {
      ...(input.schemas === undefined ? {} : { schemas: input.schemas }),
      ...(input.excludeSchemas === undefined ? {} : { excludeSchemas: input.excludeSchemas }),
      roles: input.roles,
    },
    partitions: input.partitions,
    // zod types an absent key as "may be undefined"; in its output the key is really absent.
    ignore: (input.ignore as readonly IgnoreRule[]).map(withUtcExpiry),
    severities: input.severities as readonly SeverityOverride[],
    modes: input.modes as CompareModes,
    labels: input.labels,
  };
}

/** Expiry is compared as text with the time in UTC; a plain date means its beginning. */
function withUtcExpiry(rule: IgnoreRule): IgnoreRule {
  if (rule.expires === undefined || rule.expires.length === 10) return rule;
  return { ...rule, expires: new Date(rule.expires).toISOString() };
}

function scheduleOf(input: EnvironmentInput): { readonly every: number; readonly cron: string | null } {
  const { every, cron, schedule } = input;
  if (every !== undefined) return { every, cron: null };
  const either = cron ?? schedule;
  if (either === undefined) return { every: defaultEveryMs, cron: null };
  const period = cron === undefined ? parseDuration(either) : undefined;
  return period === undefined
    ? { every: defaultEveryMs, cron: either.trim() }
    : { every: period, cron: null };
}

function dialectOf(url: string): Dialect {
  return /^postgres(?:ql)?:/i.test(url) ? "postgres" : "mysql";
}

/** Puts the password after the URL's user; one that the URL has already stays. */
export function withPassword(url: string, password: string | undefined): string {
  if (password === undefined) return url;
  const parts = /^([^:]+:\/\/)([^@/?#]*)@(.*)$/s.exec(url);
  if (parts === null) return url;
  const [, scheme = "", user = "", rest = ""] = parts;
  return user.includes(":") ? url : `${scheme}${user}:${encodeURIComponent(password)}@${rest}`;
}
