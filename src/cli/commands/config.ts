/** driftwatch config check|show|schema: the configuration itself. */
import type { Command } from "commander";
import { stringify } from "yaml";
import type { Config } from "../../config/config.ts";
import { formatDuration } from "../../config/duration.ts";
import { configurationJsonSchema } from "../../config/json-schema.ts";
import { mistakesOf } from "../../config/mistakes.ts";
import { redactConfig } from "../../config/redact-config.ts";
import { configWarnings } from "../../config/warnings.ts";
import { type CliContext, type GlobalOptions, print, printJson, tell } from "../context.ts";
import { jsonOption } from "../options.ts";
import { readConfig } from "../session.ts";
import { tellError } from "../tell-error.ts";
import { styleFor } from "../terminal.ts";

interface ConfigOptions extends GlobalOptions {
  readonly json?: boolean;
}

export function addConfigCommand(program: Command, context: CliContext): void {
  const command = program
    .command("config")
    .summary("check or show the configuration")
    .description("Checks or shows the configuration. Nothing is connected to.");
  command
    .command("check")
    .summary("list every mistake in the configuration")
    .description("Lists every mistake in the configuration at once, each with its place and what to do.")
    .addOption(jsonOption())
    .addHelpText("after", "\nExit codes: 0 valid, 78 not valid.")
    .action((_options: unknown, self: Command) => {
      context.exitCode = check(context, self.optsWithGlobals<ConfigOptions>());
    });
  command
    .command("show")
    .summary("print the configuration in force, without secrets")
    .description("Prints the configuration in force, defaults included; every secret is <secret>.")
    .addOption(jsonOption())
    .action((_options: unknown, self: Command) => {
      const options = self.optsWithGlobals<ConfigOptions>();
      const shown = redactConfig(readConfig(context, options));
      if (options.json === true) printJson(context, shown);
      else print(context, stringify(shown));
    });
  command
    .command("schema")
    .summary("print the JSON Schema of the file")
    .description("Prints the JSON Schema of driftwatch.yaml, for editors and validators.")
    .action(() => printJson(context, configurationJsonSchema()));
}

function check(context: CliContext, options: ConfigOptions): number {
  let config: Config;
  try {
    config = readConfig(context, options);
  } catch (error) {
    const mistakes = mistakesOf(error);
    if (options.json === true && mistakes.length > 0)
      printJson(context, { valid: false, mistakes, warnings: [] });
    return tellError(context, error);
  }
  const warnings = configWarnings(config, new Date(context.now()).toISOString());
  if (options.json === true) {
    printJson(context, { valid: true, file: config.file, mistakes: [], warnings });
    return 0;
  }
  const style = styleFor(context.colors.stderr);
  tell(context, `${style.green("valid")} ${config.file ?? "configuration from the environment"}`);
  if (config.demo && config.environments.length === 0)
    tell(context, "  the demo, as nothing else is configured");
  for (const environment of config.environments) {
    const when = environment.cron ?? `every ${formatDuration(environment.everyMs)}`;
    tell(context, `  ${environment.name}: ${environment.dialect}, ${when}`);
  }
  for (const channel of config.channels) tell(context, `  ${channel.name}: ${channel.type} channel`);
  for (const warning of warnings) tell(context, `${style.yellow("warning")} ${warning}`);
  return 0;
}
