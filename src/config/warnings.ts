/** What a valid configuration says that its author may not have meant. Shown by `config check` and at start. */
import { matchesAny } from "../model/glob.ts";
import type { Config } from "./config.ts";
import { formatDuration } from "./duration.ts";

/** Sentences; `now` is ISO 8601, UTC. */
export function configWarnings(config: Config, now: string): readonly string[] {
  return [...environmentWarnings(config, now), ...routeWarnings(config)];
}

function environmentWarnings(config: Config, now: string): readonly string[] {
  const warnings: string[] = [];
  for (const environment of config.environments) {
    const { name } = environment;
    for (const [index, rule] of environment.ignore.entries()) {
      if (rule.expires !== undefined && now >= rule.expires) {
        warnings.push(
          `${name}: ignore rule ${index + 1} expired on ${rule.expires} and hides nothing any more.`,
        );
      }
    }
    if (environment.statementTimeoutMs > environment.deadlineMs) {
      warnings.push(
        `${name}: statementTimeout (${formatDuration(environment.statementTimeoutMs)}) is longer than the deadline of the whole check (${formatDuration(environment.deadlineMs)}).`,
      );
    }
    if (environment.cron === null && environment.fullCheckEveryMs < environment.everyMs) {
      warnings.push(
        `${name}: fullCheckEvery (${formatDuration(environment.fullCheckEveryMs)}) is shorter than every (${formatDuration(environment.everyMs)}), so every check is a full one.`,
      );
    }
  }
  return warnings;
}

function routeWarnings(config: Config): readonly string[] {
  const warnings: string[] = [];
  const names = config.environments.map((environment) => environment.name);
  for (const [index, route] of config.routes.entries()) {
    for (const pattern of route.environments ?? []) {
      if (names.length > 0 && !names.some((name) => matchesAny([pattern], name))) {
        warnings.push(`routes[${index}]: no environment is called ${pattern}.`);
      }
    }
  }
  for (const name of names) {
    const told = config.routes.some(
      (route) => route.environments === undefined || matchesAny(route.environments, name),
    );
    if (config.channels.length > 0 && !told)
      warnings.push(`${name}: no route matches, so nobody is told of its drift.`);
  }
  for (const channel of config.channels) {
    if (!config.routes.some((route) => route.channels.includes(channel.name))) {
      warnings.push(`${channel.name}: no route names this channel, so it never gets a message.`);
    }
  }
  return warnings;
}
