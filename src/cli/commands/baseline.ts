/** driftwatch baseline show|accept|history|import|export: what an environment is meant to be. */

import { userInfo } from "node:os";
import { resolve } from "node:path";
import type { Command } from "commander";
import { resolveSource } from "../../app/resolve-source.ts";
import type { Baseline } from "../../model/check.ts";
import { DriftwatchError } from "../../model/errors.ts";
import { serializeSnapshot } from "../../model/snapshot-file.ts";
import { counted } from "../../report/input.ts";
import { confirm } from "../confirm.ts";
import { type CliContext, type GlobalOptions, print, printJson, tell } from "../context.ts";
import { jsonOption } from "../options.ts";
import { renderDrift } from "../render.ts";
import { oneEnvironment, type Session, withSession } from "../session.ts";
import { table } from "../table.ts";
import { writeOutput } from "./snapshot.ts";

interface ShowOptions extends GlobalOptions {
  readonly json?: boolean;
}

interface AcceptOptions extends ShowOptions {
  readonly reason?: string;
  readonly by?: string;
  readonly fingerprint?: string;
  readonly yes?: boolean;
}

export function addBaselineCommand(program: Command, context: CliContext): void {
  const command = program
    .command("baseline")
    .summary("show, accept or move baselines")
    .description(
      "Shows, accepts, imports and exports baselines: the schemas that environments are meant to have.",
    );
  command
    .command("show")
    .summary("who accepted the baseline, when and why")
    .description("Shows the baseline of an environment: who accepted it, when and why.")
    .argument("<environment>")
    .addOption(jsonOption())
    .action(async (name: string, _options: unknown, self: Command) => {
      await show(context, name, self.optsWithGlobals<ShowOptions>());
    });
  command
    .command("history")
    .summary("every baseline the environment had")
    .description("Lists every baseline that an environment had, the latest first.")
    .argument("<environment>")
    .addOption(jsonOption())
    .action(async (name: string, _options: unknown, self: Command) => {
      await history(context, name, self.optsWithGlobals<ShowOptions>());
    });
  command
    .command("accept")
    .summary("make the live schema the baseline")
    .description(
      "Reads the live schema, shows what accepting it would change, and makes it the baseline once that is confirmed.",
    )
    .argument("<environment>")
    .option("--reason <text>", "why; kept with the baseline")
    .option("--by <name>", "who accepts; the user of this machine when absent")
    .option("--fingerprint <fingerprint>", "accept only if the live schema still has this fingerprint")
    .option("-y, --yes", "do not ask")
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Example:
  $ driftwatch baseline accept shop --reason "release 4.2 adds orders.note"`,
    )
    .action(async (name: string, _options: unknown, self: Command) => {
      await accept(context, name, self.optsWithGlobals<AcceptOptions>());
    });
  addFileCommands(command, context);
}

function addFileCommands(command: Command, context: CliContext): void {
  command
    .command("import")
    .summary("make a file or another schema the baseline")
    .description(
      "Makes the schema of a source (a snapshot .json, an .sql file, another database) the baseline.",
    )
    .argument("<environment>")
    .argument("<source>", "a snapshot .json, an .sql file, a database URL, or another environment")
    .option("--reason <text>", "why; kept with the baseline")
    .option("--by <name>", "who; the user of this machine when absent")
    .addOption(jsonOption())
    .action(async (name: string, source: string, _options: unknown, self: Command) => {
      await importOne(context, name, source, self.optsWithGlobals<AcceptOptions>());
    });
  command
    .command("export")
    .summary("write the baseline to a file")
    .description("Writes the baseline of an environment as a snapshot file, to stdout or a file.")
    .argument("<environment>")
    .option("-o, --output <file>", "where to write it, instead of stdout")
    .action(async (name: string, _options: unknown, self: Command) => {
      await exportOne(context, name, self.optsWithGlobals<GlobalOptions & { output?: string }>());
    });
}

async function show(context: CliContext, name: string, options: ShowOptions): Promise<void> {
  await withSession(context, options, async (session) => {
    const baseline = await baselineOf(context, session, name);
    if (options.json === true) return printJson(context, { baseline });
    const lines = [
      ["environment", baseline.environment],
      ["fingerprint", baseline.fingerprint],
      ["accepted", `${baseline.acceptedAt} by ${baseline.acceptedBy}`],
      ["how", baseline.origin],
      ["reason", baseline.reason],
    ];
    print(context, lines.map(([label = "", value = ""]) => `${label.padEnd(12)} ${value}`).join("\n"));
  });
}

async function history(context: CliContext, name: string, options: ShowOptions): Promise<void> {
  await withSession(context, options, async (session) => {
    const environment = oneEnvironment(session.config(), name);
    context.progress.say("Opening the store");
    const baselines = await (await session.app()).store.baselineHistory(environment.name);
    if (options.json === true) return printJson(context, { baselines });
    if (baselines.length === 0) return tell(context, `${name} never had a baseline.`);
    const rows = baselines.map((one) => [
      one.acceptedAt,
      one.origin,
      one.fingerprint.slice(0, 12),
      one.acceptedBy,
      one.reason,
    ]);
    print(context, table(["when", "how", "schema", "by", "reason"], rows));
  });
}

async function accept(context: CliContext, name: string, options: AcceptOptions): Promise<void> {
  await withSession(context, options, async (session) => {
    const environment = oneEnvironment(session.config(), name);
    const asks = options.yes !== true && options.fingerprint === undefined;
    if (asks && context.stdin.isTTY !== true) {
      throw new DriftwatchError("usage.invalid", "there is no terminal to confirm on", {
        remedy: "Give --yes, or --fingerprint with the schema that you have looked at.",
      });
    }
    context.progress.say(`Reading ${name}`);
    const app = await session.app();
    const preview = await app.previewBaseline(environment.name);
    if (options.json !== true) {
      const { findings, hidden } = preview;
      const what = preview.baseline === null ? "its first baseline" : counted(findings.length, "finding");
      if (findings.length > 0) {
        tell(
          context,
          renderDrift(context, { from: `${name}@baseline`, to: name, findings, hidden }, "stderr"),
        );
      }
      tell(context, `${name}: ${preview.objects} objects, ${what} (${preview.fingerprint.slice(0, 12)})`);
    }
    if (asks && !(await confirm(context, "Make this the baseline?"))) {
      context.exitCode = 1;
      return tell(context, "Nothing was changed.");
    }
    const { baseline } = await app.acceptBaseline(environment.name, {
      actor: actorOf(context, options),
      reason: options.reason ?? "accepted on the command line",
      fingerprint: options.fingerprint ?? preview.fingerprint,
    });
    tellBaseline(context, baseline, options);
  });
}

async function importOne(
  context: CliContext,
  name: string,
  source: string,
  options: AcceptOptions,
): Promise<void> {
  await withSession(context, options, async (session) => {
    const environment = oneEnvironment(session.config(), name);
    context.progress.say(`Reading ${source.includes("://") ? "the database" : source}`);
    const read = await resolveSource(source, session.sources, {
      scope: environment.scope,
      signal: context.signal,
    });
    if (read.snapshot.dialect !== environment.dialect) {
      throw new DriftwatchError(
        "source.invalid",
        `${read.label} is of the dialect ${read.snapshot.dialect}, ${name} of ${environment.dialect}`,
        { remedy: "Import a schema of the same kind of database." },
      );
    }
    const app = await session.app();
    const baseline = await app.importBaseline(environment.name, read.snapshot, {
      actor: actorOf(context, options),
      reason: options.reason ?? `imported from ${read.label}`,
    });
    tellBaseline(context, baseline, options);
  });
}

async function exportOne(
  context: CliContext,
  name: string,
  options: GlobalOptions & { readonly output?: string },
): Promise<void> {
  await withSession(context, options, async (session) => {
    oneEnvironment(session.config(), name);
    context.progress.say("Opening the store");
    const { snapshot } = await resolveSource(`${name}@baseline`, session.sources);
    const text = serializeSnapshot(snapshot);
    if (options.output === undefined) return print(context, text);
    await writeOutput(resolve(context.cwd, options.output), text);
    tell(context, `Wrote the baseline of ${name} (${snapshot.objects.length} objects) to ${options.output}.`);
  });
}

async function baselineOf(context: CliContext, session: Session, name: string): Promise<Baseline> {
  const environment = oneEnvironment(session.config(), name);
  context.progress.say("Opening the store");
  const baseline = await (await session.app()).store.baseline(environment.name);
  if (baseline !== undefined) return baseline;
  throw new DriftwatchError("baseline.missing", `${name} has no baseline`, {
    remedy: `Accept its schema as it is with \`driftwatch baseline accept ${name}\`.`,
  });
}

function tellBaseline(context: CliContext, baseline: Baseline, options: ShowOptions): void {
  if (options.json === true) printJson(context, { baseline });
  else tell(context, `${baseline.environment} has a new baseline: ${baseline.fingerprint.slice(0, 12)}.`);
}

function actorOf(context: CliContext, options: AcceptOptions): string {
  if (options.by !== undefined) return options.by;
  try {
    return userInfo().username;
  } catch {
    // A container's user may have no name.
    return context.env.USER ?? "command line";
  }
}
