/** The configuration as it may be shown: every secret is `<secret>`, durations are as people write them. */
import type { ChannelSettings } from "../model/channel-settings.ts";
import type { Config } from "./config.ts";
import { formatDuration } from "./duration.ts";

export const secretText = "<secret>";

/** A plain object for printing; it is not a configuration any more. */
export function redactConfig(config: Config): Readonly<Record<string, unknown>> {
  const { http } = config;
  return {
    file: config.file,
    demo: config.demo,
    environments: config.environments.map((environment) => ({
      ...withDurations({ ...environment }),
      url: redactDatabaseUrl(environment.url),
    })),
    channels: config.channels.map((channel) => withDurations(redactChannel(channel))),
    routes: config.routes,
    notifications: {
      repeatEvery:
        config.notifications.repeatEveryMs === 0
          ? "never"
          : formatDuration(config.notifications.repeatEveryMs),
    },
    store: "url" in config.store ? { url: redactDatabaseUrl(config.store.url) } : config.store,
    queue: {
      ...config.queue,
      redisUrl: config.queue.redisUrl === null ? null : redactDatabaseUrl(config.queue.redisUrl),
    },
    http: { ...http, readToken: hidden(http.readToken), writeToken: hidden(http.writeToken) },
    log: config.log,
    retention: { checks: formatDuration(config.retention.checksMs) },
  };
}

/** Every secret of the configuration in plain text, for a scrubber of log lines. */
export function secretsOf(config: Config): readonly string[] {
  const secrets = config.channels.flatMap((channel) => channelSecrets(channel));
  for (const token of [config.http.readToken, config.http.writeToken])
    if (token !== null) secrets.push(token);
  const urls = config.environments.map((environment) => environment.url);
  if ("url" in config.store) urls.push(config.store.url);
  if (config.queue.redisUrl !== null) urls.push(config.queue.redisUrl);
  for (const url of urls) secrets.push(...passwordsOf(url));
  return [...new Set(secrets.filter((secret) => secret !== ""))];
}

/** Shows host, database and user of a URL and nothing that opens it. */
export function redactDatabaseUrl(url: string): string {
  const parts = /^([a-z][a-z0-9+.-]*:\/\/)(?:([^@/?#]*)@)?([^?#]*)(?:\?(.*))?$/is.exec(url);
  if (parts === null) return secretText;
  const [, scheme = "", login, rest = "", query] = parts;
  const user = login?.split(":")[0] ?? "";
  const shownLogin = login === undefined ? "" : login.includes(":") ? `${user}:${secretText}@` : `${user}@`;
  const options = query?.split("&").map((option) => {
    const [name = ""] = option.split("=");
    return isSecretOption(name) ? `${name}=${secretText}` : option;
  });
  return `${scheme}${shownLogin}${rest}${options === undefined ? "" : `?${options.join("&")}`}`;
}

function isSecretOption(name: string): boolean {
  return /passw(?:or)?d|secret|token|passphrase/i.test(name);
}

function redactChannel(channel: ChannelSettings): Record<string, unknown> {
  switch (channel.type) {
    case "slack":
      return { ...channel, webhookUrl: secretText };
    case "pagerduty":
      return { ...channel, routingKey: secretText };
    case "webhook":
      return {
        ...channel,
        url: secretText,
        headers: Object.fromEntries(Object.keys(channel.headers).map((name) => [name, secretText])),
        ...(channel.secret === undefined ? {} : { secret: secretText }),
      };
  }
}

function channelSecrets(channel: ChannelSettings): string[] {
  switch (channel.type) {
    case "slack":
      return [channel.webhookUrl];
    case "pagerduty":
      return [channel.routingKey];
    case "webhook":
      return [channel.url, channel.secret ?? "", ...Object.values(channel.headers)];
  }
}

function passwordsOf(url: string): readonly string[] {
  const password = /^[^:]+:\/\/[^@/?#:]*:([^@/?#]*)@/.exec(url)?.[1] ?? "";
  const options = [...url.matchAll(/[?&]([^=&]+)=([^&]*)/g)].filter(([, name = ""]) => isSecretOption(name));
  return [password, ...options.map(([, , value = ""]) => value)].flatMap((text) => [text, decoded(text)]);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function hidden(secret: string | null): string | null {
  return secret === null ? null : secretText;
}

/** everyMs: 300000 becomes every: "5m". */
function withDurations(members: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(members).map(([key, value]) =>
      key.endsWith("Ms") && typeof value === "number"
        ? [key.slice(0, -2), formatDuration(value)]
        : [key, value],
    ),
  );
}
