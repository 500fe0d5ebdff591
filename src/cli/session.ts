/**
 * What a command opens: the configuration, and the application with its store. Both only when they are needed, so that
 * comparing two files needs neither; everything opened is closed at the end.
 */
import type { App } from "../app/create-app.ts";
import { loadConfig } from "../app/load-config.ts";
import type { SourceDeps } from "../app/resolve-source.ts";
import type { Config } from "../config/config.ts";
import { closestWord } from "../model/closest-word.ts";
import type { Environment } from "../model/environment.ts";
import { DriftwatchError } from "../model/errors.ts";
import type { CliContext, GlobalOptions } from "./context.ts";

export interface Session {
  config(): Config;
  app(): Promise<App>;
  /** For sources that name environments. */
  readonly sources: SourceDeps;
  close(): Promise<void>;
}

/** Runs a command with a session and closes it, whatever happens. */
export async function withSession<T>(
  context: CliContext,
  options: GlobalOptions,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const session = openSession(context, options);
  try {
    return await work(session);
  } finally {
    context.progress.done();
    await session.close();
  }
}

function openSession(context: CliContext, options: GlobalOptions): Session {
  let config: Config | undefined;
  let app: Promise<App> | undefined;
  const session: Session = {
    config() {
      config ??= readConfig(context, options);
      return config;
    },
    app() {
      app ??= openApp(session.config());
      return app;
    },
    sources: {
      environments: () => session.config().environments,
      store: async () => (await session.app()).store,
      cwd: context.cwd,
    },
    async close() {
      const opened = await app?.catch(() => undefined);
      await opened?.stop();
    },
  };
  return session;
}

export function readConfig(context: CliContext, options: GlobalOptions): Config {
  return loadConfig({
    env: context.env,
    cwd: context.cwd,
    ...(options.config === undefined ? {} : { file: options.config }),
  });
}

/** No roles: nothing runs by itself. Only what goes wrong is logged; the command says the rest. */
async function openApp(config: Config): Promise<App> {
  const { createApp } = await import("../app/create-app.ts");
  return createApp({ ...config, log: { ...config.log, level: "error" } }, { roles: [] });
}

/** The environments of these names, or all; throws environment.unknown, or config.invalid when there is none at all. */
export function chosenEnvironments(config: Config, names: readonly string[]): readonly Environment[] {
  if (config.environments.length === 0) {
    throw new DriftwatchError("config.invalid", "no environment is configured", {
      remedy: "Set DATABASE_URL, or write a driftwatch.yaml; docs/getting-started.md shows one.",
    });
  }
  return names.length === 0
    ? config.environments
    : [...new Set(names)].map((name) => oneEnvironment(config, name));
}

export function oneEnvironment(config: Config, name: string): Environment {
  const found = config.environments.find((environment) => environment.name === name);
  if (found !== undefined) return found;
  const known = config.environments.map((environment) => environment.name);
  const near = closestWord(name, known);
  const listed = known.length === 0 ? "No environment is configured." : `Configured are ${known.join(", ")}.`;
  throw new DriftwatchError("environment.unknown", `there is no environment "${name}"`, {
    remedy: near === undefined ? listed : `Did you mean ${near}? ${listed}`,
  });
}
