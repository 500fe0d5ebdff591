/** driftwatch healthcheck: asks a running daemon how it is; for containers. */
import type { Command } from "commander";
import { DriftwatchError } from "../../model/errors.ts";
import { type CliContext, type GlobalOptions, tell } from "../context.ts";
import { wholeNumber } from "../options.ts";
import { readConfig } from "../session.ts";

interface HealthOptions extends GlobalOptions {
  readonly ready?: boolean;
  readonly url?: string;
  readonly timeout: number;
}

export function addHealthcheckCommand(program: Command, context: CliContext): void {
  program
    .command("healthcheck")
    .summary("ask the running daemon whether it is alive")
    .description(
      "Asks the daemon at the configured host and port whether it is alive. Exit code 0 when it is, 1 when not.",
    )
    .option("--ready", "ask whether it is ready (its store is reachable), not only alive")
    .option("--url <url>", "where the daemon listens, instead of what the configuration says")
    .option("--timeout <ms>", "how long to wait, in milliseconds", wholeNumber(1, 600_000), 3000)
    .action(async (_options: unknown, self: Command) => {
      await healthcheck(context, self.optsWithGlobals<HealthOptions>());
    });
}

async function healthcheck(context: CliContext, options: HealthOptions): Promise<void> {
  if (options.url !== undefined && !/^https?:\/\/./iu.test(options.url)) {
    throw new DriftwatchError("usage.invalid", `"${options.url}" is not where a daemon can listen`, {
      remedy: "Write the whole URL, such as http://127.0.0.1:8080.",
    });
  }
  const base = options.url ?? addressOf(context, options);
  const url = `${base.replace(/\/+$/, "")}${options.ready === true ? "/readyz" : "/livez"}`;
  let response: Response;
  try {
    const signal = AbortSignal.any([context.signal, AbortSignal.timeout(options.timeout)]);
    response = await fetch(url, { signal });
    await response.body?.cancel();
  } catch (error) {
    throw new DriftwatchError("connection.refused", `the daemon does not answer at ${url}`, {
      cause: error,
      remedy: "Start it with `driftwatch run`, or name where it listens with --url.",
    });
  }
  if (!response.ok) {
    throw new DriftwatchError("connection.refused", `${url} answers ${response.status}`, {
      remedy: "Read the daemon's log, or ask /readyz which part is down.",
    });
  }
  tell(context, `ok ${url}`);
}

/** A daemon that listens everywhere listens on loopback too. */
function addressOf(context: CliContext, options: GlobalOptions): string {
  const { host, port } = readConfig(context, options).http;
  const near = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
  return `http://${near.includes(":") ? `[${near}]` : near}:${port}`;
}
