/** driftwatch run: the daemon. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { demoNotice } from "../../app/demo/notice.ts";
import { loadConfig } from "../../app/load-config.ts";
import { version } from "../../app/version.ts";
import type { Config } from "../../config/config.ts";
import { configWarnings } from "../../config/warnings.ts";
import { sendConsoleToLog } from "../console-to-log.ts";
import { type CliContext, type GlobalOptions, tell } from "../context.ts";
import { exitCodes } from "../exit-codes.ts";
import { keepHeapLean } from "../lean-heap.ts";
import { wholeNumber } from "../options.ts";
import { readConfig } from "../session.ts";
import { styleFor } from "../terminal.ts";

const allRoles = ["scheduler", "worker", "http"] as const;
type Role = (typeof allRoles)[number];

interface RunOptions extends GlobalOptions {
  readonly roles: readonly Role[];
  readonly demo?: boolean;
  readonly port?: number;
  readonly host?: string;
}

export function addRunCommand(program: Command, context: CliContext): void {
  program
    .command("run")
    .summary("watch the configured databases")
    .description(
      "Runs the daemon: checks every environment on its schedule, keeps history, serves pages, API and metrics, and " +
        "tells people about drift. Without any configuration it runs a live demo.",
    )
    .addOption(
      new Option("--roles <roles>", `what this process does (comma-separated: ${allRoles.join(", ")})`)
        .default(allRoles, "all three")
        .argParser(rolesOf),
    )
    .option("--demo", "watch the embedded demo database, whatever is configured")
    .option("--port <port>", "port to listen on; 0 takes a free one", wholeNumber(0, 65_535))
    .option("--host <host>", "address to listen on")
    .addHelpText(
      "after",
      `
Examples:
  $ driftwatch run                                   driftwatch.yaml, DATABASE_URL, or the demo
  $ driftwatch run --config /etc/driftwatch.yaml --roles scheduler,http
  $ DATABASE_URL=postgres://localhost/shop driftwatch run --port 9000

The first Ctrl-C lets running checks end, the second ends the process at once.`,
    )
    .action(async (_options: unknown, self: Command) => {
      context.exitCode = await run(context, self.optsWithGlobals<RunOptions>());
    });
}

function rolesOf(text: string): readonly Role[] {
  const roles = text.split(",").map((role) => role.trim());
  for (const role of roles) {
    if (!allRoles.some((known) => known === role)) {
      throw new InvalidArgumentError(`"${role}" is not one of ${allRoles.join(", ")}.`);
    }
  }
  return allRoles.filter((role) => roles.includes(role));
}

async function run(context: CliContext, options: RunOptions): Promise<number> {
  keepHeapLean();
  const config = withOptions(
    options.demo === true
      ? loadConfig({ demo: true, env: {}, cwd: context.cwd })
      : readConfig(context, options),
    options,
  );
  const style = styleFor(context.colors.stderr);
  // Anywhere but on a terminal stderr is the log, one JSON object per line: words go through it.
  const terminal = context.stderr.isTTY === true;
  // No progress line: the log begins to write to the same terminal.
  if (terminal) tell(context, `Starting Driftwatch ${version} ...`);
  const { createApp } = await import("../../app/create-app.ts");
  const app = await createApp(config, { roles: options.roles });
  sendConsoleToLog(app.logger);
  try {
    for (const warning of configWarnings(config, new Date(context.now()).toISOString())) {
      app.logger.warn({ warning }, "the configuration may not mean what it says");
    }
    const { url } = await app.start();
    if (config.demo && !terminal) app.logger.info({}, demoNotice);
    if (config.demo && terminal) tell(context, `\n${demoNotice}`);
    if (url !== undefined && terminal)
      tell(context, `\n${style.green("Driftwatch")} is at ${style.bold(url)}\n`);
    const broken = await Promise.race([aborted(context.signal), app.broken]);
    // Whoever supervises the process starts it again; without a store it would only seem to watch.
    if (broken !== undefined) throw broken;
    if (terminal) tell(context, "Stopping: running checks end first. Ctrl-C again ends at once.");
    else app.logger.info({}, "stopping");
  } finally {
    await app.stop();
  }
  if (!terminal) app.logger.info({}, "stopped");
  return exitCodes.inSync;
}

function withOptions(config: Config, options: RunOptions): Config {
  const { host = config.http.host, port = config.http.port } = options;
  return { ...config, http: { ...config.http, host, port } };
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
}
