/** driftwatch diff <from> <to>: what separates two schemas. */
import { type Command, Option } from "commander";
import { compareSources } from "../../app/compare-sources.ts";
import type { ResolvedSource } from "../../app/resolve-source.ts";
import type { PartitionMode } from "../../model/environment.ts";
import { worstOf } from "../../model/severity.ts";
import { type CliContext, type GlobalOptions, print, tell } from "../context.ts";
import { exitCodes } from "../exit-codes.ts";
import {
  type FailOn,
  failOnOption,
  failsOn,
  ignoreOption,
  ignoreRuleOf,
  jsonOption,
  type ScopeOptions,
  scopeOptions,
} from "../options.ts";
import { type ReportFormat, renderDiff, reportFormats } from "../render.ts";
import { withSession } from "../session.ts";
import { readSources, tellUnread } from "../sources.ts";

interface DiffOptions extends GlobalOptions, ScopeOptions {
  readonly json?: boolean;
  readonly format: ReportFormat;
  readonly failOn: FailOn;
  readonly ignore?: readonly string[];
  readonly ignoreComments?: boolean;
  readonly ignoreColumnOrder?: boolean;
  readonly ignoreIndexNames?: boolean;
  readonly ignoreConstraintNames?: boolean;
  readonly partitions?: PartitionMode;
  readonly configured: boolean;
}

export function addDiffCommand(program: Command, context: CliContext): void {
  const command = program
    .command("diff")
    .summary("show what separates two schemas")
    .description(
      "Shows what separates two schemas: what <to> has, lacks or does differently, measured against <from>.\n " +
        "A source is an environment's name, name@baseline, name@<date>, a database URL, a snapshot .json file or a " +
        "PostgreSQL .sql file (loaded into a throw-away embedded PostgreSQL).",
    )
    .argument("<from>", "the schema to measure against")
    .argument("<to>", "the schema that is looked at")
    .addOption(jsonOption())
    .addOption(
      new Option("--format <format>", "how findings are written").choices(reportFormats).default("text"),
    )
    .addOption(failOnOption())
    .addOption(ignoreOption("kind=, attribute=, code="))
    .option("--ignore-comments", "leave out comments")
    .option("--ignore-column-order", "leave out the order of columns")
    .option("--ignore-index-names", "take equal indexes under other names for one")
    .option("--ignore-constraint-names", "take equal constraints under other names for one")
    .addOption(
      new Option("--partitions <mode>", "how partitions are treated").choices(["compare", "shape", "ignore"]),
    )
    .option("--no-configured", "leave aside what the configuration ignores and overrides");
  for (const option of scopeOptions()) command.addOption(option);
  command
    .addHelpText(
      "after",
      `
Examples:
  $ driftwatch diff shop@baseline shop
  $ driftwatch diff postgres://localhost/shop_dev postgres://db.internal/shop
  $ driftwatch diff schema.sql shop --fail-on high
  $ driftwatch diff before.json after.json --json | jq .summary

Exit codes: 0 in sync, 2 drift (at or above --fail-on), 1 failure, 64 usage, 78 configuration.`,
    )
    .action(async (from: string, to: string, _options: unknown, self: Command) => {
      context.exitCode = await diff(context, from, to, self.optsWithGlobals<DiffOptions>());
    });
}

async function diff(context: CliContext, from: string, to: string, options: DiffOptions): Promise<number> {
  return withSession(context, options, async (session) => {
    const [before, after] = await readSources(context, session, [from, to], options);
    context.progress.say("Comparing");
    const drift = compareSources(before, after, {
      ignore: (options.ignore ?? []).map(ignoreRuleOf),
      modes: modesOf(options),
      configured: options.configured,
      now: new Date(context.now()).toISOString(),
      ...(options.partitions === undefined ? {} : { partitions: options.partitions }),
    });
    const format = options.json === true ? "json" : options.format;
    print(context, renderDiff(context, format, before, after, drift));
    tellOtherServer(context, before, after);
    for (const source of [before, after]) tellUnread(context, source);
    const worst = worstOf(drift.findings.map((finding) => finding.severity)) ?? null;
    return failsOn(worst, options.failOn) ? exitCodes.drift : exitCodes.inSync;
  });
}

function modesOf(options: DiffOptions): Record<string, boolean> {
  const names = ["ignoreComments", "ignoreColumnOrder", "ignoreIndexNames", "ignoreConstraintNames"] as const;
  return Object.fromEntries(names.filter((name) => options[name] === true).map((name) => [name, true]));
}

/** Equal definitions may read differently on another server. */
function tellOtherServer(context: CliContext, from: ResolvedSource, to: ResolvedSource): void {
  const [a, b] = [from.snapshot.server, to.snapshot.server];
  if (a.flavor === b.flavor && a.major === b.major) return;
  tell(
    context,
    `note: ${from.label} is ${a.flavor} ${a.version}, ${to.label} is ${b.flavor} ${b.version}; the servers may write equal definitions differently.`,
  );
}
