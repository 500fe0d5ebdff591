/** driftwatch plan <from> <to>: the statements that turn one schema into another. */
import type { Command } from "commander";
import { planSources } from "../../app/compare-sources.ts";
import { planJson } from "../../report/plan-json.ts";
import { renderPlan, renderRollback } from "../../report/sql.ts";
import { type CliContext, type GlobalOptions, print, printJson, tell } from "../context.ts";
import { exitCodes } from "../exit-codes.ts";
import { ignoreOption, ignoreRuleOf, jsonOption, type ScopeOptions, scopeOptions } from "../options.ts";
import { withSession } from "../session.ts";
import { readSources, tellUnread } from "../sources.ts";

interface PlanCommandOptions extends GlobalOptions, ScopeOptions {
  readonly json?: boolean;
  readonly rollback?: boolean;
  readonly ignore?: readonly string[];
  readonly configured: boolean;
}

export function addPlanCommand(program: Command, context: CliContext): void {
  const command = program
    .command("plan")
    .summary("write the SQL that turns one schema into another")
    .description(
      "Writes the ordered statements that turn a database holding <from> into <to>, with what is dangerous about each, " +
        "the lock it takes and its way back. Nothing is run. What the plan cannot do yet is listed as not planned. " +
        "Sources are those of diff.",
    )
    .argument("<from>", "the schema that the database has")
    .argument("<to>", "the schema that it is to get")
    .addOption(jsonOption())
    .option("--rollback", "write the statements that take the plan back, instead of the plan")
    .addOption(ignoreOption("kind=, attribute="))
    .option("--no-configured", "leave aside what the configuration ignores");
  for (const option of scopeOptions()) command.addOption(option);
  command
    .addHelpText(
      "after",
      `
Examples:
  $ driftwatch plan shop shop@baseline            # what would repair the drift of shop
  $ driftwatch plan shop schema.sql > up.sql
  $ driftwatch plan shop schema.sql --rollback > down.sql
  $ driftwatch plan before.json after.json --json | jq .unplanned

Exit codes: 0 nothing to do, 2 there are statements or changes not planned, 1 failure, 64 usage, 78 configuration.`,
    )
    .action(async (from: string, to: string, _options: unknown, self: Command) => {
      context.exitCode = await plan(context, from, to, self.optsWithGlobals<PlanCommandOptions>());
    });
}

async function plan(
  context: CliContext,
  from: string,
  to: string,
  options: PlanCommandOptions,
): Promise<number> {
  return withSession(context, options, async (session) => {
    const [before, after] = await readSources(context, session, [from, to], options);
    context.progress.say("Planning");
    const { plan: planned, hidden } = planSources(before, after, {
      ignore: (options.ignore ?? []).map(ignoreRuleOf),
      configured: options.configured,
      now: new Date(context.now()).toISOString(),
    });
    const input = { from: before.label, to: after.label, plan: planned };
    if (options.json === true) printJson(context, planJson(input));
    else print(context, options.rollback === true ? renderRollback(input) : renderPlan(input));
    for (const { rule, count } of hidden) tell(context, `note: ${count} hidden by ${rule} and not planned.`);
    for (const source of [before, after]) tellUnread(context, source);
    const isEmpty = planned.statements.length === 0 && planned.unplanned.length === 0;
    return isEmpty ? exitCodes.inSync : exitCodes.drift;
  });
}
