/**
 * Mistakes that involve several values: names given twice, routes and rule codes that lead nowhere, choices that exclude
 * each other.
 * Works on unvalidated data, so that it finds its mistakes even where others remain.
 */
import { closestWord } from "../model/closest-word.ts";
import { matchesGlob } from "../model/glob.ts";
import { isLoopback } from "../model/loopback.ts";
import type { ConfigPath, Mistake } from "./mistakes.ts";

type Members = Readonly<Record<string, unknown>>;

/** Without `ruleCodes`, codes are not looked up. */
export function crossMistakes(raw: unknown, ruleCodes?: readonly string[]): readonly Mistake[] {
  const root = membersOf(raw);
  const environments = listOf(root.environments);
  const channels = listOf(root.channels);
  return [
    ...namesTwice("environments", environments),
    ...namesTwice("channels", channels),
    ...[
      ["defaults", root.defaults] as const,
      ...environments.map((item, index) => [index, item] as const),
    ].flatMap(([part, item]) => {
      const path = part === "defaults" ? ["defaults"] : ["environments", part];
      const environment = membersOf(item);
      return [...environmentMistakes(path, environment), ...unknownCodes(path, environment, ruleCodes)];
    }),
    ...unknownChannels(listOf(root.routes), channels),
    ...storeTwice(membersOf(root.store)),
    ...openToOthers(membersOf(root.http)),
  ];
}

function membersOf(value: unknown): Members {
  return value !== null && typeof value === "object" && !Array.isArray(value) ? (value as Members) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function namesTwice(section: string, items: readonly unknown[]): readonly Mistake[] {
  const first = new Map<string, number>();
  const mistakes: Mistake[] = [];
  for (const [index, item] of items.entries()) {
    const { name } = membersOf(item);
    if (typeof name !== "string" || name === "") continue;
    const earlier = first.get(name.toLowerCase());
    if (earlier === undefined) first.set(name.toLowerCase(), index);
    else {
      mistakes.push({
        path: [section, index, "name"],
        sentence: `"${name}" is the name of ${section}[${earlier}] already`,
        remedy: "Give each a name of its own (capitals make no difference).",
      });
    }
  }
  return mistakes;
}

function environmentMistakes(path: ConfigPath, environment: Members): readonly Mistake[] {
  const mistakes: Mistake[] = [];
  const schedules = ["every", "cron", "schedule"].filter((key) => environment[key] !== undefined);
  if (schedules.length > 1) {
    mistakes.push({
      path: [...path, schedules[1] ?? ""],
      sentence: `is given besides ${schedules[0]}`,
      remedy: "Keep one: every for a period, cron for times of the day.",
    });
  }
  for (const [index, rule] of listOf(environment.ignore).entries()) {
    const members = membersOf(rule);
    const narrowing = ["kinds", "objects", "attributes", "codes"];
    if (typeof rule === "object" && !narrowing.some((key) => members[key] !== undefined)) {
      mistakes.push({
        path: [...path, "ignore", index],
        sentence: "would hide every change, so no drift would ever be found",
        remedy: "Say what it hides with kinds, objects, attributes or codes.",
      });
    }
  }
  return mistakes;
}

/** Codes of the right form that no rule has. What is not of the right form the schema refuses. */
function unknownCodes(
  path: ConfigPath,
  environment: Members,
  known: readonly string[] | undefined,
): readonly Mistake[] {
  if (known === undefined) return [];
  const named: (readonly [ConfigPath, unknown])[] = [
    ...listOf(environment.severities).map(
      (override, index) => [[...path, "severities", index, "code"], membersOf(override).code] as const,
    ),
    ...listOf(environment.ignore).flatMap((rule, index) =>
      listOf(membersOf(rule).codes).map(
        (code, position) => [[...path, "ignore", index, "codes", position], code] as const,
      ),
    ),
  ];
  return named.flatMap(([place, code]): Mistake[] => {
    if (typeof code !== "string" || !/^[A-Z]{2,5}[\d*]+$/.test(code)) return [];
    if (known.some((one) => matchesGlob(code, one))) return [];
    const sentence = code.endsWith("*")
      ? `no rule's code begins like "${code}"`
      : `there is no rule "${code}"`;
    return [{ path: place, sentence, remedy: "docs/rules.md lists them all." }];
  });
}

function unknownChannels(routes: readonly unknown[], channels: readonly unknown[]): readonly Mistake[] {
  const known = channels.map((channel) => membersOf(channel).name).filter((name) => typeof name === "string");
  const mistakes: Mistake[] = [];
  for (const [index, route] of routes.entries()) {
    for (const [position, name] of listOf(membersOf(route).channels).entries()) {
      if (typeof name !== "string" || known.includes(name)) continue;
      const near = closestWord(name, known);
      const remedy =
        near !== undefined
          ? `Did you mean ${near}?`
          : known.length === 0
            ? "Add the channel under channels."
            : `Add it under channels, or use one of ${known.join(", ")}.`;
      mistakes.push({
        path: ["routes", index, "channels", position],
        sentence: `there is no channel "${name}"`,
        remedy,
      });
    }
  }
  return mistakes;
}

function openToOthers(http: Members): readonly Mistake[] {
  const { host } = http;
  const secrets = [http.readToken, http.readTokenFile, http.writeToken, http.writeTokenFile];
  const hasToken = secrets.some((secret) => secret !== undefined && secret !== null && secret !== "");
  if (typeof host !== "string" || host === "" || hasToken || isLoopback(host)) return [];
  return [
    {
      path: ["http", "host"],
      sentence: `others can reach ${host}, but no token is set`,
      remedy: "Set http.readToken and http.writeToken (or their File twins), or listen on 127.0.0.1.",
    },
  ];
}

function storeTwice(store: Members): readonly Mistake[] {
  if (store.dataDir === undefined || (store.url === undefined && store.urlFile === undefined)) return [];
  return [
    {
      path: ["store", "dataDir"],
      sentence: "is given besides a URL",
      remedy: "Keep one: url for a PostgreSQL store, dataDir for the embedded one.",
    },
  ];
}
