/** The command line as commander sees it: the list of commands, shared options, and how its own errors are told. */
import { Command } from "commander";
import { version } from "../app/version.ts";
import { addBaselineCommand } from "./commands/baseline.ts";
import { addCheckCommand } from "./commands/check.ts";
import { addConfigCommand } from "./commands/config.ts";
import { addDiffCommand } from "./commands/diff.ts";
import { addDoctorCommand } from "./commands/doctor.ts";
import { addHealthcheckCommand } from "./commands/healthcheck.ts";
import { addHistoryCommand } from "./commands/history.ts";
import { addPlanCommand } from "./commands/plan.ts";
import { addRunCommand } from "./commands/run.ts";
import { addSnapshotCommand } from "./commands/snapshot.ts";
import type { CliContext, GlobalOptions } from "./context.ts";
import { wantsColor } from "./terminal.ts";

/** Every command, in the order of the help. A new one is a file and a row. */
const commands = [
  addRunCommand,
  addCheckCommand,
  addDiffCommand,
  addPlanCommand,
  addSnapshotCommand,
  addBaselineCommand,
  addHistoryCommand,
  addDoctorCommand,
  addConfigCommand,
  addHealthcheckCommand,
] as const;

export function createProgram(context: CliContext): Command {
  const program = new Command("driftwatch")
    .description(
      "Watches the schemas of PostgreSQL, MySQL and MariaDB databases and tells people when one is no longer what it " +
        "should be.",
    )
    .version(version, "-V, --version", "print the version")
    .option("-c, --config <file>", "configuration file; driftwatch.yaml in the working directory when absent")
    .option("--no-color", "no colours, as NO_COLOR does")
    .helpOption("-h, --help", "show help")
    .helpCommand("help [command]", "show help of a command")
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
      outputError: (text, write) => write(text),
      getOutHelpWidth: () => Math.min(context.stdout.columns ?? 100, 110),
      getErrHelpWidth: () => Math.min(context.stderr.columns ?? 100, 110),
      getOutHasColors: () => context.colors.stdout,
      getErrHasColors: () => context.colors.stderr,
    })
    .showSuggestionAfterError()
    .showHelpAfterError("(see --help)")
    .exitOverride()
    .addHelpText(
      "after",
      `
Examples:
  $ driftwatch run                          a live demo, when nothing is configured
  $ driftwatch diff schema.sql postgres://localhost/shop
  $ driftwatch check --fail-on high

Data goes to stdout, words for people to stderr. Docs: docs/commands.md.`,
    )
    .hook("preAction", (_program, action) => {
      const { color } = action.optsWithGlobals<GlobalOptions>();
      context.colors.stdout = wantsColor(context.stdout, context.env, color);
      context.colors.stderr = wantsColor(context.stderr, context.env, color);
    });
  for (const add of commands) add(program, context);
  return program;
}
