/** driftwatch history <environment>: its checks, latest first. */
import type { Command } from "commander";
import type { Check } from "../../model/check.ts";
import { severities } from "../../model/severity.ts";
import { type CliContext, type GlobalOptions, print, printJson, tell } from "../context.ts";
import { jsonOption, wholeNumber } from "../options.ts";
import { oneEnvironment, withSession } from "../session.ts";
import { table } from "../table.ts";
import { styleFor } from "../terminal.ts";

interface HistoryOptions extends GlobalOptions {
  readonly json?: boolean;
  readonly limit: number;
}

export function addHistoryCommand(program: Command, context: CliContext): void {
  program
    .command("history")
    .summary("list the checks of an environment")
    .description("Lists the checks of an environment, the latest first.")
    .argument("<environment>", "name of the environment")
    .option("-n, --limit <count>", "how many", wholeNumber(1, 10_000), 20)
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nSee the schema of a moment with `driftwatch diff <environment>@<time> <environment>`.",
    )
    .action(async (name: string, _options: unknown, self: Command) => {
      await history(context, name, self.optsWithGlobals<HistoryOptions>());
    });
}

async function history(context: CliContext, name: string, options: HistoryOptions): Promise<void> {
  await withSession(context, options, async (session) => {
    const environment = oneEnvironment(session.config(), name);
    context.progress.say("Opening the store");
    const { store } = await session.app();
    const checks = await store.checks({ environment: environment.name, limit: options.limit });
    if (options.json === true) return printJson(context, { checks });
    if (checks.length === 0) return tell(context, `${name} has not been checked yet.`);
    print(
      context,
      table(
        ["when", "outcome", "findings", "schema", ""],
        checks.map((check) => row(context, check)),
      ),
    );
  });
}

function row(context: CliContext, check: Check): readonly string[] {
  const style = styleFor(context.colors.stdout);
  const paint = {
    "in-sync": style.green,
    drifted: style.red,
    unknown: style.yellow,
    unbaselined: style.yellow,
  };
  const counts = severities
    .filter((severity) => check.findingCounts[severity] > 0)
    .map((severity) => `${check.findingCounts[severity]} ${severity}`);
  const error = check.errorCode === null ? "" : `${check.errorMessage ?? ""} [${check.errorCode}]`;
  return [
    check.startedAt,
    paint[check.outcome](check.outcome),
    counts.join(", "),
    check.snapshotFingerprint?.slice(0, 12) ?? "",
    error === "" && check.probeHit ? style.dim("nothing changed") : error,
  ];
}
